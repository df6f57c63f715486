/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a second start asks the running applet: whose data it shows. It is told by the state of an action,
 * which anybody on the session bus may read and nobody may set. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-running-applet.h"

#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-session-bus.h"

/* Its state is the path of the settings file, "" for sample data. */
#define SETTINGS_FILE_ACTION "settings-file"

/* Without a handler, anybody on the bus might set the state. */
static void
on_change (GSimpleAction *action, GVariant *value, gpointer user_data)
{
}

/* Whether the applet that runs, whose actions are @group, shows what is wanted; one that is asked for other
 * data than it has would show what nobody asked for. */
static gboolean
check_data (GActionGroup *group, const char *settings_path, gboolean is_demo, GError **error)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (group, SETTINGS_FILE_ACTION);
  gboolean knows_path = state != NULL && g_variant_is_of_type (state, G_VARIANT_TYPE_BYTESTRING);
  g_autofree char *wanted = NULL;

  if (is_demo)
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED,
                           _ ("the applet is running already, with data of its own; end it with “paddock "
                              "quit” to see the sample data"));
      return FALSE;
    }
  if (settings_path == NULL || !knows_path)
    return TRUE;
  wanted = g_canonicalize_filename (settings_path, NULL);
  if (g_str_equal (wanted, g_variant_get_bytestring (state)))
    return TRUE;
  g_set_error (error, PDK_ERROR, PDK_ERROR_FAILED,
               _ ("the applet is running already, with other settings than %s; end it with “paddock quit” to "
                  "start it with these"),
               wanted);
  return FALSE;
}

/* Whether no applet runs on @bus, or one that answers. GApplication asks it much the same, but waits for as
 * long as GDBus does, which is too long for somebody who looks at a terminal. */
static gboolean
check_answers (GDBusConnection *bus, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GVariant) answer =
      pdk_session_bus_call_applet (bus, "org.gtk.Actions", "DescribeAll", NULL, &cause);

  if (answer != NULL || !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/**
 * pdk_running_applet_add_action:
 * @map: the actions of this applet
 * @settings_path: (nullable): its settings file, or NULL where it shows sample data
 *
 * Lets others know what this applet shows.
 */
void
pdk_running_applet_add_action (GActionMap *map, const char *settings_path)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new_stateful (
      SETTINGS_FILE_ACTION, NULL, g_variant_new_bytestring (settings_path != NULL ? settings_path : ""));

  g_signal_connect (action, "change-state", G_CALLBACK (on_change), NULL);
  g_action_map_add_action (map, G_ACTION (action));
}

/**
 * pdk_running_applet_register:
 * @application: this applet
 * @bus: (nullable): the session bus
 * @settings_path: (nullable): the settings file that is wanted, or NULL for whichever the running applet has
 * @is_demo: whether sample data are wanted
 * @error: return location for PDK_ERROR_FAILED
 *
 * Finds out whether an applet runs already, to which @application is then a remote.
 *
 * Returns: whether to go on: there is none, or it answers and shows what is wanted
 */
gboolean
pdk_running_applet_register (GApplication *application,
                             GDBusConnection *bus,
                             const char *settings_path,
                             gboolean is_demo,
                             GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *shown = NULL;

  if ((bus == NULL || check_answers (bus, &cause)) && g_application_register (application, NULL, &cause))
    return !g_application_get_is_remote (application) ||
           check_data (G_ACTION_GROUP (application), settings_path, is_demo, error);
  shown = pdk_session_bus_dup_cause (cause);
  g_set_error (error, PDK_ERROR, PDK_ERROR_FAILED,
               _ ("the applet could not be reached (%s); if this stays, end it and start it with “paddock”"),
               shown);
  return FALSE;
}
