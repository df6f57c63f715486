/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What to tell of limits that run out, each thing once in a period. A period is known by its reset, which may
 * wobble by seconds, as it is worked out anew for each answer. It is over when its reset has passed and
 * another is told, or when another is told and hardly anything is used. Where a reset is not told, only the
 * latter counts. What is told is: the highest threshold that was newly passed, that all is used up, and, only
 * after that, that there is something again. Accounts of the same person share their limits, of which is told
 * once. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-alerts.h"

#include <glib/gi18n-lib.h>

#include "pdk-text.h"

#include "pdk-format.h"
#include "pdk-limit.h"

#define TOLERANCE_USEC (G_GINT64_CONSTANT (5) * 60 * G_USEC_PER_SEC)
#define USED_UP_PERCENT 100.0

/* What the decisions on one snapshot share. */
typedef struct
{
  const PdkSnapshot *snapshot;
  const PdkAlertRules *rules;
  PdkAlertMemory *memory;
  GPtrArray *alerts; /* PdkAlert */
  gboolean is_memory_changed;
} Decision;

static gboolean
is_other_reset (const PdkAlertEntry *entry, const PdkLimit *limit)
{
  /* Both are moments of these millennia, as they are read from RFC 3339 or from bounded numbers. */
  return entry->resets_at_usec != PDK_TIME_UNKNOWN && limit->resets_at_usec != PDK_TIME_UNKNOWN &&
         ABS (entry->resets_at_usec - limit->resets_at_usec) > TOLERANCE_USEC;
}

static gboolean
is_new_period (const Decision *decision, const PdkAlertEntry *entry, const PdkLimit *limit)
{
  gint64 now_usec = decision->snapshot->generated_at_usec;
  gboolean is_known = entry->resets_at_usec != PDK_TIME_UNKNOWN;

  if (is_known && limit->resets_at_usec != PDK_TIME_UNKNOWN && !is_other_reset (entry, limit))
    return FALSE;
  /* A reset that is always as far ahead must not make each answer a new period. */
  return (is_known && now_usec >= entry->resets_at_usec - TOLERANCE_USEC) ||
         !pdk_limit_is_at (limit, pdk_alert_rules_get_lowest (decision->rules));
}

/* The highest threshold that is passed, 100 when all is used up, 0 when none is. */
static double
get_passed_percent (const Decision *decision, const PdkLimit *limit)
{
  double passed = 0;

  for (guint i = 0; i < decision->rules->n_thresholds; i++)
    {
      if (pdk_limit_is_at (limit, decision->rules->thresholds[i]))
        passed = decision->rules->thresholds[i];
    }
  return pdk_limit_is_used_up (limit) ? USED_UP_PERCENT : passed;
}

static char *
make_title (PdkAlertKind kind, const PdkLimit *limit)
{
  if (kind == PDK_ALERT_BACK)
    /* Translators: the name of a limit that was used up. */
    return g_strdup_printf (_ ("%s: available again"), pdk_limit_get_label (limit));
  return pdk_limit_describe (limit);
}

/* Which of several accounts it is, what is used, as far as the title does not say so, and until when. */
static char *
make_body (const Decision *decision, const char *account, PdkAlertKind kind, const PdkLimit *limit)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *reset = pdk_limit_describe_reset (limit, decision->snapshot->generated_at_usec);
  g_auto (GStrv) parts = NULL;

  if (decision->snapshot->accounts->len > 1)
    {
      g_autofree char *shown = pdk_text_dup_for_display (account);
      g_autofree char *line = g_strdup_printf (_ ("Account: %s"), shown);

      g_strv_builder_add (lines, line);
    }
  if (kind == PDK_ALERT_BACK)
    {
      g_autofree char *percent = pdk_format_percent (limit->used_percent / 100);
      g_autofree char *line = g_strdup_printf (_ ("%s used"), percent);

      g_strv_builder_add (lines, line);
    }
  if (reset != NULL)
    g_strv_builder_add (lines, reset);
  parts = g_strv_builder_end (lines);
  return g_strjoinv ("\n", parts);
}

/* Whether @account and @other belong to one person at the cloud, as far as anybody has said. */
static gboolean
is_same_person (const PdkAccountSnapshot *account, const PdkAccountSnapshot *other)
{
  const char *email = pdk_facts_get_attribute (account->facts, "account_email");
  const char *other_email = pdk_facts_get_attribute (other->facts, "account_email");

  return email != NULL && *email != '\0' && other_email != NULL &&
         g_ascii_strcasecmp (email, other_email) == 0;
}

static gboolean
is_awaited (const PdkAlertEntry *entry)
{
  return entry != NULL && entry->told_percent >= USED_UP_PERCENT && !entry->is_back_told;
}

static gboolean
has_left (const PdkAccountSnapshot *account, const char *metric, gint64 now_usec)
{
  g_autoptr (GArray) limits = pdk_limits_of_account (account, now_usec);

  for (guint i = 0; i < limits->len; i++)
    {
      const PdkLimit *limit = &g_array_index (limits, PdkLimit, i);

      if (g_str_equal (limit->metric, metric))
        return !pdk_limit_is_used_up (limit);
    }
  return FALSE;
}

/* Whether it was told of another account of the same person. */
static gboolean
is_told_elsewhere (const Decision *decision,
                   const PdkAccountSnapshot *account,
                   PdkAlertKind kind,
                   const PdkLimit *limit)
{
  for (guint i = 0; i < decision->snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *other = pdk_snapshot_get_account (decision->snapshot, i);
      const PdkAlertEntry *entry;

      if (g_str_equal (other->id, account->id) || !is_same_person (account, other))
        continue;
      entry = pdk_alert_memory_find (decision->memory, other->id, limit->metric);
      if (kind == PDK_ALERT_BACK)
        {
          if (!is_awaited (entry) && has_left (other, limit->metric, decision->snapshot->generated_at_usec))
            return TRUE;
        }
      else if (entry != NULL && entry->told_percent >= get_passed_percent (decision, limit) &&
               !is_other_reset (entry, limit))
        return TRUE;
    }
  return FALSE;
}

static void
tell (Decision *decision, const PdkAccountSnapshot *account, PdkAlertKind kind, const PdkLimit *limit)
{
  PdkAlert *alert;

  decision->is_memory_changed = TRUE;
  if (decision->rules->is_silent || is_told_elsewhere (decision, account, kind, limit))
    return;
  alert = g_new0 (PdkAlert, 1);
  alert->kind = kind;
  alert->id = g_strdup_printf ("%s/%s", limit->metric, account->id);
  alert->title = make_title (kind, limit);
  alert->body = make_body (decision, account->id, kind, limit);
  g_ptr_array_add (decision->alerts, alert);
}

/* Takes over what is known of the period, and begins a new one when the old one is over. Returns whether that
 * one ended with nothing left, and nobody has been told yet that there is something again. */
static gboolean
follow_period (Decision *decision, PdkAlertEntry *entry, const PdkLimit *limit)
{
  gboolean was_awaited = is_awaited (entry);
  gboolean is_new = is_new_period (decision, entry, limit);

  if (is_new)
    {
      entry->told_percent = 0;
      entry->is_back_told = FALSE;
      entry->resets_at_usec = PDK_TIME_UNKNOWN;
    }
  if (limit->resets_at_usec != PDK_TIME_UNKNOWN &&
      (entry->resets_at_usec == PDK_TIME_UNKNOWN || is_other_reset (entry, limit)))
    {
      entry->resets_at_usec = limit->resets_at_usec;
      decision->is_memory_changed = TRUE;
    }
  decision->is_memory_changed |= is_new;
  return was_awaited;
}

static void
decide_on_limit (Decision *decision, const PdkAccountSnapshot *account, const PdkLimit *limit)
{
  gint64 now_usec = decision->snapshot->generated_at_usec;
  double passed = get_passed_percent (decision, limit);
  PdkAlertEntry *entry = pdk_alert_memory_find (decision->memory, account->id, limit->metric);
  gboolean was_awaited = FALSE, is_told = TRUE;

  if (entry == NULL && passed <= 0)
    return;
  if (entry == NULL)
    entry = pdk_alert_memory_add (decision->memory, account->id, limit->metric, now_usec);
  was_awaited = follow_period (decision, entry, limit);

  if (was_awaited && passed < USED_UP_PERCENT)
    {
      tell (decision, account, PDK_ALERT_BACK, limit);
      entry->is_back_told = entry->told_percent >= USED_UP_PERCENT;
    }
  else if (passed > entry->told_percent)
    tell (decision, account, passed >= USED_UP_PERCENT ? PDK_ALERT_USED_UP : PDK_ALERT_PASSED, limit);
  else
    is_told = FALSE;

  if (is_told)
    entry->told_at_usec = now_usec;
  entry->told_percent = MAX (entry->told_percent, passed);
  /* Who was not told that it is used up is not told that it is back. */
  if (decision->rules->is_silent && is_told && entry->told_percent >= USED_UP_PERCENT)
    entry->is_back_told = TRUE;
  if (entry->told_percent <= 0)
    pdk_alert_memory_remove (decision->memory, entry);
}

/** pdk_alert_free: frees @alert */
void
pdk_alert_free (PdkAlert *alert)
{
  g_free (alert->id);
  g_free (alert->title);
  g_free (alert->body);
  g_free (alert);
}

/**
 * pdk_alerts_decide:
 * @snapshot: what is known
 * @rules: what is to be told
 * @memory: what was told before; it is brought up to date
 * @alerts: (element-type PdkAlert): where what is to be told now is added
 *
 * In silence all counts as told, so that nobody is told of old news when it ends.
 *
 * Returns: whether @memory has changed, and is to be kept before anything is told
 */
gboolean
pdk_alerts_decide (const PdkSnapshot *snapshot,
                   const PdkAlertRules *rules,
                   PdkAlertMemory *memory,
                   GPtrArray *alerts)
{
  Decision decision = { snapshot, rules, memory, alerts, FALSE };

  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = pdk_snapshot_get_account (snapshot, i);
      g_autoptr (GArray) limits = pdk_limits_of_account (account, snapshot->generated_at_usec);

      for (guint j = 0; j < limits->len; j++)
        decide_on_limit (&decision, account, &g_array_index (limits, PdkLimit, j));
    }
  return decision.is_memory_changed;
}
