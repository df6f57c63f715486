/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many tokens each model took, as the metrics `log_prompt_tokens_W[MODEL]` and
 * `log_output_tokens_W[MODEL]` tell. What no model is known of is told as well, so that nobody takes the rest
 * for all. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-model-tokens.h"

#include <string.h>

#include "pdk-request-figures.h"

#define PROMPT "log_prompt_tokens_"
#define OUTPUT "log_output_tokens_"

typedef struct
{
  const PdkFacts *facts;
  const char *window;
  char *prefix;
  GArray *models;
} Search;

static void
clear_model (gpointer data)
{
  g_free (((PdkModelTokens *) data)->name);
}

static void
take_metric (const char *name, const PdkMetric *metric, gpointer user_data)
{
  Search *search = user_data;
  const gsize prefix = strlen (search->prefix), length = strlen (name);
  g_autofree char *prompt_name = NULL;
  PdkModelTokens model = { .output_tokens = metric->value };

  if (!g_str_has_prefix (name, search->prefix) || !g_str_has_suffix (name, "]") || length <= prefix + 1)
    return;
  prompt_name = g_strconcat (PROMPT, name + strlen (OUTPUT), NULL);
  pdk_facts_get_number (search->facts, prompt_name, &model.prompt_tokens);
  if (model.prompt_tokens + model.output_tokens <= 0)
    return;
  model.name = g_strndup (name + prefix, length - prefix - 1);
  g_array_append_val (search->models, model);
}

static int
compare_models (gconstpointer a, gconstpointer b)
{
  const PdkModelTokens *one = a, *other = b;
  double one_tokens = one->prompt_tokens + one->output_tokens;
  double other_tokens = other->prompt_tokens + other->output_tokens;

  if (one_tokens != other_tokens)
    return one_tokens > other_tokens ? -1 : 1;
  return strcmp (one->name, other->name);
}

static double
get_total (const PdkFacts *facts, const char *metric, const char *window)
{
  g_autofree char *name = g_strconcat (metric, window, NULL);
  double total = 0;

  pdk_facts_get_number (facts, name, &total);
  return total;
}

static void
append_rest (Search *search)
{
  PdkModelTokens rest = { .prompt_tokens = get_total (search->facts, PROMPT, search->window),
                          .output_tokens = get_total (search->facts, OUTPUT, search->window) };

  for (guint i = 0; i < search->models->len; i++)
    {
      const PdkModelTokens *model = &g_array_index (search->models, PdkModelTokens, i);

      rest.prompt_tokens -= model->prompt_tokens;
      rest.output_tokens -= model->output_tokens;
    }
  rest.prompt_tokens = MAX (rest.prompt_tokens, 0);
  rest.output_tokens = MAX (rest.output_tokens, 0);
  if (rest.prompt_tokens + rest.output_tokens > 0)
    g_array_append_val (search->models, rest);
}

/** pdk_model_tokens_get_window: Returns: the window of which pdk_model_tokens_list() tells when it is asked
 * for
 * @window. Which model was loaded is remembered for seven days. */
PdkWindow
pdk_model_tokens_get_window (PdkWindow window)
{
  return MIN (window, PDK_WINDOW_7D);
}

/**
 * pdk_model_tokens_list:
 * @facts: what is known of an account
 * @window: a window of time
 * @max_models: how many models to list
 *
 * Returns: (transfer full) (element-type PdkModelTokens): the models with tokens, those with the most first,
 * and at the end what is left of all tokens, if anything is; empty where no model is known
 */
GArray *
pdk_model_tokens_list (const PdkFacts *facts, PdkWindow window, guint max_models)
{
  const char *id = pdk_window_get_id (pdk_model_tokens_get_window (window));
  g_autofree char *prefix = g_strconcat (OUTPUT, id, "[", NULL);
  Search search = { facts, id, prefix, g_array_new (FALSE, FALSE, sizeof (PdkModelTokens)) };

  g_array_set_clear_func (search.models, clear_model);
  pdk_facts_foreach_metric (facts, take_metric, &search);
  g_array_sort (search.models, compare_models);
  if (search.models->len > max_models)
    g_array_set_size (search.models, max_models);
  if (search.models->len > 0)
    append_rest (&search);
  return search.models;
}
