/* SPDX-License-Identifier: GPL-3.0-or-later */

/* paddock login and logout: an account's key for Ollama Cloud is put into the keyring of the session, or
 * taken out of it, and a running applet is told. The key is never an argument, which everybody on the machine
 * could read. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-login-command.h"

#include <glib/gi18n-lib.h>

#include "pdk-cloud-setup.h"
#include "pdk-cloud-store.h"
#include "pdk-error.h"
#include "pdk-key-reader.h"
#include "pdk-printer.h"
#include "pdk-remote-command.h"
#include "pdk-secret-store.h"
#include "pdk-session.h"
#include "pdk-text.h"

/* Returns: (transfer none) (nullable): the account that is meant, which is @settings' own */
static const PdkAccount *
find_account (const PdkCommandLine *line, const PdkSettings *settings, GError **error)
{
  for (guint i = 0; line->account != NULL && i < settings->accounts->len; i++)
    {
      const PdkAccount *account = pdk_settings_get_account (settings, i);

      if (g_str_equal (account->id, line->account))
        return account;
    }
  if (line->account != NULL)
    pdk_session_fail_unknown_account (line, settings, error);
  else if (settings->accounts->len == 1)
    return pdk_settings_get_account (settings, 0);
  else if (settings->accounts->len == 0)
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_USAGE, _ ("the settings have no account of Ollama"));
  else
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_USAGE,
                         _ ("the settings have several accounts: say which one with “--account ID”"));
  return NULL;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **answer = user_data;

  *answer = g_object_ref (result);
}

/* Returns: (transfer full): the answer that on_answer() puts into @answer */
static GAsyncResult *
wait_for (GAsyncResult **answer)
{
  while (*answer == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_steal_pointer (answer);
}

/* Every Paddock is to know that the account has @key, or, when that is NULL, none any more: then what is
 * remembered of the former goes as well. */
static void
note_key (const PdkAccount *account, PdkSecret *key)
{
  g_autofree char *folder = pdk_cloud_setup_dup_folder ();
  g_autofree char *url = pdk_account_dup_cloud_url (account);
  g_autofree char *identity = key != NULL ? pdk_cloud_store_identify (url, pdk_secret_get_text (key)) : NULL;

  pdk_cloud_store_note_key (folder, account->id, identity);
}

/* An applet that does not run will ask the keyring when it starts, so that it need not be told. */
static void
tell_applet (void)
{
  pdk_remote_command_activate ("refresh", NULL);
}

/* Prints @format with the name of the account. */
static gboolean
say (const char *format, const PdkAccount *account, GError **error)
{
  g_autofree char *id = pdk_text_dup_for_display (account->id);
  g_autofree char *sentence = NULL;
  g_autofree char *text = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  sentence = g_strdup_printf (format, id);
#pragma GCC diagnostic pop
  text = g_strconcat (sentence, "\n", NULL);
  return pdk_printer_write (text, error);
}

/* @cause: (transfer full)
 *
 * Returns: -1 */
static int
fail_with_step (GError *cause, const char *step, GError **error)
{
  g_set_error (error, cause->domain, cause->code, "%s; %s", cause->message, step);
  g_error_free (cause);
  return -1;
}

static const char *
get_login_step (const GError *cause)
{
  if (g_error_matches (cause, PDK_ERROR, PDK_ERROR_PERMISSION))
    return _ ("the key is not stored: unlock the keyring and try again");
  return _ ("the key is not stored: put it into an environment variable and set “api_key_env” to its name "
            "instead");
}

/* Whoever has a key in both places should know which one counts. */
static const char *
get_login_message (const PdkAccount *account)
{
  const char *from_environment = g_getenv (account->api_key_env);

  if (from_environment != NULL && *from_environment != '\0')
    return _ (
        "The key of the account “%s” is in the keyring; the one in the environment comes first for as long "
        "as it is there.");
  return _ ("The key of the account “%s” is in the keyring.");
}

static PdkSecret *
ask (const PdkAccount *account, GError **error)
{
  g_autofree char *id = pdk_text_dup_for_display (account->id);
  g_autofree char *prompt = g_strdup_printf (_ ("API key of the account “%s” (it is not shown): "), id);

  return pdk_key_reader_read (prompt, error);
}

/**
 * pdk_login_command_run:
 * @line: the call
 * @error: return location for PDK_ERROR_SETTINGS, PDK_ERROR_USAGE, and the errors of reading a key and of
 *   storing it
 *
 * Reads a key from standard input and stores it.
 *
 * Returns: the exit status 0, or -1 with @error set
 */
int
pdk_login_command_run (const PdkCommandLine *line, GError **error)
{
  g_autoptr (PdkSettings) settings = pdk_session_load_settings (line, error);
  const PdkAccount *account = settings != NULL ? find_account (line, settings, error) : NULL;
  g_autoptr (PdkSecret) key = account != NULL ? ask (account, error) : NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *answer = NULL;
  GError *cause = NULL;

  if (key == NULL)
    return -1;
  pdk_secret_store_store_async (account->id, key, NULL, on_answer, &answer);
  result = wait_for (&answer);
  if (!pdk_secret_store_store_finish (result, &cause))
    return fail_with_step (cause, get_login_step (cause), error);
  note_key (account, key);
  tell_applet ();
  return say (get_login_message (account), account, error) ? 0 : -1;
}

/**
 * pdk_logout_command_run:
 * @line: the call
 * @error: return location for PDK_ERROR_SETTINGS, PDK_ERROR_USAGE, and the errors of the keyring
 *
 * Takes the key of an account out of the keyring.
 *
 * Returns: the exit status: 0 when no key is stored any more, also when there was none; -1 with @error set
 */
int
pdk_logout_command_run (const PdkCommandLine *line, GError **error)
{
  g_autoptr (PdkSettings) settings = pdk_session_load_settings (line, error);
  const PdkAccount *account = settings != NULL ? find_account (line, settings, error) : NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *answer = NULL;
  GError *cause = NULL;
  gboolean was_there;

  if (account == NULL)
    return -1;
  pdk_secret_store_clear_async (account->id, NULL, on_answer, &answer);
  result = wait_for (&answer);
  if (!pdk_secret_store_clear_finish (result, &was_there, &cause))
    return fail_with_step (cause, _ ("no key was removed"), error);
  if (was_there)
    tell_applet ();
  note_key (account, NULL);
  return say (was_there ? _ ("The key of the account “%s” is no longer in the keyring.")
                        : _ ("The keyring had no key of the account “%s”."),
              account, error)
             ? 0
             : -1;
}
