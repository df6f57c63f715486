/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which models there are tokens of, as the names of metrics tell. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-model-tokens.h"

#include <string.h>

#define PREFIX "log_output_tokens_7d["

typedef struct
{
  char *name;
  double tokens;
} Model;

static void
clear_model (gpointer data)
{
  g_free (((Model *) data)->name);
}

static void
take_metric (const char *name, const PdkMetric *metric, gpointer user_data)
{
  const gsize prefix = strlen (PREFIX), length = strlen (name);
  Model model;

  if (!g_str_has_prefix (name, PREFIX) || !g_str_has_suffix (name, "]") || length <= prefix + 1)
    return;
  model.name = g_strndup (name + prefix, length - prefix - 1);
  model.tokens = metric->value;
  g_array_append_val ((GArray *) user_data, model);
}

static int
compare_models (gconstpointer a, gconstpointer b)
{
  const Model *one = a, *other = b;

  if (one->tokens != other->tokens)
    return one->tokens > other->tokens ? -1 : 1;
  return strcmp (one->name, other->name);
}

/**
 * pdk_model_tokens_list:
 * @facts: what is known of an account
 * @max_models: how many to list
 *
 * Returns: (transfer full) (element-type utf8): the models with tokens in the log, those with the most output
 * in seven days first; each has the metrics `log_output_tokens_W[MODEL]`
 */
GPtrArray *
pdk_model_tokens_list (const PdkFacts *facts, guint max_models)
{
  g_autoptr (GArray) models = g_array_new (FALSE, FALSE, sizeof (Model));
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  g_array_set_clear_func (models, clear_model);
  pdk_facts_foreach_metric (facts, take_metric, models);
  g_array_sort (models, compare_models);
  for (guint i = 0; i < MIN (models->len, max_models); i++)
    g_ptr_array_add (names, g_steal_pointer (&g_array_index (models, Model, i).name));
  return names;
}
