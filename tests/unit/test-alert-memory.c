/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-alert-memory.h"
#include "pdk-model.h"

#define NOW (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)

static PdkAlertMemory *
memory_of (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return pdk_alert_memory_new (bytes);
}

static void
test_kept (void)
{
  g_autoptr (PdkAlertMemory) memory = pdk_alert_memory_new (NULL);
  g_autoptr (PdkAlertMemory) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  PdkAlertEntry *entry = pdk_alert_memory_add (memory, "a \"b\"\n", "usage_weekly", NOW);

  entry->told_percent = 99.5;
  entry->resets_at_usec = NOW + 7 * G_USEC_PER_SEC;
  entry = pdk_alert_memory_add (memory, "a", "usage_daily", NOW);
  entry->told_percent = 100;
  entry->is_back_told = TRUE;

  bytes = pdk_alert_memory_to_bytes (memory);
  again = pdk_alert_memory_new (bytes);
  g_assert_cmpuint (pdk_alert_memory_get_size (again), ==, 2);
  entry = pdk_alert_memory_find (again, "a \"b\"\n", "usage_weekly");
  g_assert_nonnull (entry);
  g_assert_cmpfloat (entry->told_percent, ==, 99.5);
  g_assert_cmpint (entry->resets_at_usec, ==, NOW + 7 * G_USEC_PER_SEC);
  g_assert_cmpint (entry->told_at_usec, ==, NOW);
  g_assert_false (entry->is_back_told);
  entry = pdk_alert_memory_find (again, "a", "usage_daily");
  g_assert_nonnull (entry);
  g_assert_cmpint (entry->resets_at_usec, ==, PDK_TIME_UNKNOWN);
  g_assert_true (entry->is_back_told);
  g_assert_null (pdk_alert_memory_find (again, "a", "usage_weekly"));

  pdk_alert_memory_remove (again, entry);
  g_assert_null (pdk_alert_memory_find (again, "a", "usage_daily"));
}

#define GOOD                                                                                                 \
  "{\"account\": \"a\", \"limit\": \"usage_daily\", \"told_percent\": 80, \"told_at\": "                     \
  "\"2026-11-20T12:00:00Z\"}"

/* What is damaged is passed over, and the rest is kept. */
static void
test_damaged (void)
{
  static const struct
  {
    const char *text;
    guint n_entries;
  } cases[] = {
    { "{\"version\": 1, \"limits\": [" GOOD "]}", 1 },
    { "{\"version\": 1, \"limits\": [" GOOD ", " GOOD "]}", 1 },
    { "{\"version\": 1, \"limits\": [7, {}, null, " GOOD "]}", 1 },
    { "{\"version\": 1, \"limits\": [{\"account\": \"a\", \"limit\": \"l\", \"told_percent\": 80}]}", 0 },
    { "{\"version\": 1, \"limits\": [{\"account\": \"a\", \"limit\": \"l\", \"told_percent\": 0, "
      "\"told_at\": \"2026-11-20T12:00:00Z\"}]}",
      0 },
    { "{\"version\": 1, \"limits\": [{\"account\": 1, \"limit\": \"l\", \"told_percent\": 80, "
      "\"told_at\": \"2026-11-20T12:00:00Z\"}]}",
      0 },
    { "{\"version\": 2, \"limits\": [" GOOD "]}", 0 },
    { "{\"limits\": [" GOOD "]}", 0 },
    { "{\"version\": 1, \"limits\": [" GOOD, 0 },
    { "{\"version\": 1, \"limits\": 7}", 0 },
    { "[]", 0 },
    { "\xff\xfe", 0 },
    { "", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkAlertMemory) memory = memory_of (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (pdk_alert_memory_get_size (memory), ==, cases[i].n_entries);
    }
}

/* What was told longest ago makes room. */
static void
test_bounded (void)
{
  g_autoptr (PdkAlertMemory) memory = pdk_alert_memory_new (NULL);

  for (guint i = 0; i < PDK_ALERT_MEMORY_MAX_ENTRIES + 2; i++)
    {
      g_autofree char *account = g_strdup_printf ("%u", i);

      pdk_alert_memory_add (memory, account, "usage_daily", i == 0 ? NOW : NOW - 1000 + i);
    }
  g_assert_cmpuint (pdk_alert_memory_get_size (memory), ==, PDK_ALERT_MEMORY_MAX_ENTRIES);
  g_assert_nonnull (pdk_alert_memory_find (memory, "0", "usage_daily"));
  g_assert_null (pdk_alert_memory_find (memory, "1", "usage_daily"));
  g_assert_null (pdk_alert_memory_find (memory, "2", "usage_daily"));
  g_assert_nonnull (pdk_alert_memory_find (memory, "3", "usage_daily"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alert-memory/kept", test_kept);
  g_test_add_func ("/alert-memory/damaged", test_damaged);
  g_test_add_func ("/alert-memory/bounded", test_bounded);
  return g_test_run ();
}
