/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The methods Activate and ProvideXdgActivationToken of org.kde.StatusNotifierItem, which the indicator
 * library does not know, though Plasma, Cinnamon, LXQt and Waybar send them for a left click and GNOME for a
 * double click. The library has the object registered, so that the calls are answered before they reach it,
 * by a filter on the connection.
 *
 * The filter runs in GDBus' worker thread. It looks at immutable data only, and hands what it saw to the main
 * context that was the default one of the thread that made the object. The filter may still be running while
 * the object goes away, so it holds no more than a weak reference. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tray-activate.h"

#include <string.h>

#define ITEM_INTERFACE "org.kde.StatusNotifierItem"

/* Longer tokens than any compositor makes are not worth keeping. */
#define MAX_TOKEN_BYTES 512

struct _PdkTrayActivate
{
  GObject parent_instance;

  GDBusConnection *connection;
  guint filter_id;
};

enum
{
  SIGNAL_ACTIVATE,
  SIGNAL_TOKEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PdkTrayActivate, pdk_tray_activate, G_TYPE_OBJECT)

/* What the filter knows. Immutable while the filter is installed. */
typedef struct
{
  GWeakRef owner;
  GMainContext *context;
  char *object_path;
} Filter;

/* One call, on its way to the main context. */
typedef struct
{
  PdkTrayActivate *owner;
  char *token; /* (nullable): NULL for a click */
} Call;

static void
filter_free (gpointer data)
{
  Filter *filter = data;

  g_weak_ref_clear (&filter->owner);
  g_main_context_unref (filter->context);
  g_free (filter->object_path);
  g_free (filter);
}

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->owner);
  g_free (call->token);
  g_free (call);
}

static gboolean
emit_call (gpointer data)
{
  const Call *call = data;

  if (call->token != NULL)
    g_signal_emit (call->owner, signals[SIGNAL_TOKEN], 0, call->token);
  else
    g_signal_emit (call->owner, signals[SIGNAL_ACTIVATE], 0);
  return G_SOURCE_REMOVE;
}

static void
hand_over (Filter *filter, GDBusMessage *message, gboolean is_token)
{
  GVariant *body = g_dbus_message_get_body (message);
  PdkTrayActivate *owner = g_weak_ref_get (&filter->owner);
  g_autoptr (GSource) source = NULL;
  Call *call;

  if (owner == NULL)
    return;

  /* The last reference may go with the call, so the call must reach the main context, where the object may be
   * disposed of; no reference is dropped here. */
  call = g_new0 (Call, 1);
  call->owner = owner;
  if (is_token)
    {
      if (body != NULL && g_variant_is_of_type (body, G_VARIANT_TYPE ("(s)")))
        g_variant_get (body, "(s)", &call->token);
      if (call->token == NULL || strlen (call->token) > MAX_TOKEN_BYTES)
        {
          g_free (call->token);
          call->token = g_strdup ("");
        }
    }
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[paddock] tray click");
  g_source_set_callback (source, emit_call, call, call_free);
  g_source_attach (source, filter->context);
}

static void
answer (GDBusConnection *connection, GDBusMessage *message)
{
  g_autoptr (GDBusMessage) reply = NULL;

  if ((g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) != 0)
    return;
  reply = g_dbus_message_new_method_reply (message);
  /* It fails on a closed connection only, where nobody waits for it. */
  g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

static GDBusMessage *
filter_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  Filter *filter = user_data;
  const char *interface = g_dbus_message_get_interface (message);
  const char *member = g_dbus_message_get_member (message);
  gboolean is_token;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL ||
      g_strcmp0 (g_dbus_message_get_path (message), filter->object_path) != 0 ||
      (interface != NULL && !g_str_equal (interface, ITEM_INTERFACE)))
    return message;

  is_token = g_strcmp0 (member, "ProvideXdgActivationToken") == 0;
  if (!is_token && g_strcmp0 (member, "Activate") != 0)
    return message;

  answer (connection, message);
  hand_over (filter, message, is_token);
  g_object_unref (message);
  return NULL;
}

static void
pdk_tray_activate_dispose (GObject *object)
{
  PdkTrayActivate *self = PDK_TRAY_ACTIVATE (object);

  if (self->filter_id != 0)
    g_dbus_connection_remove_filter (self->connection, self->filter_id);
  self->filter_id = 0;
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (pdk_tray_activate_parent_class)->dispose (object);
}

static void
pdk_tray_activate_class_init (PdkTrayActivateClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_tray_activate_dispose;
  signals[SIGNAL_ACTIVATE] =
      g_signal_new ("activate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TOKEN] =
      g_signal_new ("token", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pdk_tray_activate_init (PdkTrayActivate *self)
{
}

/**
 * pdk_tray_activate_new:
 * @connection: the connection that the item is exported on
 * @object_path: the item's path
 *
 * Answers the calls for as long as the object lives.
 *
 * Returns: (transfer full): the object
 */
PdkTrayActivate *
pdk_tray_activate_new (GDBusConnection *connection, const char *object_path)
{
  PdkTrayActivate *self = g_object_new (PDK_TYPE_TRAY_ACTIVATE, NULL);
  Filter *filter = g_new0 (Filter, 1);

  g_weak_ref_init (&filter->owner, self);
  filter->context = g_main_context_ref_thread_default ();
  filter->object_path = g_strdup (object_path);
  self->connection = g_object_ref (connection);
  self->filter_id = g_dbus_connection_add_filter (connection, filter_message, filter, filter_free);
  return self;
}
