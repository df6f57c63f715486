/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-snapshot.h"

G_BEGIN_DECLS

/* One thing to do that may bring the server back. Either @command or @link is set. */
typedef struct
{
  const char *title;   /* translated; static */
  const char *command; /* (nullable): for a terminal; static */
  const char *link;    /* (nullable): a page; static */
} PdkStep;

GArray *pdk_steps_of_account (const PdkAccountSnapshot *account);

G_END_DECLS
