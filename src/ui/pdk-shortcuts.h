/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One thing that keys do. */
typedef struct
{
  const char *group;  /* where it belongs, to be translated */
  const char *title;  /* what it does, to be translated */
  const char *action; /* (nullable): the action, or NULL where a widget takes the keys itself */
  const char
      *accels[3]; /* (array zero-terminated=1): as of gtk_accelerator_parse(), the first being the usual */
} PdkShortcut;

const PdkShortcut *pdk_shortcuts_get (gsize *n_shortcuts);
void pdk_shortcuts_set_accels (GtkApplication *application);
char *pdk_shortcuts_dup_label (const char *accel);
void pdk_shortcuts_add_close (GActionMap *map, const char *name, GtkWindow *window);

G_END_DECLS
