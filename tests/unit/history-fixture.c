/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A history of every kind of hour, and the files that its texts are compared with. */

#include "config.h"

#include "history-fixture.h"

#define HOUR 3600
#define DAY (24 * HOUR)

static void
add_tokens (PdkHour *hour, guint64 prompt, guint64 output, guint64 unattributed, double msec)
{
  hour->prompt_tokens += prompt;
  hour->output_tokens += output;
  hour->unattributed_tokens += unattributed;
  hour->output_msec += msec;
}

static GArray *
new_full_hours (void)
{
  GArray *hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  /* The year before; every kind; no tokens. */
  PdkHour *hour = pdk_hour_obtain (hours, HISTORY_FIXTURE_NOON - 400 * DAY);

  pdk_hour_add_request (hour, PDK_REQUEST_CHAT, 200, 1234.5678);
  pdk_hour_add_request (hour, PDK_REQUEST_GENERATE, 404, 0.25);
  pdk_hour_add_request (hour, PDK_REQUEST_EMBED, 500, 35);
  pdk_hour_add_request (hour, PDK_REQUEST_OTHER, 503, 61000);

  /* Two hours of one day, on both sides of midnight in other zones. */
  hour = pdk_hour_obtain (hours, HISTORY_FIXTURE_NOON - DAY + 10 * HOUR);
  for (guint i = 0; i < 1234; i++)
    pdk_hour_add_request (hour, PDK_REQUEST_CHAT, 200, 1000 + i);
  add_tokens (hour, 123456, 65432, 99, 1500000);
  hour = pdk_hour_obtain (hours, HISTORY_FIXTURE_NOON - DAY + 11 * HOUR);
  pdk_hour_add_request (hour, PDK_REQUEST_GENERATE, 200, 100);
  add_tokens (hour, 10, 0, 0, 0);

  /* Tokens that came in the hour after the last request's. */
  hour = pdk_hour_obtain (hours, HISTORY_FIXTURE_NOON - HOUR);
  add_tokens (hour, 5, 300, 0, 7000);
  return hours;
}

/** history_fixture_new: Returns: (transfer full) (element-type PdkAccountHours): a history */
GPtrArray *
history_fixture_new (void)
{
  GPtrArray *accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_account_hours_free);
  GArray *hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  PdkHour *hour = pdk_hour_obtain (hours, HISTORY_FIXTURE_NOON);

  pdk_hour_add_request (hour, PDK_REQUEST_EMBED, 200, 3);
  g_ptr_array_add (accounts, pdk_account_hours_new ("home", new_full_hours ()));
  g_ptr_array_add (accounts, pdk_account_hours_new ("a \"big\", old\nbox", hours));
  g_ptr_array_add (accounts, pdk_account_hours_new ("new", g_array_new (FALSE, FALSE, sizeof (PdkHour))));
  return accounts;
}

/** history_fixture_assert_golden: fails unless @text is what the fixture @file holds, byte by byte */
void
history_fixture_assert_golden (const char *text, const char *file)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "history", file, NULL);
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", file);
  g_file_get_contents (path, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}
