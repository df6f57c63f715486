/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "line-taker.h"
#include "pdk-access-line.h"

void
log_fixture_set_up (LogFixture *f, gconstpointer is_kept)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("paddock-test-XXXXXX", &error);
  g_assert_no_error (error);
  f->tail = pdk_log_tail_new (f->folder, pdk_access_line_find_end);
  f->lines = g_string_new (NULL);
  f->is_kept = is_kept != NULL;
}

void
log_fixture_tear_down (LogFixture *f, gconstpointer is_kept)
{
  g_autoptr (GDir) folder = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = log_path (f, name);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
  pdk_log_tail_free (f->tail);
  g_string_free (f->lines, TRUE);
}

char *
log_path (LogFixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

void
log_write (LogFixture *f, const char *name, int flags, const char *bytes, gsize length)
{
  g_autofree char *path = log_path (f, name);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, length), ==, (gssize) length);
  close (fd);
}

void
log_append (LogFixture *f, const char *name, const char *text)
{
  log_write (f, name, O_APPEND, text, strlen (text));
}

void
log_overwrite (LogFixture *f, const char *name, const char *text)
{
  log_write (f, name, O_TRUNC, text, strlen (text));
}

void
log_rename (LogFixture *f, const char *from, const char *to)
{
  g_autofree char *from_path = log_path (f, from);
  g_autofree char *to_path = log_path (f, to);

  g_assert_cmpint (g_rename (from_path, to_path), ==, 0);
}

void
log_copy (LogFixture *f, const char *from, const char *to)
{
  g_autofree char *path = log_path (f, from);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  log_write (f, to, O_TRUNC, bytes, length);
}

/* As logrotate does with copytruncate. */
void
log_copy_and_empty (LogFixture *f)
{
  log_copy (f, "server.log", "server-1.log");
  log_overwrite (f, "server.log", "");
}

/* Which file is the older one, which is read first. */
void
log_set_age (LogFixture *f, const char *name, gint64 age_sec)
{
  const time_t time = 2000000000 - age_sec;
  const struct timespec times[2] = { { time, 0 }, { time, 0 } };
  g_autofree char *path = log_path (f, name);

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
append_line (const char *line, gsize length, gpointer user_data)
{
  LogFixture *f = user_data;

  g_string_append_len (f->lines, line, length);
  g_string_append_c (f->lines, '\n');
}

char *
log_take_lines (char *buffer, const char *lines, gsize length, gpointer user_data)
{
  LogFixture *f = user_data;
  void (*meanwhile) (LogFixture * f) = g_steal_pointer (&f->meanwhile);

  take_each_line (lines, length, append_line, f);
  if (meanwhile != NULL)
    meanwhile (f);
  return buffer;
}

/* Another process takes over. */
static void
replace_tail (LogFixture *f)
{
  g_autoptr (GVariant) saved = g_variant_ref_sink (pdk_log_tail_save (f->tail));
  PdkLogTail *tail = pdk_log_tail_new (pdk_log_tail_get_path (f->tail), pdk_access_line_find_end);

  pdk_log_tail_load (tail, saved);
  pdk_log_tail_free (f->tail);
  f->tail = tail;
}

void
log_poll (LogFixture *f)
{
  g_autoptr (GError) error = NULL;

  if (f->is_kept)
    replace_tail (f);
  g_string_truncate (f->lines, 0);
  g_assert_true (pdk_log_tail_poll (f->tail, log_take_lines, f, NULL, &error));
  g_assert_no_error (error);
}

void
log_assert_poll (LogFixture *f, const char *expected)
{
  log_poll (f);
  g_assert_cmpstr (f->lines->str, ==, expected);
}

/* Lines like those of a log, longer together than two fingerprints. */
char *
log_many_lines (const char *name, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s line %04u of a log that goes on and on\n", name, i);
  return g_string_free (text, FALSE);
}
