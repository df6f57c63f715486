/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-desktop-db-source.h"

#include <glib/gstdio.h>
#include <string.h>

#include "chat-fixture.h"

#define NOW_USEC (CHAT_FIXTURE_NOW * G_USEC_PER_SEC)
#define MINUTE_USEC (60 * G_USEC_PER_SEC)

static void
on_polled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkReading **reading = user_data;
  g_autoptr (GError) error = NULL;

  *reading = pdk_source_poll_finish (PDK_SOURCE (source), result, &error);
  g_assert_no_error (error);
}

static PdkReading *
poll_at (PdkDesktopDbSource *source, gint64 now_usec)
{
  PdkReading *reading = NULL;

  pdk_source_poll_async (PDK_SOURCE (source), now_usec, NULL, on_polled, &reading);
  while (reading == NULL)
    g_main_context_iteration (NULL, TRUE);
  return reading;
}

static void
assert_state (PdkDesktopDbSource *source, gint64 now_usec, PdkSourceState state, gboolean has_diagnostic)
{
  g_autoptr (PdkReading) reading = poll_at (source, now_usec);

  g_assert_cmpint (reading->state, ==, state);
  g_assert_cmpint (pdk_facts_get_diagnostic (reading->facts, "desktop_db_error") != NULL, ==, has_diagnostic);
}

static PdkDesktopDbSource *
source_new (const ForeignFixture *fixture, gboolean is_named)
{
  const char *paths[] = { "/nonexistent/db.sqlite", fixture->path, NULL };

  return pdk_desktop_db_source_new (is_named ? &paths[1] : paths, is_named);
}

/* Where nobody has such an app, the disk is left alone for some minutes. */
static void
test_appears_later (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkDesktopDbSource) source = NULL;
  g_autofree char *path = g_steal_pointer (&fixture->path);

  fixture->path = g_build_filename (fixture->folder, "not-yet.sqlite", NULL);
  source = source_new (fixture, FALSE);
  assert_state (source, NOW_USEC, PDK_SOURCE_STATE_ABSENT, FALSE);
  foreign_fixture_close (fixture);
  g_assert_cmpint (g_rename (path, fixture->path), ==, 0);
  assert_state (source, NOW_USEC + MINUTE_USEC, PDK_SOURCE_STATE_ABSENT, FALSE);
  assert_state (source, NOW_USEC + 5 * MINUTE_USEC, PDK_SOURCE_STATE_OK, FALSE);
  assert_state (source, NOW_USEC + 5 * MINUTE_USEC + 1, PDK_SOURCE_STATE_OK, FALSE);
  g_assert_cmpint (g_rename (fixture->path, path), ==, 0);
  assert_state (source, NOW_USEC + 6 * MINUTE_USEC, PDK_SOURCE_STATE_ABSENT, FALSE);
  g_assert_cmpint (g_rename (path, fixture->path), ==, 0);
  assert_state (source, NOW_USEC + 6 * MINUTE_USEC + 1, PDK_SOURCE_STATE_ABSENT, FALSE);
  /* A clock that was set back. */
  assert_state (source, NOW_USEC, PDK_SOURCE_STATE_OK, FALSE);
}

/* What somebody has named is looked for each time. */
static void
test_named (ForeignFixture *fixture, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (fixture->path, ".aside", NULL);
  g_autoptr (PdkDesktopDbSource) source = source_new (fixture, TRUE);

  foreign_fixture_close (fixture);
  g_assert_cmpint (g_rename (fixture->path, aside), ==, 0);
  assert_state (source, NOW_USEC, PDK_SOURCE_STATE_ABSENT, TRUE);
  g_assert_cmpint (g_rename (aside, fixture->path), ==, 0);
  assert_state (source, NOW_USEC + 1, PDK_SOURCE_STATE_OK, FALSE);
}

/* All that is to be said is in the one diagnostic. */
static void
test_flaws (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkDesktopDbSource) source = source_new (fixture, TRUE);
  g_autoptr (PdkReading) reading = NULL;
  const char *sentence;

  chat_fixture_save (fixture, "a", 2, 10);
  foreign_fixture_write (fixture, "UPDATE messages SET created_at = 'never' WHERE id < 3;"
                                  "UPDATE messages SET created_at = '2027-01-01 00:00:00' WHERE id = 3;"
                                  "PRAGMA wal_checkpoint (TRUNCATE);"
                                  "INSERT INTO chats VALUES ('b'); INSERT INTO chats VALUES ('c')");
  foreign_fixture_flip (fixture->log_path, 200);
  reading = poll_at (source, NOW_USEC);
  g_assert_cmpint (reading->state, ==, PDK_SOURCE_STATE_OK);
  sentence = pdk_facts_get_diagnostic (reading->facts, "desktop_db_error");
  g_assert_nonnull (sentence);
  g_test_message ("%s", sentence);
  g_assert_nonnull (strstr (sentence, "-wal is damaged"));
  g_assert_nonnull (strstr (sentence, ". 2 messages in "));
  g_assert_nonnull (strstr (sentence, ". 1 message in "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/desktop-db-source/appears-later", ForeignFixture, NULL, chat_fixture_set_up,
              test_appears_later, foreign_fixture_tear_down);
  g_test_add ("/desktop-db-source/named", ForeignFixture, NULL, chat_fixture_set_up, test_named,
              foreign_fixture_tear_down);
  g_test_add ("/desktop-db-source/flaws", ForeignFixture, NULL, chat_fixture_set_up, test_flaws,
              foreign_fixture_tear_down);
  return g_test_run ();
}
