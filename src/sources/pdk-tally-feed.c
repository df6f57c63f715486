/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is read of a log, on its way into the tally. A poll mostly brings a few lines, which are added as they
 * come. The first poll may bring millions: then a thread of its own does the adding, while the caller's goes
 * on reading, so that both processors of the smallest machine have something to do.
 *
 * From pdk_tally_feed_new() to pdk_tally_feed_finish() the clock and the tally belong to the feed. Batches go
 * round between the two threads and belong to one at a time. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tally-feed.h"

#define BATCH_LINES 2048
#define N_BATCHES 4
/* Below this many lines, a thread costs more than it saves. */
#define MIN_LINES_FOR_THREAD (32 * BATCH_LINES)

typedef struct
{
  guint n; /* 0 tells the thread to end */
  PdkAccessLine lines[BATCH_LINES];
} Batch;

struct _PdkTallyFeed
{
  PdkLogClock *clock;
  PdkTally *tally;
  Batch *batch; /* the one that is being filled */
  guint64 n_added;
  gboolean may_use_thread;

  GThread *thread;    /* (nullable) */
  GAsyncQueue *full;  /* (nullable): Batch, to be added */
  GAsyncQueue *empty; /* (nullable): Batch, to be filled */
};

static void
add_batch (PdkTallyFeed *feed, Batch *batch)
{
  for (guint i = 0; i < batch->n; i++)
    {
      const PdkAccessLine *line = &batch->lines[i];
      gint64 time_sec = pdk_log_clock_resolve (feed->clock, line->year, line->month, line->day, line->hour,
                                               line->minute, line->second);

      pdk_tally_add (feed->tally, time_sec, line->kind, line->status, line->latency_nsec);
    }
}

static gpointer
add_batches (gpointer user_data)
{
  PdkTallyFeed *feed = user_data;
  Batch *batch;

  while ((batch = g_async_queue_pop (feed->full))->n > 0)
    {
      add_batch (feed, batch);
      g_async_queue_push (feed->empty, batch);
    }
  g_async_queue_push (feed->empty, batch);
  return NULL;
}

static void
start_thread (PdkTallyFeed *feed)
{
  feed->full = g_async_queue_new ();
  feed->empty = g_async_queue_new_full (g_free);
  for (guint i = 1; i < N_BATCHES; i++)
    g_async_queue_push (feed->empty, g_new (Batch, 1));
  feed->thread = g_thread_new ("paddock-tally", add_batches, feed);
}

static void
hand_over (PdkTallyFeed *feed)
{
  if (feed->thread == NULL && feed->may_use_thread && feed->n_added >= MIN_LINES_FOR_THREAD)
    start_thread (feed);
  feed->n_added += feed->batch->n;
  if (feed->thread != NULL)
    {
      g_async_queue_push (feed->full, feed->batch);
      feed->batch = g_async_queue_pop (feed->empty);
    }
  else
    add_batch (feed, feed->batch);
  feed->batch->n = 0;
}

/**
 * pdk_tally_feed_new:
 * @clock: the clock of the log
 * @tally: the tally
 *
 * Returns: (transfer full): a feed; until it is finished, nobody else may use @clock and @tally
 */
PdkTallyFeed *
pdk_tally_feed_new (PdkLogClock *clock, PdkTally *tally)
{
  PdkTallyFeed *feed = g_new0 (PdkTallyFeed, 1);

  feed->clock = clock;
  feed->tally = tally;
  feed->batch = g_new (Batch, 1);
  feed->batch->n = 0;
  feed->may_use_thread = g_get_num_processors () > 1;
  return feed;
}

/** pdk_tally_feed_push: adds @line, now or later; lines are added in the order of the calls */
void
pdk_tally_feed_push (PdkTallyFeed *feed, const PdkAccessLine *line)
{
  feed->batch->lines[feed->batch->n++] = *line;
  if (feed->batch->n == BATCH_LINES)
    hand_over (feed);
}

/** pdk_tally_feed_finish: sees to it that all lines are added, and frees @feed */
void
pdk_tally_feed_finish (PdkTallyFeed *feed)
{
  if (feed->batch->n > 0)
    hand_over (feed);
  if (feed->thread != NULL)
    {
      g_async_queue_push (feed->full, g_steal_pointer (&feed->batch));
      g_thread_join (feed->thread);
    }
  g_clear_pointer (&feed->full, g_async_queue_unref);
  g_clear_pointer (&feed->empty, g_async_queue_unref);
  g_free (feed->batch);
  g_free (feed);
}
