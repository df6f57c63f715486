/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the session starts us at login. Outside of a sandbox that is an autostart entry of the user's own
 * (https://specifications.freedesktop.org/autostart-spec/latest/), which exists or not. Inside of Flatpak it
 * is the desktop's, which tells nobody what it was asked for, so that the last answer is kept in a file of
 * ours. Files are read and written in threads, which are handed all they need. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-autostart.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "pdk-autostart-resources.h"
#include "pdk-background-portal.h"
#include "pdk-error.h"
#include "pdk-file.h"
#include "pdk-sandbox.h"

#define ENTRY_RESOURCE "/io/github/paddock/Paddock/autostart/entry"
#define ENTRY_NAME APPLICATION_ID ".desktop"
#define MAX_BYTES (64 * 1024)
#define COMMAND "paddock"
/* What GNOME Tweaks writes instead of Hidden. */
#define GNOME_KEY "X-GNOME-Autostart-enabled"

struct _PdkAutostart
{
  GObject parent_instance;

  PdkAutostartWay way;
  char *path;
};

G_DEFINE_FINAL_TYPE (PdkAutostart, pdk_autostart, G_TYPE_OBJECT)

/* What a thread is given. */
typedef struct
{
  PdkAutostartWay way;
  char *path;
  gboolean is_enabled; /* what is wanted */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_free (work->path);
  g_free (work);
}

static Work *
work_new (PdkAutostart *self, gboolean is_enabled)
{
  Work *work = g_new0 (Work, 1);

  work->way = self->way;
  work->path = g_strdup (self->path);
  work->is_enabled = is_enabled;
  return work;
}

/* @key: one that is about being off; absent, or no boolean, it says nothing */
static gboolean
says (GKeyFile *entry, const char *key, gboolean value)
{
  g_autoptr (GError) error = NULL;
  gboolean found = g_key_file_get_boolean (entry, G_KEY_FILE_DESKTOP_GROUP, key, &error);

  return error == NULL && found == value;
}

static gboolean
is_entry_on (GBytes *bytes)
{
  g_autoptr (GKeyFile) entry = g_key_file_new ();

  return g_key_file_load_from_bytes (entry, bytes, G_KEY_FILE_NONE, NULL) &&
         g_key_file_has_key (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, NULL) &&
         !says (entry, G_KEY_FILE_DESKTOP_KEY_HIDDEN, TRUE) && !says (entry, GNOME_KEY, FALSE);
}

static void
get_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Work *work = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = pdk_file_read (work->path, MAX_BYTES, &error);

  if (bytes != NULL)
    g_task_return_boolean (task, work->way == PDK_AUTOSTART_BY_PORTAL || is_entry_on (bytes));
  else if (g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_FOUND))
    g_task_return_boolean (task, FALSE);
  else
    g_task_return_new_error (task, error->domain, error->code, "%s: %s", work->path, error->message);
}

/* The plain name outlives updates that move the program, but only leads to us where it is found by PATH; else
 * it is the path that this process was started from.
 *
 * Returns: (transfer full): the program's name or path */
static char *
dup_program (void)
{
  g_autofree char *found = g_find_program_in_path (COMMAND);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  GStatBuf found_stat, self_stat;

  if (self == NULL || g_stat (self, &self_stat) != 0 ||
      (found != NULL && g_stat (found, &found_stat) == 0 && found_stat.st_dev == self_stat.st_dev &&
       found_stat.st_ino == self_stat.st_ino))
    return g_strdup (COMMAND);
  return g_steal_pointer (&self);
}

/* Returns: (transfer full): @program as a command, quoted as in a desktop entry if it is a path */
static char *
dup_command (const char *program)
{
  GString *quoted;

  if (g_str_equal (program, COMMAND))
    return g_strdup (program);
  quoted = g_string_new ("\"");
  for (const char *c = program; *c != '\0'; c++)
    {
      if (strchr ("\"`$\\", *c) != NULL)
        g_string_append_c (quoted, '\\');
      if (*c == '%')
        g_string_append_c (quoted, '%');
      g_string_append_c (quoted, *c);
    }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

/* Returns: (transfer full) (nullable): the entry, NULL with @error set */
static GBytes *
build_entry (GError **error)
{
  g_autoptr (GBytes) template = g_resource_lookup_data (pdk_autostart_get_resource (), ENTRY_RESOURCE,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  g_autofree char *program = dup_program ();
  g_autofree char *command = dup_command (program);
  char *text;
  gsize length;

  if (template == NULL ||
      !g_key_file_load_from_bytes (entry, template, G_KEY_FILE_KEEP_COMMENTS | G_KEY_FILE_KEEP_TRANSLATIONS,
                                   error))
    return NULL;
  /* This escapes the backslashes once more, as the format wants it of a string. */
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, command);
  /* The entry is the person's and outlives the program, which is not missed at login then. */
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_TRY_EXEC, program);
  text = g_key_file_to_data (entry, &length, NULL);
  return g_bytes_new_take (text, length);
}

static gboolean
remove_file (const char *path, GError **error)
{
  if (g_unlink (path) == 0 || errno == ENOENT || errno == ENOTDIR)
    return TRUE;
  g_set_error_literal (error, PDK_ERROR, pdk_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}

static gboolean
write_file (const Work *work, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (!work->is_enabled)
    return remove_file (work->path, error);
  bytes = work->way == PDK_AUTOSTART_BY_FILE ? build_entry (error) : g_bytes_new_static ("", 0);
  return bytes != NULL && pdk_file_write_private (work->path, bytes, error);
}

static void
set_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Work *work = task_data;
  g_autoptr (GError) error = NULL;

  if (write_file (work, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, error->domain, error->code, "%s: %s", work->path, error->message);
}

static void
on_portal_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (pdk_background_portal_request_finish (result, &error))
    g_task_run_in_thread (task, set_in_thread);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
pdk_autostart_finalize (GObject *object)
{
  g_free (PDK_AUTOSTART (object)->path);
  G_OBJECT_CLASS (pdk_autostart_parent_class)->finalize (object);
}

static void
pdk_autostart_class_init (PdkAutostartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_autostart_finalize;
}

static void
pdk_autostart_init (PdkAutostart *self)
{
}

/**
 * pdk_autostart_new:
 *
 * Returns: (transfer full): what starts this process's user's session, by the way that is open to it
 */
PdkAutostart *
pdk_autostart_new (void)
{
  gboolean is_flatpak = pdk_sandbox_is_flatpak ();
  g_autofree char *path = is_flatpak
                              ? g_build_filename (g_get_user_state_dir (), "paddock", "autostart", NULL)
                              : g_build_filename (g_get_user_config_dir (), "autostart", ENTRY_NAME, NULL);

  return pdk_autostart_new_at (is_flatpak ? PDK_AUTOSTART_BY_PORTAL : PDK_AUTOSTART_BY_FILE, path);
}

/**
 * pdk_autostart_new_at:
 * @way: how the session is told
 * @path: the autostart entry; or the file that remembers, by its being there, that the portal said yes
 *
 * Returns: (transfer full): for tests, and for pdk_autostart_new()
 */
PdkAutostart *
pdk_autostart_new_at (PdkAutostartWay way, const char *path)
{
  PdkAutostart *self = g_object_new (PDK_TYPE_AUTOSTART, NULL);

  self->way = way;
  self->path = g_strdup (path);
  return self;
}

/**
 * pdk_autostart_get_async:
 * @self: an autostart
 * @cancellable: (nullable): to give up
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Asks whether we are started at login. Nobody but a file is asked.
 */
void
pdk_autostart_get_async (PdkAutostart *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (PDK_IS_AUTOSTART (self));
  g_task_set_source_tag (task, pdk_autostart_get_async);
  g_task_set_task_data (task, work_new (self, FALSE), work_free);
  g_task_run_in_thread (task, get_in_thread);
}

/**
 * pdk_autostart_get_finish:
 * @self: an autostart
 * @result: what the callback got
 * @is_enabled: (out): whether we are started at login; left alone on an error
 * @error: return location for PDK_ERROR_PERMISSION, _NOT_REGULAR, _TOO_LARGE, _FAILED or
 * G_IO_ERROR_CANCELLED; the message is a phrase
 *
 * Returns: whether it is known; %FALSE with @error set
 */
gboolean
pdk_autostart_get_finish (PdkAutostart *self, GAsyncResult *result, gboolean *is_enabled, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gboolean value;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_autostart_get_async), FALSE);
  value = g_task_propagate_boolean (G_TASK (result), &cause);
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  *is_enabled = value;
  return TRUE;
}

/**
 * pdk_autostart_set_async:
 * @self: an autostart
 * @is_enabled: whether we are to be started at login
 * @cancellable: (nullable): to give up
 * @callback: called when it is so, or cannot be
 * @user_data: for @callback
 *
 * Inside of Flatpak the desktop may ask the person, so this may take two minutes. One call at a time.
 */
void
pdk_autostart_set_async (PdkAutostart *self,
                         gboolean is_enabled,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (PDK_IS_AUTOSTART (self));
  g_task_set_source_tag (task, pdk_autostart_set_async);
  g_task_set_task_data (task, work_new (self, is_enabled), work_free);
  if (self->way == PDK_AUTOSTART_BY_PORTAL)
    pdk_background_portal_request_async (is_enabled, cancellable, on_portal_answered,
                                         g_steal_pointer (&task));
  else
    g_task_run_in_thread (task, set_in_thread);
}

/**
 * pdk_autostart_set_finish:
 * @self: an autostart
 * @result: what the callback got
 * @error: return location for the errors of pdk_background_portal_request_finish(), or of writing the file;
 * the message is a phrase
 *
 * Returns: whether it is as it was wanted; %FALSE with @error set, when it is as before
 */
gboolean
pdk_autostart_set_finish (PdkAutostart *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_autostart_set_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
