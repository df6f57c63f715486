/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells the user of limits that run out. What was told is kept in a file before it is told, so that it is
 * told once, over restarts too. The file is read and written in threads that are given all they need; nothing
 * is decided before it was read. Where it cannot be written, this process goes by its own memory. Main
 * thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-notifier.h"

#include "pdk-alerts.h"
#include "pdk-file.h"

#define MAX_BYTES (1024 * 1024)

struct _PdkNotifier
{
  GObject parent_instance;

  GApplication *application; /* (nullable): weak */
  char *path;
  gboolean is_busy;       /* with the file; one thread at a time */
  gboolean is_unsaved;    /* the memory has changed since it was written last */
  PdkAlertMemory *memory; /* (nullable): NULL until the file was read */
  GPtrArray *untold;      /* PdkAlert; to be told when the memory is written */
  PdkSnapshot *snapshot;  /* (nullable): the latest that came before the file was read */
  PdkAlertRules rules;    /* those that came with it */
};

G_DEFINE_FINAL_TYPE (PdkNotifier, pdk_notifier, G_TYPE_OBJECT)

static GPtrArray *
alerts_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_alert_free);
}

static void
send_alert (PdkNotifier *self, const PdkAlert *alert)
{
  g_autoptr (GNotification) notification = g_notification_new (alert->title);
  g_autoptr (GIcon) icon = g_themed_icon_new (APPLICATION_ID);

  if (*alert->body != '\0')
    g_notification_set_body (notification, alert->body);
  g_notification_set_icon (notification, icon);
  g_notification_set_priority (notification, alert->kind == PDK_ALERT_USED_UP
                                                 ? G_NOTIFICATION_PRIORITY_HIGH
                                                 : G_NOTIFICATION_PRIORITY_NORMAL);
  g_notification_set_default_action (notification, "app.details");
  g_application_send_notification (self->application, alert->id, notification);
}

static void start_save (PdkNotifier *self);

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkNotifier *self = PDK_NOTIFIER (source);
  g_autoptr (GPtrArray) alerts = user_data;

  /* Who may not write is told all the same, and goes by this process's memory. */
  pdk_file_write_private_finish (result, NULL);
  self->is_busy = FALSE;
  for (guint i = 0; i < alerts->len && self->application != NULL; i++)
    send_alert (self, g_ptr_array_index (alerts, i));
  if (self->is_unsaved)
    start_save (self);
}

static void
start_save (PdkNotifier *self)
{
  g_autoptr (GBytes) bytes = pdk_alert_memory_to_bytes (self->memory);
  GPtrArray *alerts = g_steal_pointer (&self->untold);

  self->untold = alerts_new ();
  self->is_unsaved = FALSE;
  self->is_busy = TRUE;
  pdk_file_write_private_async (self, self->path, bytes, on_saved, alerts);
}

static void
decide (PdkNotifier *self, const PdkSnapshot *snapshot, const PdkAlertRules *rules)
{
  if (pdk_alerts_decide (snapshot, rules, self->memory, self->untold))
    self->is_unsaved = TRUE;
  if (self->is_unsaved && !self->is_busy)
    start_save (self);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  /* Why it cannot be read does not matter: then nothing was told. */
  g_autoptr (GBytes) bytes = pdk_file_read (task_data, MAX_BYTES, NULL);

  g_task_return_pointer (task, pdk_alert_memory_new (bytes), (GDestroyNotify) pdk_alert_memory_free);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkNotifier *self = PDK_NOTIFIER (source);
  g_autoptr (PdkSnapshot) snapshot = g_steal_pointer (&self->snapshot);

  self->is_busy = FALSE;
  self->memory = g_task_propagate_pointer (G_TASK (result), NULL);
  if (snapshot != NULL)
    decide (self, snapshot, &self->rules);
}

static void
start_load (PdkNotifier *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_loaded, NULL);

  self->is_busy = TRUE;
  g_task_set_source_tag (task, start_load);
  g_task_set_task_data (task, g_strdup (self->path), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

static void
pdk_notifier_finalize (GObject *object)
{
  PdkNotifier *self = PDK_NOTIFIER (object);

  g_clear_weak_pointer (&self->application);
  g_free (self->path);
  g_clear_pointer (&self->memory, pdk_alert_memory_free);
  g_clear_pointer (&self->snapshot, pdk_snapshot_unref);
  g_ptr_array_unref (self->untold);
  G_OBJECT_CLASS (pdk_notifier_parent_class)->finalize (object);
}

static void
pdk_notifier_class_init (PdkNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_notifier_finalize;
}

static void
pdk_notifier_init (PdkNotifier *self)
{
  self->untold = alerts_new ();
}

/**
 * pdk_notifier_new:
 * @application: (transfer none): whose notifications they are; it is not kept alive
 * @path: the file that remembers what was told
 *
 * Returns: (transfer full): a notifier
 */
PdkNotifier *
pdk_notifier_new (GApplication *application, const char *path)
{
  PdkNotifier *self = g_object_new (PDK_TYPE_NOTIFIER, NULL);

  g_set_weak_pointer (&self->application, application);
  self->path = g_strdup (path);
  return self;
}

/** pdk_notifier_dup_default_path: Returns: (transfer full): the usual file */
char *
pdk_notifier_dup_default_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "paddock", "notifications.json", NULL);
}

/**
 * pdk_notifier_update:
 * @self: a notifier
 * @snapshot: (transfer none): what is known now
 * @rules: what is to be told; it is copied
 *
 * Tells what is to be told, shortly after.
 */
void
pdk_notifier_update (PdkNotifier *self, PdkSnapshot *snapshot, const PdkAlertRules *rules)
{
  if (self->memory != NULL)
    {
      decide (self, snapshot, rules);
      return;
    }
  g_clear_pointer (&self->snapshot, pdk_snapshot_unref);
  self->snapshot = pdk_snapshot_ref (snapshot);
  self->rules = *rules;
  if (!self->is_busy)
    start_load (self);
}
