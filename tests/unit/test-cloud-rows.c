/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-cloud-rows.h"
#include "pdk-time.h"

#define MINUTE (60 * G_USEC_PER_SEC)
#define HOUR (60 * (gint64) MINUTE)
#define DAY (24 * HOUR)

/* A Friday. */
#define NOW_TEXT "2026-11-20T14:05:00Z"

static gint64
now (void)
{
  return pdk_time_parse_rfc3339 (NOW_TEXT);
}

static PdkCloudRows *
create_rows (PdkFacts *facts, PdkSourceState state, gint64 observed_at_usec)
{
  g_autoptr (PdkAccountSnapshot) account = pdk_account_snapshot_new ("a", "ollama", NULL, FALSE);
  g_autoptr (PdkReading) reading = pdk_reading_new (state, observed_at_usec, facts);

  pdk_account_snapshot_add_reading (account, "cloud", reading);
  pdk_account_snapshot_finish (account, NULL);
  return pdk_cloud_rows_new (account, NULL, now ());
}

static void
set_share (PdkFacts *facts, const char *name, double used_percent, gint64 resets_in_usec)
{
  pdk_facts_set_quota (facts, name, used_percent, 100, 100 - used_percent, "%", NULL);
  pdk_facts_set_reset (facts, name, now () + resets_in_usec);
}

static void
set_cycle (PdkFacts *facts, gint64 began_before_usec, gint64 ends_in_usec)
{
  g_autofree char *from = pdk_time_format_rfc3339 (now () - began_before_usec);
  g_autofree char *until = pdk_time_format_rfc3339 (now () + ends_in_usec);

  pdk_facts_set_attribute (facts, "billing_cycle_start", from);
  pdk_facts_set_attribute (facts, "billing_cycle_end", until);
}

static void
test_credits (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkCloudRows) rows = NULL;
  const PdkCloudRow *included, *purchased;

  pdk_facts_set_quota (facts, "credit_included_usd", 45.39, 60, 45.39, "USD", NULL);
  pdk_facts_set_reset (facts, "credit_included_usd", now () + 18 * DAY);
  pdk_facts_set_metric (facts, "credit_purchased_usd", 25, "USD", NULL);
  set_cycle (facts, 12 * DAY, 18 * DAY);
  pdk_facts_set_attribute (facts, "plan_name", "pro");
  pdk_facts_set_attribute (facts, "account_name", "ada");
  pdk_facts_set_attribute (facts, "account_email", "ada@example.org");
  rows = create_rows (facts, PDK_SOURCE_STATE_OK, now ());

  g_assert_cmpstr (rows->title, ==, "Cloud (pro)");
  g_assert_cmpstr (rows->account, ==, "ada · ada@example.org");
  g_assert_null (rows->as_of);
  g_assert_true (pdk_cloud_rows_has_countdown (rows));
  g_assert_cmpuint (rows->rows->len, ==, 2);

  included = pdk_cloud_rows_get (rows, 0);
  g_assert_cmpstr (included->title, ==, "Included credits");
  g_assert_true (included->has_limit);
  g_assert_cmpfloat_with_epsilon (included->used_fraction, 0.2435, 0.0001);
  g_assert_cmpstr (included->used, ==, "24% used");
  g_assert_cmpstr (included->left, ==, "$45.39 of $60.00 left");
  g_assert_cmpstr (included->countdown, ==, "resets in 18 days");
  g_assert_cmpstr (included->pace, ==, "lasts until the reset");

  purchased = pdk_cloud_rows_get (rows, 1);
  g_assert_false (purchased->has_limit);
  g_assert_null (purchased->used);
  g_assert_cmpstr (purchased->left, ==, "$25.00 left");
  g_assert_null (purchased->countdown);
  g_assert_null (purchased->pace);
}

static void
test_shares (void)
{
  static const struct
  {
    double used_percent;
    const char *used, *left;
    PdkCloudLevel level;
  } cases[] = {
    { 0, "0% used", "100% left", PDK_CLOUD_LEVEL_PLENTY },
    { 0.1, "1% used", "99% left", PDK_CLOUD_LEVEL_PLENTY },
    { 55.5, "56% used", "44% left", PDK_CLOUD_LEVEL_PLENTY },
    { 79.9, "80% used", "20% left", PDK_CLOUD_LEVEL_PLENTY },
    { 80, "80% used", "20% left", PDK_CLOUD_LEVEL_LOW },
    { 95, "95% used", "5% left", PDK_CLOUD_LEVEL_SCARCE },
    { 99.9, "99% used", "1% left", PDK_CLOUD_LEVEL_SCARCE },
    { 100, "100% used", "used up", PDK_CLOUD_LEVEL_SCARCE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkCloudRows) rows = NULL;
      const PdkCloudRow *row;

      pdk_facts_set_quota (facts, "usage_monthly", cases[i].used_percent, 100, 100 - cases[i].used_percent,
                           "%", NULL);
      rows = create_rows (facts, PDK_SOURCE_STATE_OK, now ());
      row = pdk_cloud_rows_get (rows, 0);
      g_assert_cmpstr (row->title, ==, "Monthly limit");
      g_assert_cmpstr (row->used, ==, cases[i].used);
      g_assert_cmpstr (row->left, ==, cases[i].left);
      g_assert_cmpint (row->level, ==, cases[i].level);
      /* Without a reset, nothing is said of one. */
      g_assert_null (row->countdown);
      g_assert_null (row->pace);
      g_assert_false (pdk_cloud_rows_has_countdown (rows));
    }
}

static void
test_pace (void)
{
  static const struct
  {
    const char *metric;
    double used_percent;
    gint64 resets_in_usec;
    const char *countdown, *pace;
  } cases[] = {
    /* Three days of seven are over. */
    { "usage_weekly", 40, 4 * DAY, "resets in 4 d 0 h", "lasts until the reset" },
    { "usage_weekly", 60, 4 * DAY, "resets in 4 d 0 h", "At this rate used up by Sunday 14:00" },
    { "usage_weekly", 90, 4 * DAY, "resets in 4 d 0 h", "At this rate used up by 22:05" },
    { "usage_weekly", 100, 4 * DAY, "resets in 4 d 0 h", NULL },
    { "usage_weekly", 0, 4 * DAY, "resets in 4 d 0 h", NULL },
    /* It has just begun. */
    { "usage_weekly", 4, 7 * DAY - 8 * HOUR, "resets in 6 d 16 h", NULL },
    { "usage_weekly", 4, 7 * DAY - 9 * HOUR, "resets in 6 d 15 h", "lasts until the reset" },
    /* No week is that long. */
    { "usage_weekly", 60, 8 * DAY, "resets in 8 days", NULL },
    { "usage_weekly", 60, 0, NULL, NULL },
    { "usage_weekly", 60, -HOUR, NULL, NULL },
    { "usage_daily", 50, 13 * HOUR, "resets in 13 h 0 min", "At this rate used up by Saturday 01:05" },
    { "usage_five_hour", 96, HOUR + MINUTE / 2, "resets in 1 h 1 min", "At this rate used up by 14:10" },
    { "usage_five_hour", 96, MINUTE / 2, "resets in 1 min", "lasts until the reset" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkCloudRows) rows = NULL;
      g_autofree char *countdown = NULL;
      const PdkCloudRow *row;

      set_share (facts, cases[i].metric, cases[i].used_percent, cases[i].resets_in_usec);
      rows = create_rows (facts, PDK_SOURCE_STATE_OK, now ());
      row = pdk_cloud_rows_get (rows, 0);
      if (row->countdown != NULL)
        {
          g_auto (GStrv) words = g_strsplit (row->countdown, "\302\240", -1);

          countdown = g_strjoinv (" ", words);
        }
      g_test_message ("%s, %g %%, case %u", cases[i].metric, cases[i].used_percent, (guint) i);
      g_assert_cmpstr (countdown, ==, cases[i].countdown);
      g_assert_cmpstr (row->pace, ==, cases[i].pace);
      g_assert_true (row->runs_out == (row->pace != NULL && g_str_has_prefix (row->pace, "At this rate")));
    }
}

/* Of a bill, it must be known when its period began. */
static void
test_billing_period (void)
{
  static const struct
  {
    gint64 began_before_usec, ends_in_usec;
    const char *pace;
  } cases[] = {
    { 10 * DAY, 20 * DAY, "At this rate used up by 30 Nov, 14:00" },
    { 10 * DAY, 20 * DAY + HOUR, "At this rate used up by 30 Nov, 14:00" },
    { 40 * DAY, -10 * DAY, NULL }, /* the one before */
    { -DAY, 20 * DAY, NULL },
    { 0, 0, NULL }, /* not known */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkCloudRows) rows = NULL;

      set_share (facts, "usage_monthly", 50, 20 * DAY);
      if (cases[i].ends_in_usec != 0)
        set_cycle (facts, cases[i].began_before_usec, cases[i].ends_in_usec);
      rows = create_rows (facts, PDK_SOURCE_STATE_OK, now ());
      g_assert_cmpstr (pdk_cloud_rows_get (rows, 0)->pace, ==, cases[i].pace);
    }
}

/* The pace is that of when it was observed; what it foretold for a time that is over is not shown. */
static void
test_stale (void)
{
  static const struct
  {
    double used_percent;
    const char *pace;
  } cases[] = {
    { 20, "lasts until the reset" },
    { 40, "At this rate used up by Sunday 14:00" },
    { 70, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkCloudRows) rows = NULL;

      set_share (facts, "usage_weekly", cases[i].used_percent, 4 * DAY);
      rows = create_rows (facts, PDK_SOURCE_STATE_STALE, now () - DAY);
      g_assert_cmpstr (rows->as_of, ==, "As of 19 Nov, 14:05");
      g_assert_cmpstr (pdk_cloud_rows_get (rows, 0)->pace, ==, cases[i].pace);
    }
}

static void
test_signed_out (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkCloudRows) rows = create_rows (facts, PDK_SOURCE_STATE_ABSENT, PDK_TIME_UNKNOWN);

  g_assert_cmpstr (rows->title, ==, "Cloud");
  g_assert_null (rows->account);
  g_assert_false (rows->is_signed_out);
  g_clear_pointer (&rows, pdk_cloud_rows_free);

  pdk_facts_set_attribute (facts, "signed_in", "false");
  rows = create_rows (facts, PDK_SOURCE_STATE_OK, now ());
  g_assert_true (rows->is_signed_out);
  g_clear_pointer (&rows, pdk_cloud_rows_free);

  set_share (facts, "usage_weekly", 20, DAY);
  rows = create_rows (facts, PDK_SOURCE_STATE_OK, now ());
  g_assert_false (rows->is_signed_out);
  g_clear_pointer (&rows, pdk_cloud_rows_free);
  pdk_facts_drop_metric (facts, "usage_weekly");

  pdk_facts_set_attribute (facts, "cloud_disabled", "true");
  rows = create_rows (facts, PDK_SOURCE_STATE_OK, now ());
  g_assert_false (rows->is_signed_out);
}

/* The colours go by the thresholds at which something is told. */
static void
test_levels_by_rules (void)
{
  static const struct
  {
    PdkAlertRules rules;
    PdkCloudLevel level;
  } cases[] = {
    { { .thresholds = { 50, 70 }, .n_thresholds = 2 }, PDK_CLOUD_LEVEL_LOW },
    { { .thresholds = { 50, 60 }, .n_thresholds = 2 }, PDK_CLOUD_LEVEL_SCARCE },
    { { .thresholds = { 60 }, .n_thresholds = 1 }, PDK_CLOUD_LEVEL_SCARCE },
    { { .thresholds = { 61, 62 }, .n_thresholds = 2 }, PDK_CLOUD_LEVEL_PLENTY },
    { { .n_thresholds = 0 }, PDK_CLOUD_LEVEL_PLENTY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkAccountSnapshot) account = pdk_account_snapshot_new ("a", "ollama", NULL, FALSE);
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkReading) reading = NULL;
      g_autoptr (PdkCloudRows) rows = NULL;

      pdk_facts_set_quota (facts, "credit_included_usd", 40, 100, 40, "USD", NULL);
      reading = pdk_reading_new (PDK_SOURCE_STATE_OK, now (), facts);
      pdk_account_snapshot_add_reading (account, "cloud", reading);
      pdk_account_snapshot_finish (account, NULL);
      rows = pdk_cloud_rows_new (account, &cases[i].rules, now ());
      g_assert_cmpint (pdk_cloud_rows_get (rows, 0)->level, ==, cases[i].level);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-rows/credits", test_credits);
  g_test_add_func ("/cloud-rows/shares", test_shares);
  g_test_add_func ("/cloud-rows/pace", test_pace);
  g_test_add_func ("/cloud-rows/billing-period", test_billing_period);
  g_test_add_func ("/cloud-rows/stale", test_stale);
  g_test_add_func ("/cloud-rows/signed-out", test_signed_out);
  g_test_add_func ("/cloud-rows/levels-by-rules", test_levels_by_rules);
  return g_test_run ();
}
