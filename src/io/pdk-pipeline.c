/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The first step of an item is done by whichever thread is free, and by the one that pushes while the others
 * have enough to do. The second step is done by whoever finishes the first step of the item whose turn it is,
 * by one thread at a time. So no thread waits while there is something to do, and with no threads at all,
 * everything is done by the one that pushes.
 *
 * A lock guards the queue, and is never held during a step. An item belongs to the pipeline
 * from pdk_pipeline_push() on, to one thread at a time, until it is spare. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-pipeline.h"

#include <sys/resource.h>

/* The threads take what is left of the processors: whoever has to answer a person, in this program or
 * another, goes before. On Linux, each thread has a nice value of its own. */
#define NICE_VALUE 10

/* So that none of the threads runs dry while one of them, or the one that pushes, is at a second step that
 * takes long. More would not stay in the processors' caches. */
#define MAX_ITEMS 16

typedef enum
{
  SLOT_NEW,
  SLOT_BUSY,
  SLOT_PREPARED,
} SlotState;

typedef struct
{
  gpointer item;
  SlotState state;
} Slot;

struct _PdkPipeline
{
  PdkPipelineFunc prepare;
  PdkPipelineFunc take;
  gpointer user_data;
  GPtrArray *threads; /* (element-type GThread) */

  GMutex mutex; /* for all that follows */
  GCond changed;
  GQueue slots; /* (element-type Slot): in order; the first is the one whose turn it is */
  GPtrArray *spare;
  guint max_slots;
  gboolean is_taking;
  gboolean is_closing;
};

static Slot *
find_new (PdkPipeline *pipeline)
{
  for (GList *link = pipeline->slots.head; link != NULL; link = link->next)
    {
      Slot *slot = link->data;

      if (slot->state == SLOT_NEW)
        return slot;
    }
  return NULL;
}

/* Does the second step for all whose turn has come. Called with the lock held. */
static void
take_prepared (PdkPipeline *pipeline)
{
  if (pipeline->is_taking)
    return;
  pipeline->is_taking = TRUE;
  while (!g_queue_is_empty (&pipeline->slots))
    {
      Slot *slot = g_queue_peek_head (&pipeline->slots);

      if (slot->state != SLOT_PREPARED)
        break;
      g_mutex_unlock (&pipeline->mutex);
      pipeline->take (slot->item, pipeline->user_data);
      g_mutex_lock (&pipeline->mutex);
      g_ptr_array_add (pipeline->spare, slot->item);
      g_free (g_queue_pop_head (&pipeline->slots));
      /* There is room again, long before all that is prepared is taken. */
      if (pipeline->slots.length == pipeline->max_slots)
        g_cond_broadcast (&pipeline->changed);
    }
  pipeline->is_taking = FALSE;
}

/* Takes one item as far as it can be taken. Called with the lock held. Returns whether there was one. */
static gboolean
work (PdkPipeline *pipeline)
{
  Slot *slot = find_new (pipeline);

  if (slot == NULL)
    return FALSE;
  slot->state = SLOT_BUSY;
  g_mutex_unlock (&pipeline->mutex);
  pipeline->prepare (slot->item, pipeline->user_data);
  g_mutex_lock (&pipeline->mutex);
  slot->state = SLOT_PREPARED;
  take_prepared (pipeline);
  g_cond_broadcast (&pipeline->changed);
  return TRUE;
}

static gpointer
thread_main (gpointer user_data)
{
  PdkPipeline *pipeline = user_data;

  setpriority (PRIO_PROCESS, 0, NICE_VALUE);
  g_mutex_lock (&pipeline->mutex);
  while (work (pipeline) || !pipeline->is_closing)
    {
      if (find_new (pipeline) == NULL && !pipeline->is_closing)
        g_cond_wait (&pipeline->changed, &pipeline->mutex);
    }
  g_mutex_unlock (&pipeline->mutex);
  return NULL;
}

/* Works, or waits for others, until no more than @n items are left. Called with the lock held. */
static void
wait_for_room (PdkPipeline *pipeline, guint n)
{
  while (pipeline->slots.length > n)
    {
      if (!work (pipeline))
        g_cond_wait (&pipeline->changed, &pipeline->mutex);
    }
}

/**
 * pdk_pipeline_new:
 * @n_threads: how many to start besides the caller's; if there can be no more, fewer do, and 0 is as good
 * @prepare: the first step, called in any thread, for several items at once
 * @take: the second step, called in any thread, for one item after the other in the order of pushing
 * @user_data: for both
 *
 * Returns: (transfer full): a pipeline, which belongs to the thread that pushes
 */
PdkPipeline *
pdk_pipeline_new (guint n_threads, PdkPipelineFunc prepare, PdkPipelineFunc take, gpointer user_data)
{
  PdkPipeline *pipeline = g_new0 (PdkPipeline, 1);

  pipeline->prepare = prepare;
  pipeline->take = take;
  pipeline->user_data = user_data;
  g_mutex_init (&pipeline->mutex);
  g_cond_init (&pipeline->changed);
  g_queue_init (&pipeline->slots);
  pipeline->spare = g_ptr_array_new ();
  pipeline->threads = g_ptr_array_new ();
  for (guint i = 0; i < n_threads; i++)
    {
      GThread *thread = g_thread_try_new ("paddock-pipe", thread_main, pipeline, NULL);

      if (thread != NULL)
        g_ptr_array_add (pipeline->threads, thread);
    }
  pipeline->max_slots = pipeline->threads->len > 0 ? MAX_ITEMS : 0;
  return pipeline;
}

/**
 * pdk_pipeline_push:
 * @pipeline: the pipeline
 * @item: (transfer full): the next item
 *
 * Hands an item over. When the others have enough to do, the caller takes part in it.
 */
void
pdk_pipeline_push (PdkPipeline *pipeline, gpointer item)
{
  Slot *slot = g_new (Slot, 1);

  slot->item = item;
  slot->state = SLOT_NEW;
  g_mutex_lock (&pipeline->mutex);
  g_queue_push_tail (&pipeline->slots, slot);
  g_cond_signal (&pipeline->changed);
  wait_for_room (pipeline, pipeline->max_slots);
  g_mutex_unlock (&pipeline->mutex);
}

/**
 * pdk_pipeline_pop_spare:
 * @pipeline: the pipeline
 *
 * Returns: (transfer full) (nullable): an item that was taken, to be filled and pushed again
 */
gpointer
pdk_pipeline_pop_spare (PdkPipeline *pipeline)
{
  gpointer item = NULL;

  g_mutex_lock (&pipeline->mutex);
  if (pipeline->spare->len > 0)
    item = g_ptr_array_steal_index_fast (pipeline->spare, pipeline->spare->len - 1);
  g_mutex_unlock (&pipeline->mutex);
  return item;
}

/** pdk_pipeline_wait: returns when all that was pushed is taken. The caller takes part in the work. */
void
pdk_pipeline_wait (PdkPipeline *pipeline)
{
  g_mutex_lock (&pipeline->mutex);
  wait_for_room (pipeline, 0);
  g_mutex_unlock (&pipeline->mutex);
}

/**
 * pdk_pipeline_free:
 * @pipeline: (transfer full): what to free; what is still in it is taken first
 * @free_item: frees the spare items
 */
void
pdk_pipeline_free (PdkPipeline *pipeline, GDestroyNotify free_item)
{
  g_mutex_lock (&pipeline->mutex);
  wait_for_room (pipeline, 0);
  pipeline->is_closing = TRUE;
  g_cond_broadcast (&pipeline->changed);
  g_mutex_unlock (&pipeline->mutex);

  for (guint i = 0; i < pipeline->threads->len; i++)
    g_thread_join (g_ptr_array_index (pipeline->threads, i));
  for (guint i = 0; i < pipeline->spare->len; i++)
    free_item (g_ptr_array_index (pipeline->spare, i));
  g_ptr_array_unref (pipeline->threads);
  g_ptr_array_unref (pipeline->spare);
  g_mutex_clear (&pipeline->mutex);
  g_cond_clear (&pipeline->changed);
  g_free (pipeline);
}
