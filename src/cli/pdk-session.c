/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the commands share: the settings; and for status and watch a monitor on the system's clock, a main
 * loop, and the choice of one account. No display and no bus. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-session.h"

#include <glib/gi18n-lib.h>

#include "pdk-account-list.h"
#include "pdk-error.h"
#include "pdk-text.h"

/* Of the ids that somebody is told who has named none of them. */
#define MAX_IDS_BYTES 400

static void
on_settings_changed (PdkSettingsStore *store, gpointer user_data)
{
  PdkMonitor *monitor = user_data;

  pdk_monitor_set_settings (monitor, pdk_settings_store_get_settings (store),
                            pdk_settings_store_get_error (store));
}

/**
 * pdk_session_load_settings:
 * @line: the call
 * @error: return location for PDK_ERROR_SETTINGS
 *
 * For a command that needs no more of a session than this.
 *
 * Returns: (transfer full) (nullable): the settings, NULL with @error set where they cannot be used
 */
PdkSettings *
pdk_session_load_settings (const PdkCommandLine *line, GError **error)
{
  g_autoptr (PdkSettingsStore) store = NULL;
  const char *complaint;

  if (line->is_demo)
    return pdk_settings_new_detected (NULL);
  store = pdk_settings_store_new (line->settings_path);
  complaint = pdk_settings_store_get_complaint (store);
  if (complaint == NULL)
    return pdk_settings_ref (pdk_settings_store_get_settings (store));
  g_set_error_literal (error, PDK_ERROR, PDK_ERROR_SETTINGS, complaint);
  return NULL;
}

/**
 * pdk_session_fail_unknown_account:
 * @line: the call, which names an account that is not there
 * @settings: what there is
 * @error: return location for PDK_ERROR_USAGE
 *
 * Returns: %FALSE
 */
gboolean
pdk_session_fail_unknown_account (const PdkCommandLine *line, const PdkSettings *settings, GError **error)
{
  g_autofree char *wanted = pdk_text_dup_for_display (line->account);
  g_autoptr (GString) ids = g_string_new (line->is_demo ? PDK_DEMO_ACCOUNT : "");
  g_autofree char *shown = NULL, *bounded = NULL;

  for (guint i = 0; !line->is_demo && i < settings->accounts->len; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? ", " : "", pdk_settings_get_account (settings, i)->id);
  shown = pdk_text_dup_for_display (ids->str);
  bounded = pdk_text_dup_bounded (shown, -1, MAX_IDS_BYTES);
  g_set_error (error, PDK_ERROR, PDK_ERROR_USAGE, _ ("there is no account “%s”; the accounts are: %s"),
               wanted, bounded);
  return FALSE;
}

/**
 * pdk_session_init:
 * @session: an uninitialised session
 * @line: the call; it must outlive @session
 * @error: return location for PDK_ERROR_SETTINGS and PDK_ERROR_USAGE
 *
 * Returns: whether there are settings to work with; @session is to be cleared in any case
 */
gboolean
pdk_session_init (PdkSession *session, const PdkCommandLine *line, GError **error)
{
  g_autoptr (PdkClock) clock = pdk_clock_new_system ();
  g_autoptr (PdkSettings) settings = NULL;

  session->line = line;
  session->loop = g_main_loop_new (NULL, FALSE);
  session->monitor = pdk_monitor_new (clock, line->is_demo);
  if (line->is_demo)
    settings = pdk_settings_new_detected (NULL);
  else
    {
      session->store = pdk_settings_store_new (line->settings_path);
      if (pdk_settings_store_get_complaint (session->store) != NULL)
        {
          g_set_error_literal (error, PDK_ERROR, PDK_ERROR_SETTINGS,
                               pdk_settings_store_get_complaint (session->store));
          return FALSE;
        }
      g_signal_connect (session->store, "changed", G_CALLBACK (on_settings_changed), session->monitor);
      settings = pdk_settings_ref (pdk_settings_store_get_settings (session->store));
    }
  pdk_monitor_set_interval (session->monitor, line->interval_msec);
  pdk_monitor_set_account (session->monitor, line->account);
  pdk_monitor_set_settings (session->monitor, settings, NULL);
  if (pdk_monitor_get_snapshot (session->monitor)->accounts->len > 0)
    return TRUE;
  return pdk_session_fail_unknown_account (line, settings, error);
}

/** pdk_session_get_rules: Returns: (transfer none) (nullable): from when on a limit needs attention, by the
 * settings that are in force; NULL for the usual */
const PdkAlertRules *
pdk_session_get_rules (PdkSession *session)
{
  return session->store != NULL ? &pdk_settings_store_get_settings (session->store)->alerts : NULL;
}

/** pdk_session_clear: ends what @session runs, and frees what it holds */
void
pdk_session_clear (PdkSession *session)
{
  if (session->store != NULL)
    g_signal_handlers_disconnect_by_data (session->store, session->monitor);
  g_clear_object (&session->store);
  g_clear_object (&session->monitor);
  g_clear_pointer (&session->loop, g_main_loop_unref);
}
