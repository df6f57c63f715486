/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fake-clock.h"
#include "fake-source.h"
#include "pdk-account-monitor.h"

#define START_USEC (G_GINT64_CONSTANT (1795176000) * G_USEC_PER_SEC)

/* Two sources that are asked at once, and one that is asked last. */
typedef struct
{
  FakeClock *clock;
  PdkAccountMonitor *monitor;
  FakeSource *first, *second, *last;
  guint n_changes;
} Fixture;

static void
on_changed (PdkAccountMonitor *monitor, gpointer data)
{
  ((Fixture *) data)->n_changes++;
}

static FakeSource *
add_source (Fixture *fixture, const char *name, gboolean is_last)
{
  FakeSource *source = fake_source_new (name, is_last);

  pdk_account_monitor_take_source (fixture->monitor, PDK_SOURCE (g_object_ref (source)));
  return source;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = fake_clock_new (START_USEC);
  fixture->monitor = pdk_account_monitor_new (PDK_CLOCK (fixture->clock), "a", "http://a", FALSE);
  fixture->first = add_source (fixture, "first", FALSE);
  fixture->second = add_source (fixture, "second", FALSE);
  fixture->last = add_source (fixture, "last", TRUE);
  g_signal_connect (fixture->monitor, "changed", G_CALLBACK (on_changed), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  FakeSource *sources[] = { fixture->first, fixture->second, fixture->last };

  pdk_account_monitor_cancel (fixture->monitor);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      if (fake_source_is_asked (sources[i]))
        fake_source_answer (sources[i], PDK_SOURCE_STATE_OK, 0);
    }
  g_assert_finalize_object (fixture->monitor);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    g_assert_finalize_object (sources[i]);
  g_assert_finalize_object (fixture->clock);
}

static void
assert_shown (Fixture *fixture, const char *source, PdkSourceState state, double value)
{
  g_autoptr (PdkAccountSnapshot) account = pdk_account_monitor_get_snapshot (fixture->monitor, NULL);
  double shown = -1;

  pdk_facts_get_number (account->facts, source, &shown);
  g_assert_cmpint (pdk_account_snapshot_get_reading (account, source)->state, ==, state);
  g_assert_cmpfloat (shown, ==, value);
}

/* The order: those that are asked at once, then the last ones, then nobody. */
static void
test_round (Fixture *fixture, gconstpointer data)
{
  g_assert_false (pdk_account_monitor_is_polling (fixture->monitor));
  assert_shown (fixture, "first", PDK_SOURCE_STATE_PENDING, -1);
  pdk_account_monitor_poll (fixture->monitor);
  g_assert_true (fake_source_is_asked (fixture->first));
  g_assert_true (fake_source_is_asked (fixture->second));
  g_assert_false (fake_source_is_asked (fixture->last));
  g_assert_cmpint (fake_source_get_now_usec (fixture->first), ==, START_USEC);
  g_assert_false (pdk_account_monitor_is_waiting_for_last (fixture->monitor));

  /* The slow one delays neither what the other has found nor that it is shown. */
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 2);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  assert_shown (fixture, "second", PDK_SOURCE_STATE_OK, 2);
  assert_shown (fixture, "first", PDK_SOURCE_STATE_PENDING, -1);
  g_assert_false (fake_source_is_asked (fixture->last));

  fake_source_answer (fixture->first, PDK_SOURCE_STATE_OK, 1);
  g_assert_true (fake_source_is_asked (fixture->last));
  g_assert_true (pdk_account_monitor_is_waiting_for_last (fixture->monitor));
  g_assert_true (pdk_account_monitor_is_polling (fixture->monitor));
  fake_source_answer (fixture->last, PDK_SOURCE_STATE_OK, 3);
  g_assert_false (pdk_account_monitor_is_polling (fixture->monitor));
  g_assert_false (pdk_account_monitor_is_waiting_for_last (fixture->monitor));
  g_assert_cmpuint (fixture->n_changes, ==, 3);
  g_assert_cmpuint (fake_source_count_polls (fixture->last), ==, 1);
}

/* A source that is still being asked is not asked again; the others are. */
static void
test_one_flight (Fixture *fixture, gconstpointer data)
{
  pdk_account_monitor_poll (fixture->monitor);
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 1);
  for (guint i = 0; i < 3; i++)
    {
      fake_clock_advance (fixture->clock, 30000);
      pdk_account_monitor_poll (fixture->monitor);
      fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 2 + i);
    }
  g_assert_cmpuint (fake_source_count_polls (fixture->first), ==, 1);
  g_assert_cmpuint (fake_source_count_polls (fixture->second), ==, 4);
  g_assert_cmpint (fake_source_get_now_usec (fixture->second), ==, START_USEC + 90 * G_USEC_PER_SEC);
  assert_shown (fixture, "second", PDK_SOURCE_STATE_OK, 4);

  fake_source_answer (fixture->first, PDK_SOURCE_STATE_OK, 1);
  g_assert_cmpuint (fake_source_count_polls (fixture->last), ==, 1);
  pdk_account_monitor_poll (fixture->monitor);
  g_assert_cmpuint (fake_source_count_polls (fixture->first), ==, 2);
  g_assert_cmpuint (fake_source_count_polls (fixture->last), ==, 1);
}

/* A source that never answers costs its own data, and holds up the last ones for one round at most. */
static void
test_stuck (Fixture *fixture, gconstpointer data)
{
  pdk_account_monitor_poll (fixture->monitor);
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 1);
  g_assert_false (fake_source_is_asked (fixture->last));

  pdk_account_monitor_poll (fixture->monitor);
  g_assert_false (pdk_account_monitor_is_waiting_for_last (fixture->monitor));
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 2);
  g_assert_true (fake_source_is_asked (fixture->last));
  g_assert_true (pdk_account_monitor_is_waiting_for_last (fixture->monitor));
  fake_source_answer (fixture->last, PDK_SOURCE_STATE_OK, 3);
  g_assert_false (pdk_account_monitor_is_polling (fixture->monitor));
  assert_shown (fixture, "last", PDK_SOURCE_STATE_OK, 3);
}

static void
answer_all (Fixture *fixture, PdkSourceState state, double value)
{
  pdk_account_monitor_poll (fixture->monitor);
  fake_source_answer (fixture->first, state, value);
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_ABSENT, 0);
  fake_source_answer (fixture->last, PDK_SOURCE_STATE_ABSENT, 0);
}

/* What was known stays, marked as old, until it is known anew or known to be gone. */
static void
test_stale (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkAccountSnapshot) account = NULL;
  const PdkReading *reading;

  answer_all (fixture, PDK_SOURCE_STATE_FAILED, 0);
  assert_shown (fixture, "first", PDK_SOURCE_STATE_FAILED, -1);
  answer_all (fixture, PDK_SOURCE_STATE_OK, 7);
  for (guint i = 0; i < 3; i++)
    {
      fake_clock_advance (fixture->clock, 30000);
      answer_all (fixture, PDK_SOURCE_STATE_FAILED, 0);
      assert_shown (fixture, "first", PDK_SOURCE_STATE_STALE, 7);
    }
  account = pdk_account_monitor_get_snapshot (fixture->monitor, NULL);
  reading = pdk_account_snapshot_get_reading (account, "first");
  g_assert_cmpint (reading->observed_at_usec, ==, START_USEC);
  g_assert_cmpstr (pdk_facts_get_diagnostic (reading->facts, "first"), ==, "It failed.");

  /* What is stale in parts only is the newest that there is. */
  answer_all (fixture, PDK_SOURCE_STATE_STALE, 9);
  answer_all (fixture, PDK_SOURCE_STATE_FAILED, 0);
  assert_shown (fixture, "first", PDK_SOURCE_STATE_STALE, 9);

  answer_all (fixture, PDK_SOURCE_STATE_OK, 8);
  assert_shown (fixture, "first", PDK_SOURCE_STATE_OK, 8);
  answer_all (fixture, PDK_SOURCE_STATE_ABSENT, 0);
  assert_shown (fixture, "first", PDK_SOURCE_STATE_ABSENT, -1);
  answer_all (fixture, PDK_SOURCE_STATE_FAILED, 0);
  assert_shown (fixture, "first", PDK_SOURCE_STATE_FAILED, -1);
}

/* After it was cancelled, what still comes in changes nothing. */
static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  pdk_account_monitor_poll (fixture->monitor);
  pdk_account_monitor_cancel (fixture->monitor);
  fake_source_answer (fixture->first, PDK_SOURCE_STATE_OK, 1);
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 2);
  g_assert_cmpuint (fixture->n_changes, ==, 0);
  g_assert_cmpuint (fake_source_count_polls (fixture->last), ==, 0);
  assert_shown (fixture, "first", PDK_SOURCE_STATE_PENDING, -1);
}

static void
test_more_facts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkFacts) more = pdk_facts_new ();
  g_autoptr (PdkAccountSnapshot) account = NULL;

  pdk_facts_set_diagnostic (more, "settings_error", "Mend it.");
  account = pdk_account_monitor_get_snapshot (fixture->monitor, more);
  g_assert_cmpstr (account->id, ==, "a");
  g_assert_cmpstr (account->base_url, ==, "http://a");
  g_assert_cmpstr (pdk_facts_get_diagnostic (account->facts, "settings_error"), ==, "Mend it.");
}

/* Which sources are asked last may only be known later: a round waits for it, and the first one is no
 * exception. */
static void
test_awaited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);
  FakeSource *late = fake_source_new ("late", TRUE);

  g_ptr_array_add (sources, late);
  pdk_account_monitor_await_last (fixture->monitor);
  pdk_account_monitor_poll (fixture->monitor);
  fake_source_answer (fixture->first, PDK_SOURCE_STATE_OK, 1);
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 2);
  g_assert_false (fake_source_is_asked (fixture->last));
  g_assert_true (pdk_account_monitor_is_polling (fixture->monitor));
  g_assert_true (pdk_account_monitor_is_waiting_for_last (fixture->monitor));
  g_assert_true (pdk_account_monitor_is_awaiting_last (fixture->monitor));

  pdk_account_monitor_set_last (fixture->monitor, sources);
  g_assert_false (pdk_account_monitor_is_awaiting_last (fixture->monitor));
  g_assert_true (pdk_account_monitor_is_waiting_for_last (fixture->monitor));
  g_assert_true (fake_source_is_asked (late));
  g_assert_false (fake_source_is_asked (fixture->last));
  fake_source_answer (late, PDK_SOURCE_STATE_OK, 3);
  assert_shown (fixture, "late", PDK_SOURCE_STATE_OK, 3);
  g_assert_false (pdk_account_monitor_is_polling (fixture->monitor));
}

/* What a source that was replaced still answers is not taken, and there may be none in its place. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  g_autoptr (PdkAccountSnapshot) account = NULL;

  pdk_account_monitor_poll (fixture->monitor);
  fake_source_answer (fixture->first, PDK_SOURCE_STATE_OK, 1);
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 2);
  pdk_account_monitor_await_last (fixture->monitor);
  pdk_account_monitor_set_last (fixture->monitor, NULL);
  g_assert_cmpuint (fake_source_count_polls (fixture->last), ==, 1);
  pdk_account_monitor_await_last (fixture->monitor);
  pdk_account_monitor_set_last (fixture->monitor, nothing);
  fixture->n_changes = 0;
  fake_source_answer (fixture->last, PDK_SOURCE_STATE_OK, 3);
  g_assert_cmpuint (fixture->n_changes, ==, 0);
  account = pdk_account_monitor_get_snapshot (fixture->monitor, NULL);
  g_assert_null (pdk_account_snapshot_get_reading (account, "last"));
  g_assert_false (pdk_account_monitor_is_polling (fixture->monitor));
}

/* New ones are asked at once, at the place of the former in the order of precedence. */
static void
test_replaced_between_rounds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);
  FakeSource *fresh = fake_source_new ("fresh", TRUE);

  g_ptr_array_add (sources, fresh);
  pdk_account_monitor_poll (fixture->monitor);
  fake_source_answer (fixture->first, PDK_SOURCE_STATE_OK, 1);
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 2);
  fake_source_answer (fixture->last, PDK_SOURCE_STATE_OK, 3);
  g_assert_false (pdk_account_monitor_is_polling (fixture->monitor));
  pdk_account_monitor_set_last (fixture->monitor, sources);
  g_assert_true (fake_source_is_asked (fresh));
  g_assert_cmpuint (fake_source_count_polls (fixture->first), ==, 1);
  fake_source_answer (fresh, PDK_SOURCE_STATE_OK, 4);
  assert_shown (fixture, "fresh", PDK_SOURCE_STATE_OK, 4);
}

/* Before the first round nobody is asked; the first round asks those that there are by then. */
static void
test_replaced_before_the_first_round (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);
  FakeSource *fresh = fake_source_new ("fresh", TRUE);

  g_ptr_array_add (sources, fresh);
  pdk_account_monitor_set_last (fixture->monitor, sources);
  g_assert_false (fake_source_is_asked (fresh));
  g_assert_false (pdk_account_monitor_is_polling (fixture->monitor));
  pdk_account_monitor_poll (fixture->monitor);
  fake_source_answer (fixture->first, PDK_SOURCE_STATE_OK, 1);
  fake_source_answer (fixture->second, PDK_SOURCE_STATE_OK, 2);
  fake_source_answer (fresh, PDK_SOURCE_STATE_OK, 3);
  g_assert_cmpuint (fake_source_count_polls (fresh), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/account-monitor/round", Fixture, NULL, set_up, test_round, tear_down);
  g_test_add ("/account-monitor/one-flight", Fixture, NULL, set_up, test_one_flight, tear_down);
  g_test_add ("/account-monitor/stuck", Fixture, NULL, set_up, test_stuck, tear_down);
  g_test_add ("/account-monitor/stale", Fixture, NULL, set_up, test_stale, tear_down);
  g_test_add ("/account-monitor/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/account-monitor/more-facts", Fixture, NULL, set_up, test_more_facts, tear_down);
  g_test_add ("/account-monitor/awaited", Fixture, NULL, set_up, test_awaited, tear_down);
  g_test_add ("/account-monitor/replaced", Fixture, NULL, set_up, test_replaced, tear_down);
  g_test_add ("/account-monitor/replaced-before-the-first-round", Fixture, NULL, set_up,
              test_replaced_before_the_first_round, tear_down);
  g_test_add ("/account-monitor/replaced-between-rounds", Fixture, NULL, set_up, test_replaced_between_rounds,
              tear_down);
  return g_test_run ();
}
