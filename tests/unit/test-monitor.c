/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "fake-clock.h"
#include "pdk-monitor.h"

#define START_USEC (G_GINT64_CONSTANT (1795176000) * G_USEC_PER_SEC)

/* A monitor of sample data: what it asks is there, and is nobody's. */
typedef struct
{
  FakeClock *clock;
  PdkMonitor *monitor;
  PdkSettings *settings;
  guint n_changes;
} Fixture;

static void
on_changed (PdkMonitor *monitor, gpointer data)
{
  ((Fixture *) data)->n_changes++;
}

static PdkSettings *
new_settings (guint seconds)
{
  g_autofree char *text = g_strdup_printf ("{\"poll_interval_seconds\": %u}", seconds);
  g_autoptr (GError) error = NULL;
  PdkSettings *settings = pdk_settings_parse (text, strlen (text), "/", NULL, &error);

  g_assert_no_error (error);
  return settings;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = fake_clock_new (START_USEC);
  fixture->monitor = pdk_monitor_new (PDK_CLOCK (fixture->clock), TRUE);
  fixture->settings = new_settings (30);
  g_signal_connect (fixture->monitor, "changed", G_CALLBACK (on_changed), fixture);
  pdk_monitor_set_settings (fixture->monitor, fixture->settings, NULL);
}

static gboolean
on_bound (gpointer data)
{
  g_assert_not_reached (); /* nothing happened in time */
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until all sources have answered, and what they said is published. */
static void
settle (Fixture *fixture)
{
  guint bound = g_timeout_add_seconds (30, on_bound, NULL);

  while (pdk_monitor_is_polling (fixture->monitor))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_source_remove (bound);
}

static gboolean
on_look (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
on_finalized (gpointer data, GObject *object)
{
  g_atomic_int_set ((gint *) data, TRUE);
}

/* Gives up the reference, and waits for whoever has another: a thread that is ending may be the last. */
static void
wait_until_finalized (GObject *object)
{
  guint bound = g_timeout_add_seconds (30, on_bound, NULL);
  guint look = g_timeout_add (1, on_look, NULL);
  gint is_finalized = FALSE;

  g_object_weak_ref (object, on_finalized, &is_finalized);
  g_object_unref (object);
  while (!g_atomic_int_get (&is_finalized))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (look);
  g_source_remove (bound);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->monitor != NULL)
    settle (fixture);
  g_clear_object (&fixture->monitor);
  g_assert_cmpuint (fake_clock_count_timers (fixture->clock), ==, 0);
  wait_until_finalized (G_OBJECT (fixture->clock));
  pdk_settings_unref (fixture->settings);
}

static void
test_poll (Fixture *fixture, gconstpointer data)
{
  PdkSnapshot *snapshot;

  g_assert_false (pdk_monitor_is_polling (fixture->monitor));
  g_assert_false (pdk_snapshot_has_data (pdk_monitor_get_snapshot (fixture->monitor)));
  pdk_monitor_start (fixture->monitor);
  g_assert_true (pdk_monitor_is_polling (fixture->monitor));
  settle (fixture);
  g_assert_cmpuint (fixture->n_changes, >, 0);
  snapshot = pdk_monitor_get_snapshot (fixture->monitor);
  g_assert_true (pdk_snapshot_has_data (snapshot));
  g_assert_cmpint (snapshot->generated_at_usec, ==, START_USEC);
  g_assert_true (pdk_monitor_get_snapshot (fixture->monitor) == snapshot);
}

static void
test_interval (Fixture *fixture, gconstpointer data)
{
  pdk_monitor_start (fixture->monitor);
  settle (fixture);
  g_assert_cmpint (fake_clock_get_next_msec (fixture->clock), ==, 30000);
  fake_clock_advance (fixture->clock, 29999);
  g_assert_false (pdk_monitor_is_polling (fixture->monitor));
  fake_clock_advance (fixture->clock, 1);
  g_assert_true (pdk_monitor_is_polling (fixture->monitor));
  settle (fixture);
  g_assert_cmpint (pdk_monitor_get_snapshot (fixture->monitor)->generated_at_usec, ==,
                   START_USEC + 30 * G_USEC_PER_SEC);
  fake_clock_advance (fixture->clock, 30000);
  g_assert_true (pdk_monitor_is_polling (fixture->monitor));
}

/* A server that takes connections, and says nothing. */
static GSocket *
listen (PdkSettings **settings)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, address, FALSE, &error));
  g_assert_true (g_socket_listen (socket, &error));
  bound = g_socket_get_local_address (socket, &error);
  text = g_strdup_printf ("{\"accounts\": [{\"id\": \"a\", \"base_url\": \"http://127.0.0.1:%u\"}]}",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  *settings = pdk_settings_parse (text, strlen (text), "/", NULL, &error);
  g_assert_no_error (error);
  return socket;
}

/* What is there is shown when the server has been waited for, and again when it has given up. */
static void
test_patience (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkSettings) settings = NULL;
  g_autoptr (GSocket) socket = listen (&settings);
  PdkMonitor *monitor = pdk_monitor_new (PDK_CLOCK (fixture->clock), FALSE);
  guint bound = g_timeout_add_seconds (30, on_bound, NULL);

  g_clear_object (&fixture->monitor);
  fixture->monitor = monitor;
  pdk_monitor_set_settings (monitor, settings, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_connect (monitor, "changed", G_CALLBACK (on_changed), fixture);
  fixture->n_changes = 0;
  pdk_monitor_start (monitor);
  while (fake_clock_count_timers (fixture->clock) < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->n_changes, ==, 0);
  fake_clock_advance (fixture->clock, 50);
  g_assert_cmpuint (fixture->n_changes, ==, 1);

  g_assert_true (g_socket_close (socket, NULL));
  while (pdk_monitor_is_polling (monitor))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->n_changes, >, 1);
  g_source_remove (bound);
}

static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  pdk_monitor_refresh (fixture->monitor);
  g_assert_false (pdk_monitor_is_polling (fixture->monitor));
  pdk_monitor_start (fixture->monitor);
  settle (fixture);
  fake_clock_advance (fixture->clock, 20000);
  pdk_monitor_refresh (fixture->monitor);
  g_assert_true (pdk_monitor_is_polling (fixture->monitor));
  g_assert_cmpuint (fake_clock_count_timers (fixture->clock), ==, 1);
  g_assert_cmpint (fake_clock_get_next_msec (fixture->clock), ==, 30000);
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  pdk_monitor_start (fixture->monitor);
  settle (fixture);
  pdk_monitor_stop (fixture->monitor);
  g_assert_cmpuint (fake_clock_count_timers (fixture->clock), ==, 0);
  fake_clock_advance (fixture->clock, 100000);
  pdk_monitor_refresh (fixture->monitor);
  pdk_monitor_stop (fixture->monitor);
  g_assert_false (pdk_monitor_is_polling (fixture->monitor));
  pdk_monitor_start (fixture->monitor);
  g_assert_true (pdk_monitor_is_polling (fixture->monitor));
}

/* Other settings take effect at once; the same ones disturb nothing. */
static void
test_settings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkSettings) other = new_settings (7);
  g_autoptr (PdkSettings) same = new_settings (30);
  const PdkSnapshot *snapshot;

  pdk_monitor_start (fixture->monitor);
  settle (fixture);
  fake_clock_advance (fixture->clock, 10000);
  pdk_monitor_set_settings (fixture->monitor, same, NULL);
  g_assert_false (pdk_monitor_is_polling (fixture->monitor));
  pdk_monitor_set_settings (fixture->monitor, fixture->settings, "Mend the file.");
  g_assert_false (pdk_monitor_is_polling (fixture->monitor));
  g_assert_cmpint (fake_clock_get_next_msec (fixture->clock), ==, 20000);
  settle (fixture);
  snapshot = pdk_monitor_get_snapshot (fixture->monitor);
  g_assert_cmpstr (pdk_facts_get_diagnostic (pdk_snapshot_get_account (snapshot, 0)->facts, "settings_error"),
                   ==, "Mend the file.");

  pdk_monitor_set_settings (fixture->monitor, other, NULL);
  g_assert_true (pdk_monitor_is_polling (fixture->monitor));
  g_assert_cmpint (fake_clock_get_next_msec (fixture->clock), ==, 7000);
  settle (fixture);
  snapshot = pdk_monitor_get_snapshot (fixture->monitor);
  g_assert_null (pdk_facts_get_diagnostic (pdk_snapshot_get_account (snapshot, 0)->facts, "settings_error"));

  pdk_monitor_set_interval (fixture->monitor, 2500);
  pdk_monitor_set_settings (fixture->monitor, fixture->settings, NULL);
  g_assert_cmpint (fake_clock_get_next_msec (fixture->clock), ==, 2500);
}

/* One that goes away in the middle of a poll leaves no timer, and is told of nothing any more. */
static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  pdk_monitor_start (fixture->monitor);
  g_clear_object (&fixture->monitor);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->n_changes, ==, 0);
}

static void
test_only_account (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkMonitor) other = pdk_monitor_new (PDK_CLOCK (fixture->clock), TRUE);

  g_assert_cmpuint (pdk_monitor_get_snapshot (fixture->monitor)->accounts->len, ==, 1);
  pdk_monitor_set_account (other, "somebody else's");
  pdk_monitor_set_settings (other, fixture->settings, NULL);
  g_assert_cmpuint (pdk_monitor_get_snapshot (other)->accounts->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/monitor/poll", Fixture, NULL, set_up, test_poll, tear_down);
  g_test_add ("/monitor/interval", Fixture, NULL, set_up, test_interval, tear_down);
  g_test_add ("/monitor/patience", Fixture, NULL, set_up, test_patience, tear_down);
  g_test_add ("/monitor/refresh", Fixture, NULL, set_up, test_refresh, tear_down);
  g_test_add ("/monitor/stop", Fixture, NULL, set_up, test_stop, tear_down);
  g_test_add ("/monitor/settings", Fixture, NULL, set_up, test_settings, tear_down);
  g_test_add ("/monitor/dispose", Fixture, NULL, set_up, test_dispose, tear_down);
  g_test_add ("/monitor/only-account", Fixture, NULL, set_up, test_only_account, tear_down);
  return g_test_run ();
}
