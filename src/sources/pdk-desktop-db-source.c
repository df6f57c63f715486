/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The desktop app's database: messages, sessions, models, tools and tokens of its chats, its settings and the
 * user that it remembers. Reads in a worker thread; what is remembered between polls goes there and back. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-desktop-db-source.h"

#include <glib/gi18n-lib.h>

#include "pdk-chat-db.h"
#include "pdk-error.h"

/* Where there is no such app, which is nearly everywhere, not even a thread is woken up at each poll. */
#define LOOK_AGAIN_USEC (5 * 60 * G_USEC_PER_SEC)

struct _PdkDesktopDbSource
{
  PdkSource parent_instance;

  char **paths;
  gboolean is_named;
  PdkChatDb *db;         /* (nullable): NULL before the first poll, and while a worker has it */
  char *db_path;         /* (nullable): which of the paths it is */
  gint64 not_found_usec; /* when there was nothing at any place that nobody has named; 0 if there was */
};

G_DEFINE_FINAL_TYPE (PdkDesktopDbSource, pdk_desktop_db_source, PDK_TYPE_SOURCE)

typedef struct
{
  char **paths;
  gboolean is_named;
  gint64 now_usec;
  PdkChatDb *db;
  char *db_path;
} Poll;

static void
poll_free (gpointer data)
{
  Poll *poll = data;

  g_clear_pointer (&poll->db, pdk_chat_db_free);
  g_strfreev (poll->paths);
  g_free (poll->db_path);
  g_free (poll);
}

/* The first place that has something, or the first one. */
static const char *
find_path (char **paths)
{
  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (g_file_test (paths[i], G_FILE_TEST_EXISTS))
        return paths[i];
    }
  return paths[0];
}

static char *
describe_error (const char *path, const GError *error)
{
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_FOUND))
    return g_strdup_printf (
        _ ("There is no %s: name the desktop app’s database with “db_path” in the settings."), path);
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_PERMISSION))
    return g_strdup_printf (
        _ ("You may not read %s (%s): have its owner let you, or name another one with “db_path”."), path,
        error->message);
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_FAILED))
    return g_strdup_printf (
        _ ("%s cannot be read now (%s): it is tried again; if this stays, close what uses it."), path,
        error->message);
  return g_strdup_printf (_ ("%s cannot be used as the desktop app’s database (%s): copy it anew, or name "
                             "another one with “db_path” in the settings."),
                          path, error->message);
}

/* One sentence for each kind of flaw, in one diagnostic. */
static void
describe_flaws (PdkFacts *facts, const char *path, const PdkChatFlaws *flaws)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_odd = (guint) MIN (flaws->n_odd, G_MAXUINT), n_future = (guint) MIN (flaws->n_future, G_MAXUINT);

  if (flaws->is_log_damaged)
    g_string_append_printf (
        text, _ ("%s-wal is damaged, and what was written last is missing: copy both files anew."), path);
  if (n_odd > 0)
    g_string_append_printf (
        g_string_append (text, text->len > 0 ? " " : ""),
        g_dngettext (
            GETTEXT_PACKAGE,
            "%u message in %s has a time, a text or a name that makes no sense, which is left out.",
            "%u messages in %s have a time, a text or a name that makes no sense, which is left out.", n_odd),
        n_odd, path);
  if (n_future > 0)
    g_string_append_printf (
        g_string_append (text, text->len > 0 ? " " : ""),
        g_dngettext (GETTEXT_PACKAGE,
                     "%u message in %s is from the future and in no window: check the clock.",
                     "%u messages in %s are from the future and in no window: check the clock.", n_future),
        n_future, path);
  if (text->len > 0)
    pdk_facts_set_diagnostic (facts, "desktop_db_error", text->str);
}

static PdkReading *
read_failed (Poll *poll, const char *path, const GError *error)
{
  gboolean is_absent = g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  /* What was counted of a database that is gone is not that of the one that may come. */
  if (is_absent)
    g_clear_pointer (&poll->db, pdk_chat_db_free);
  if (!is_absent || poll->is_named)
    {
      g_autofree char *sentence = describe_error (path, error);

      pdk_facts_set_diagnostic (facts, "desktop_db_error", sentence);
    }
  return pdk_reading_new (is_absent ? PDK_SOURCE_STATE_ABSENT : PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN,
                          facts);
}

static void
poll_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Poll *poll = task_data;
  const char *path = find_path (poll->paths);
  gint64 now_sec = poll->now_usec / G_USEC_PER_SEC;
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GError) error = NULL;
  PdkReading *reading;

  if (g_strcmp0 (poll->db_path, path) != 0)
    g_clear_pointer (&poll->db, pdk_chat_db_free);
  if (poll->db == NULL)
    {
      poll->db = pdk_chat_db_new (path);
      g_free (poll->db_path);
      poll->db_path = g_strdup (path);
    }
  if (pdk_chat_db_refresh (poll->db, now_sec, cancellable, &error))
    {
      PdkChatFlaws flaws;

      pdk_chat_db_describe (poll->db, now_sec, facts, &flaws);
      describe_flaws (facts, path, &flaws);
      reading = pdk_reading_new (PDK_SOURCE_STATE_OK, poll->now_usec, facts);
      reading->is_fallback = TRUE;
    }
  else
    reading = read_failed (poll, path, error);
  g_task_return_pointer (task, reading, (GDestroyNotify) pdk_reading_unref);
}

static gboolean
is_known_to_be_absent (PdkDesktopDbSource *self, gint64 now_usec)
{
  return self->not_found_usec > 0 && now_usec >= self->not_found_usec &&
         now_usec < self->not_found_usec + LOOK_AGAIN_USEC;
}

static PdkReading *
reading_new_absent (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  return pdk_reading_new (PDK_SOURCE_STATE_ABSENT, PDK_TIME_UNKNOWN, facts);
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  PdkDesktopDbSource *self = PDK_DESKTOP_DB_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Poll *poll;

  g_task_set_source_tag (task, poll_async);
  if (is_known_to_be_absent (self, now_usec))
    {
      g_task_return_pointer (task, reading_new_absent (), (GDestroyNotify) pdk_reading_unref);
      return;
    }
  poll = g_new0 (Poll, 1);
  poll->paths = g_strdupv (self->paths);
  poll->is_named = self->is_named;
  poll->now_usec = now_usec;
  poll->db = g_steal_pointer (&self->db);
  poll->db_path = g_steal_pointer (&self->db_path);
  g_task_set_task_data (task, poll, poll_free);
  /* A file on a share that hangs must not keep the program from going on, or from ending. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, poll_thread);
}

/* A worker that was given up on may still be at work: what it has then goes with it. */
static PdkReading *
poll_finish (PdkSource *source, GAsyncResult *result, GError **error)
{
  PdkDesktopDbSource *self = PDK_DESKTOP_DB_SOURCE (source);
  Poll *poll = g_task_get_task_data (G_TASK (result));
  PdkReading *reading = g_task_propagate_pointer (G_TASK (result), error);

  if (reading != NULL && poll != NULL)
    {
      self->not_found_usec =
          reading->state == PDK_SOURCE_STATE_ABSENT && !self->is_named ? poll->now_usec : 0;
      self->db = g_steal_pointer (&poll->db);
      self->db_path = g_steal_pointer (&poll->db_path);
    }
  return reading;
}

static void
pdk_desktop_db_source_finalize (GObject *object)
{
  PdkDesktopDbSource *self = PDK_DESKTOP_DB_SOURCE (object);

  g_clear_pointer (&self->db, pdk_chat_db_free);
  g_free (self->db_path);
  g_strfreev (self->paths);
  G_OBJECT_CLASS (pdk_desktop_db_source_parent_class)->finalize (object);
}

static void
pdk_desktop_db_source_class_init (PdkDesktopDbSourceClass *klass)
{
  PdkSourceClass *source_class = PDK_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pdk_desktop_db_source_finalize;
  source_class->name = "desktop_db";
  source_class->poll_async = poll_async;
  source_class->poll_finish = poll_finish;
}

static void
pdk_desktop_db_source_init (PdkDesktopDbSource *self)
{
}

/**
 * pdk_desktop_db_source_new:
 * @paths: (array zero-terminated=1): where the database may be; the first that is there counts
 * @is_named: whether the settings name it, so that its absence deserves a word
 *
 * Returns: (transfer full): the source
 */
PdkDesktopDbSource *
pdk_desktop_db_source_new (const char *const *paths, gboolean is_named)
{
  PdkDesktopDbSource *self = g_object_new (PDK_TYPE_DESKTOP_DB_SOURCE, NULL);

  self->paths = g_strdupv ((char **) paths);
  self->is_named = is_named;
  return self;
}
