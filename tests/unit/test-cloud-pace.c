/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-cloud-pace.h"

#define SECOND G_GINT64_CONSTANT (1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
/* Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110. */
#define EXAMPLE (784111777 * SECOND)
#define NOW (EXAMPLE - 90 * SECOND)

static void
test_retry_after (void)
{
  static const struct
  {
    const char *text;
    gint64 at_usec;
  } cases[] = {
    { "30", NOW + 30 * SECOND },
    { "0", NOW },
    { "99999999999999999999999", NOW + 24 * HOUR },
    { "Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE },
    { "Sunday, 06-Nov-94 08:49:37 GMT", EXAMPLE },
    { "Sun Nov  6 08:49:37 1994", EXAMPLE },
    { "Saturday, 06-Nov-60 08:49:37 GMT", NOW + 24 * HOUR }, /* the next one of that ending */
    { "Sun, 06 Nov 1994 08:00:00 GMT", NOW },                /* has passed */
    { "Sun, 06 Nov 2094 08:49:37 GMT", NOW + 24 * HOUR },
    { NULL, PDK_TIME_UNKNOWN },
    { "", PDK_TIME_UNKNOWN },
    { "soon", PDK_TIME_UNKNOWN },
    { "-5", PDK_TIME_UNKNOWN },
    { "1.5", PDK_TIME_UNKNOWN },
    { "Sun, 31 Feb 1994 08:49:37 GMT", PDK_TIME_UNKNOWN },
    { "Sun, 06 Nop 1994 08:49:37 GMT", PDK_TIME_UNKNOWN },
    { "Sun, 06 Nov 1994 25:49:37 GMT", PDK_TIME_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (pdk_cloud_pace_parse_retry_after (cases[i].text, NOW), ==, cases[i].at_usec);
    }
}

static void
test_next (void)
{
  static const struct
  {
    gint64 every_usec;
    guint n_failures;
    gint64 retry_usec; /* from now, -1 for none */
    double jitter;
    gint64 wait_usec;
  } cases[] = {
    { MINUTE, 0, -1, 1, MINUTE },
    { MINUTE, 1, -1, 0, MINUTE },
    { MINUTE, 1, -1, 1, MINUTE + 15 * SECOND },
    { MINUTE, 2, -1, 0, 2 * MINUTE },
    { MINUTE, 6, -1, 0, 32 * MINUTE },
    { MINUTE, 7, -1, 0, HOUR },
    { MINUTE, G_MAXUINT, -1, 0.5, HOUR + HOUR / 8 },
    { 10 * MINUTE, 3, -1, 0, 40 * MINUTE },
    { 10 * MINUTE, 4, -1, 0, HOUR },
    { MINUTE, 1, 30 * SECOND, 0, MINUTE }, /* never oftener than allowed */
    { MINUTE, 1, 5 * HOUR, 1, 5 * HOUR },
    { MINUTE, 9, 30 * SECOND, 0, HOUR },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 retry_at_usec = cases[i].retry_usec < 0 ? PDK_TIME_UNKNOWN : NOW + cases[i].retry_usec;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (pdk_cloud_pace_next_usec (NOW, cases[i].every_usec, cases[i].n_failures, retry_at_usec,
                                                 cases[i].jitter),
                       ==, NOW + cases[i].wait_usec);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-pace/retry-after", test_retry_after);
  g_test_add_func ("/cloud-pace/next", test_next);
  return g_test_run ();
}
