/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A heartbeat of 1 ms on the default main loop, in the thread that runs it. Times in microseconds. */
typedef struct
{
  gint64 last_usec, last_busy_usec; /* of the last beat: when, and what the thread had used by then */
  gint64 longest_usec;              /* between two beats */
  gint64 busy_in_longest_usec;      /* how much of that the thread worked, and did not wait for a processor */
  gint64 longest_busy_usec;         /* the most that it ever worked between two beats */
  guint n_beats, n_late, n_busy;    /* more than 8 ms after the one before, and after as much work */
} Heart;

guint heart_start (Heart *heart);
void heart_forget (Heart *heart);
char *heart_describe (const Heart *heart);

G_END_DECLS
