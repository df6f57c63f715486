/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Where "now" and timers come from, so that tests of time take no time. */
#define PDK_TYPE_CLOCK (pdk_clock_get_type ())
G_DECLARE_DERIVABLE_TYPE (PdkClock, pdk_clock, PDK, CLOCK, GObject)

struct _PdkClockClass
{
  GObjectClass parent_class;

  gint64 (*get_real_usec) (PdkClock *self);
  guint (*add_timeout) (PdkClock *self, guint interval_msec, GSourceFunc callback, gpointer user_data);
  void (*remove_timeout) (PdkClock *self, guint id);
};

PdkClock *pdk_clock_new_system (void);

gint64 pdk_clock_get_real_usec (PdkClock *self);
guint pdk_clock_add_timeout (PdkClock *self, guint interval_msec, GSourceFunc callback, gpointer user_data);
void pdk_clock_remove_timeout (PdkClock *self, guint id);

G_END_DECLS
