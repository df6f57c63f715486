/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps in a file which sections are folded. The file is read once, and written when somebody folds or
 * unfolds, in threads that are given all they need. Where it cannot be read or written, that is known for as
 * long as this process runs. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-fold-keeper.h"

#include <gio/gio.h>

#include "pdk-file.h"

#define MAX_BYTES (64 * 1024)

struct _PdkFoldKeeper
{
  GObject parent_instance;

  char *path;          /* (nullable): NULL where nothing is to be kept */
  guint folds;         /* a bit for each PdkFoldable */
  gboolean is_busy;    /* with the file; one thread at a time */
  gboolean is_unsaved; /* somebody has folded since it was written last */
};

enum
{
  SIGNAL_LOADED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PdkFoldKeeper, pdk_fold_keeper, G_TYPE_OBJECT)

static void start_save (PdkFoldKeeper *self);

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkFoldKeeper *self = PDK_FOLD_KEEPER (source);

  /* Who may not write has the folds of this process, which is no worse than none. */
  pdk_file_write_private_finish (result, NULL);
  self->is_busy = FALSE;
  if (self->is_unsaved)
    start_save (self);
}

static void
start_save (PdkFoldKeeper *self)
{
  g_autoptr (GBytes) bytes = pdk_folds_to_bytes (self->folds);

  self->is_unsaved = FALSE;
  self->is_busy = TRUE;
  pdk_file_write_private_async (self, self->path, bytes, on_saved, NULL);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  /* Why it cannot be read does not matter: then all is open, as at first. */
  g_autoptr (GBytes) bytes = pdk_file_read (task_data, MAX_BYTES, NULL);

  g_task_return_int (task, (gssize) pdk_folds_parse (bytes));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkFoldKeeper *self = PDK_FOLD_KEEPER (source);
  gssize folds = g_task_propagate_int (G_TASK (result), NULL);

  self->is_busy = FALSE;
  /* Somebody who was faster than the disk has the last word. */
  if (self->is_unsaved)
    {
      start_save (self);
      return;
    }
  self->folds = (guint) folds;
  g_signal_emit (self, signals[SIGNAL_LOADED], 0);
}

static void
start_load (PdkFoldKeeper *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_loaded, NULL);

  self->is_busy = TRUE;
  g_task_set_source_tag (task, start_load);
  g_task_set_task_data (task, g_strdup (self->path), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

static void
pdk_fold_keeper_finalize (GObject *object)
{
  g_free (PDK_FOLD_KEEPER (object)->path);
  G_OBJECT_CLASS (pdk_fold_keeper_parent_class)->finalize (object);
}

static void
pdk_fold_keeper_class_init (PdkFoldKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_fold_keeper_finalize;
  signals[SIGNAL_LOADED] = g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
pdk_fold_keeper_init (PdkFoldKeeper *self)
{
}

/**
 * pdk_fold_keeper_new:
 * @path: (nullable): the file that remembers it, or %NULL for as long as the object lives
 *
 * Begins to read the file.
 *
 * Returns: (transfer full): a keeper, for which all is open until the file was read
 */
PdkFoldKeeper *
pdk_fold_keeper_new (const char *path)
{
  PdkFoldKeeper *self = g_object_new (PDK_TYPE_FOLD_KEEPER, NULL);

  self->path = g_strdup (path);
  if (path != NULL)
    start_load (self);
  return self;
}

/** pdk_fold_keeper_dup_default_path: Returns: (transfer full): the usual file */
char *
pdk_fold_keeper_dup_default_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "paddock", "window.ini", NULL);
}

/** pdk_fold_keeper_is_folded: Returns: whether @section is folded, as far as is known now */
gboolean
pdk_fold_keeper_is_folded (PdkFoldKeeper *self, PdkFoldable section)
{
  return (self->folds & (1u << section)) != 0;
}

/** pdk_fold_keeper_set_folded: remembers whether @section is folded */
void
pdk_fold_keeper_set_folded (PdkFoldKeeper *self, PdkFoldable section, gboolean is_folded)
{
  if (pdk_fold_keeper_is_folded (self, section) == is_folded)
    return;
  self->folds ^= 1u << section;
  if (self->path == NULL)
    return;
  self->is_unsaved = TRUE;
  if (!self->is_busy)
    start_save (self);
}
