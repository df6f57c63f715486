/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What panels ask of an org.kde.StatusNotifierItem and the indicator library does not know:
 *
 * - the methods Activate and ProvideXdgActivationToken, which Plasma, Cinnamon, LXQt and Waybar send for a
 * left click and GNOME for a double click;
 * - the property ToolTip, without which Plasma shows nothing on hover, and others no more than the title.
 *
 * The library has the object registered, so that the calls are taken by a filter on the connection before
 * they reach it. Where all properties are asked for, ours is added to the library's answer.
 *
 * The filter runs in GDBus' worker thread. What panels want done it hands to the main context that was the
 * default one of the thread that made the object. The filter may still be running while the object goes away,
 * so it holds no more than a weak reference; the tooltip, which both threads have, is behind a lock. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tray-extension.h"

#include <string.h>

#define ITEM_INTERFACE "org.kde.StatusNotifierItem"
#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"
#define TOOLTIP "ToolTip"

/* Longer tokens than any compositor makes are not worth keeping. */
#define MAX_TOKEN_BYTES 512

#define MAX_ASKED 64

/* What the filter has to know. It outlives the object if the filter is just running. */
typedef struct
{
  GWeakRef owner;
  GMainContext *context;
  char *object_path;
  GHashTable *asked; /* (element-type utf8): calls whose answers are to be completed; of the worker thread */

  GMutex mutex; /* for what follows */
  GVariant *tooltip;
} Filter;

struct _PdkTrayExtension
{
  GObject parent_instance;

  GDBusConnection *connection;
  guint filter_id;
  Filter *filter;
};

enum
{
  SIGNAL_ACTIVATE,
  SIGNAL_TOKEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PdkTrayExtension, pdk_tray_extension, G_TYPE_OBJECT)

/* Acts on a call, in the main context. */
typedef void (*Handler) (PdkTrayExtension *self, GDBusMessage *message);

/* One call, on its way to the main context. */
typedef struct
{
  PdkTrayExtension *owner;
  GDBusMessage *message;
  Handler handle;
} Call;

static void
filter_clear (gpointer data)
{
  Filter *filter = data;

  g_weak_ref_clear (&filter->owner);
  g_main_context_unref (filter->context);
  g_free (filter->object_path);
  g_hash_table_unref (filter->asked);
  g_mutex_clear (&filter->mutex);
  g_variant_unref (filter->tooltip);
}

static void
filter_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, filter_clear);
}

/* Takes the reference to @owner. */
static Call *
call_new (PdkTrayExtension *owner, GDBusMessage *message, Handler handle)
{
  Call *call = g_new0 (Call, 1);

  call->owner = owner;
  call->message = g_object_ref (message);
  call->handle = handle;
  return call;
}

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->owner);
  g_object_unref (call->message);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

/* Sends @body as the answer; an empty one if it is %NULL. */
static void
answer (GDBusConnection *connection, GDBusMessage *message, GVariant *body)
{
  g_autoptr (GDBusMessage) reply = NULL;

  if ((g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) != 0)
    {
      if (body != NULL)
        g_variant_unref (g_variant_ref_sink (body));
      return;
    }
  reply = g_dbus_message_new_method_reply (message);
  if (body != NULL)
    g_dbus_message_set_body (reply, body);
  /* It fails on a closed connection only, where nobody waits for it. */
  g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

static void
handle_activate (PdkTrayExtension *self, GDBusMessage *message)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVATE], 0);
}

static void
handle_token (PdkTrayExtension *self, GDBusMessage *message)
{
  GVariant *body = g_dbus_message_get_body (message);
  const char *token = "";

  if (body != NULL && g_variant_is_of_type (body, G_VARIANT_TYPE ("(s)")))
    g_variant_get (body, "(&s)", &token);
  g_signal_emit (self, signals[SIGNAL_TOKEN], 0, strlen (token) <= MAX_TOKEN_BYTES ? token : "");
}

static gboolean
on_call (gpointer user_data)
{
  const Call *call = user_data;

  call->handle (call->owner, call->message);
  return G_SOURCE_REMOVE;
}

static void
hand_over (Filter *filter, GDBusMessage *message, Handler handle)
{
  PdkTrayExtension *owner = g_weak_ref_get (&filter->owner);
  g_autoptr (GSource) source = NULL;

  if (owner == NULL)
    return;

  /* The last reference may go with the call, so the call must reach the main context, where the object may be
   * disposed of; no reference is dropped here. */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[paddock] tray call");
  g_source_set_callback (source, on_call, call_new (owner, message, handle), call_free);
  g_source_attach (source, filter->context);
}

static Handler
find_item_handler (GDBusMessage *message)
{
  const char *member = g_dbus_message_get_member (message);

  if (g_strcmp0 (member, "Activate") == 0)
    return handle_activate;
  return g_strcmp0 (member, "ProvideXdgActivationToken") == 0 ? handle_token : NULL;
}

/* Asked in the worker thread, while the main one may set another. */
static GVariant *
ref_tooltip (Filter *filter)
{
  GVariant *tooltip;

  g_mutex_lock (&filter->mutex);
  tooltip = g_variant_ref (filter->tooltip);
  g_mutex_unlock (&filter->mutex);
  return tooltip;
}

static char *
dup_call_key (guint32 serial, const char *peer)
{
  return g_strdup_printf ("%u %s", serial, peer != NULL ? peer : "");
}

/* Notes that the library's answer to this call has to be completed. */
static void
note_get_all (Filter *filter, GDBusMessage *message)
{
  if ((g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) != 0)
    return;
  /* Each is answered at once, so that there are never many. */
  if (g_hash_table_size (filter->asked) >= MAX_ASKED)
    g_hash_table_remove_all (filter->asked);
  g_hash_table_add (filter->asked,
                    dup_call_key (g_dbus_message_get_serial (message), g_dbus_message_get_sender (message)));
}

/* The properties @values with ours. A panel may ask whenever anything changes, so it is put together without
 * looking anything up. */
static GVariant *
add_tooltip (GVariant *values, GVariant *tooltip)
{
  g_auto (GVariantBuilder) all = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gsize n_values = g_variant_n_children (values);

  for (gsize i = 0; i < n_values; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (values, i);
      g_autoptr (GVariant) name = g_variant_get_child_value (entry, 0);

      if (!g_str_equal (g_variant_get_string (name, NULL), TOOLTIP))
        g_variant_builder_add_value (&all, entry);
    }
  g_variant_builder_add (&all, "{sv}", TOOLTIP, tooltip);
  return g_variant_new ("(a{sv})", &all);
}

/* Returns (transfer full) what is sent instead of @message (transfer full): the same, if it is no answer that
 * has to be completed. */
static GDBusMessage *
complete_answer (Filter *filter, GDBusMessage *message)
{
  g_autofree char *key = NULL;
  g_autoptr (GDBusMessage) copy = NULL;
  g_autoptr (GVariant) tooltip = NULL;
  g_autoptr (GVariant) values = NULL;
  GVariant *body = g_dbus_message_get_body (message);

  if (g_hash_table_size (filter->asked) == 0)
    return message;
  key = dup_call_key (g_dbus_message_get_reply_serial (message), g_dbus_message_get_destination (message));
  if (!g_hash_table_remove (filter->asked, key) || body == NULL ||
      !g_variant_is_of_type (body, G_VARIANT_TYPE ("(a{sv})")))
    return message;

  /* What is on its way must not be changed any more. */
  copy = g_dbus_message_copy (message, NULL);
  if (copy == NULL)
    return message;
  tooltip = ref_tooltip (filter);
  values = g_variant_get_child_value (body, 0);
  g_dbus_message_set_body (copy, add_tooltip (values, tooltip));
  g_object_unref (message);
  return g_steal_pointer (&copy);
}

/* Returns whether the call was about the tooltip alone, and is answered. */
static gboolean
look_at_properties_call (Filter *filter, GDBusConnection *connection, GDBusMessage *message)
{
  const char *member = g_dbus_message_get_member (message);
  GVariant *body = g_dbus_message_get_body (message);
  const char *interface, *property;
  g_autoptr (GVariant) tooltip = NULL;

  if (body != NULL && g_strcmp0 (member, "GetAll") == 0 &&
      g_variant_is_of_type (body, G_VARIANT_TYPE ("(s)")))
    {
      g_variant_get (body, "(&s)", &interface);
      if (g_str_equal (interface, ITEM_INTERFACE))
        note_get_all (filter, message);
    }
  if (body == NULL || g_strcmp0 (member, "Get") != 0 || !g_variant_is_of_type (body, G_VARIANT_TYPE ("(ss)")))
    return FALSE;
  g_variant_get (body, "(&s&s)", &interface, &property);
  if (!g_str_equal (interface, ITEM_INTERFACE) || !g_str_equal (property, TOOLTIP))
    return FALSE;
  tooltip = ref_tooltip (filter);
  answer (connection, message, g_variant_new ("(v)", tooltip));
  return TRUE;
}

/* The same for what the item itself is asked to do. */
static gboolean
look_at_item_call (Filter *filter, GDBusConnection *connection, GDBusMessage *message)
{
  Handler handle = find_item_handler (message);

  if (handle == NULL)
    return FALSE;
  answer (connection, message, NULL);
  hand_over (filter, message, handle);
  return TRUE;
}

static GDBusMessage *
filter_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  Filter *filter = user_data;
  const char *interface = g_dbus_message_get_interface (message);
  GDBusMessageType type = g_dbus_message_get_message_type (message);
  gboolean is_done = FALSE;

  if (!incoming)
    return type == G_DBUS_MESSAGE_TYPE_METHOD_RETURN || type == G_DBUS_MESSAGE_TYPE_ERROR
               ? complete_answer (filter, message)
               : message;
  if (type != G_DBUS_MESSAGE_TYPE_METHOD_CALL ||
      g_strcmp0 (g_dbus_message_get_path (message), filter->object_path) != 0)
    return message;

  if (interface == NULL || g_str_equal (interface, ITEM_INTERFACE))
    is_done = look_at_item_call (filter, connection, message);
  else if (g_str_equal (interface, PROPERTIES_INTERFACE))
    is_done = look_at_properties_call (filter, connection, message);
  if (!is_done)
    return message;
  g_object_unref (message);
  return NULL;
}

static void
pdk_tray_extension_dispose (GObject *object)
{
  PdkTrayExtension *self = PDK_TRAY_EXTENSION (object);

  if (self->filter_id != 0)
    g_dbus_connection_remove_filter (self->connection, self->filter_id);
  self->filter_id = 0;
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (pdk_tray_extension_parent_class)->dispose (object);
}

static void
pdk_tray_extension_finalize (GObject *object)
{
  PdkTrayExtension *self = PDK_TRAY_EXTENSION (object);

  filter_unref (self->filter);
  G_OBJECT_CLASS (pdk_tray_extension_parent_class)->finalize (object);
}

static void
pdk_tray_extension_class_init (PdkTrayExtensionClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_tray_extension_dispose;
  G_OBJECT_CLASS (klass)->finalize = pdk_tray_extension_finalize;
  signals[SIGNAL_ACTIVATE] =
      g_signal_new ("activate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TOKEN] =
      g_signal_new ("token", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

/* Some panels take the text for markup, some do not, and some guess: so it has nothing that would be any. */
static char *
dup_unmarked (const char *text)
{
  GString *unmarked = g_string_new (text);

  g_string_replace (unmarked, "<", "‹", 0);
  g_string_replace (unmarked, ">", "›", 0);
  g_string_replace (unmarked, "&", "＆", 0);
  return g_string_free (unmarked, FALSE);
}

/* As the specification has it: the name of an icon, its pixels, a title, and what stands below. */
static GVariant *
make_tooltip (const char *title, const char *description)
{
  g_autofree char *shown_title = dup_unmarked (title);
  g_autofree char *shown_description = dup_unmarked (description);

  return g_variant_ref_sink (
      g_variant_new ("(s@a(iiay)ss)", "", g_variant_new ("a(iiay)", NULL), shown_title, shown_description));
}

static void
pdk_tray_extension_init (PdkTrayExtension *self)
{
  Filter *filter = g_atomic_rc_box_new0 (Filter);

  g_weak_ref_init (&filter->owner, self);
  filter->context = g_main_context_ref_thread_default ();
  filter->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&filter->mutex);
  filter->tooltip = make_tooltip ("", "");
  self->filter = filter;
}

/**
 * pdk_tray_extension_new:
 * @connection: the connection that the item is exported on
 * @object_path: the item's path
 *
 * Answers the calls for as long as the object lives.
 *
 * Returns: (transfer full): the object
 */
PdkTrayExtension *
pdk_tray_extension_new (GDBusConnection *connection, const char *object_path)
{
  PdkTrayExtension *self = g_object_new (PDK_TYPE_TRAY_EXTENSION, NULL);

  self->filter->object_path = g_strdup (object_path);
  self->connection = g_object_ref (connection);
  self->filter_id = g_dbus_connection_add_filter (connection, filter_message,
                                                  g_atomic_rc_box_acquire (self->filter), filter_unref);
  return self;
}

/**
 * pdk_tray_extension_set_tooltip:
 * @self: the extension
 * @title: the first line of what is shown on hover, as plain text
 * @description: further lines, or ""
 *
 * Panels are told when it changes (StatusNotifierItem specification, "ToolTip" and "NewToolTip").
 */
void
pdk_tray_extension_set_tooltip (PdkTrayExtension *self, const char *title, const char *description)
{
  g_autoptr (GVariant) tooltip = make_tooltip (title, description);
  g_autoptr (GVariant) former = NULL;

  /* Nobody else sets it. */
  if (g_variant_equal (tooltip, self->filter->tooltip))
    return;
  g_mutex_lock (&self->filter->mutex);
  former = self->filter->tooltip;
  self->filter->tooltip = g_steal_pointer (&tooltip);
  g_mutex_unlock (&self->filter->mutex);
  /* It fails on a closed connection only, where nobody listens. */
  g_dbus_connection_emit_signal (self->connection, NULL, self->filter->object_path, ITEM_INTERFACE,
                                 "NewToolTip", NULL, NULL);
}
