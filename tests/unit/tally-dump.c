/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For tests: reads log files as the applet does, and prints what was counted as JSON.
 *
 * With --bench, what is printed is how long it took instead, in milliseconds of CPU time: reading everything,
 * the first evaluation of the four windows, and later ones. */

#include "config.h"

#include <time.h>

#include "pdk-log-state.h"

static const char *const window_names[] = { "today", "5h", "1d", "7d" };

static PdkTallyCounts
count_window (PdkTally *tally, PdkWindow window, gint64 now)
{
  PdkTallyCounts counts;
  gint64 start, end;

  pdk_tally_get_window (tally, window, now, &start, &end);
  pdk_tally_count (tally, window, start, end, &counts);
  return counts;
}

static void
dump (PdkTally *tally, gint64 now)
{
  g_autoptr (GArray) days = pdk_tally_get_days (tally, now);

  g_print ("{\"windows\": {");
  for (guint window = 0; window < G_N_ELEMENTS (window_names); window++)
    {
      PdkTallyCounts counts = count_window (tally, window, now);

      g_print ("%s\"%s\": {\"requests\": %" G_GUINT64_FORMAT ", \"chat\": %" G_GUINT64_FORMAT
               ", \"generate\": %" G_GUINT64_FORMAT ", \"embed\": %" G_GUINT64_FORMAT
               ", \"other\": %" G_GUINT64_FORMAT ", \"http_4xx\": %" G_GUINT64_FORMAT
               ", \"http_5xx\": %" G_GUINT64_FORMAT
               ", \"latency_sum_msec\": %.17g, \"p50_msec\": %.17g, \"p95_msec\": %.17g}",
               window > 0 ? ", " : "", window_names[window], counts.requests, counts.chat, counts.generate,
               counts.embed, counts.other, counts.http_4xx, counts.http_5xx, counts.latency_sum_msec,
               counts.p50_msec, counts.p95_msec);
    }
  g_print ("}, \"n_future\": %" G_GSIZE_FORMAT ", \"days\": [", pdk_tally_get_n_future (tally));
  for (guint i = 0; i < days->len; i++)
    {
      const PdkDaySums *day = &g_array_index (days, PdkDaySums, i);
      GDate date;

      g_date_clear (&date, 1);
      g_date_set_julian (&date, day->julian);
      g_print ("%s{\"date\": \"%04u-%02u-%02u\", \"requests\": %u, \"chat\": %u, \"generate\": %u, "
               "\"embed\": %u, \"http_4xx\": %u, \"http_5xx\": %u}",
               i > 0 ? ", " : "", g_date_get_year (&date), g_date_get_month (&date), g_date_get_day (&date),
               day->requests, day->chat, day->generate, day->embed, day->http_4xx, day->http_5xx);
    }
  g_print ("]}\n");
}

static double
cpu_msec (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void
bench (PdkTally *tally, gint64 now, double start_msec)
{
  const guint n_rounds = 100;
  double read_msec = cpu_msec (), first_msec = 0, later_msec = 0;

  for (guint round = 0; round <= n_rounds; round++)
    {
      double before_msec = cpu_msec ();

      /* What a poll a few seconds later finds: one more event, and windows that have moved. */
      pdk_tally_expire (tally, now + round);
      pdk_tally_add (tally, now + round, PDK_REQUEST_CHAT, 200, round * 1000000);
      for (guint window = 0; window < G_N_ELEMENTS (window_names); window++)
        count_window (tally, window, now + round);
      *(round == 0 ? &first_msec : &later_msec) += cpu_msec () - before_msec;
    }
  g_print ("{\"requests_7d\": %" G_GUINT64_FORMAT ", \"size_bytes\": %" G_GSIZE_FORMAT
           ", \"read_msec\": %.1f, \"first_msec\": %.3f, \"later_msec\": %.3f}\n",
           count_window (tally, PDK_WINDOW_7D, now).requests, pdk_tally_get_size_bytes (tally),
           read_msec - start_msec, first_msec, later_msec / n_rounds);
}

int
main (int argc, char **argv)
{
  g_autofree char *zone_name = NULL;
  g_autofree char *log_zone_name = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean is_bench = FALSE;
  const GOptionEntry entries[] = {
    { "now", 0, 0, G_OPTION_ARG_INT64, &now, "Count as of this time", "EPOCH" },
    { "zone", 0, 0, G_OPTION_ARG_STRING, &zone_name, "The user's time zone", "NAME" },
    { "log-zone", 0, 0, G_OPTION_ARG_STRING, &log_zone_name, "The server's time zone", "NAME" },
    { "bench", 0, 0, G_OPTION_ARG_NONE, &is_bench, "Print durations instead", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("PATH");
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkLogPlaces) places = NULL;
  g_autoptr (PdkLogState) state = NULL;
  g_autoptr (PdkLogIntake) intake = pdk_log_intake_new ();
  double start_msec = cpu_msec ();
  PdkAccount account = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  if (argc != 2)
    g_error ("Give one path.");

  if (zone_name != NULL)
    g_setenv ("TZ", zone_name, TRUE);
  account.logs_dir = argv[1];
  account.log_timezone = log_zone_name;
  places = pdk_log_places_new (&account, "/nonexistent", NULL);
  state = pdk_log_state_new (places, now);
  pdk_log_state_set_time (state, now);
  if (!pdk_log_state_poll_tail (state, g_ptr_array_index (state->tails, 0), intake, NULL, &error))
    g_error ("%s", error->message);

  if (is_bench)
    bench (state->tally, now, start_msec);
  else
    dump (state->tally, now);
  return 0;
}
