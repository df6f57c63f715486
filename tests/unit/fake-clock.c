/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clock that stands still until it is told to go on, and then calls what has become due, in order. */

#include "config.h"

#include "fake-clock.h"

typedef struct
{
  guint id;
  gint64 interval_usec;
  gint64 due_usec;
  GSourceFunc callback;
  gpointer user_data;
} Timer;

struct _FakeClock
{
  PdkClock parent_instance;

  gint64 real_usec;
  gint64 monotonic_usec;
  guint last_id;
  GPtrArray *timers; /* Timer */
};

G_DEFINE_FINAL_TYPE (FakeClock, fake_clock, PDK_TYPE_CLOCK)

static gint64
get_real_usec (PdkClock *clock)
{
  return FAKE_CLOCK (clock)->real_usec;
}

static guint
add_timeout (PdkClock *clock, guint interval_msec, GSourceFunc callback, gpointer user_data)
{
  FakeClock *self = FAKE_CLOCK (clock);
  Timer *timer = g_new0 (Timer, 1);

  timer->id = ++self->last_id;
  timer->interval_usec = (gint64) interval_msec * 1000;
  timer->due_usec = self->monotonic_usec + timer->interval_usec;
  timer->callback = callback;
  timer->user_data = user_data;
  g_ptr_array_add (self->timers, timer);
  return timer->id;
}

static Timer *
find_timer (FakeClock *self, guint id)
{
  for (guint i = 0; i < self->timers->len; i++)
    {
      Timer *timer = g_ptr_array_index (self->timers, i);

      if (timer->id == id)
        return timer;
    }
  return NULL;
}

static void
remove_timeout (PdkClock *clock, guint id)
{
  Timer *timer = find_timer (FAKE_CLOCK (clock), id);

  g_assert_nonnull (timer);
  g_ptr_array_remove (FAKE_CLOCK (clock)->timers, timer);
}

static Timer *
find_next (FakeClock *self)
{
  Timer *next = NULL;

  for (guint i = 0; i < self->timers->len; i++)
    {
      Timer *timer = g_ptr_array_index (self->timers, i);

      if (next == NULL || timer->due_usec < next->due_usec)
        next = timer;
    }
  return next;
}

static void
fake_clock_finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_CLOCK (object)->timers);
  G_OBJECT_CLASS (fake_clock_parent_class)->finalize (object);
}

static void
fake_clock_class_init (FakeClockClass *klass)
{
  PdkClockClass *clock_class = PDK_CLOCK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_clock_finalize;
  clock_class->get_real_usec = get_real_usec;
  clock_class->add_timeout = add_timeout;
  clock_class->remove_timeout = remove_timeout;
}

static void
fake_clock_init (FakeClock *self)
{
  self->timers = g_ptr_array_new_with_free_func (g_free);
}

FakeClock *
fake_clock_new (gint64 real_usec)
{
  FakeClock *self = g_object_new (FAKE_TYPE_CLOCK, NULL);

  self->real_usec = real_usec;
  return self;
}

static void
move_to (FakeClock *self, gint64 monotonic_usec)
{
  self->real_usec += monotonic_usec - self->monotonic_usec;
  self->monotonic_usec = monotonic_usec;
}

/* Goes on by @msec, and stops on the way at each timer that is due. */
void
fake_clock_advance (FakeClock *self, guint msec)
{
  gint64 end_usec = self->monotonic_usec + (gint64) msec * 1000;
  Timer *timer;

  while ((timer = find_next (self)) != NULL && timer->due_usec <= end_usec)
    {
      guint id = timer->id;

      move_to (self, timer->due_usec);
      timer->due_usec += timer->interval_usec;
      if (!timer->callback (timer->user_data) && (timer = find_timer (self, id)) != NULL)
        g_ptr_array_remove (self->timers, timer);
    }
  move_to (self, end_usec);
}

guint
fake_clock_count_timers (FakeClock *self)
{
  return self->timers->len;
}

/* Returns: how long until the next timer is due, -1 when there is none */
gint64
fake_clock_get_next_msec (FakeClock *self)
{
  const Timer *next = find_next (self);

  return next != NULL ? (next->due_usec - self->monotonic_usec) / 1000 : -1;
}
