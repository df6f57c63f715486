/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The settings file: read once at the start, watched, and read again in a worker thread when it changes. A
 * file that cannot be used costs nothing: the last good settings stay in force, and there is a sentence on
 * what is wrong. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-settings-store.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "pdk-error.h"
#include "pdk-file-watch.h"
#include "pdk-file.h"
#include "pdk-settings-writer.h"
#include "pdk-text.h"

#define MAX_BYTES (1024 * 1024)
/* Editors write a file in several steps; one read after the last of them will do. */
#define SETTLE_MSEC 100

struct _PdkSettingsStore
{
  GObject parent_instance;

  char *path;
  gboolean is_named_by_user; /* the default path may be missing; one that was asked for may not */
  PdkSettings *settings;
  char *complaint;            /* (nullable): "FILE:LINE: KEY: what" */
  char *error;                /* (nullable): the same as a sentence with a step to take */
  PdkFileWatch *file_watch;   /* (nullable): NULL while nothing is watched */
  PdkFileWatch *target_watch; /* (nullable): of the file that the path is a link to */
  char *target;               /* (nullable): where the path led to last */
  guint reload_timer;
  gboolean is_loading;    /* one at a time, so that the newest is the last */
  gboolean changed_again; /* while it was being read */
  GQueue edits;           /* (element-type GTask): asked for, and carried out one after the other */
};

G_DEFINE_FINAL_TYPE (PdkSettingsStore, pdk_settings_store, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Whether the file itself is in the way, rather than what is in it. */
static gboolean
is_of_file (const GError *error)
{
  return g_error_matches (error, PDK_ERROR, PDK_ERROR_PERMISSION) ||
         g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_FOUND) ||
         g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_REGULAR);
}

static PdkSettings *
load (const char *path, gboolean may_be_missing, GError **error)
{
  const char *ollama_host = g_getenv ("OLLAMA_HOST");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *shown = pdk_text_dup_for_display (path);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) content = pdk_file_read (path, MAX_BYTES, &cause);
  PdkSettings *settings;
  const char *text;
  gsize length;

  if (content == NULL && may_be_missing && g_error_matches (cause, PDK_ERROR, PDK_ERROR_NOT_FOUND))
    return pdk_settings_new_detected (ollama_host);
  if (content == NULL)
    {
      if (is_of_file (cause))
        g_set_error (error, PDK_ERROR, PDK_ERROR_SETTINGS,
                     _ ("%s: %s; it has to be a file that you may read"), shown, cause->message);
      else
        g_set_error (error, PDK_ERROR, PDK_ERROR_SETTINGS, "%s: %s", shown, cause->message);
      return NULL;
    }
  text = g_bytes_get_data (content, &length);
  settings = pdk_settings_parse (text != NULL ? text : "", length, folder, ollama_host, &cause);
  if (settings == NULL)
    g_set_error (error, PDK_ERROR, PDK_ERROR_SETTINGS, "%s:%s", shown, cause->message);
  return settings;
}

static void
take_result (PdkSettingsStore *self, PdkSettings *settings, const GError *error)
{
  g_clear_pointer (&self->complaint, g_free);
  g_clear_pointer (&self->error, g_free);
  if (settings != NULL)
    {
      g_clear_pointer (&self->settings, pdk_settings_unref);
      self->settings = pdk_settings_ref (settings);
      return;
    }
  self->complaint = g_strdup (error->message);
  self->error =
      g_strdup_printf (_ ("The settings cannot be used (%s): mend that place; until then the last good "
                          "settings are in force."),
                       error->message);
  if (self->settings == NULL)
    self->settings = pdk_settings_new_detected (g_getenv ("OLLAMA_HOST"));
}

/* The file that @path leads to in the end, %NULL when there is none. */
static char *
find_target (const char *path)
{
  char *target = realpath (path, NULL);
  char *copy = g_strdup (target);

  free (target);
  return copy;
}

typedef struct
{
  char *path;
  gboolean may_be_missing;
  char *target; /* (nullable): filled in by the worker */
} Load;

static void
load_free (gpointer data)
{
  Load *job = data;

  g_free (job->path);
  g_free (job->target);
  g_free (job);
}

static void
load_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Load *job = task_data;
  GError *error = NULL;
  PdkSettings *settings = load (job->path, job->may_be_missing, &error);

  job->target = find_target (job->path);
  if (settings != NULL)
    g_task_return_pointer (task, settings, (GDestroyNotify) pdk_settings_unref);
  else
    g_task_return_error (task, error);
}

static void schedule_reload (PdkSettingsStore *self);

static void
on_file_changed (gpointer user_data)
{
  schedule_reload (user_data);
}

/* A watch on a path that is a link does not see the edits of the file behind it, so that has one of its own.
 * While there is no file, it is waited for where the last one was. */
static void
follow_link (PdkSettingsStore *self, const char *target)
{
  if (target == NULL || g_strcmp0 (target, self->target) == 0)
    return;
  g_free (self->target);
  self->target = g_strdup (target);
  g_clear_pointer (&self->target_watch, pdk_file_watch_free);
  if (!g_str_equal (target, self->path))
    self->target_watch = pdk_file_watch_new (target, on_file_changed, self);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkSettingsStore *self = PDK_SETTINGS_STORE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkSettings) settings = g_task_propagate_pointer (G_TASK (result), &error);
  Load *job = g_task_get_task_data (G_TASK (result));

  self->is_loading = FALSE;
  follow_link (self, job->target);
  take_result (self, settings, error);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (self->changed_again)
    schedule_reload (self);
}

static gboolean
reload (gpointer user_data)
{
  PdkSettingsStore *self = user_data;
  g_autoptr (GTask) task = g_task_new (self, NULL, on_loaded, NULL);
  Load *job = g_new0 (Load, 1);

  self->reload_timer = 0;
  self->is_loading = TRUE;
  self->changed_again = FALSE;
  job->path = g_strdup (self->path);
  job->may_be_missing = !self->is_named_by_user;
  g_task_set_source_tag (task, reload);
  g_task_set_task_data (task, job, load_free);
  g_task_run_in_thread (task, load_thread);
  return G_SOURCE_REMOVE;
}

static void
schedule_reload (PdkSettingsStore *self)
{
  if (self->is_loading)
    self->changed_again = TRUE;
  else if (self->reload_timer == 0)
    self->reload_timer = g_timeout_add (SETTLE_MSEC, reload, self);
}

static void
write_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PdkSettingsStore *self = source;
  GError *error = NULL;

  /* Neither changes after the store is made. */
  if (pdk_settings_writer_write (self->path, !self->is_named_by_user, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void run_next_edit (PdkSettingsStore *self);

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkSettingsStore *self = PDK_SETTINGS_STORE (source);
  g_autoptr (GTask) asked = g_queue_pop_head (&self->edits);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      schedule_reload (self);
      g_task_return_boolean (asked, TRUE);
    }
  else
    g_task_return_error (asked, error);
  run_next_edit (self);
}

static void
run_next_edit (PdkSettingsStore *self)
{
  GTask *asked = g_queue_peek_head (&self->edits);
  g_autoptr (GTask) task = NULL;

  if (asked == NULL)
    return;
  task = g_task_new (self, NULL, on_written, NULL);
  g_task_set_source_tag (task, run_next_edit);
  g_task_set_task_data (task, pdk_settings_edit_ref (g_task_get_task_data (asked)),
                        (GDestroyNotify) pdk_settings_edit_unref);
  g_task_run_in_thread (task, write_thread);
}

static void
pdk_settings_store_dispose (GObject *object)
{
  PdkSettingsStore *self = PDK_SETTINGS_STORE (object);

  g_clear_handle_id (&self->reload_timer, g_source_remove);
  g_clear_pointer (&self->file_watch, pdk_file_watch_free);
  g_clear_pointer (&self->target_watch, pdk_file_watch_free);
  g_clear_pointer (&self->settings, pdk_settings_unref);
  g_queue_clear_full (&self->edits, g_object_unref);
  G_OBJECT_CLASS (pdk_settings_store_parent_class)->dispose (object);
}

static void
pdk_settings_store_finalize (GObject *object)
{
  PdkSettingsStore *self = PDK_SETTINGS_STORE (object);

  g_free (self->path);
  g_free (self->target);
  g_free (self->complaint);
  g_free (self->error);
  G_OBJECT_CLASS (pdk_settings_store_parent_class)->finalize (object);
}

static void
pdk_settings_store_class_init (PdkSettingsStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pdk_settings_store_dispose;
  object_class->finalize = pdk_settings_store_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
pdk_settings_store_init (PdkSettingsStore *self)
{
}

/**
 * pdk_settings_store_new:
 * @path: (nullable): the settings file, NULL for the usual one, which may be missing
 *
 * Reads the file. Afterwards there are settings in any case: those of the file, or detected ones with a
 * complaint.
 *
 * Returns: (transfer full): the store
 */
PdkSettingsStore *
pdk_settings_store_new (const char *path)
{
  PdkSettingsStore *self = g_object_new (PDK_TYPE_SETTINGS_STORE, NULL);
  g_autoptr (PdkSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  self->is_named_by_user = path != NULL;
  self->path = path != NULL ? g_canonicalize_filename (path, NULL)
                            : g_build_filename (g_get_user_config_dir (), "paddock", "settings.json", NULL);
  settings = load (self->path, !self->is_named_by_user, &error);
  take_result (self, settings, error);
  return self;
}

/** pdk_settings_store_watch: from now on, an edit of the file takes effect */
void
pdk_settings_store_watch (PdkSettingsStore *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *target = find_target (self->path);

  /* GLib looks for a folder that is missing every four seconds; one that is there costs nothing. Where it
   * cannot be made, those looks are what it costs. */
  if (!self->is_named_by_user)
    g_mkdir_with_parents (folder, 0700);
  self->file_watch = pdk_file_watch_new (self->path, on_file_changed, self);
  follow_link (self, target);
}

/** pdk_settings_store_get_settings: Returns: (transfer none): the settings that are in force */
PdkSettings *
pdk_settings_store_get_settings (PdkSettingsStore *self)
{
  return self->settings;
}

/** pdk_settings_store_get_complaint: Returns: (transfer none) (nullable): "FILE:LINE: KEY: what", if any */
const char *
pdk_settings_store_get_complaint (PdkSettingsStore *self)
{
  return self->complaint;
}

/** pdk_settings_store_get_error: Returns: (transfer none) (nullable): the complaint as a sentence, if any */
const char *
pdk_settings_store_get_error (PdkSettingsStore *self)
{
  return self->error;
}

/** pdk_settings_store_get_path: Returns: (transfer none): the absolute path of the settings file */
const char *
pdk_settings_store_get_path (PdkSettingsStore *self)
{
  return self->path;
}

/**
 * pdk_settings_store_edit_async:
 * @self: the store
 * @edit: what to change; not to be changed any more
 * @cancellable: (nullable): gives up waiting; what was asked for is done all the same
 * @callback: called when the file is written, or could not be
 * @user_data: for @callback
 *
 * Changes the file. What is changed takes effect like any edit of it, right away.
 */
void
pdk_settings_store_edit_async (PdkSettingsStore *self,
                               PdkSettingsEdit *edit,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, pdk_settings_store_edit_async);
  g_task_set_task_data (task, pdk_settings_edit_ref (edit), (GDestroyNotify) pdk_settings_edit_unref);
  g_queue_push_tail (&self->edits, task);
  if (g_queue_get_length (&self->edits) == 1)
    run_next_edit (self);
}

/**
 * pdk_settings_store_edit_finish:
 * @self: the store
 * @result: what the callback was given
 * @error: return location for %PDK_ERROR_SETTINGS, with a sentence to show
 *
 * Returns: whether the file is changed
 */
gboolean
pdk_settings_store_edit_finish (PdkSettingsStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
