/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the tray icon, its label and its menu say of a snapshot. The menu must make sense to somebody who
 * never opens a window, since on most desktops it is all that a click shows. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tray-state.h"

#include <glib/gi18n-lib.h>

#include "pdk-text.h"

#include "pdk-format.h"
#include "pdk-limit.h"
#include "pdk-message.h"

/* How many loaded models have a line of their own. */
#define MAX_LISTED_MODELS 5

/* How many characters of a name a menu line shows. */
#define MAX_NAME_CHARS 48

/** pdk_level_to_string: Returns: (transfer none): the level's name in icon names and style classes */
const char *
pdk_level_to_string (PdkLevel level)
{
  switch (level)
    {
    case PDK_LEVEL_LOADED:
      return "loaded";
    case PDK_LEVEL_UNREACHABLE:
      return "unreachable";
    case PDK_LEVEL_ATTENTION:
      return "attention";
    case PDK_LEVEL_IDLE:
    default:
      return "idle";
    }
}

/** pdk_level_describe: Returns: (transfer none): the level in words, for who hears the icon */
const char *
pdk_level_describe (PdkLevel level)
{
  switch (level)
    {
    case PDK_LEVEL_LOADED:
      return _ ("Ollama has a model loaded");
    case PDK_LEVEL_UNREACHABLE:
      return _ ("Ollama does not answer");
    case PDK_LEVEL_ATTENTION:
      return _ ("Ollama needs your attention");
    case PDK_LEVEL_IDLE:
    default:
      return _ ("Ollama is idle");
    }
}

static gboolean
needs_attention (const PdkAccountSnapshot *account)
{
  /* Only what the user has to decide. That a log cannot be read is a lasting condition on many machines; the
   * window explains it, and the icon does not nag. */
  static const char *const urgent[] = { "settings_error", "cloud_auth_failed" };

  if (account->status == PDK_ACCOUNT_STATUS_AUTH || account->status == PDK_ACCOUNT_STATUS_LIMITED)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (urgent); i++)
    {
      if (pdk_facts_get_diagnostic (account->facts, urgent[i]) != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_unreachable (const PdkAccountSnapshot *account)
{
  const PdkReading *reading = pdk_account_snapshot_get_reading (account, "local_api");

  /* A server of which some is fresh has answered. */
  return reading != NULL && !account->is_cloud_only && reading->state != PDK_SOURCE_STATE_OK &&
         reading->state != PDK_SOURCE_STATE_PENDING && reading->fresh == NULL;
}

/* What a server said before it went away, or before it ceased to list its loaded models, is of use in the
 * window, which can say how old it is. Here there is no room to say so. */
static const GPtrArray *
get_current_running (const PdkAccountSnapshot *account)
{
  const PdkReading *reading = pdk_account_snapshot_get_reading (account, "local_api");

  if (is_unreachable (account))
    return NULL;
  return pdk_facts_get_running (reading != NULL && reading->fresh != NULL ? reading->fresh : account->facts);
}

static gboolean
has_loaded_model (const PdkAccountSnapshot *account)
{
  const GPtrArray *running = get_current_running (account);

  return running != NULL && running->len > 0;
}

/**
 * pdk_level_of_account:
 * @account: an account
 *
 * Returns: how things stand with @account. That its server does not answer goes before all else, as nothing
 *   else is certain then.
 */
PdkLevel
pdk_level_of_account (const PdkAccountSnapshot *account)
{
  if (is_unreachable (account))
    return PDK_LEVEL_UNREACHABLE;
  if (needs_attention (account))
    return PDK_LEVEL_ATTENTION;
  return has_loaded_model (account) ? PDK_LEVEL_LOADED : PDK_LEVEL_IDLE;
}

/**
 * pdk_level_find_pressing_limit:
 * @account: a finished account
 * @rules: (nullable): from when on a limit needs attention, or NULL for the usual
 * @now_usec: the time, in microseconds since the epoch
 * @pressing: (out): the limit of which the least is left, if that is so little that the user should know
 *
 * Returns: whether there is one
 */
gboolean
pdk_level_find_pressing_limit (const PdkAccountSnapshot *account,
                               const PdkAlertRules *rules,
                               gint64 now_usec,
                               PdkLimit *pressing)
{
  g_autoptr (GArray) limits = pdk_limits_of_account (account, now_usec);
  PdkAlertRules usual_rules;
  double percent;

  pdk_alert_rules_init (&usual_rules);
  percent = pdk_alert_rules_get_highest (rules != NULL ? rules : &usual_rules);
  *pressing = (PdkLimit){ 0 };
  for (guint i = 0; i < limits->len; i++)
    {
      const PdkLimit *limit = &g_array_index (limits, PdkLimit, i);

      if (pdk_limit_is_at (limit, percent) &&
          (pressing->metric == NULL || limit->used_percent > pressing->used_percent))
        *pressing = *limit;
    }
  return pressing->metric != NULL;
}

/* Finds the limit of which the least is left, however much that is. */
static gboolean
find_fullest_limit (const PdkSnapshot *snapshot, PdkLimit *fullest)
{
  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      g_autoptr (GArray) limits =
          pdk_limits_of_account (pdk_snapshot_get_account (snapshot, i), snapshot->generated_at_usec);

      for (guint j = 0; j < limits->len; j++)
        {
          const PdkLimit *limit = &g_array_index (limits, PdkLimit, j);

          if (fullest->metric == NULL || limit->used_percent > fullest->used_percent)
            *fullest = *limit;
        }
    }
  return fullest->metric != NULL;
}

/**
 * pdk_level_of_account_with_limits:
 * @account: a finished account
 * @rules: (nullable): from when on a limit needs attention, or NULL for the usual
 * @now_usec: the time, in microseconds since the epoch
 *
 * Returns: as pdk_level_of_account(), and PDK_LEVEL_ATTENTION where a limit runs out
 */
PdkLevel
pdk_level_of_account_with_limits (const PdkAccountSnapshot *account,
                                  const PdkAlertRules *rules,
                                  gint64 now_usec)
{
  PdkLevel level = pdk_level_of_account (account);
  PdkLimit pressing;

  if (level != PDK_LEVEL_UNREACHABLE && pdk_level_find_pressing_limit (account, rules, now_usec, &pressing))
    return PDK_LEVEL_ATTENTION;
  return level;
}

static PdkLevel
level_of_snapshot (const PdkSnapshot *snapshot)
{
  guint n_at[PDK_LEVEL_ATTENTION + 1] = { 0 };

  for (guint i = 0; i < snapshot->accounts->len; i++)
    n_at[pdk_level_of_account (pdk_snapshot_get_account (snapshot, i))]++;

  if (n_at[PDK_LEVEL_ATTENTION] > 0)
    return PDK_LEVEL_ATTENTION;
  /* One server of several that is gone asks for a look; all of them gone is another matter. */
  if (n_at[PDK_LEVEL_UNREACHABLE] > 0)
    return n_at[PDK_LEVEL_UNREACHABLE] == snapshot->accounts->len ? PDK_LEVEL_UNREACHABLE
                                                                  : PDK_LEVEL_ATTENTION;
  return n_at[PDK_LEVEL_LOADED] > 0 ? PDK_LEVEL_LOADED : PDK_LEVEL_IDLE;
}

static char *
shorten_name (const char *name)
{
  g_autofree char *shown = pdk_text_dup_for_display (name);
  g_autofree char *start = NULL;

  if (g_utf8_strlen (shown, -1) <= MAX_NAME_CHARS)
    return g_steal_pointer (&shown);
  start = g_utf8_substring (shown, 0, MAX_NAME_CHARS - 1);
  return g_strconcat (start, "…", NULL);
}

static void
add_unreachable_lines (const PdkSnapshot *snapshot, GPtrArray *lines)
{
  guint n_more = 0;

  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = pdk_snapshot_get_account (snapshot, i);
      g_autofree char *where = NULL;

      if (pdk_level_of_account (account) != PDK_LEVEL_UNREACHABLE)
        continue;
      if (lines->len > 0)
        {
          n_more++;
          continue;
        }
      where = shorten_name (account->base_url != NULL ? account->base_url : account->id);
      g_ptr_array_add (lines, g_strdup_printf (_ ("No answer from %s"), where));
    }
  if (n_more > 0)
    g_ptr_array_add (lines, g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "No answer from %u more server",
                                                          "No answer from %u more servers", n_more),
                                             n_more));
}

static void
add_limit_line (const PdkLimit *limit, gint64 now_usec, GPtrArray *lines)
{
  g_autofree char *what = pdk_limit_describe (limit);
  g_autofree char *moment = NULL;

  if (limit->resets_at_usec == PDK_TIME_UNKNOWN)
    {
      g_ptr_array_add (lines, g_steal_pointer (&what));
      return;
    }
  moment = pdk_format_moment (limit->resets_at_usec, now_usec);
  /* Translators: "Weekly limit: 96% used", and the time of its reset. */
  g_ptr_array_add (lines, g_strdup_printf (_ ("%s, next reset: %s"), what, moment));
}

static gboolean
is_told_before (const PdkSnapshot *snapshot, guint index, const char *metric)
{
  return pdk_snapshot_is_told_before ((PdkAccountSnapshot *const *) snapshot->accounts->pdata, index, metric);
}

static void
add_vram_line (const PdkSnapshot *snapshot, PdkTrayState *state, GPtrArray *lines)
{
  double used = 0, total = 0;
  gboolean knows_used = FALSE, knows_total = TRUE;
  g_autofree char *used_text = NULL;

  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = pdk_snapshot_get_account (snapshot, i);
      double value;

      if (get_current_running (account) == NULL || is_told_before (snapshot, i, "loaded_vram_bytes") ||
          !pdk_facts_get_number (account->facts, "loaded_vram_bytes", &value))
        continue;
      knows_used = TRUE;
      used += value;
      if (pdk_facts_get_number (account->facts, "vram_total_bytes", &value))
        total += value;
      else
        knows_total = FALSE;
    }
  if (!knows_used)
    return;

  /* That nothing is in use is what the line on models says. */
  if (used <= 0 && !(knows_total && total > 0))
    return;
  used_text = pdk_format_gigabytes (used);
  if (knows_total && total > 0)
    {
      g_autofree char *total_text = pdk_format_gigabytes (total);

      state->vram_percent = (int) CLAMP (used / total * 100.0 + 0.5, 0.0, 100.0);
      g_ptr_array_add (lines, g_strdup_printf (_ ("VRAM in use: %s of %s"), used_text, total_text));
    }
  else
    g_ptr_array_add (lines, g_strdup_printf (_ ("VRAM in use: %s"), used_text));
}

static char *
describe_running (const PdkRunningModel *model)
{
  g_autofree char *name = shorten_name (model->name);
  g_autofree char *size = NULL;

  if (model->vram_bytes > 0)
    {
      size = pdk_format_gigabytes ((double) model->vram_bytes);
      /* Translators: a model's name, and how much graphics memory it holds. */
      return g_strdup_printf (_ ("%s · %s"), name, size);
    }
  if (model->vram_bytes == 0)
    /* Translators: a model's name, where no part of it is on a graphics card. */
    return g_strdup_printf (_ ("%s · on CPU"), name);
  return g_steal_pointer (&name);
}

static void
add_running_lines (const PdkSnapshot *snapshot, GPtrArray *lines)
{
  guint n_loaded = 0;
  gboolean is_known = FALSE;

  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const GPtrArray *running = get_current_running (pdk_snapshot_get_account (snapshot, i));

      is_known |= running != NULL;
      if (is_told_before (snapshot, i, "loaded_models"))
        continue;
      for (guint j = 0; running != NULL && j < running->len; j++)
        {
          if (n_loaded++ < MAX_LISTED_MODELS)
            g_ptr_array_add (lines, describe_running (g_ptr_array_index (running, j)));
        }
    }

  if (is_known && n_loaded == 0)
    g_ptr_array_add (lines, g_strdup (_ ("No model is loaded")));
  if (n_loaded > MAX_LISTED_MODELS)
    {
      guint n_more = n_loaded - MAX_LISTED_MODELS;

      g_ptr_array_add (lines, g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more model is loaded",
                                                            "%u more models are loaded", n_more),
                                               n_more));
    }
}

static gboolean
is_anything_asked (const PdkSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = pdk_snapshot_get_account (snapshot, i);

      /* Nor is there anything to wait for in an account that has nobody to ask. */
      if (account->status == PDK_ACCOUNT_STATUS_OK || account->sources->len == 0)
        return TRUE;
      for (guint j = 0; j < account->sources->len; j++)
        {
          if (g_array_index (account->sources, PdkSourceReading, j).reading->state !=
              PDK_SOURCE_STATE_PENDING)
            return TRUE;
        }
    }
  return FALSE;
}

/**
 * pdk_tray_state_new:
 * @snapshot: (nullable): what is known, or %NULL before anything is
 * @rules: (nullable): from when on a limit needs attention, or %NULL for the usual
 *
 * Returns: (transfer full): what the tray says of @snapshot
 */
PdkTrayState *
pdk_tray_state_new (const PdkSnapshot *snapshot, const PdkAlertRules *rules)
{
  PdkTrayState *state = g_new0 (PdkTrayState, 1);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  PdkAlertRules usual_rules;

  state->vram_percent = -1;
  pdk_alert_rules_init (&usual_rules);
  if (snapshot == NULL || !is_anything_asked (snapshot))
    {
      state->message = g_strdup (_ ("Looking for Ollama…"));
    }
  else
    {
      g_autofree char *message = pdk_message_describe_snapshot (snapshot);

      PdkLimit limit = { 0 };
      gboolean has_limit = find_fullest_limit (snapshot, &limit);
      double percent = pdk_alert_rules_get_highest (rules != NULL ? rules : &usual_rules);
      gboolean is_pressing = has_limit && pdk_limit_is_at (&limit, percent);

      state->level = level_of_snapshot (snapshot);
      state->message = pdk_text_dup_for_display (message);
      add_unreachable_lines (snapshot, lines);
      if (is_pressing)
        add_limit_line (&limit, snapshot->generated_at_usec, lines);
      if (is_pressing && state->level != PDK_LEVEL_UNREACHABLE)
        state->level = PDK_LEVEL_ATTENTION;
      add_vram_line (snapshot, state, lines);
      add_running_lines (snapshot, lines);
      if (has_limit && !is_pressing)
        add_limit_line (&limit, snapshot->generated_at_usec, lines);
    }
  g_assert (lines->len <= PDK_TRAY_STATE_MAX_LINES);

  g_ptr_array_add (lines, NULL);
  state->lines = (GStrv) g_ptr_array_free (g_steal_pointer (&lines), FALSE);
  return state;
}

/** pdk_tray_state_free: frees @state */
void
pdk_tray_state_free (PdkTrayState *state)
{
  g_free (state->message);
  g_strfreev (state->lines);
  g_free (state);
}
