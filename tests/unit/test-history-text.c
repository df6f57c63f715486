/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "history-fixture.h"

#define NOON_USEC (HISTORY_FIXTURE_NOON * G_USEC_PER_SEC)

static void
test_json_golden (void)
{
  g_autoptr (GPtrArray) accounts = history_fixture_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *json = pdk_history_text_to_json (accounts, zone, NOON_USEC);
  g_autofree char *text = g_strconcat (json, "\n", NULL);

  history_fixture_assert_golden (text, "history.json");
}

static void
test_csv_golden (void)
{
  g_autoptr (GPtrArray) accounts = history_fixture_new ();
  g_autofree char *csv = pdk_history_text_to_csv (accounts);

  history_fixture_assert_golden (csv, "history.csv");
}

static void
test_nothing (void)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *json = pdk_history_text_to_json (accounts, zone, NOON_USEC);
  g_autofree char *csv = pdk_history_text_to_csv (accounts);

  g_assert_cmpstr (
      json, ==, "{\n  \"schema\": 1,\n  \"generated_at\": \"2026-11-20T12:00:00Z\",\n  \"accounts\": []\n}");
  g_assert_true (g_str_has_prefix (csv, "account,start,requests,"));
  g_assert_true (strchr (csv, '\n') == csv + strlen (csv) - 1);
}

/* What another reader of JSON makes of it. */
static void
test_json_parsed (void)
{
  g_autoptr (GPtrArray) accounts = history_fixture_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *json = pdk_history_text_to_json (accounts, zone, NOON_USEC);
  g_autoptr (JsonNode) root = json_from_string (json, NULL);
  JsonArray *array = json_object_get_array_member (json_node_get_object (root), "accounts");
  JsonObject *home = json_array_get_object_element (array, 0);
  JsonArray *days = json_object_get_array_member (home, "days");
  JsonObject *last = json_array_get_object_element (days, json_array_get_length (days) - 1);

  g_assert_cmpint (json_object_get_int_member (json_node_get_object (root), "schema"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (array, 1), "id"), ==,
                   "a \"big\", old\nbox");
  g_assert_cmpint (json_object_get_int_member (last, "requests"), ==, 0);
  g_assert_false (json_object_has_member (last, "avg_latency_ms"));
  g_assert_false (json_object_has_member (last, "p95_latency_ms"));
  g_assert_true (json_object_has_member (last, "output_tokens"));
}

/* The same hours are of other days elsewhere. */
static void
test_days_by_zone (void)
{
  static const struct
  {
    const char *zone;
    guint n_days;
    guint requests_of_second;
  } cases[] = {
    { "UTC", 3, 1235 },
    { "Asia/Tokyo", 2, 1235 },
    { "Europe/Berlin", 3, 1234 },
    { "Asia/Kolkata", 2, 1235 },
  };
  g_autoptr (GPtrArray) accounts = history_fixture_new ();
  const PdkAccountHours *home = g_ptr_array_index (accounts, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (cases[i].zone);
      g_autoptr (GArray) days = pdk_history_text_sum_days (home->hours, zone);

      g_test_message ("%s", cases[i].zone);
      g_assert_cmpuint (days->len, ==, cases[i].n_days);
      g_assert_cmpuint (g_array_index (days, PdkHour, 1).requests, ==, cases[i].requests_of_second);
    }
}

/* A day of 25 hours is one day. */
static void
test_long_day (void)
{
  const gint64 midnight = G_GINT64_CONSTANT (1792879200); /* 2026-10-25T00:00:00+02:00 */
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  g_autoptr (GArray) days = NULL;

  for (gint64 i = -1; i < 26; i++)
    pdk_hour_add_request (pdk_hour_obtain (hours, midnight + i * 3600), PDK_REQUEST_CHAT, 200, 1);
  days = pdk_history_text_sum_days (hours, zone);
  g_assert_cmpuint (days->len, ==, 3);
  g_assert_cmpuint (g_array_index (days, PdkHour, 1).requests, ==, 25);
}

/* What a damaged file may hold neither crashes nor makes a document that cannot be read. */
static void
test_absurd (void)
{
  static const gint64 starts[] = {
    G_MININT64, G_GINT64_CONSTANT (-62135596801), G_GINT64_CONSTANT (-62135596800),
    0,          G_GINT64_CONSTANT (253402300799), G_GINT64_CONSTANT (253402300800),
    G_MAXINT64
  };
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_account_hours_free);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  GArray *hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  g_autofree char *json = NULL;
  g_autofree char *csv = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (JsonNode) root = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      PdkHour hour = { .start_sec = starts[i],
                       .requests = G_MAXUINT64,
                       .latency_msec = G_MAXDOUBLE * (i % 2 ? 1 : -1),
                       .output_tokens = G_MAXUINT64,
                       .output_msec = 1e-300 };

      g_array_append_val (hours, hour);
    }
  g_ptr_array_add (accounts, pdk_account_hours_new ("a", hours));
  json = pdk_history_text_to_json (accounts, zone, NOON_USEC);
  root = json_from_string (json, NULL);
  g_assert_nonnull (root);
  g_assert_null (strstr (json, "null"));
  g_assert_null (strstr (json, "nan"));
  csv = pdk_history_text_to_csv (accounts);
  g_assert_null (strstr (csv, "nan"));
  g_assert_null (strstr (csv, "inf"));
  lines = g_strsplit (csv, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 3 + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history-text/json/golden", test_json_golden);
  g_test_add_func ("/history-text/json/parsed", test_json_parsed);
  g_test_add_func ("/history-text/csv/golden", test_csv_golden);
  g_test_add_func ("/history-text/nothing", test_nothing);
  g_test_add_func ("/history-text/days/by-zone", test_days_by_zone);
  g_test_add_func ("/history-text/days/long-day", test_long_day);
  g_test_add_func ("/history-text/absurd", test_absurd);
  return g_test_run ();
}
