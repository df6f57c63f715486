/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-go-duration.h"

typedef struct
{
  const char *text;
  gint64 nsec; /* -1: not a duration */
} Duration;

static const Duration durations[] = {
  { "0s", 0 },
  { "73ns", 73 },
  { "8\xc2\xb5s", 8000 },
  { "8.461\xc2\xb5s", 8461 },
  { "8.461\xce\xbcs", 8461 },
  { "8.461us", 8461 },
  { "8.461?s", 8461 },
  { "8.461\xb5s", 8461 },
  { "8.461\xef\xbf\xbds", 8461 },
  { "8.461\xe2\x94\xac\xe2\x95\xa1s", 8461 },
  { "8.461\xc3\x82\xc2\xb5s", 8461 },
  { "1.2ms", 1200000 },
  { "999.999999ms", 999999999 },
  { "1s", 1000000000 },
  { "59.5320998s", 59532099800 },
  { "1m0s", 60000000000 },
  { "9m52s", 592000000000 },
  { "1h0m0s", 3600000000000 },
  { "100h0m0s", 360000000000000 },
  { "1h1m1.5s", 3661500000000 },
  { "2562047h47m16.854775807s", G_MAXINT64 },
  { "99999999999999999999999h", G_MAXINT64 },
  { "9223372036854775807s9223372036854775807s", G_MAXINT64 },
  { "-1.2ms", 0 },
  { "0.12345678987654321s", 123456789 },
  { "", -1 },
  { "s", -1 },
  { "1", -1 },
  { "1x", -1 },
  { "1.5h", -1 },
  { "1 s", -1 },
  { "1.5m", -1 },
  { "0.1234567s", 123456700 },
  { "0.123456789s", 123456789 },
  { "0.12345678us", 123 },
  { "1n", -1 },
  { "1\xc2\xb5", -1 },
  { ".5s", -1 },
};

static void
test_durations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      gsize length = strlen (durations[i].text);
      /* Without a terminator, so that a sanitizer sees a read too far. */
      g_autofree char *bytes = g_memdup2 (durations[i].text, MAX (length, 1));
      PdkLogCursor c = { bytes, bytes + length, FALSE };
      gint64 nsec;

      g_test_message ("case %u", i);
      if (durations[i].nsec < 0)
        {
          g_assert_false (pdk_go_duration_parse (&c, &nsec));
          continue;
        }
      g_assert_true (pdk_go_duration_parse (&c, &nsec));
      g_assert_cmpint (nsec, ==, durations[i].nsec);
      g_assert_true (c.at == c.end);
    }
}

/* The cursor stops where the text does not fit, so that a reader can tell what stands there. */
static void
test_stops (void)
{
  const char *text = "1.2[GIN]";
  PdkLogCursor c = { text, text + strlen (text), FALSE };
  gint64 nsec;

  g_assert_false (pdk_go_duration_parse (&c, &nsec));
  g_assert_true (c.at == text + 3);
}

static void
test_json (void)
{
  const char *text = "8\\u00b5s |";
  PdkLogCursor c = { text, text + strlen (text), TRUE };
  gint64 nsec;

  g_assert_true (pdk_go_duration_parse (&c, &nsec));
  g_assert_cmpint (nsec, ==, 8000);
  g_assert_cmpint (*c.at, ==, ' ');
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/go-duration/durations", test_durations);
  g_test_add_func ("/go-duration/stops", test_stops);
  g_test_add_func ("/go-duration/json", test_json);
  return g_test_run ();
}
