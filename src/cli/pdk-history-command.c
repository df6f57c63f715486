/* SPDX-License-Identifier: GPL-3.0-or-later */

/* paddock history: prints what Paddock's own file has kept. It asks no server and reads no log, and the file
 * stays as it is. The file outlives the settings, so accounts that are gone from them are told of, too,
 * unless the call names a settings file: then only its accounts are. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-history-command.h"

#include <glib/gi18n-lib.h>

#include "pdk-account-list.h"
#include "pdk-clock.h"
#include "pdk-demo-source.h"
#include "pdk-error.h"
#include "pdk-history-db.h"
#include "pdk-history-table.h"
#include "pdk-history-text.h"
#include "pdk-log-clock.h"
#include "pdk-printer.h"
#include "pdk-session.h"

/* What to print. */
typedef struct
{
  GPtrArray *accounts; /* (element-type PdkAccountHours) */
  gint64 from_sec;     /* hours that begin earlier are left out */
} History;

static void
history_clear (History *history)
{
  g_clear_pointer (&history->accounts, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (History, history_clear)

/* Returns when the first of the last @n_days local days began, today being one of them. */
static gint64
find_first_sec (guint n_days, GTimeZone *zone, gint64 now_usec)
{
  g_autoptr (PdkLogClock) clock = pdk_log_clock_new (zone);
  guint32 today = pdk_log_clock_day (clock, now_usec / G_USEC_PER_SEC);

  if (today < n_days) /* a clock that is at the beginning of time */
    return G_MININT64;
  return pdk_log_clock_day_start (clock, today + 1 - n_days);
}

static gboolean
has_account (const PdkSettings *settings, const char *id)
{
  for (guint i = 0; i < settings->accounts->len; i++)
    {
      if (g_str_equal (pdk_settings_get_account (settings, i)->id, id))
        return TRUE;
    }
  return FALSE;
}

/* Returns whether an account of the file is to be told of. @settings is NULL where any is. */
static gboolean
is_wanted (const PdkCommandLine *line, const PdkSettings *settings, const char *id)
{
  if (line->account != NULL && !g_str_equal (line->account, id))
    return FALSE;
  return settings == NULL || has_account (settings, id);
}

static void
take_hours (History *history, const char *id, GArray *hours)
{
  g_ptr_array_add (history->accounts, pdk_account_hours_new (id, hours));
}

static gboolean
read_accounts (History *history,
               const PdkCommandLine *line,
               const PdkSettings *settings,
               PdkHistoryDb *db,
               GError **error)
{
  g_auto (GStrv) ids = pdk_history_db_list_accounts (db, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; ids[i] != NULL; i++)
    {
      GArray *hours;

      if (!is_wanted (line, settings, ids[i]))
        continue;
      hours = pdk_history_db_read_hours (db, ids[i], history->from_sec, error);
      if (hours == NULL)
        return FALSE;
      take_hours (history, ids[i], hours);
    }
  return TRUE;
}

/* No file is no error here, but nothing. */
static gboolean
read_file (History *history, const PdkCommandLine *line, const PdkSettings *settings, GError **error)
{
  g_autofree char *path = pdk_history_db_dup_path ();
  g_autoptr (GError) cause = NULL;
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open_read_only (path, &cause);

  if (g_error_matches (cause, PDK_ERROR, PDK_ERROR_NOT_FOUND) ||
      (db != NULL && read_accounts (history, line, settings, db, &cause)))
    return TRUE;
  g_set_error (error, PDK_ERROR, cause->code, _ ("the history “%s” cannot be read: %s"), path,
               cause->message);
  return FALSE;
}

static void
take_demo (History *history, const PdkCommandLine *line, gint64 now_usec)
{
  g_autoptr (GArray) all = pdk_demo_source_dup_hours (now_usec / G_USEC_PER_SEC);
  GArray *hours;

  if (line->account != NULL && !g_str_equal (line->account, PDK_DEMO_ACCOUNT))
    return;
  hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  for (guint i = 0; i < all->len; i++)
    {
      if (g_array_index (all, PdkHour, i).start_sec >= history->from_sec)
        g_array_append_val (hours, g_array_index (all, PdkHour, i));
    }
  take_hours (history, PDK_DEMO_ACCOUNT, hours);
}

static gboolean
collect (History *history, const PdkCommandLine *line, gint64 now_usec, GError **error)
{
  g_autoptr (PdkSettings) settings = NULL;

  if (line->is_demo)
    take_demo (history, line, now_usec);
  else
    {
      if (line->settings_path != NULL && (settings = pdk_session_load_settings (line, error)) == NULL)
        return FALSE;
      if (!read_file (history, line, settings, error))
        return FALSE;
    }
  if (line->account == NULL || history->accounts->len > 0)
    return TRUE;
  /* An account may be new, or none at all. */
  if (settings == NULL && (settings = pdk_session_load_settings (line, error)) == NULL)
    return FALSE;
  if (has_account (settings, line->account))
    return TRUE;
  return pdk_session_fail_unknown_account (line, settings, error);
}

static char *
format (const History *history, PdkOutput output, GTimeZone *zone, gint64 now_usec)
{
  g_autofree char *json = NULL;

  if (output == PDK_OUTPUT_CSV)
    return pdk_history_text_to_csv (history->accounts);
  if (output != PDK_OUTPUT_JSON)
    return pdk_history_table_new (history->accounts, zone);
  json = pdk_history_text_to_json (history->accounts, zone, now_usec);
  return g_strconcat (json, "\n", NULL);
}

static gboolean
has_hours (const History *history)
{
  for (guint i = 0; i < history->accounts->len; i++)
    {
      const PdkAccountHours *account = g_ptr_array_index (history->accounts, i);

      if (account->hours->len > 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * pdk_history_command_run:
 * @line: the call
 * @error: return location for PDK_ERROR_SETTINGS, PDK_ERROR_USAGE, errors of the file and of writing, and
 *   PDK_ERROR_NOT_FOUND when nothing is kept
 *
 * Where nothing is kept, JSON and CSV are printed nonetheless, so that a script reads an empty document.
 *
 * Returns: the exit status 0, or -1 with @error set
 */
int
pdk_history_command_run (const PdkCommandLine *line, GError **error)
{
  g_autoptr (PdkClock) clock = pdk_clock_new_system ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 now_usec = pdk_clock_get_real_usec (clock);
  g_auto (History) history = {
    .accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_account_hours_free),
    .from_sec = line->n_days > 0 ? find_first_sec (line->n_days, zone, now_usec) : G_MININT64,
  };
  g_autofree char *text = NULL;
  gboolean is_empty;

  if (!collect (&history, line, now_usec, error))
    return -1;
  is_empty = !has_hours (&history);
  text = is_empty && line->output == PDK_OUTPUT_TEXT ? g_strdup ("")
                                                     : format (&history, line->output, zone, now_usec);
  if (!pdk_printer_write (text, error))
    return -1;
  if (!is_empty)
    return 0;
  g_set_error_literal (
      error, PDK_ERROR, PDK_ERROR_NOT_FOUND,
      line->n_days > 0 && history.accounts->len > 0
          ? _ ("nothing is kept of these days")
          : _ ("no history is kept yet; it begins when the applet or “paddock status” reads a log, "
               "unless “history_days” is 0"));
  return -1;
}
