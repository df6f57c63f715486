/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The request metrics of one window of time as a person reads them, and how they compare with the period
 * before. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-request-figures.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "pdk-format.h"

#define NOT_KNOWN "–"

/* From here on, percent are hard to imagine. */
#define MANY_TIMES 3.0

static const struct
{
  const char *label;
  const char *name;
} windows[PDK_N_WINDOWS] = {
  /* Translators: a button for a window of time. */
  [PDK_WINDOW_TODAY] = { N_ ("Today"), N_ ("Today") },
  /* Translators: a button for the last 5 hours; keep it as short. */
  [PDK_WINDOW_5H] = { N_ ("5 h"), N_ ("Last 5 hours") },
  /* Translators: a button for the last day; keep it as short. */
  [PDK_WINDOW_1D] = { N_ ("1 d"), N_ ("Last 24 hours") },
  [PDK_WINDOW_7D] = { N_ ("7 d"), N_ ("Last 7 days") },
  [PDK_WINDOW_30D] = { N_ ("30 d"), N_ ("Last 30 days") },
};

static const struct
{
  const char *metric; /* what stands before the window in the metric's name */
  const char *title;
  gboolean is_duration;
} figures[PDK_REQUEST_N_FIGURES] = {
  [PDK_FIGURE_CHAT] = { "chat_requests", N_ ("Chat"), FALSE },
  [PDK_FIGURE_GENERATE] = { "generate_requests", N_ ("Generate"), FALSE },
  [PDK_FIGURE_EMBED] = { "embed_requests", N_ ("Embeddings"), FALSE },
  [PDK_FIGURE_CLIENT_ERRORS] = { "http_4xx", N_ ("Client errors"), FALSE },
  [PDK_FIGURE_SERVER_ERRORS] = { "http_5xx", N_ ("Server errors"), FALSE },
  [PDK_FIGURE_TOKENS_PER_SECOND] = { "tokens_per_second", N_ ("Tokens per second"), FALSE },
  [PDK_FIGURE_AVERAGE] = { "avg_latency_ms", N_ ("Average latency"), TRUE },
  [PDK_FIGURE_MEDIAN] = { "p50_latency_ms", N_ ("Median"), TRUE },
  [PDK_FIGURE_P95] = { "p95_latency_ms", N_ ("95th percentile"), TRUE },
  [PDK_FIGURE_PROMPT_TOKENS] = { "log_prompt_tokens", N_ ("Prompt tokens"), FALSE },
  [PDK_FIGURE_OUTPUT_TOKENS] = { "log_output_tokens", N_ ("Output tokens"), FALSE },
};

static gboolean
get_metric (const PdkFacts *facts, const char *metric, PdkWindow window, double *value)
{
  g_autofree char *name = g_strconcat (metric, "_", pdk_window_get_id (window), NULL);

  return pdk_facts_get_number (facts, name, value);
}

/** pdk_request_window_get_label: Returns: (transfer none): @window in a few letters, "7 d" */
const char *
pdk_request_window_get_label (PdkWindow window)
{
  return _ (windows[window].label);
}

/** pdk_request_window_get_name: Returns: (transfer none): @window in words, "Last 7 days" */
const char *
pdk_request_window_get_name (PdkWindow window)
{
  return _ (windows[window].name);
}

/** pdk_request_figure_get_title: Returns: (transfer none): what @figure is, "Median" */
const char *
pdk_request_figure_get_title (PdkRequestFigure figure)
{
  return _ (figures[figure].title);
}

/** pdk_request_figure_is_error: Returns: whether @figure should be 0 */
gboolean
pdk_request_figure_is_error (PdkRequestFigure figure)
{
  return figure == PDK_FIGURE_SERVER_ERRORS;
}

/**
 * pdk_request_figure_get_number:
 * @facts: what is known
 * @figure: which figure
 * @window: of which window of time
 * @value: (out) (optional): its value, set only when it is known
 *
 * Returns: whether it is known
 */
gboolean
pdk_request_figure_get_number (const PdkFacts *facts,
                               PdkRequestFigure figure,
                               PdkWindow window,
                               double *value)
{
  return get_metric (facts, figures[figure].metric, window, value);
}

/** pdk_request_figure_format: Returns: (transfer full): the figure in few digits, a dash when it is not known
 */
char *
pdk_request_figure_format (const PdkFacts *facts, PdkRequestFigure figure, PdkWindow window)
{
  double value;

  if (!pdk_request_figure_get_number (facts, figure, window, &value))
    return g_strdup (NOT_KNOWN);
  return figures[figure].is_duration ? pdk_format_duration (value) : pdk_format_short_count (value);
}

/** pdk_request_figure_describe: Returns: (transfer full): the figure with all of its digits, what it is, and
 * of when: "Prompt tokens, Last 7 days: 136,204" */
char *
pdk_request_figure_describe (const PdkFacts *facts, PdkRequestFigure figure, PdkWindow window)
{
  g_autofree char *text = NULL;
  double value;

  if (!pdk_request_figure_get_number (facts, figure, window, &value))
    text = g_strdup (_ ("not known"));
  else
    text = figures[figure].is_duration ? pdk_format_duration (value) : pdk_format_count (value);
  /* Translators: what a number is, the window of time that it is of, and the number. */
  return g_strdup_printf (_ ("%s, %s: %s"), pdk_request_figure_get_title (figure),
                          pdk_request_window_get_name (window), text);
}

/** pdk_request_figures_are_known: Returns: whether any window has any figure, or a number of requests */
gboolean
pdk_request_figures_are_known (const PdkFacts *facts)
{
  for (PdkWindow window = 0; window < PDK_N_WINDOWS; window++)
    {
      if (get_metric (facts, "requests", window, NULL))
        return TRUE;
      for (PdkRequestFigure figure = 0; figure < PDK_REQUEST_N_FIGURES; figure++)
        {
          if (pdk_request_figure_get_number (facts, figure, window, NULL))
            return TRUE;
        }
    }
  return FALSE;
}

/** pdk_request_figures_format_headline: Returns: (transfer full): how many requests there were in @window,
 * "497 requests" */
char *
pdk_request_figures_format_headline (const PdkFacts *facts, PdkWindow window)
{
  g_autofree char *number = NULL;
  double requests;

  if (!get_metric (facts, "requests", window, &requests))
    return g_strdup (_ ("Number of requests not known"));
  number = pdk_format_count (requests);
  /* Translators: %s is the number, grouped. */
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s request", "%s requests", (gulong) CLAMP (requests, 0.0, 1e15)),
      number);
}

static char *
describe_before (PdkWindow window, double before)
{
  g_autofree char *number = pdk_format_count (before);

  switch (window)
    {
    case PDK_WINDOW_TODAY:
      /* Translators: how many requests there were. */
      return g_strdup_printf (_ ("%s yesterday until this time"), number);
    case PDK_WINDOW_5H:
      /* Translators: how many requests there were. */
      return g_strdup_printf (_ ("%s in the 5 hours before"), number);
    case PDK_WINDOW_1D:
      /* Translators: how many requests there were. */
      return g_strdup_printf (_ ("%s in the 24 hours before"), number);
    case PDK_WINDOW_7D:
      /* Translators: how many requests there were. */
      return g_strdup_printf (_ ("%s in the 7 days before"), number);
    case PDK_WINDOW_30D:
    default:
      /* Translators: how many requests there were. */
      return g_strdup_printf (_ ("%s in the 30 days before"), number);
    }
}

/* NULL where there is nothing to compare with. */
static char *
describe_change (double now, double before)
{
  double times;
  int percent;

  if (before <= 0)
    return NULL;
  times = floor (now / before);
  if (times >= MANY_TIMES)
    /* Translators: how many times as many requests there were as before. */
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "▲ %.0f time as many", "▲ %.0f times as many",
                                         (gulong) MIN (times, 1e15)),
                            times);
  percent = (int) round (100 * ABS (now - before) / before);
  /* A hundred percent fewer is none. */
  if (now > 0 && now < before)
    percent = MIN (percent, 99);
  if (percent == 0)
    return g_strdup (now == before ? _ ("as many") : _ ("about as many"));
  if (now > before)
    /* Translators: how many more requests there were than before; keep the two percent signs, they stand for
     * one. */
    return g_strdup_printf (_ ("▲ %d%% more"), percent);
  /* Translators: how many fewer requests there were than before; keep the two percent signs, they stand for
   * one. */
  return g_strdup_printf (_ ("▼ %d%% fewer"), percent);
}

/**
 * pdk_request_figures_compare:
 * @facts: what is known
 * @window: a window of time
 *
 * Returns: (transfer full) (nullable): one line on the requests of the period before, "▲ 12% more · 443 in
 *   the 7 days before"; %NULL when that is not known
 */
char *
pdk_request_figures_compare (const PdkFacts *facts, PdkWindow window)
{
  g_autofree char *change = NULL;
  g_autofree char *base = NULL;
  double now, before;

  if (!get_metric (facts, "requests", window, &now) ||
      !get_metric (facts, "requests_previous", window, &before))
    return NULL;
  base = describe_before (window, before);
  change = describe_change (now, before);
  return change != NULL ? g_strdup_printf ("%s · %s", change, base) : g_steal_pointer (&base);
}
