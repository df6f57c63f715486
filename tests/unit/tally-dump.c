/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For tests: reads log files as the applet does, and prints what was counted as JSON.
 *
 * With --bench, what is printed is how long it took instead, in milliseconds of CPU time: reading everything,
 * the first evaluation of the four windows, and later ones. */

#include "config.h"

#include <time.h>

#include "pdk-access-line.h"
#include "pdk-log-clock.h"
#include "pdk-log-tail.h"
#include "pdk-server-record.h"
#include "pdk-tally.h"

typedef struct
{
  PdkLogClock *clock;
  PdkTally *tally;
  PdkServerRecord *record;
  gint64 oldest_sec; /* nothing before this is in any count */
  char oldest_date[sizeof "2026/11/20"];
} Intake;

static const char *const window_names[] = { "today", "5h", "1d", "7d" };

static void
take_line (const char *bytes, gsize length, gpointer user_data)
{
  Intake *intake = user_data;
  PdkAccessLine line;
  gint64 time;

  if (pdk_access_line_is_before (bytes, length, intake->oldest_date))
    {
      /* All that its day means is that the log is older than any series of days. */
      pdk_tally_note_day (intake->tally, intake->oldest_sec);
      pdk_server_record_take_request (intake->record, intake->oldest_sec, PDK_REQUEST_NONE, 0);
      return;
    }
  if (!pdk_access_line_parse (bytes, length, &line))
    {
      pdk_server_record_take_line (intake->record, bytes, length, PDK_SERVER_RECORD_NO_TIME);
      return;
    }
  do
    {
      time = pdk_log_clock_resolve (intake->clock, line.year, line.month, line.day, line.hour, line.minute,
                                    line.second);
      pdk_tally_add (intake->tally, time, line.kind, line.status, line.latency_nsec);
      pdk_server_record_take_request (intake->record, time, line.kind, line.latency_nsec);
    }
  while (pdk_access_line_parse_next (bytes, length, &line));
}

static PdkTallyCounts
count_window (PdkTally *tally, PdkWindow window, gint64 now)
{
  PdkTallyCounts counts;
  gint64 start, end;

  pdk_tally_get_window (tally, window, now, &start, &end);
  pdk_tally_count (tally, start, end, &counts);
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

static GTimeZone *
zone_named (const char *name)
{
  return name != NULL ? g_time_zone_new_identifier (name) : g_time_zone_new_local ();
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
  g_autoptr (GTimeZone) zone = NULL;
  g_autoptr (GTimeZone) log_zone = NULL;
  g_autoptr (PdkLogTail) tail = NULL;
  g_autoptr (PdkLogClock) clock = NULL;
  g_autoptr (PdkTally) tally = NULL;
  g_autoptr (PdkServerRecord) record = NULL;
  g_autoptr (GDateTime) oldest = NULL;
  g_autofree char *oldest_text = NULL;
  double start_msec = cpu_msec ();
  Intake intake;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  zone = zone_named (zone_name);
  log_zone = zone_named (log_zone_name);
  if (argc != 2 || zone == NULL || log_zone == NULL)
    g_error ("Give one path, and time zones that exist.");

  tail = pdk_log_tail_new (argv[1], pdk_access_line_find_end);
  clock = pdk_log_clock_new (log_zone);
  tally = pdk_tally_new (zone, now);
  record = pdk_server_record_new (zone, now);
  intake = (Intake){ .clock = clock, .tally = tally, .record = record, .oldest_sec = now - 33 * 86400 };
  oldest = g_date_time_new_from_unix_utc (intake.oldest_sec);
  oldest_text = g_date_time_format (oldest, "%Y/%m/%d");
  g_strlcpy (intake.oldest_date, oldest_text, sizeof intake.oldest_date);
  if (!pdk_log_tail_poll (tail, take_line, &intake, NULL, &error))
    g_error ("%s", error->message);

  if (is_bench)
    bench (tally, now, start_msec);
  else
    dump (tally, now);
  return 0;
}
