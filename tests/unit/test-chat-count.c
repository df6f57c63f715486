/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-chat-count.h"

#include "chat-fixture.h"

/* A view of the database that has been probed. */
typedef struct
{
  PdkChatView view;
} Look;

static void
look_clear (Look *look)
{
  g_free (look->view.columns);
  pdk_foreign_db_free (look->view.db);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static void
look_at (Look *look, const ForeignFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  look->view.db = pdk_foreign_db_open (fixture->path, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pdk_chat_view_probe (&look->view, &error));
}

static gboolean
count (PdkChatCount *counted, Look *look)
{
  g_autoptr (GError) error = NULL;
  gboolean is_counted = pdk_chat_count_read (counted, &look->view, CHAT_FIXTURE_NOW, &error);

  g_assert_no_error (error);
  return is_counted;
}

static void
assert_counted (const PdkChatCount *counted, ForeignFixture *fixture)
{
  guint64 n_messages = 0;

  for (guint i = 0; i < counted->tally->chats->len; i++)
    n_messages += ((PdkChat *) g_ptr_array_index (counted->tally->chats, i))->totals.messages;
  g_assert_cmpuint (n_messages, ==, foreign_fixture_ask (fixture, "SELECT count(*) FROM messages"));
  g_assert_cmpuint (counted->n_conversations, ==,
                    foreign_fixture_ask (fixture, "SELECT count(*) FROM chats"));
  g_assert_cmpint (counted->last_id, ==, foreign_fixture_ask (fixture, "SELECT max(id) FROM messages"));
}

static void
test_read (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatCount) counted = pdk_chat_count_new ();
  g_auto (Look) first = { { NULL } }, second = { { NULL } };

  chat_fixture_save (fixture, "a", 2, 10);
  foreign_fixture_write (fixture, "INSERT INTO chats VALUES ('empty')");
  look_at (&first, fixture);
  g_assert_true (count (counted, &first));
  assert_counted (counted, fixture);
  g_assert_null (pdk_chat_tally_find (counted->tally, "empty"));

  chat_fixture_save (fixture, "a", 3, 10);
  chat_fixture_save (fixture, "b", 1, 10);
  look_at (&second, fixture);
  g_assert_true (count (counted, &second));
  assert_counted (counted, fixture);
}

/* What was read of two moments is told, and read again. */
static void
test_two_moments (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatCount) counted = pdk_chat_count_new ();
  g_auto (Look) first = { { NULL } }, second = { { NULL } };

  chat_fixture_save (fixture, "a", 2, 10);
  look_at (&first, fixture);
  chat_fixture_save (fixture, "a", 5, 10);
  /* What is in the log alone disturbs nobody who has read it before. */
  foreign_fixture_write (fixture, "PRAGMA wal_checkpoint");
  g_assert_false (count (counted, &first));
  g_assert_cmpuint (g_hash_table_size (counted->touched), >, 0);
  pdk_chat_count_let_go (counted);
  g_assert_cmpuint (g_hash_table_size (counted->touched), ==, 0);
  look_at (&second, fixture);
  g_assert_true (count (counted, &second));
  assert_counted (counted, fixture);
}

static void
test_forget (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatCount) counted = pdk_chat_count_new ();
  g_auto (Look) first = { { NULL } }, second = { { NULL } };

  chat_fixture_save (fixture, "a", 2, 10);
  look_at (&first, fixture);
  g_assert_true (count (counted, &first));
  pdk_chat_count_forget (counted);
  g_assert_cmpuint (counted->tally->chats->len, ==, 0);
  look_at (&second, fixture);
  g_assert_true (count (counted, &second));
  assert_counted (counted, fixture);
}

/* A message whose chat cannot be asked for is not counted, and stands in nobody's way. */
static void
test_chats_without_a_name (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatCount) counted = pdk_chat_count_new ();
  g_auto (Look) first = { { NULL } }, second = { { NULL } };

  foreign_fixture_write (fixture,
                         "INSERT INTO messages (chat_id, role) VALUES"
                         " (NULL, 'user'), (x'00ff', 'user'), ('a' || char (0), 'user'), ('b', 'user')");
  look_at (&first, fixture);
  g_assert_true (count (counted, &first));
  g_assert_cmpuint (counted->tally->chats->len, ==, 1);
  g_assert_cmpint (counted->last_id, ==, 4);
  foreign_fixture_write (fixture, "INSERT INTO messages (chat_id, role) VALUES ('b', 'user')");
  look_at (&second, fixture);
  g_assert_true (count (counted, &second));
  g_assert_cmpuint (pdk_chat_tally_find (counted->tally, "b")->totals.messages, ==, 2);
}

int
main (int argc, char **argv)
{
  static const ForeignFixtureTest tests[] = {
    { "/chat-count/read", test_read },
    { "/chat-count/two-moments", test_two_moments },
    { "/chat-count/forget", test_forget },
    { "/chat-count/chats-without-a-name", test_chats_without_a_name },
  };

  g_test_init (&argc, &argv, NULL);
  foreign_fixture_add_tests (tests, G_N_ELEMENTS (tests), chat_fixture_set_up, foreign_fixture_tear_down);
  return g_test_run ();
}
