/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The limits and credits of an account's cloud as a person reads them: what is used and left, when it begins
 * anew, and whether it lasts until then. The pace is that since the period began, and is left out where it is
 * not known when that was, or where it was just now. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-rows.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "pdk-format.h"
#include "pdk-text.h"
#include "pdk-time.h"

#define HOUR_USEC (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define DAY_USEC (24 * HOUR_USEC)
/* A share that was worked out from amounts of money misses a round number by less. */
#define ROUNDING_FRACTION 1e-8
/* Before so much of a period is over, a pace is mostly chance. */
#define MIN_ELAPSED_FRACTION 0.05

static const struct
{
  const char *metric;
  const char *title;
  gint64 period_usec; /* 0: that of the bill */
} limits[] = {
  { "credit_included_usd", N_ ("Included credits"), 0 },
  { "usage_five_hour", N_ ("Session limit"), 5 * HOUR_USEC },
  { "usage_daily", N_ ("Daily limit"), DAY_USEC },
  { "usage_weekly", N_ ("Weekly limit"), 7 * DAY_USEC },
  { "usage_monthly", N_ ("Monthly limit"), 0 },
  { "credit_purchased_usd", N_ ("Purchased credits"), 0 },
};

static void
free_row (gpointer data)
{
  PdkCloudRow *row = data;

  g_free (row->used);
  g_free (row->left);
  g_free (row->countdown);
  g_free (row->pace);
  g_free (row);
}

static gboolean
is_money (const PdkMetric *metric)
{
  return g_strcmp0 (metric->unit, "USD") == 0;
}

/* Of a credit the value is what is left, of a share it is what is used. */
static double
get_used_fraction (const PdkMetric *metric)
{
  return CLAMP ((metric->limit - metric->remaining) / metric->limit, 0.0, 1.0);
}

/* What is shown as used and as left is 100 percent together. */
static char *
describe_left_share (double used_fraction)
{
  double shown = used_fraction > 0 && used_fraction < 1
                     ? CLAMP (round (used_fraction * 100) / 100, 0.01, 0.99)
                     : used_fraction;
  g_autofree char *percent = pdk_format_percent (1 - shown);

  if (used_fraction >= 1)
    return g_strdup (_ ("used up"));
  /* Translators: %s is a share, such as "45%". */
  return g_strdup_printf (_ ("%s left"), percent);
}

static char *
describe_left_money (const PdkMetric *metric)
{
  g_autofree char *left = pdk_format_usd (metric->value);
  g_autofree char *limit = metric->has_limit ? pdk_format_usd (metric->limit) : NULL;

  if (limit == NULL)
    /* Translators: %s is an amount of money. */
    return g_strdup_printf (_ ("%s left"), left);
  /* Translators: amounts of money: what is left, of how much. */
  return g_strdup_printf (_ ("%s of %s left"), left, limit);
}

static gint64
get_time (const PdkFacts *facts, const char *attribute)
{
  return pdk_time_parse_rfc3339 (pdk_facts_get_attribute (facts, attribute));
}

/* The period of the bill that ends at @end_usec, if it is known when that began. */
static gint64
find_billing_start (const PdkFacts *facts, gint64 end_usec)
{
  gint64 cycle_start_usec = get_time (facts, "billing_cycle_start");
  gint64 cycle_end_usec = get_time (facts, "billing_cycle_end");

  if (cycle_start_usec == PDK_TIME_UNKNOWN || cycle_end_usec == PDK_TIME_UNKNOWN ||
      ABS (cycle_end_usec - end_usec) > DAY_USEC)
    return PDK_TIME_UNKNOWN;
  return cycle_start_usec;
}

/* Minutes would tell more than anybody can know. Earlier rather than late. */
static gint64
round_moment (gint64 time_usec, gint64 now_usec)
{
  gint64 step_usec = time_usec - now_usec > DAY_USEC ? HOUR_USEC : 5 * 60 * G_USEC_PER_SEC;

  return time_usec - time_usec % step_usec;
}

/* How it goes on as it went from the beginning of the period until it was observed. */
static char *
describe_pace (PdkCloudRow *row, gint64 start_usec, gint64 observed_at_usec, gint64 now_usec)
{
  double elapsed_usec = (double) observed_at_usec - (double) start_usec;
  double period_usec = (double) row->resets_at_usec - (double) start_usec;
  g_autofree char *moment = NULL;
  double lasts_usec;

  if (row->used_fraction <= 0 || row->used_fraction >= 1 || elapsed_usec < MIN_ELAPSED_FRACTION * period_usec)
    return NULL;
  lasts_usec = elapsed_usec / row->used_fraction;
  if (lasts_usec >= period_usec)
    return g_strdup (_ ("lasts until the reset"));
  /* Values that are that old say nothing any more. */
  if ((double) start_usec + lasts_usec <= (double) now_usec)
    return NULL;
  row->runs_out = TRUE;
  moment =
      pdk_format_coming_moment (round_moment (start_usec + (gint64) round (lasts_usec), now_usec), now_usec);
  /* Translators: %s is a time, such as "14:00" or "Thursday 14:00". */
  return g_strdup_printf (_ ("At this rate used up by %s"), moment);
}

static PdkCloudLevel
get_level (double used_fraction, const PdkAlertRules *rules)
{
  double used_percent = 100 * (used_fraction + ROUNDING_FRACTION);

  if (used_percent >= pdk_alert_rules_get_highest (rules))
    return PDK_CLOUD_LEVEL_SCARCE;
  return used_percent >= pdk_alert_rules_get_lowest (rules) ? PDK_CLOUD_LEVEL_LOW : PDK_CLOUD_LEVEL_PLENTY;
}

static PdkCloudRow *
create_row (gsize index, const PdkMetric *metric, const PdkAlertRules *rules)
{
  PdkCloudRow *row = g_new0 (PdkCloudRow, 1);

  row->metric = limits[index].metric;
  row->title = _ (limits[index].title);
  row->has_limit = metric->has_limit && metric->limit > 0;
  row->resets_at_usec = PDK_TIME_UNKNOWN;
  if (row->has_limit)
    {
      g_autofree char *percent = NULL;

      row->used_fraction = get_used_fraction (metric);
      percent = pdk_format_percent (row->used_fraction);
      /* Translators: %s is a share, such as "55%". */
      row->used = g_strdup_printf (_ ("%s used"), percent);
      row->level = get_level (row->used_fraction, rules);
    }
  row->left = is_money (metric) ? describe_left_money (metric) : describe_left_share (row->used_fraction);
  return row;
}

static void
describe_reset (
    PdkCloudRow *row, const PdkFacts *facts, gint64 period_usec, gint64 observed_at_usec, gint64 now_usec)
{
  gint64 resets_at_usec = pdk_facts_get_reset (facts, row->metric);
  g_autofree char *time = NULL;
  gint64 start_usec;

  if (resets_at_usec == PDK_TIME_UNKNOWN || resets_at_usec <= now_usec)
    return;
  row->resets_at_usec = resets_at_usec;
  time = pdk_format_time_until (resets_at_usec - now_usec);
  /* Translators: when a limit begins anew; %s is a time span, such as "5 h 12 min". */
  row->countdown = g_strdup_printf (_ ("resets in %s"), time);

  start_usec = period_usec > 0 ? resets_at_usec - period_usec : find_billing_start (facts, resets_at_usec);
  if (row->has_limit && start_usec != PDK_TIME_UNKNOWN && start_usec < observed_at_usec)
    row->pace = describe_pace (row, start_usec, observed_at_usec, now_usec);
}

static void
add_row (PdkCloudRows *rows,
         const PdkFacts *facts,
         gsize index,
         const PdkAlertRules *rules,
         gint64 observed_at_usec,
         gint64 now_usec)
{
  const PdkMetric *metric = pdk_facts_get_metric (facts, limits[index].metric);
  PdkCloudRow *row;

  if (metric == NULL)
    return;
  row = create_row (index, metric, rules);
  describe_reset (row, facts, limits[index].period_usec, observed_at_usec, now_usec);
  g_ptr_array_add (rows->rows, row);
}

static char *
describe_title (const PdkFacts *facts)
{
  const char *plan = pdk_facts_get_attribute (facts, "plan_name");
  g_autofree char *shown = plan != NULL ? pdk_text_dup_for_display (plan) : NULL;

  if (shown == NULL || *shown == '\0')
    return g_strdup (_ ("Cloud"));
  /* Translators: %s is the name of a plan, such as "pro". */
  return g_strdup_printf (_ ("Cloud (%s)"), shown);
}

static char *
describe_account (const PdkFacts *facts)
{
  const char *name = pdk_facts_get_attribute (facts, "account_name");
  const char *email = pdk_facts_get_attribute (facts, "account_email");
  g_autofree char *shown_name = name != NULL ? pdk_text_dup_for_display (name) : NULL;
  g_autofree char *shown_email = email != NULL ? pdk_text_dup_for_display (email) : NULL;

  if (shown_name == NULL || shown_email == NULL)
    return shown_name != NULL ? g_steal_pointer (&shown_name) : g_steal_pointer (&shown_email);
  /* Translators: the name and the e-mail address of an account. */
  return g_strdup_printf (_ ("%s · %s"), shown_name, shown_email);
}

static char *
describe_age (const PdkReading *reading, gint64 now_usec)
{
  g_autofree char *moment = NULL;

  if (reading == NULL || reading->state != PDK_SOURCE_STATE_STALE ||
      reading->observed_at_usec == PDK_TIME_UNKNOWN)
    return NULL;
  moment = pdk_format_moment (reading->observed_at_usec, now_usec);
  /* Translators: %s is a time. What is shown was true then. */
  return g_strdup_printf (_ ("As of %s"), moment);
}

/**
 * pdk_cloud_rows_new:
 * @account: an account
 * @rules: (nullable): the thresholds that the levels go by, or NULL for the usual
 * @now_usec: the time now, in microseconds since the epoch
 *
 * Returns: (transfer full): what is known of the account's cloud; there are no rows where no limit is known
 */
PdkCloudRows *
pdk_cloud_rows_new (const PdkAccountSnapshot *account, const PdkAlertRules *rules, gint64 now_usec)
{
  const PdkReading *reading = pdk_account_snapshot_get_reading (account, "cloud");
  gboolean is_dated = reading != NULL && reading->observed_at_usec != PDK_TIME_UNKNOWN;
  gint64 observed_at_usec = is_dated ? MIN (reading->observed_at_usec, now_usec) : now_usec;
  PdkCloudRows *rows = g_new0 (PdkCloudRows, 1);
  PdkAlertRules usual_rules;

  pdk_alert_rules_init (&usual_rules);
  rows->title = describe_title (account->facts);
  rows->account = describe_account (account->facts);
  rows->as_of = describe_age (reading, now_usec);
  rows->rows = g_ptr_array_new_with_free_func (free_row);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    add_row (rows, account->facts, i, rules != NULL ? rules : &usual_rules, observed_at_usec, now_usec);
  rows->is_signed_out = rows->rows->len == 0 &&
                        g_strcmp0 (pdk_facts_get_attribute (account->facts, "signed_in"), "false") == 0 &&
                        g_strcmp0 (pdk_facts_get_attribute (account->facts, "cloud_disabled"), "true") != 0;
  return rows;
}

/** pdk_cloud_rows_free: frees @rows */
void
pdk_cloud_rows_free (PdkCloudRows *rows)
{
  g_free (rows->title);
  g_free (rows->account);
  g_free (rows->as_of);
  g_ptr_array_unref (rows->rows);
  g_free (rows);
}

/** pdk_cloud_rows_get: Returns: (transfer none): the row at @index, which is less than there are */
const PdkCloudRow *
pdk_cloud_rows_get (const PdkCloudRows *rows, guint index)
{
  return g_ptr_array_index (rows->rows, index);
}

/** pdk_cloud_rows_has_countdown: Returns: whether @rows change as time passes */
gboolean
pdk_cloud_rows_has_countdown (const PdkCloudRows *rows)
{
  for (guint i = 0; i < rows->rows->len; i++)
    {
      if (pdk_cloud_rows_get (rows, i)->countdown != NULL)
        return TRUE;
    }
  return FALSE;
}
