/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody else does right before a file is opened. */

#pragma once

#include "log-fixture.h"

G_BEGIN_DECLS

void do_before_open (LogFixture *f, const char *name, guint n_before, void (*func) (LogFixture *f));
gboolean cancel_before_open (void);

G_END_DECLS
