/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cloud-limits.h"
#include "pdk-alerts.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define NOW (G_GINT64_CONSTANT (1790000000) * SECOND)
#define UNTOLD G_MININT64
#define MAX_STEPS 12

/* What is seen at some time, and what is to be told of it. */
typedef struct
{
  gint64 at_usec;       /* after NOW */
  double used_percent;  /* below 0: not known */
  gint64 resets_usec;   /* after NOW, or UNTOLD */
  const char *title;    /* NULL for nothing to tell */
  gboolean is_restart;  /* the memory goes through its file before */
  PdkSourceState state; /* of the cloud's reading */
} Step;

typedef struct
{
  const char *name;
  const char *metric;
  const char *settings; /* what is not usual */
  Step steps[MAX_STEPS];
} Case;

#define OK FALSE, PDK_SOURCE_STATE_OK
#define RESTART TRUE, PDK_SOURCE_STATE_OK
#define STALE FALSE, PDK_SOURCE_STATE_STALE
#define AT_80 "Weekly limit: 81% used"
#define AT_95 "Weekly limit: 96% used"
#define USED_UP "Weekly limit: used up"
#define BACK "Weekly limit: available again"
#define SILENT "{\"notifications\": {\"silent\": true}}"
#define NO_THRESHOLDS "{\"notifications\": {\"thresholds\": []}}"

static const Case cases[] = {
  { "each-once",
    "usage_weekly",
    NULL,
    { { 0, 79.9, HOUR, NULL, OK },
      { 1, 81, HOUR, AT_80, OK },
      { 2, 81, HOUR, NULL, OK },
      { 3, 94, HOUR, NULL, OK },
      { 4, 96, HOUR, AT_95, OK },
      { 5, 99.9, HOUR, NULL, OK },
      { 6, 100, HOUR, USED_UP, OK },
      { 7, 100, HOUR, NULL, OK } } },
  { "exactly-at",
    "usage_weekly",
    NULL,
    { { 0, 80, HOUR, "Weekly limit: 80% used", OK }, { 1, 95, HOUR, "Weekly limit: 95% used", OK } } },
  { "credits",
    "credit_included_usd",
    NULL,
    { { 0, 80, HOUR, "Included credits: 80% used", OK },
      { 1, 100, HOUR, "Included credits: used up", OK },
      { 2, 103, HOUR, NULL, OK } } },
  { "highest-alone",
    "usage_weekly",
    NULL,
    { { 0, 10, HOUR, NULL, OK }, { 1, 96, HOUR, AT_95, OK }, { 2, 81, HOUR, NULL, OK } } },
  { "used-up-at-once", "usage_weekly", NULL, { { 0, 100, HOUR, USED_UP, OK }, { 1, 96, HOUR, BACK, OK } } },
  { "back-within-the-period",
    "usage_weekly",
    NULL,
    { { 0, 100, HOUR, USED_UP, OK },
      { 1, 30, HOUR, BACK, OK },
      { 2, 100, HOUR, NULL, OK },
      { 3, 30, HOUR, NULL, OK },
      { 4, 81, HOUR, NULL, OK },
      { 2 * HOUR, 3, 9 * HOUR, NULL, OK } } },
  { "back-in-the-next",
    "usage_weekly",
    NULL,
    { { 0, 100, HOUR, USED_UP, OK },
      { 2 * HOUR, 0, 3 * HOUR, BACK, OK },
      { 2 * HOUR + 1, 81, 3 * HOUR, AT_80, OK },
      { 2 * HOUR + 2, 100, 3 * HOUR, USED_UP, OK } } },
  { "back-and-much-used",
    "usage_weekly",
    NULL,
    { { 0, 100, HOUR, USED_UP, OK },
      { 2 * HOUR, 81, 3 * HOUR, BACK, OK },
      { 2 * HOUR + 1, 81, 3 * HOUR, NULL, OK },
      { 2 * HOUR + 2, 96, 3 * HOUR, AT_95, OK } } },
  { "used-up-in-each",
    "usage_weekly",
    NULL,
    { { 0, 100, HOUR, USED_UP, OK }, { 2 * HOUR, 100, 3 * HOUR, USED_UP, OK } } },
  { "no-back-without-used-up",
    "usage_weekly",
    NULL,
    { { 0, 96, HOUR, AT_95, OK }, { 2 * HOUR, 0, 3 * HOUR, NULL, OK } } },
  { "next-period",
    "usage_weekly",
    NULL,
    { { 0, 81, HOUR, AT_80, OK },
      { 2 * HOUR, 81, 3 * HOUR, AT_80, OK },
      { 2 * HOUR + 1, 81, 3 * HOUR, NULL, OK } } },
  { "old-answer-after-the-reset",
    "usage_weekly",
    NULL,
    { { 0, 81, HOUR, AT_80, OK }, { HOUR, 100, HOUR, NULL, OK }, { HOUR + 1, 0, 2 * HOUR, NULL, OK } } },
  { "restart",
    "usage_weekly",
    NULL,
    { { 0, 81, HOUR, AT_80, OK },
      { 1, 81, HOUR, NULL, RESTART },
      { 2, 96, HOUR, AT_95, RESTART },
      { 3, 100, HOUR, USED_UP, RESTART },
      { 4, 100, HOUR, NULL, RESTART },
      { 2 * HOUR, 1, 3 * HOUR, BACK, RESTART },
      { 2 * HOUR + 1, 1, 3 * HOUR, NULL, RESTART } } },
  { "stale",
    "usage_weekly",
    NULL,
    { { 0, 96, HOUR, NULL, STALE },
      { 1, 100, HOUR, USED_UP, OK },
      { 2, 10, HOUR, NULL, STALE },
      { 3, -1, HOUR, NULL, OK },
      { 4, 100, HOUR, NULL, OK },
      { 5, 10, HOUR, BACK, OK } } },
  { "no-reset",
    "usage_weekly",
    NULL,
    { { 0, 81, UNTOLD, AT_80, OK },
      { 1, 85, UNTOLD, NULL, RESTART },
      { 2, 79, UNTOLD, NULL, OK },
      { 3, 81, UNTOLD, AT_80, OK },
      { 4, 100, UNTOLD, USED_UP, OK },
      { 5, 90, UNTOLD, BACK, OK },
      { 6, 100, UNTOLD, NULL, OK },
      { 7, 10, UNTOLD, NULL, OK },
      { 8, 100, UNTOLD, USED_UP, OK },
      { 9, 10, UNTOLD, BACK, OK } } },
  { "reset-that-wobbles",
    "usage_weekly",
    NULL,
    { { 0, 81, HOUR, AT_80, OK },
      { 1, 81, HOUR + 3 * SECOND, NULL, OK },
      { 2, 70, HOUR - 2 * SECOND, NULL, OK },
      { 3, 81, HOUR + SECOND / 2, NULL, RESTART } } },
  { "reset-that-is-always-as-far",
    "usage_weekly",
    NULL,
    { { 0, 81, 5 * HOUR, AT_80, OK },
      { HOUR, 82, 6 * HOUR, NULL, OK },
      { 7 * HOUR / 2, 83, 17 * HOUR / 2, NULL, RESTART },
      { 6 * HOUR, 84, 11 * HOUR, NULL, OK },
      { 8 * HOUR, 20, 13 * HOUR, NULL, OK },
      { 9 * HOUR, 81, 14 * HOUR, AT_80, OK } } },
  { "reset-that-is-told-later",
    "usage_weekly",
    NULL,
    { { 0, 81, UNTOLD, AT_80, OK },
      { 1, 81, HOUR, NULL, OK },
      { 2, 81, UNTOLD, NULL, OK },
      { 2 * HOUR, 81, 3 * HOUR, AT_80, OK } } },
  { "clock-set-ahead",
    "usage_weekly",
    NULL,
    { { 0, 81, HOUR, AT_80, OK },
      { 500 * HOUR, 81, HOUR, NULL, OK },
      { 1, 81, HOUR, NULL, OK },
      { 2, 96, HOUR, AT_95, OK } } },
  { "clock-set-back",
    "usage_weekly",
    NULL,
    { { 0, 81, HOUR, AT_80, OK },
      { -500 * HOUR, 81, HOUR, NULL, OK },
      { -499 * HOUR, 96, HOUR, AT_95, OK },
      { -498 * HOUR, 0, 3 * HOUR, NULL, OK },
      { -497 * HOUR, 81, 3 * HOUR, AT_80, OK } } },
  { "no-thresholds",
    "usage_weekly",
    NO_THRESHOLDS,
    { { 0, 99.9, HOUR, NULL, OK }, { 1, 100, HOUR, USED_UP, OK }, { 2, 99, HOUR, BACK, OK } } },
  { "own-thresholds",
    "usage_weekly",
    "{\"notifications\": {\"thresholds\": [50]}}",
    { { 0, 49, HOUR, NULL, OK },
      { 1, 50, HOUR, "Weekly limit: 50% used", OK },
      { 2, 96, HOUR, NULL, OK },
      { 3, 100, HOUR, USED_UP, OK } } },
  { "silent",
    "usage_weekly",
    SILENT,
    { { 0, 81, HOUR, NULL, OK }, { 1, 100, HOUR, NULL, OK }, { 2, 0, HOUR, NULL, OK } } },
};

/* Returns what is told at @step. */
static GPtrArray *
take_step (const Case *the_case, const Step *step, const PdkAlertRules *rules, PdkAlertMemory *memory)
{
  g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (NOW + step->at_usec);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GBytes) before = pdk_alert_memory_to_bytes (memory);
  g_autoptr (GBytes) after = NULL;
  GPtrArray *alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_alert_free);
  gboolean is_changed;

  if (step->used_percent >= 0)
    cloud_limits_set_used (facts, the_case->metric, step->used_percent,
                           step->resets_usec != UNTOLD ? NOW + step->resets_usec : PDK_TIME_UNKNOWN);
  pdk_snapshot_take_account (snapshot, cloud_limits_new_account ("ollama", step->state, facts));
  is_changed = pdk_alerts_decide (snapshot, rules, memory, alerts);
  after = pdk_alert_memory_to_bytes (memory);
  /* What is told and not kept is told again. */
  g_assert_cmpint (is_changed, ==, !g_bytes_equal (before, after));
  return alerts;
}

static void
read_rules (const char *settings, PdkAlertRules *rules)
{
  g_autoptr (JsonNode) root = settings != NULL ? json_from_string (settings, NULL) : NULL;
  PdkAlertComplaint complaint;

  pdk_alert_rules_init (rules);
  if (root != NULL)
    g_assert_true (pdk_alert_rules_read (rules, json_node_get_object (root), &complaint));
}

static void
test_case (gconstpointer data)
{
  const Case *the_case = data;
  g_autoptr (PdkAlertMemory) memory = pdk_alert_memory_new (NULL);
  PdkAlertRules rules;

  read_rules (the_case->settings, &rules);
  for (gsize i = 0; i < MAX_STEPS && the_case->steps[i].resets_usec != 0; i++)
    {
      const Step *step = &the_case->steps[i];
      g_autoptr (GPtrArray) alerts = NULL;

      if (step->is_restart)
        {
          g_autoptr (GBytes) bytes = pdk_alert_memory_to_bytes (memory);

          pdk_alert_memory_free (memory);
          memory = pdk_alert_memory_new (bytes);
        }
      alerts = take_step (the_case, step, &rules, memory);
      g_test_message ("step %" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (alerts->len, ==, step->title != NULL ? 1 : 0);
      if (step->title != NULL)
        g_assert_cmpstr (((PdkAlert *) g_ptr_array_index (alerts, 0))->title, ==, step->title);
    }
}

/* What was not told in silence is not told after it, and neither is its end. */
static void
test_after_silence (void)
{
  static const Case the_case = { .metric = "usage_weekly" };
  static const Step used_up = { 0, 100, HOUR, NULL, OK }, back = { 1, 10, HOUR, NULL, OK };
  g_autoptr (PdkAlertMemory) memory = pdk_alert_memory_new (NULL);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) third = NULL;
  PdkAlertRules silent, usual;

  read_rules (SILENT, &silent);
  read_rules (NULL, &usual);
  first = take_step (&the_case, &used_up, &silent, memory);
  second = take_step (&the_case, &used_up, &usual, memory);
  third = take_step (&the_case, &back, &usual, memory);
  g_assert_cmpuint (first->len + second->len + third->len, ==, 0);
}

/* Each limit of each account is told of by itself, under a name of its own. */
static void
test_many (void)
{
  static const char *const ids[] = { "home", "big-box" };
  g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (NOW);
  g_autoptr (PdkAlertMemory) memory = pdk_alert_memory_new (NULL);
  g_autoptr (GPtrArray) alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_alert_free);
  const PdkAlert *first, *last;
  PdkAlertRules rules;

  read_rules (NULL, &rules);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();

      cloud_limits_set_used (facts, "usage_weekly", 81, NOW + HOUR);
      cloud_limits_set_used (facts, "usage_five_hour", i == 0 ? 100 : 7, PDK_TIME_UNKNOWN);
      pdk_snapshot_take_account (snapshot, cloud_limits_new_account (ids[i], PDK_SOURCE_STATE_OK, facts));
    }
  g_assert_true (pdk_alerts_decide (snapshot, &rules, memory, alerts));
  g_assert_cmpuint (alerts->len, ==, 3);
  first = g_ptr_array_index (alerts, 0);
  last = g_ptr_array_index (alerts, 2);
  g_assert_cmpint (first->kind, ==, PDK_ALERT_USED_UP);
  g_assert_cmpstr (first->title, ==, "Session limit: used up");
  g_assert_cmpstr (first->body, ==, "Account: home");
  g_assert_cmpstr (first->id, ==, "usage_five_hour/home");
  g_assert_cmpint (last->kind, ==, PDK_ALERT_PASSED);
  g_assert_cmpstr (last->body, ==, "Account: big-box\nNext reset: 15:13");
  g_assert_cmpstr (last->id, ==, "usage_weekly/big-box");
  g_assert_false (pdk_alerts_decide (snapshot, &rules, memory, alerts));
  g_assert_cmpuint (alerts->len, ==, 3);
}

static PdkAccountSnapshot *
new_persons_account (const char *id, const char *email, double used_percent, gint64 resets_at_usec)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  if (email != NULL)
    pdk_facts_set_attribute (facts, "account_email", email);
  if (used_percent >= 0)
    cloud_limits_set_used (facts, "usage_weekly", used_percent, resets_at_usec);
  return cloud_limits_new_account (id, PDK_SOURCE_STATE_OK, facts);
}

/* What two accounts of the same person share is told once, whichever of them is heard of first. */
static void
test_same_person (void)
{
  static const struct
  {
    double one, two; /* what is used, by either; below 0: not known */
    const char *emails[2];
    const char *titles; /* of what is told */
    gint64 resets_usec;
  } steps[] = {
    { 81, -1, { "me@here", "ME@here" }, AT_80, HOUR },
    { 81, 82, { "me@here", "ME@here" }, "", HOUR },
    { 81, 96, { "me@here", "ME@here" }, AT_95, HOUR + 10 },
    { 97, 96, { "me@here", "ME@here" }, "", HOUR },
    { 100, 100, { "me@here", "ME@here" }, USED_UP, HOUR },
    { -1, 2, { "me@here", "ME@here" }, BACK, 9 * HOUR },
    { 2, 2, { "me@here", "ME@here" }, "", 9 * HOUR },
    { 81, 81, { "me@here", "ME@here" }, AT_80, 9 * HOUR },
    { 96, 96, { "me@here", NULL }, AT_95 AT_95, 9 * HOUR },
    { 100, 100, { "me@here", "you@here" }, USED_UP USED_UP, 9 * HOUR },
  };
  g_autoptr (PdkAlertMemory) memory = pdk_alert_memory_new (NULL);
  PdkAlertRules rules;

  read_rules (NULL, &rules);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      gint64 now_usec = NOW + (steps[i].resets_usec > 2 * HOUR ? 2 * HOUR : 0);
      gint64 resets_at_usec = NOW + steps[i].resets_usec;
      g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (now_usec);
      g_autoptr (GPtrArray) alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_alert_free);
      g_autoptr (GString) titles = g_string_new (NULL);

      g_test_message ("step %" G_GSIZE_FORMAT, i);
      pdk_snapshot_take_account (
          snapshot, new_persons_account ("one", steps[i].emails[0], steps[i].one, resets_at_usec));
      pdk_snapshot_take_account (
          snapshot, new_persons_account ("two", steps[i].emails[1], steps[i].two, resets_at_usec));
      pdk_alerts_decide (snapshot, &rules, memory, alerts);
      for (guint j = 0; j < alerts->len; j++)
        g_string_append (titles, ((PdkAlert *) g_ptr_array_index (alerts, j))->title);
      g_assert_cmpstr (titles->str, ==, steps[i].titles);
    }
}

/* What was told of one account in a period that is over is no reason not to tell of another one. */
static void
test_same_person_later (void)
{
  g_autoptr (PdkAlertMemory) memory = pdk_alert_memory_new (NULL);
  PdkAlertRules rules;

  read_rules (NULL, &rules);
  for (guint i = 0; i < 2; i++)
    {
      gint64 resets_at_usec = NOW + (i == 0 ? HOUR : 9 * HOUR);
      g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (NOW + i * 2 * HOUR);
      g_autoptr (GPtrArray) alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_alert_free);

      pdk_snapshot_take_account (snapshot,
                                 new_persons_account ("one", "me", i == 0 ? 81 : -1, resets_at_usec));
      pdk_snapshot_take_account (snapshot,
                                 new_persons_account ("two", "me", i == 0 ? -1 : 81, resets_at_usec));
      pdk_alerts_decide (snapshot, &rules, memory, alerts);
      g_assert_cmpuint (alerts->len, ==, 1);
    }
}

/* A limit of which there is nothing more to tell takes no place. */
static void
test_nothing_to_remember (void)
{
  g_autoptr (PdkAlertMemory) memory = pdk_alert_memory_new (NULL);
  PdkAlertRules rules;

  read_rules (NULL, &rules);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (NOW + i * 2 * HOUR);
      g_autoptr (GPtrArray) alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_alert_free);

      pdk_snapshot_take_account (
          snapshot, new_persons_account ("one", NULL, i == 0 ? 81 : 2, NOW + (i == 0 ? HOUR : 9 * HOUR)));
      g_assert_true (pdk_alerts_decide (snapshot, &rules, memory, alerts));
      g_assert_cmpuint (pdk_alert_memory_get_size (memory), ==, 1 - i);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/alerts/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/alerts/after-silence", test_after_silence);
  g_test_add_func ("/alerts/many", test_many);
  g_test_add_func ("/alerts/same-person", test_same_person);
  g_test_add_func ("/alerts/same-person-later", test_same_person_later);
  g_test_add_func ("/alerts/nothing-to-remember", test_nothing_to_remember);
  return g_test_run ();
}
