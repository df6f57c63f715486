/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one look at the loaded models after the other comes to: between two that both show one model, and the
 * same, that model was loaded alone. Whatever lies between others is not known. One thread at a time; has no
 * clock. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-load-watch.h"

#include "pdk-model.h"

struct _PdkLoadWatch
{
  PdkLoadedSpans *spans;
  PdkRunningModel *model; /* (nullable): the one that the last look has shown alone */
  gint64 since_usec;      /* when it was first seen so, in microseconds since the epoch */
  gint64 seen_usec;       /* when it was last */
};

/* A model may be replaced under its name. */
static gboolean
is_same_model (const PdkRunningModel *one, const PdkRunningModel *other)
{
  return g_str_equal (one->name, other->name) && g_strcmp0 (one->digest, other->digest) == 0;
}

/** pdk_load_watch_new: Returns: (transfer full): a watch that has seen nothing */
PdkLoadWatch *
pdk_load_watch_new (void)
{
  PdkLoadWatch *watch = g_new0 (PdkLoadWatch, 1);

  watch->spans = pdk_loaded_spans_new ();
  return watch;
}

/**
 * pdk_load_watch_free:
 * @watch: (nullable) (transfer full): what to free
 */
void
pdk_load_watch_free (PdkLoadWatch *watch)
{
  if (watch == NULL)
    return;
  pdk_load_watch_break (watch);
  pdk_loaded_spans_free (watch->spans);
  g_free (watch);
}

/** pdk_load_watch_break: tells that nothing is known of the time since the last look: the server was away, or
 * may be another one */
void
pdk_load_watch_break (PdkLoadWatch *watch)
{
  g_clear_pointer (&watch->model, pdk_running_model_unref);
}

/**
 * pdk_load_watch_take:
 * @watch: the watch
 * @running: (element-type PdkRunningModel): all models that are loaded
 * @asked_usec: when the server was asked, in microseconds since the epoch
 * @answered_usec: when it had answered
 *
 * Takes the next look.
 */
void
pdk_load_watch_take (PdkLoadWatch *watch, GPtrArray *running, gint64 asked_usec, gint64 answered_usec)
{
  PdkRunningModel *model = running->len == 1 ? g_ptr_array_index (running, 0) : NULL;

  if (model != NULL && watch->model != NULL && is_same_model (model, watch->model) &&
      asked_usec >= watch->seen_usec && asked_usec - watch->seen_usec <= PDK_LOAD_WATCH_MAX_GAP_USEC)
    {
      /* Whole seconds, since logs tell no more. */
      pdk_loaded_spans_add (watch->spans, (watch->since_usec + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC,
                            asked_usec / G_USEC_PER_SEC - 1, model->name);
      watch->seen_usec = answered_usec;
      return;
    }
  pdk_load_watch_break (watch);
  if (model == NULL)
    return;
  watch->model = pdk_running_model_ref (model);
  watch->since_usec = answered_usec;
  watch->seen_usec = answered_usec;
}

/** pdk_load_watch_get_spans: Returns: (transfer none): what is known so far */
const PdkLoadedSpans *
pdk_load_watch_get_spans (const PdkLoadWatch *watch)
{
  return watch->spans;
}
