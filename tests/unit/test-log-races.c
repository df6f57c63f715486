/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server writes its log, and a tool rotates it, between any two calls with which a tail reads it: what is
 * handed out is every line once. What happens when is drawn from seeds. */

#include "config.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "log-fixture.h"

#define N_SEEDS 1000
#define N_POLLS 10

/* The largest part of a log that is copied at once. */
#define MAX_CHUNK 900

typedef enum
{
  WRITING,
  HALF_A_LINE,
  COPYING,
  COPIED,
  RENAMED,
} Stage;

/* The server and whoever rotates its log; one after the other, as the server does not write between the end
 * of a copy and the emptying: such lines are lost to anybody. */
typedef struct
{
  LogFixture *f;
  GRand *rand;
  Stage stage;
  guint n_lines;
  guint n_rotations;
  guint n_backups;
  guint n_steps;
  gboolean has_holes; /* it is written where it was written last, also after it was emptied */
  gint64 position;
  gint64 n_copied;
  gboolean is_active; /* while a poll is under way */
  GHashTable *counts; /* line -> how often it was handed out */
} Writer;

static Writer *writer; /* (nullable) */

static void step (Writer *w);

static void
meanwhile (void)
{
  if (writer == NULL || !writer->is_active)
    return;
  writer->is_active = FALSE;
  while (g_rand_int_range (writer->rand, 0, 4) == 0)
    step (writer);
  writer->is_active = TRUE;
}

/* These stand for the C library's in what is tested. Names are not looked at one by one here: their order is
 * that of the file system, and seeds are to do the same everywhere. */

int
openat (int folder, const char *path, int flags, ...)
{
  int (*real) (int, const char *, int, ...) = dlsym (RTLD_NEXT, "openat");

  meanwhile ();
  return real (folder, path, flags);
}

int
fstat (int fd, struct stat *info)
{
  int (*real) (int, struct stat *) = dlsym (RTLD_NEXT, "fstat");

  meanwhile ();
  return real (fd, info);
}

ssize_t
pread (int fd, void *bytes, size_t length, off_t offset)
{
  ssize_t (*real) (int, void *, size_t, off_t) = dlsym (RTLD_NEXT, "pread");

  meanwhile ();
  return real (fd, bytes, length, offset);
}

/* Which file is older does not depend on how fast this is. Some are of the same age. */
static void
set_time (Writer *w, const char *name)
{
  log_set_age (w->f, name, -(gint64) (w->n_steps++ / 4));
}

static void
write_text (Writer *w, const char *text)
{
  g_autofree char *path = log_path (w->f, "server.log");
  const gsize length = strlen (text);
  int fd = g_open (path, O_WRONLY | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, text, length, w->position), ==, (gssize) length);
  close (fd);
  w->position += length;
  set_time (w, "server.log");
}

/* Requests, as they can be taken before their newline is there; and other lines. */
static char *
make_line (Writer *w)
{
  guint n = w->n_lines++;

  if (n % 5 == 0)
    return g_strdup_printf ("time=2026-11-20T15:04:05.%03uZ level=INFO msg=\"line %u\"", n % 1000, n);
  return g_strdup_printf ("[GIN] 2026/11/20 - 15:04:05 | 200 | 1.%06us | ::1 | POST     \"/api/chat\"", n);
}

static void
write_lines (Writer *w)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gint32 n = g_rand_int_range (w->rand, 1, 8); n > 0; n--)
    {
      g_autofree char *line = make_line (w);

      g_string_append_printf (text, "%s\n", line);
    }
  /* The rest follows. */
  if (g_rand_int_range (w->rand, 0, 8) == 0)
    {
      g_string_truncate (text, text->len - g_rand_int_range (w->rand, 1, 40));
      w->stage = HALF_A_LINE;
      w->n_lines--;
    }
  write_text (w, text->str);
}

static void
finish_line (Writer *w)
{
  g_autofree char *path = log_path (w->f, "server.log");
  g_autofree char *text = NULL;
  g_autofree char *line = make_line (w);
  gsize length, begin;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  for (begin = length; begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '\0';)
    begin--;
  write_text (w, line + (length - begin));
  write_text (w, "\n");
  w->stage = WRITING;
}

static char *
name_rotated (Writer *w)
{
  return g_strdup_printf ("server-%u.log", w->n_rotations);
}

static void
begin_rotation (Writer *w)
{
  g_autofree char *name = NULL;

  w->n_rotations++;
  name = name_rotated (w);
  if (g_rand_boolean (w->rand))
    {
      log_rename (w->f, "server.log", name);
      w->stage = RENAMED;
      return;
    }
  log_overwrite (w->f, name, "");
  set_time (w, name);
  w->stage = COPYING;
  w->n_copied = 0;
}

/* Somebody keeps the log safe himself. */
static void
make_backup (Writer *w)
{
  g_autofree char *name = g_strdup_printf ("server-backup-%u.log", w->n_backups++);

  log_copy (w->f, "server.log", name);
  set_time (w, name);
}

static void
copy_chunk (Writer *w)
{
  g_autofree char *path = log_path (w->f, "server.log");
  g_autofree char *name = name_rotated (w);
  g_autofree char *text = NULL;
  gsize length, n;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  n = g_rand_int_range (w->rand, 1, MAX_CHUNK);
  n = MIN (length - w->n_copied, n);
  log_write (w->f, name, O_APPEND, text + w->n_copied, n);
  set_time (w, name);
  w->n_copied += n;
  if (n == 0)
    w->stage = COPIED;
}

static void
step (Writer *w)
{
  switch (w->stage)
    {
    case WRITING:
      if (g_rand_int_range (w->rand, 0, 6) == 0 && w->n_rotations < PDK_LOG_LISTING_MAX_FILES - 6)
        begin_rotation (w);
      else if (g_rand_int_range (w->rand, 0, 30) == 0 && w->n_backups < 4)
        make_backup (w);
      else
        write_lines (w);
      break;
    case HALF_A_LINE:
      finish_line (w);
      break;
    case COPYING:
      if (g_rand_int_range (w->rand, 0, 4) == 0)
        {
          write_lines (w);
          if (w->stage == HALF_A_LINE)
            finish_line (w);
          w->stage = COPYING;
        }
      else
        copy_chunk (w);
      break;
    case COPIED:
    case RENAMED:
      log_overwrite (w->f, "server.log", "");
      set_time (w, "server.log");
      if (w->stage == RENAMED || !w->has_holes)
        w->position = 0;
      w->stage = WRITING;
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
poll_and_count (Writer *w, gboolean is_active)
{
  g_auto (GStrv) lines = NULL;

  w->is_active = is_active;
  log_poll (w->f);
  w->is_active = FALSE;
  lines = g_strsplit (w->f->lines->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (w->counts, lines[i]));

      if (*lines[i] != '\0')
        g_hash_table_insert (w->counts, g_strdup (lines[i]), GUINT_TO_POINTER (n + 1));
    }
}

static void
check (Writer *w, guint seed)
{
  const guint n_lines = w->n_lines;

  w->n_lines = 0;
  while (w->n_lines < n_lines)
    {
      g_autofree char *line = make_line (w);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (w->counts, line));

      if (n != 1)
        g_error ("seed %u: line %u of %u was handed out %u times: %s", seed, w->n_lines - 1, n_lines, n,
                 line);
    }
  g_assert_cmpuint (g_hash_table_size (w->counts), ==, n_lines);
}

static void
run (guint seed, gconstpointer is_kept)
{
  LogFixture f = { 0 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Writer w = { .f = &f, .rand = rand, .counts = counts, .has_holes = seed % 3 == 0 };

  log_fixture_set_up (&f, is_kept);
  log_append (&f, "server.log", "");
  writer = &w;
  for (guint i = 0; i < N_POLLS; i++)
    {
      for (gint32 n = g_rand_int_range (rand, 0, 4); n > 0; n--)
        step (&w);
      poll_and_count (&w, TRUE);
    }
  while (w.stage != WRITING)
    step (&w);
  for (guint i = 0; i < 3; i++)
    poll_and_count (&w, FALSE);
  writer = NULL;
  check (&w, seed);
  log_fixture_tear_down (&f, is_kept);
}

static void
test_every_line_once (gconstpointer is_kept)
{
  const char *seed = g_getenv ("PADDOCK_TEST_SEED");

  if (seed != NULL)
    run ((guint) g_ascii_strtoull (seed, NULL, 10), is_kept);
  for (guint i = 0; i < N_SEEDS && seed == NULL; i++)
    run (i, is_kept);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/log-races/every-line-once", NULL, test_every_line_once);
  g_test_add_data_func ("/log-races/kept/every-line-once", GINT_TO_POINTER (TRUE), test_every_line_once);
  return g_test_run ();
}
