/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tokens of each model in each window of time. Nothing in a log names the model of a request. So only
 * tokens of requests that are known are told, and of these only those that ended while one model was loaded
 * alone. All others belong to no model. Times in seconds since the epoch. Any thread, one at a time per
 * record. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-model-facts.h"

#include <math.h>

#include "pdk-text.h"

#define LONGEST (PDK_TALLY_N_WINDOWS - 1)

typedef struct
{
  guint64 prompt_tokens;
  guint64 output_tokens;
  double output_msec;
} Sums;

typedef struct
{
  const char *name; /* (unowned) */
  Sums sums[PDK_TALLY_N_WINDOWS];
} Model;

static void
add_counts (Sums *sums, const PdkTokenCounts *counts)
{
  sums->prompt_tokens += counts->attributed_prompt_tokens;
  sums->output_tokens += counts->attributed_output_tokens;
  sums->output_msec += counts->attributed_output_msec;
}

static Model *
obtain_model (GArray *models, const char *name)
{
  Model model = { .name = name };

  for (guint i = 0; i < models->len; i++)
    {
      if (g_str_equal (g_array_index (models, Model, i).name, name))
        return &g_array_index (models, Model, i);
    }
  g_array_append_val (models, model);
  return &g_array_index (models, Model, models->len - 1);
}

/* Most spans are in a window as a whole, or not at all. */
static void
count_span (
    PdkTokenTally *tokens, PdkTally *requests, const PdkLoadedSpan *span, gint64 now_sec, Model *model)
{
  PdkTokenCounts whole;

  pdk_token_tally_count (tokens, span->first_sec - 1, span->last_sec, &whole);
  for (PdkWindow window = 0; window < PDK_TALLY_N_WINDOWS; window++)
    {
      gint64 start, end;

      pdk_tally_get_window (requests, window, now_sec, &start, &end);
      if (span->first_sec > start && span->last_sec <= end)
        add_counts (&model->sums[window], &whole);
      else if (span->last_sec > start && span->first_sec <= end)
        {
          PdkTokenCounts part;

          pdk_token_tally_count (tokens, MAX (span->first_sec - 1, start), MIN (span->last_sec, end), &part);
          add_counts (&model->sums[window], &part);
        }
    }
}

/* Those with the most tokens first. */
static int
compare_models (gconstpointer a, gconstpointer b)
{
  const Model *one = a, *other = b;
  guint64 one_tokens = one->sums[LONGEST].prompt_tokens + one->sums[LONGEST].output_tokens;
  guint64 other_tokens = other->sums[LONGEST].prompt_tokens + other->sums[LONGEST].output_tokens;

  if (one_tokens != other_tokens)
    return one_tokens > other_tokens ? -1 : 1;
  return strcmp (one->name, other->name);
}

static void
set_metric (PdkFacts *facts,
            const char *metric,
            const char *window,
            const char *model,
            double value,
            const char *unit)
{
  g_autofree char *name = g_strdup_printf ("%s_%s[%s]", metric, window, model);

  pdk_facts_set_metric (facts, name, value, unit, window);
}

static void
describe_model (const Model *model, PdkFacts *facts)
{
  g_autofree char *name = pdk_text_dup_bounded (model->name, -1, PDK_TEXT_NAME_MAX_BYTES);

  for (PdkWindow window = 0; window < PDK_TALLY_N_WINDOWS; window++)
    {
      const Sums *sums = &model->sums[window];

      set_metric (facts, "log_prompt_tokens", pdk_window_get_id (window), name, (double) sums->prompt_tokens,
                  "tokens");
      set_metric (facts, "log_output_tokens", pdk_window_get_id (window), name, (double) sums->output_tokens,
                  "tokens");
      if (sums->output_msec > 0)
        set_metric (facts, "tokens_per_second", pdk_window_get_id (window), name,
                    round ((double) sums->output_tokens / sums->output_msec * 1e6) / 1e3, "tokens/s");
    }
}

/**
 * pdk_model_facts_describe:
 * @record: what the server's own lines told
 * @requests: whose windows are used
 * @loaded: which model was loaded alone, and when
 * @now_sec: the time that the windows end at
 * @facts: where the metrics go: log_prompt_tokens_W, log_output_tokens_W and tokens_per_second_W, with the
 *   model's name in brackets
 *
 * A model without tokens in the longest window has none of them.
 */
void
pdk_model_facts_describe (PdkServerRecord *record,
                          PdkTally *requests,
                          const PdkLoadedSpans *loaded,
                          gint64 now_sec,
                          PdkFacts *facts)
{
  const GArray *spans = pdk_loaded_spans_get (loaded);
  g_autoptr (GArray) models = g_array_new (FALSE, FALSE, sizeof (Model));

  for (guint i = 0; i < spans->len; i++)
    {
      const PdkLoadedSpan *span = &g_array_index (spans, PdkLoadedSpan, i);

      if (span->model != NULL)
        count_span (pdk_server_record_get_tokens (record), requests, span, now_sec,
                    obtain_model (models, span->model));
    }
  g_array_sort (models, compare_models);
  for (guint i = 0; i < MIN (models->len, PDK_MODEL_FACTS_MAX_MODELS); i++)
    {
      const Model *model = &g_array_index (models, Model, i);

      if (model->sums[LONGEST].prompt_tokens + model->sums[LONGEST].output_tokens > 0)
        describe_model (model, facts);
    }
}
