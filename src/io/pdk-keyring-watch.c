/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells when the keyring of the session may answer otherwise than before: it has been started, unlocked, or
 * has changed (the signals of the Secret Service API,
 * https://specifications.freedesktop.org/secret-service-spec/latest/). It asks the keyring nothing, and
 * starts none. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-keyring-watch.h"

#include "pdk-session-bus.h"

#define KEYRING "org.freedesktop.secrets"
/* One change is several signals. */
#define SETTLE_MSEC 500
/* A keyring that signals whenever it is asked would be asked for ever. */
#define PAUSE_MSEC 5000

struct _PdkKeyringWatch
{
  PdkKeyringWatchFunc func;
  gpointer user_data;
  GDBusConnection *bus; /* (nullable): until it is known whether a keyring runs */
  guint name_id;
  guint signal_id;
  guint settle_id;
  guint pause_msec;   /* before it is told the next time */
  gboolean has_begun; /* it is known whether a keyring runs */
};

static gboolean
on_settled (gpointer user_data)
{
  PdkKeyringWatch *watch = user_data;

  watch->settle_id = 0;
  watch->pause_msec = PAUSE_MSEC;
  /* This may free the watch. */
  watch->func (watch->user_data);
  return G_SOURCE_REMOVE;
}

static void
note_change (PdkKeyringWatch *watch)
{
  if (watch->settle_id == 0)
    watch->settle_id = g_timeout_add (watch->pause_msec, on_settled, watch);
}

static void
on_signal (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *name,
           GVariant *arguments,
           gpointer user_data)
{
  note_change (user_data);
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  PdkKeyringWatch *watch = user_data;

  if (watch->bus == NULL)
    {
      watch->bus = g_object_ref (bus);
      watch->signal_id = g_dbus_connection_signal_subscribe (
          bus, KEYRING, NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal, watch, NULL);
    }
  /* That it has run all the while is no news. */
  if (watch->has_begun)
    note_change (watch);
  watch->has_begun = TRUE;
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  PdkKeyringWatch *watch = user_data;

  watch->has_begun = TRUE;
}

/**
 * pdk_keyring_watch_new:
 * @func: called in the main context, at most every five seconds, whenever the keyring may answer otherwise;
 * it may free the watch
 * @user_data: for @func
 *
 * Returns: (transfer full): the watch; where there is no session bus, it tells nothing
 */
PdkKeyringWatch *
pdk_keyring_watch_new (PdkKeyringWatchFunc func, gpointer user_data)
{
  PdkKeyringWatch *watch = g_new0 (PdkKeyringWatch, 1);

  watch->func = func;
  watch->pause_msec = SETTLE_MSEC;
  watch->user_data = user_data;
  if (pdk_session_bus_has_address ())
    watch->name_id = g_bus_watch_name (G_BUS_TYPE_SESSION, KEYRING, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                       on_appeared, on_vanished, watch, NULL);
  return watch;
}

/** pdk_keyring_watch_free: ends @watch, which tells nothing any more */
void
pdk_keyring_watch_free (PdkKeyringWatch *watch)
{
  g_clear_handle_id (&watch->name_id, g_bus_unwatch_name);
  g_clear_handle_id (&watch->settle_id, g_source_remove);
  if (watch->signal_id != 0)
    g_dbus_connection_signal_unsubscribe (watch->bus, watch->signal_id);
  g_clear_object (&watch->bus);
  g_free (watch);
}
