/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-source.h"

G_BEGIN_DECLS

/* A source that answers when the test says so. */
#define FAKE_TYPE_SOURCE (fake_source_get_type ())
G_DECLARE_DERIVABLE_TYPE (FakeSource, fake_source, FAKE, SOURCE, PdkSource)

struct _FakeSourceClass
{
  PdkSourceClass parent_class;
};

FakeSource *fake_source_new (const char *name, gboolean is_last);
guint fake_source_count_polls (FakeSource *self);
gboolean fake_source_is_asked (FakeSource *self);
gint64 fake_source_get_now_usec (FakeSource *self);
void fake_source_answer (FakeSource *self, PdkSourceState state, double value);

G_END_DECLS
