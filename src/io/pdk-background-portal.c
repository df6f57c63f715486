/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the desktop to start us at login, from inside of a sandbox: the Background portal
 * (https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Background.html) and its
 * requests (…/doc-org.freedesktop.portal.Request.html).
 *
 * The portal answers twice: at once with a request, and with what came of it when it has asked the person,
 * who may take a while. A call ends with the second answer, when the portal goes away, at its deadline, or
 * when it is cancelled; then the request is closed, so that no question is left on the screen. Main context.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-background-portal.h"

#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-session-bus.h"
#include "pdk-task-bounds.h"

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define BACKGROUND_INTERFACE "org.freedesktop.portal.Background"
#define REQUEST_INTERFACE "org.freedesktop.portal.Request"
#define RESPONSE_SUCCESS 0
/* To read the question of the desktop, and to answer it. */
#define PERSON_SEC 120

/* One request, the data of its task. */
typedef struct
{
  gboolean starts_at_login;
  GDBusConnection *bus; /* (nullable): until there is one */
  char *token;
  char *path; /* (nullable): of the request, once there is a bus */
  guint response_id, watch_id;
  PdkTaskBounds bounds;
} Request;

/* Nothing that refers to the task is left after this.
 *
 * Returns: whether the task was not done before */
static gboolean
stop_listening (Request *request)
{
  if (request->response_id != 0)
    g_dbus_connection_signal_unsubscribe (request->bus, request->response_id);
  request->response_id = 0;
  g_clear_handle_id (&request->watch_id, g_bus_unwatch_name);
  return pdk_task_bounds_finish (&request->bounds);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  stop_listening (request);
  g_clear_object (&request->bus);
  g_free (request->token);
  g_free (request->path);
  g_free (request);
}

/* Returns: whether @task was not done before, so that it is to be returned from now */
static gboolean
finish (GTask *task)
{
  return stop_listening (g_task_get_task_data (task));
}

static void
fail (GTask *task, PdkError code, const char *sentence)
{
  if (finish (task))
    g_task_return_new_error (task, PDK_ERROR, code, "%s", sentence);
}

/* @error: (transfer full) */
static void
fail_from (GTask *task, GError *error)
{
  g_autoptr (GError) cause = error;
  g_autofree char *shown = NULL, *sentence = NULL;

  if (g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
      g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
      g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE))
    {
      fail (
          task, PDK_ERROR_NOT_FOUND,
          _ ("this desktop has no Background portal (xdg-desktop-portal) that could start Paddock at login"));
      return;
    }
  shown = pdk_session_bus_dup_cause (cause);
  sentence = g_strdup_printf (_ ("the desktop refused: %s"), shown);
  fail (task, PDK_ERROR_FAILED, sentence);
}

/* Takes the question off the screen. Whether anybody hears it does not matter: we go on either way. */
static void
close_request (Request *request)
{
  if (request->bus == NULL || request->path == NULL)
    return;
  g_dbus_connection_call (request->bus, PORTAL_NAME, request->path, REQUEST_INTERFACE, "Close", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
  /* The request may hold the bus alone, and what was not sent when it goes is not sent at all. */
  g_dbus_connection_flush (request->bus, NULL, NULL, NULL);
}

static gboolean
on_deadline (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);

  close_request (g_task_get_task_data (task));
  fail (task, PDK_ERROR_TIMED_OUT, _ ("the desktop's question was not answered within two minutes"));
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);

  close_request (g_task_get_task_data (task));
  if (finish (task))
    g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
on_portal_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);

  fail (task, PDK_ERROR_INTERRUPTED, _ ("the desktop's portal went away before it answered"));
}

/* A desktop that starts us although that was taken back, or does not although it was asked, has refused. */
static void
on_response (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *signal,
             GVariant *parameters,
             gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Request *request = g_task_get_task_data (task);
  g_autoptr (GVariant) results = NULL;
  gboolean starts_at_login = FALSE;
  guint32 response;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    return;
  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  if (!g_variant_lookup (results, "autostart", "b", &starts_at_login))
    starts_at_login = response == RESPONSE_SUCCESS ? request->starts_at_login : FALSE;
  if (starts_at_login == request->starts_at_login)
    {
      if (finish (task))
        g_task_return_boolean (task, TRUE);
    }
  else if (request->starts_at_login)
    fail (task, PDK_ERROR_PERMISSION,
          _ ("the desktop does not allow Paddock to start at login; allow it to run in the background in "
             "the desktop's settings for apps, then try again"));
  else
    fail (task, PDK_ERROR_PERMISSION, _ ("the desktop goes on starting Paddock at login"));
}

static void
on_requested (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (request->bounds.is_done)
    return;
  if (answer == NULL)
    {
      fail_from (task, g_steal_pointer (&error));
      return;
    }
  request->watch_id =
      g_bus_watch_name_on_connection (request->bus, PORTAL_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                      on_portal_vanished, g_object_ref (task), g_object_unref);
}

/* Where the portal, from 0.9 on, puts the request, by its own rule: known beforehand, so that no answer comes
 * too early. */
static char *
dup_request_path (Request *request)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (request->bus) + 1);

  return g_strdup_printf (PORTAL_PATH "/request/%s/%s", g_strdelimit (sender, ".", '_'), request->token);
}

static GVariant *
build_options (const Request *request)
{
  static const char *const command[] = { "paddock", NULL };
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "handle_token", "s", request->token);
  g_variant_dict_insert (&options, "reason", "s",
                         _ ("To be in the tray from the moment at which you log in."));
  g_variant_dict_insert (&options, "autostart", "b", request->starts_at_login);
  g_variant_dict_insert_value (&options, "commandline", g_variant_new_strv (command, -1));
  g_variant_dict_insert (&options, "dbus-activatable", "b", FALSE);
  return g_variant_dict_end (&options);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (request->bounds.is_done)
    return;
  if (bus == NULL)
    {
      fail (task, PDK_ERROR_NOT_FOUND, _ ("there is no session bus to reach the desktop by"));
      return;
    }
  request->bus = g_steal_pointer (&bus);
  request->path = dup_request_path (request);
  /* It holds the task until finish() ends it. */
  request->response_id = g_dbus_connection_signal_subscribe (
      request->bus, PORTAL_NAME, REQUEST_INTERFACE, "Response", request->path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      on_response, g_object_ref (task), g_object_unref);
  g_dbus_connection_call (request->bus, PORTAL_NAME, PORTAL_PATH, BACKGROUND_INTERFACE, "RequestBackground",
                          g_variant_new ("(s@a{sv})", "", build_options (request)), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, PERSON_SEC * 1000, NULL, on_requested, g_object_ref (task));
}

static Request *
request_new (gboolean starts_at_login)
{
  Request *request = g_new0 (Request, 1);

  request->starts_at_login = starts_at_login;
  request->token = g_strdup_printf ("paddock_%08x%08x", g_random_int (), g_random_int ());
  return request;
}

/**
 * pdk_background_portal_request_async:
 * @starts_at_login: whether the desktop is to start us at login
 * @cancellable: (nullable): to give up, which takes the desktop's question off the screen
 * @callback: called when the desktop has answered, two minutes later at the latest
 * @user_data: for @callback
 *
 * The desktop may ask the person. It runs “paddock” in our sandbox from then on.
 */
void
pdk_background_portal_request_async (gboolean starts_at_login,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = request_new (starts_at_login);

  g_task_set_source_tag (task, pdk_background_portal_request_async);
  g_task_set_task_data (task, request, request_free);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!pdk_session_bus_has_address ())
    {
      fail (task, PDK_ERROR_NOT_FOUND, _ ("there is no session bus to reach the desktop by"));
      return;
    }
  pdk_task_bounds_set_deadline (&request->bounds, task, PERSON_SEC, on_deadline);
  pdk_task_bounds_set_cancelled (&request->bounds, task, on_cancelled);
  g_bus_get (G_BUS_TYPE_SESSION, NULL, on_bus, g_object_ref (task));
}

/**
 * pdk_background_portal_request_finish:
 * @result: what the callback got
 * @error: return location for PDK_ERROR_PERMISSION when the desktop or the person did not want it, _NOT_FOUND
 *   without a portal, _TIMED_OUT, _INTERRUPTED, _FAILED, or G_IO_ERROR_CANCELLED; the message is a phrase
 *
 * Returns: whether the desktop does what was asked for; %FALSE with @error set
 */
gboolean
pdk_background_portal_request_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_background_portal_request_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
