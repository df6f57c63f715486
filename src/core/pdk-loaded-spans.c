/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Spans of time in which a model was loaded alone, as polls have found. Several processes may poll one
 * server; what they say is put together. Where they contradict each other, nothing is known, and stays
 * unknown whatever else is said of that time. Times in Unix seconds. One thread at a time. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-loaded-spans.h"

struct _PdkLoadedSpans
{
  GArray *spans; /* (element-type PdkLoadedSpan): ascending, without overlaps */
};

static void
clear_span (gpointer data)
{
  PdkLoadedSpan *span = data;

  g_clear_pointer (&span->model, g_ref_string_release);
}

static GArray *
new_array (void)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (PdkLoadedSpan));

  g_array_set_clear_func (array, clear_span);
  return array;
}

/* Takes nothing over; an empty span is none. */
static void
append (GArray *array, gint64 first_sec, gint64 last_sec, GRefString *model)
{
  const PdkLoadedSpan span = { first_sec, last_sec, model };

  if (first_sec > last_sec)
    return;
  if (model != NULL)
    g_ref_string_acquire (model);
  g_array_append_val (array, span);
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const PdkLoadedSpan *one = a, *other = b;

  return one->first_sec < other->first_sec ? -1 : one->first_sec > other->first_sec;
}

/* Makes [@first_sec, @last_sec] as long as those of the same model that it touches. Returns whether there is
 * one that contains it. */
static gboolean
extend (const GArray *array, gint64 *first_sec, gint64 *last_sec, const char *model)
{
  const gint64 first = *first_sec, last = *last_sec;

  for (guint i = 0; i < array->len; i++)
    {
      const PdkLoadedSpan *span = &g_array_index (array, PdkLoadedSpan, i);

      if (g_strcmp0 (span->model, model) != 0 || span->last_sec + 1 < first || span->first_sec > last + 1)
        continue;
      if (span->first_sec <= first && span->last_sec >= last)
        return TRUE;
      *first_sec = MIN (*first_sec, span->first_sec);
      *last_sec = MAX (*last_sec, span->last_sec);
    }
  return FALSE;
}

/** pdk_loaded_spans_new: Returns: (transfer full): no spans yet */
PdkLoadedSpans *
pdk_loaded_spans_new (void)
{
  PdkLoadedSpans *spans = g_new0 (PdkLoadedSpans, 1);

  spans->spans = new_array ();
  return spans;
}

/** pdk_loaded_spans_copy: Returns: (transfer full): a copy of @spans, which another thread may have */
PdkLoadedSpans *
pdk_loaded_spans_copy (const PdkLoadedSpans *spans)
{
  PdkLoadedSpans *copy = pdk_loaded_spans_new ();

  for (guint i = 0; i < spans->spans->len; i++)
    {
      const PdkLoadedSpan *span = &g_array_index (spans->spans, PdkLoadedSpan, i);

      append (copy->spans, span->first_sec, span->last_sec, span->model);
    }
  return copy;
}

/**
 * pdk_loaded_spans_free:
 * @spans: (nullable) (transfer full): what to free
 */
void
pdk_loaded_spans_free (PdkLoadedSpans *spans)
{
  if (spans == NULL)
    return;
  g_array_unref (spans->spans);
  g_free (spans);
}

/**
 * pdk_loaded_spans_add:
 * @spans: the spans
 * @first_sec: the first second
 * @last_sec: the last second
 * @model: (nullable): which model was loaded alone; %NULL for a time of which nothing is to be believed
 *
 * Spans of a model that touch become one.
 */
void
pdk_loaded_spans_add (PdkLoadedSpans *spans, gint64 first_sec, gint64 last_sec, const char *model)
{
  g_autoptr (GArray) former = NULL;
  g_autoptr (GRefString) name = NULL;
  gint64 rest_sec;

  if (first_sec > last_sec || extend (spans->spans, &first_sec, &last_sec, model))
    return;
  former = g_steal_pointer (&spans->spans);
  spans->spans = new_array ();
  name = model != NULL ? g_ref_string_new (model) : NULL;
  rest_sec = first_sec;
  for (guint i = 0; i < former->len; i++)
    {
      const PdkLoadedSpan *span = &g_array_index (former, PdkLoadedSpan, i);
      const gint64 from_sec = MAX (span->first_sec, first_sec), to_sec = MIN (span->last_sec, last_sec);

      if (from_sec > to_sec)
        append (spans->spans, span->first_sec, span->last_sec, span->model);
      else if (g_strcmp0 (span->model, model) != 0)
        {
          append (spans->spans, span->first_sec, from_sec - 1, span->model);
          append (spans->spans, from_sec, to_sec, NULL);
          append (spans->spans, to_sec + 1, span->last_sec, span->model);
          append (spans->spans, rest_sec, from_sec - 1, name);
          rest_sec = to_sec + 1;
        }
    }
  append (spans->spans, rest_sec, last_sec, name);
  g_array_sort (spans->spans, compare_spans);
  if (spans->spans->len > PDK_LOADED_SPANS_MAX)
    g_array_remove_range (spans->spans, 0, spans->spans->len - PDK_LOADED_SPANS_MAX);
}

/** pdk_loaded_spans_merge: adds all of @others to @spans */
void
pdk_loaded_spans_merge (PdkLoadedSpans *spans, const PdkLoadedSpans *others)
{
  for (guint i = 0; i < others->spans->len; i++)
    {
      const PdkLoadedSpan *span = &g_array_index (others->spans, PdkLoadedSpan, i);

      pdk_loaded_spans_add (spans, span->first_sec, span->last_sec, span->model);
    }
}

/** pdk_loaded_spans_expire: forgets the spans that end before @before_sec */
void
pdk_loaded_spans_expire (PdkLoadedSpans *spans, gint64 before_sec)
{
  guint n = 0;

  while (n < spans->spans->len && g_array_index (spans->spans, PdkLoadedSpan, n).last_sec < before_sec)
    n++;
  if (n > 0)
    g_array_remove_range (spans->spans, 0, n);
}

/** pdk_loaded_spans_get: Returns: (transfer none) (element-type PdkLoadedSpan): the spans, the oldest first
 */
const GArray *
pdk_loaded_spans_get (const PdkLoadedSpans *spans)
{
  return spans->spans;
}

/** pdk_loaded_spans_equal: Returns: whether both say the same */
gboolean
pdk_loaded_spans_equal (const PdkLoadedSpans *spans, const PdkLoadedSpans *others)
{
  if (spans->spans->len != others->spans->len)
    return FALSE;
  for (guint i = 0; i < spans->spans->len; i++)
    {
      const PdkLoadedSpan *one = &g_array_index (spans->spans, PdkLoadedSpan, i);
      const PdkLoadedSpan *other = &g_array_index (others->spans, PdkLoadedSpan, i);

      if (one->first_sec != other->first_sec || one->last_sec != other->last_sec ||
          g_strcmp0 (one->model, other->model) != 0)
        return FALSE;
    }
  return TRUE;
}
