/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "secret-fixture.h"

#include <string.h>

void
secret_answer_clear (SecretAnswer *answer)
{
  g_clear_pointer (&answer->key, pdk_secret_unref);
  g_clear_error (&answer->error);
  *answer = (SecretAnswer){ FALSE };
}

void
secret_answer_wait (const SecretAnswer *answer)
{
  while (!answer->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SecretAnswer *answer = user_data;

  g_assert_false (answer->is_done);
  answer->is_good = pdk_secret_store_store_finish (result, &answer->error);
  answer->is_done = TRUE;
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SecretAnswer *answer = user_data;

  g_assert_false (answer->is_done);
  answer->key = pdk_secret_store_lookup_finish (result, &answer->error);
  answer->is_good = answer->error == NULL;
  answer->is_done = TRUE;
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SecretAnswer *answer = user_data;

  g_assert_false (answer->is_done);
  answer->is_good = pdk_secret_store_clear_finish (result, &answer->was_there, &answer->error);
  answer->is_done = TRUE;
}

void
secret_fixture_begin_store (const char *account_id, GCancellable *cancellable, SecretAnswer *answer)
{
  g_autoptr (PdkSecret) key = pdk_secret_new (SECRET_FIXTURE_KEY, strlen (SECRET_FIXTURE_KEY), NULL);

  pdk_secret_store_store_async (account_id, key, cancellable, on_stored, answer);
}

void
secret_fixture_begin_lookup (const char *account_id, GCancellable *cancellable, SecretAnswer *answer)
{
  pdk_secret_store_lookup_async (account_id, cancellable, on_looked_up, answer);
}

void
secret_fixture_begin_clear (const char *account_id, GCancellable *cancellable, SecretAnswer *answer)
{
  pdk_secret_store_clear_async (account_id, cancellable, on_cleared, answer);
}

void
secret_fixture_store (const char *account_id)
{
  SecretAnswer answer = { FALSE };

  secret_fixture_begin_store (account_id, NULL, &answer);
  secret_answer_wait (&answer);
  g_assert_no_error (answer.error);
  g_assert_true (answer.is_good);
}

/* Returns: whether there is a key, which then is the right one */
gboolean
secret_fixture_has_key (const char *account_id)
{
  SecretAnswer answer = { FALSE };
  gboolean is_there;

  secret_fixture_begin_lookup (account_id, NULL, &answer);
  secret_answer_wait (&answer);
  g_assert_no_error (answer.error);
  is_there = answer.key != NULL;
  if (is_there)
    g_assert_cmpstr (pdk_secret_get_text (answer.key), ==, SECRET_FIXTURE_KEY);
  secret_answer_clear (&answer);
  return is_there;
}

/* Returns: whether there was a key */
gboolean
secret_fixture_clear (const char *account_id)
{
  SecretAnswer answer = { FALSE };

  secret_fixture_begin_clear (account_id, NULL, &answer);
  secret_answer_wait (&answer);
  g_assert_no_error (answer.error);
  g_assert_true (answer.is_good);
  return answer.was_there;
}

/* Looks for a key and expects this error. */
void
secret_fixture_expect_no_key (GQuark domain, int code, const char *sentence)
{
  SecretAnswer answer = { FALSE };

  secret_fixture_begin_lookup ("one", NULL, &answer);
  secret_answer_wait (&answer);
  g_assert_error (answer.error, domain, code);
  g_assert_cmpstr (answer.error->message, ==, sentence);
  g_assert_null (answer.key);
  secret_answer_clear (&answer);
}
