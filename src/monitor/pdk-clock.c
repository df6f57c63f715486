/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The clock: what time it is, and timers. Everything that depends on time gets one of these, so that a test
 * can put its own in. Main context. Times in microseconds, intervals in milliseconds. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-clock.h"

G_DEFINE_ABSTRACT_TYPE (PdkClock, pdk_clock, G_TYPE_OBJECT)

#define PDK_TYPE_SYSTEM_CLOCK (pdk_system_clock_get_type ())
G_DECLARE_FINAL_TYPE (PdkSystemClock, pdk_system_clock, PDK, SYSTEM_CLOCK, PdkClock)

struct _PdkSystemClock
{
  PdkClock parent_instance;
};

G_DEFINE_FINAL_TYPE (PdkSystemClock, pdk_system_clock, PDK_TYPE_CLOCK)

static void
pdk_clock_class_init (PdkClockClass *klass)
{
}

static void
pdk_clock_init (PdkClock *self)
{
}

static gint64
system_get_real_usec (PdkClock *self)
{
  return g_get_real_time ();
}

/* From two seconds on, timers may fire together with other programs' so that the machine wakes less often. */
static guint
system_add_timeout (PdkClock *self, guint interval_msec, GSourceFunc callback, gpointer user_data)
{
  if (interval_msec >= 2000 && interval_msec % 1000 == 0)
    return g_timeout_add_seconds (interval_msec / 1000, callback, user_data);
  return g_timeout_add (interval_msec, callback, user_data);
}

static void
system_remove_timeout (PdkClock *self, guint id)
{
  g_source_remove (id);
}

static void
pdk_system_clock_class_init (PdkSystemClockClass *klass)
{
  PdkClockClass *clock_class = PDK_CLOCK_CLASS (klass);

  clock_class->get_real_usec = system_get_real_usec;
  clock_class->add_timeout = system_add_timeout;
  clock_class->remove_timeout = system_remove_timeout;
}

static void
pdk_system_clock_init (PdkSystemClock *self)
{
}

/** pdk_clock_new_system: Returns: (transfer full): the machine's own clock */
PdkClock *
pdk_clock_new_system (void)
{
  return g_object_new (PDK_TYPE_SYSTEM_CLOCK, NULL);
}

/** pdk_clock_get_real_usec: Returns: the time, in microseconds since the epoch */
gint64
pdk_clock_get_real_usec (PdkClock *self)
{
  return PDK_CLOCK_GET_CLASS (self)->get_real_usec (self);
}

/**
 * pdk_clock_add_timeout:
 * @self: a clock
 * @interval_msec: how long to wait
 * @callback: called in the main context, again and again until it returns G_SOURCE_REMOVE
 * @user_data: for @callback
 *
 * Returns: an id for pdk_clock_remove_timeout(), never 0
 */
guint
pdk_clock_add_timeout (PdkClock *self, guint interval_msec, GSourceFunc callback, gpointer user_data)
{
  return PDK_CLOCK_GET_CLASS (self)->add_timeout (self, interval_msec, callback, user_data);
}

/** pdk_clock_remove_timeout: drops the timer @id, which has not ended by itself */
void
pdk_clock_remove_timeout (PdkClock *self, guint id)
{
  PDK_CLOCK_GET_CLASS (self)->remove_timeout (self, id);
}
