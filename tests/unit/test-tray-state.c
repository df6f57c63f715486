/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cloud-limits.h"
#include "pdk-tray-state.h"

#define NBSP "\302\240"

static PdkRunningModel *
make_running (const char *name, double vram_bytes)
{
  PdkRunningModel *model = pdk_running_model_new (name);

  model->size_bytes = 20000000000;
  model->vram_bytes = (gint64) vram_bytes;
  return model;
}

/* An account whose server is in @state, with @n_models models in memory, each of which has 2 GB. */
static PdkAccountSnapshot *
make_account (const char *base_url, PdkSourceState state, guint n_models, const char *diagnostic)
{
  PdkAccountSnapshot *account = pdk_account_snapshot_new (base_url, "ollama", base_url, FALSE);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkReading) reading = NULL;

  if (state == PDK_SOURCE_STATE_OK || state == PDK_SOURCE_STATE_STALE)
    {
      g_autoptr (GPtrArray) running =
          g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_running_model_unref);

      for (guint i = 0; i < n_models; i++)
        {
          g_autofree char *name = g_strdup_printf ("model_%u", i);

          g_ptr_array_add (running, make_running (name, 2e9));
        }
      pdk_facts_set_running (facts, running);
      pdk_facts_set_metric (facts, "loaded_vram_bytes", n_models * 2e9, "bytes", NULL);
      pdk_facts_set_metric (facts, "loaded_models", n_models, "models", NULL);
      pdk_facts_set_metric (facts, "models_total", 7, "models", NULL);
    }
  if (diagnostic != NULL)
    pdk_facts_set_diagnostic (facts, diagnostic, "Something is wrong.");
  reading = pdk_reading_new (state, PDK_TIME_UNKNOWN, facts);
  pdk_account_snapshot_add_reading (account, "local_api", reading);
  pdk_account_snapshot_finish (account, NULL);
  return account;
}

static PdkTrayState *
make_state (PdkAccountSnapshot *first, PdkAccountSnapshot *second)
{
  PdkSnapshot *snapshot = pdk_snapshot_new (0);
  PdkTrayState *state;

  pdk_snapshot_take_account (snapshot, first);
  if (second != NULL)
    pdk_snapshot_take_account (snapshot, second);
  state = pdk_tray_state_new (snapshot, NULL);
  pdk_snapshot_unref (snapshot);
  return state;
}

static void
test_before_anything (void)
{
  g_autoptr (PdkTrayState) none = pdk_tray_state_new (NULL, NULL);
  g_autoptr (PdkTrayState) pending =
      make_state (make_account ("http://a", PDK_SOURCE_STATE_PENDING, 0, NULL), NULL);

  g_assert_cmpstr (none->message, ==, "Looking for Ollama…");
  g_assert_cmpint (none->level, ==, PDK_LEVEL_IDLE);
  g_assert_cmpuint (g_strv_length (none->lines), ==, 0);
  g_assert_cmpstr (pending->message, ==, none->message);
}

/* An account that has nobody to ask is not waited for. */
static void
test_nobody_to_ask (void)
{
  PdkAccountSnapshot *account = pdk_account_snapshot_new ("cloud", "ollama", NULL, TRUE);
  g_autoptr (PdkTrayState) state = NULL;

  pdk_account_snapshot_finish (account, NULL);
  state = make_state (account, NULL);
  g_assert_cmpstr (state->message, ==, "No Ollama data found");
}

static void
test_levels (void)
{
  static const struct
  {
    PdkSourceState first_state, second_state;
    guint n_models;
    const char *diagnostic;
    PdkLevel expected;
  } cases[] = {
    { PDK_SOURCE_STATE_OK, PDK_SOURCE_STATE_OK, 0, NULL, PDK_LEVEL_IDLE },
    { PDK_SOURCE_STATE_OK, PDK_SOURCE_STATE_OK, 1, NULL, PDK_LEVEL_LOADED },
    { PDK_SOURCE_STATE_OK, PDK_SOURCE_STATE_PENDING, 1, NULL, PDK_LEVEL_LOADED },
    { PDK_SOURCE_STATE_FAILED, PDK_SOURCE_STATE_STALE, 1, NULL, PDK_LEVEL_UNREACHABLE },
    { PDK_SOURCE_STATE_FAILED, PDK_SOURCE_STATE_OK, 1, NULL, PDK_LEVEL_ATTENTION },
    { PDK_SOURCE_STATE_OK, PDK_SOURCE_STATE_OK, 1, "settings_error", PDK_LEVEL_ATTENTION },
    { PDK_SOURCE_STATE_OK, PDK_SOURCE_STATE_OK, 1, "journal_error", PDK_LEVEL_LOADED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkTrayState) state =
          make_state (make_account ("http://a", cases[i].first_state, cases[i].n_models, cases[i].diagnostic),
                      make_account ("http://b", cases[i].second_state, 0, NULL));

      g_assert_cmpint (state->level, ==, cases[i].expected);
    }
}

static void
test_loaded_lines (void)
{
  g_autoptr (PdkTrayState) state = make_state (make_account ("http://a", PDK_SOURCE_STATE_OK, 7, NULL), NULL);

  g_assert_cmpstr (state->message, ==, "7 models");
  g_assert_cmpuint (g_strv_length (state->lines), ==, 7);
  g_assert_cmpstr (state->lines[0], ==, "VRAM in use: 14.0" NBSP "GB");
  g_assert_cmpstr (state->lines[1], ==, "model_0 · 2.0" NBSP "GB");
  g_assert_cmpstr (state->lines[6], ==, "2 more models are loaded");
}

/* That nothing is loaded says that nothing is in use; how much there is is told where it is known. */
static void
test_idle_lines (void)
{
  PdkAccountSnapshot *account = make_account ("http://a", PDK_SOURCE_STATE_OK, 0, NULL);
  g_autoptr (PdkTrayState) idle = make_state (make_account ("http://a", PDK_SOURCE_STATE_OK, 0, NULL), NULL);
  g_autoptr (PdkTrayState) known = NULL;

  g_assert_cmpuint (g_strv_length (idle->lines), ==, 1);
  g_assert_cmpstr (idle->lines[0], ==, "No model is loaded");
  pdk_facts_set_metric (account->facts, "vram_total_bytes", 8e9, "bytes", NULL);
  known = make_state (account, NULL);
  g_assert_cmpuint (g_strv_length (known->lines), ==, 2);
  g_assert_cmpstr (known->lines[0], ==, "VRAM in use: 0.0" NBSP "GB of 8.0" NBSP "GB");
}

/* What one server holds is told once, however many accounts are of it. */
static void
test_accounts_of_one_server (void)
{
  g_autoptr (PdkTrayState) state = make_state (make_account ("http://a", PDK_SOURCE_STATE_OK, 2, NULL),
                                               make_account ("http://a", PDK_SOURCE_STATE_OK, 2, NULL));

  g_assert_cmpstr (state->message, ==, "7 models");
  g_assert_cmpuint (g_strv_length (state->lines), ==, 3);
  g_assert_cmpstr (state->lines[0], ==, "VRAM in use: 4.0" NBSP "GB");
}

/* Of how much it is, is told where that is known of all servers. */
static void
test_vram_lines (void)
{
  static const struct
  {
    double first_total, second_total; /* 0: not known */
    const char *line;
    int percent;
  } cases[] = {
    { 8e9, 8e9, "VRAM in use: 6.0" NBSP "GB of 16.0" NBSP "GB", 38 },
    { 8e9, 0, "VRAM in use: 6.0" NBSP "GB", -1 },
    { 0, 8e9, "VRAM in use: 6.0" NBSP "GB", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PdkAccountSnapshot *first = make_account ("http://a", PDK_SOURCE_STATE_OK, 2, NULL);
      PdkAccountSnapshot *second = make_account ("http://b", PDK_SOURCE_STATE_OK, 1, NULL);
      g_autoptr (PdkTrayState) state = NULL;

      if (cases[i].first_total > 0)
        pdk_facts_set_metric (first->facts, "vram_total_bytes", cases[i].first_total, "bytes", NULL);
      if (cases[i].second_total > 0)
        pdk_facts_set_metric (second->facts, "vram_total_bytes", cases[i].second_total, "bytes", NULL);
      state = make_state (first, second);
      g_assert_cmpstr (state->lines[0], ==, cases[i].line);
      g_assert_cmpint (state->vram_percent, ==, cases[i].percent);
    }
}

/* A server that answers, and lists everything but what is loaded. */
static void
test_partly_stale (void)
{
  PdkAccountSnapshot *account = pdk_account_snapshot_new ("a", "ollama", "http://a", FALSE);
  g_autoptr (PdkFacts) fresh = pdk_facts_new ();
  g_autoptr (PdkFacts) older = pdk_facts_new ();
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_running_model_unref);
  g_autoptr (PdkReading) reading = NULL;
  g_autoptr (PdkTrayState) state = NULL;

  g_ptr_array_add (running, make_running ("a", 2e9));
  pdk_facts_set_metric (fresh, "models_total", 7, "models", NULL);
  pdk_facts_set_running (older, running);
  pdk_facts_set_metric (older, "loaded_vram_bytes", 2e9, "bytes", NULL);
  reading = pdk_reading_new_partly_stale (0, fresh, older);
  pdk_account_snapshot_add_reading (account, "local_api", reading);
  pdk_account_snapshot_finish (account, NULL);
  state = make_state (account, NULL);
  g_assert_cmpint (state->level, ==, PDK_LEVEL_IDLE);
  g_assert_cmpuint (g_strv_length (state->lines), ==, 0);
}

/* The menu has no room to say how old a number is, so it has no old ones. */
static void
test_unreachable_lines (void)
{
  g_autoptr (PdkTrayState) state = make_state (make_account ("http://a", PDK_SOURCE_STATE_STALE, 3, NULL),
                                               make_account ("http://b", PDK_SOURCE_STATE_FAILED, 0, NULL));

  g_assert_cmpuint (g_strv_length (state->lines), ==, 2);
  g_assert_cmpstr (state->lines[0], ==, "No answer from http://a");
  g_assert_cmpstr (state->lines[1], ==, "No answer from 1 more server");
}

/* A limit that has nearly run out needs attention; which one it is, the menu says. */
static void
test_pressing_limit (void)
{
  static const struct
  {
    double weekly, daily;
    PdkLevel level;
    const char *line;
  } cases[] = {
    { 94, 81, PDK_LEVEL_IDLE, "Weekly limit: 94% used, next reset: 00:10" },
    { 95, 81, PDK_LEVEL_ATTENTION, "Weekly limit: 95% used, next reset: 00:10" },
    { 96, 97, PDK_LEVEL_ATTENTION, "Daily limit: 97% used" },
    { 100, 97, PDK_LEVEL_ATTENTION, "Weekly limit: used up, next reset: 00:10" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkTrayState) fresh = NULL;
      g_autoptr (PdkTrayState) stale = NULL;

      cloud_limits_set_used (facts, "usage_weekly", cases[i].weekly, 600 * (gint64) G_USEC_PER_SEC);
      cloud_limits_set_used (facts, "usage_daily", cases[i].daily, PDK_TIME_UNKNOWN);
      fresh = make_state (cloud_limits_new_account ("a", PDK_SOURCE_STATE_OK, facts), NULL);
      stale = make_state (cloud_limits_new_account ("a", PDK_SOURCE_STATE_STALE, facts), NULL);
      g_assert_cmpint (fresh->level, ==, cases[i].level);
      g_assert_cmpstr (fresh->lines[0], ==, cases[i].line);
      g_assert_cmpint (stale->level, ==, PDK_LEVEL_IDLE);
      g_assert_null (stale->lines[0]);
    }
}

static void
test_pressing_by_rules (void)
{
  const PdkAlertRules early = { .thresholds = { 50 }, .n_thresholds = 1, .is_silent = TRUE };
  const PdkAlertRules late = { .n_thresholds = 0 };
  g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (0);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkTrayState) seen = NULL;
  g_autoptr (PdkTrayState) unseen = NULL;

  cloud_limits_set_used (facts, "usage_weekly", 60, PDK_TIME_UNKNOWN);
  cloud_limits_set_used (facts, "usage_daily", 99, PDK_TIME_UNKNOWN);
  pdk_snapshot_take_account (snapshot, cloud_limits_new_account ("a", PDK_SOURCE_STATE_OK, facts));
  seen = pdk_tray_state_new (snapshot, &early);
  unseen = pdk_tray_state_new (snapshot, &late);
  g_assert_cmpint (seen->level, ==, PDK_LEVEL_ATTENTION);
  g_assert_cmpint (unseen->level, ==, PDK_LEVEL_IDLE);
}

static void
test_level_with_limits (void)
{
  const PdkAlertRules early = { .thresholds = { 50 }, .n_thresholds = 1 };
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkAccountSnapshot) account = NULL;

  cloud_limits_set_used (facts, "usage_weekly", 60, 1000);
  account = cloud_limits_new_account ("a", PDK_SOURCE_STATE_OK, facts);
  g_assert_cmpint (pdk_level_of_account (account), ==, PDK_LEVEL_IDLE);
  g_assert_cmpint (pdk_level_of_account_with_limits (account, NULL, 0), ==, PDK_LEVEL_IDLE);
  g_assert_cmpint (pdk_level_of_account_with_limits (account, &early, 0), ==, PDK_LEVEL_ATTENTION);
  /* After its reset a limit is another one. */
  g_assert_cmpint (pdk_level_of_account_with_limits (account, &early, 1000), ==, PDK_LEVEL_IDLE);
}

static void
test_most_lines (void)
{
  PdkSnapshot *snapshot = pdk_snapshot_new (0);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkTrayState) state = NULL;

  cloud_limits_set_used (facts, "usage_weekly", 100, PDK_TIME_UNKNOWN);
  pdk_snapshot_take_account (snapshot, cloud_limits_new_account ("a", PDK_SOURCE_STATE_OK, facts));

  for (guint i = 0; i < 5; i++)
    pdk_snapshot_take_account (
        snapshot, make_account ("http://a", i < 2 ? PDK_SOURCE_STATE_FAILED : PDK_SOURCE_STATE_OK, 9, NULL));
  state = pdk_tray_state_new (snapshot, NULL);
  pdk_snapshot_unref (snapshot);
  g_assert_cmpuint (g_strv_length (state->lines), ==, PDK_TRAY_STATE_MAX_LINES);
}

static void
test_hostile_name (void)
{
  PdkAccountSnapshot *account = pdk_account_snapshot_new ("a", "ollama", NULL, FALSE);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_running_model_unref);
  g_autoptr (PdkReading) reading = NULL;
  g_autoptr (PdkTrayState) state = NULL;
  g_autofree char *long_name = g_strnfill (200, 'x');

  g_ptr_array_add (running, make_running ("<b>a</b>\n\xe2\x80\xae%s", 0));
  g_ptr_array_add (running, make_running (long_name, -1));
  pdk_facts_set_running (facts, running);
  pdk_facts_set_metric (facts, "models_total", 2, "models", NULL);
  reading = pdk_reading_new (PDK_SOURCE_STATE_OK, 0, facts);
  pdk_account_snapshot_add_reading (account, "local_api", reading);
  pdk_account_snapshot_finish (account, NULL);
  state = make_state (account, NULL);

  g_assert_cmpstr (state->lines[0], ==, "<b>a</b>\xef\xbf\xbd\xef\xbf\xbd%s · on CPU");
  g_assert_cmpint (g_utf8_strlen (state->lines[1], -1), ==, 48);
  g_assert_true (g_str_has_suffix (state->lines[1], "…"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tray-state/accounts-of-one-server", test_accounts_of_one_server);
  g_test_add_func ("/tray-state/partly-stale", test_partly_stale);
  g_test_add_func ("/tray-state/before-anything", test_before_anything);
  g_test_add_func ("/tray-state/nobody-to-ask", test_nobody_to_ask);
  g_test_add_func ("/tray-state/levels", test_levels);
  g_test_add_func ("/tray-state/loaded-lines", test_loaded_lines);
  g_test_add_func ("/tray-state/vram-lines", test_vram_lines);
  g_test_add_func ("/tray-state/idle-lines", test_idle_lines);
  g_test_add_func ("/tray-state/unreachable-lines", test_unreachable_lines);
  g_test_add_func ("/tray-state/pressing-limit", test_pressing_limit);
  g_test_add_func ("/tray-state/pressing-by-rules", test_pressing_by_rules);
  g_test_add_func ("/tray-state/level-with-limits", test_level_with_limits);
  g_test_add_func ("/tray-state/most-lines", test_most_lines);
  g_test_add_func ("/tray-state/hostile-name", test_hostile_name);
  return g_test_run ();
}
