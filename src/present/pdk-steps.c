/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was found, what was not, and the one step that brings it. A list of that is for the first run, and for
 * whoever has to do something to see what this computer knows; it goes when that is done. What people may
 * well do without (the cloud, the desktop app) is in it, and is never a reason for it. Pure functions, any
 * thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-steps.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-ollama-host.h"
#include "pdk-text.h"

#include "pdk-main-problem.h"
#include "pdk-tray-state.h"

/* Small enough for any machine, and in Ollama's own introduction. */
#define FIRST_MODEL "llama3.2"

/* Takes @text. */
static PdkStep *
add_step (PdkSteps *steps, PdkStepState state, const char *name, char *text)
{
  PdkStep *step = pdk_step_new (state, name, text);

  g_ptr_array_add (steps->steps, step);
  return step;
}

static void
add_preferences (PdkStep *step)
{
  pdk_step_add_way (step, PDK_STEP_WAY_PREFERENCES, _ ("Open Preferences"), NULL);
}

/* What Flatpak does not share. */
static void
add_hidden (PdkStep *step, const PdkReading *reading)
{
  pdk_step_add_way (step, PDK_STEP_WAY_COMMAND, _ ("Allow it"), g_strdup (reading->remedy));
  step->then = _ ("Then start Paddock again.");
}

static void
tell (PdkSteps *steps, const char *diagnostic)
{
  g_ptr_array_add (steps->told, (gpointer) diagnostic);
}

/* A sentence of the account's own, or @otherwise. */
static char *
dup_diagnostic (const PdkAccountSnapshot *account, const char *name, const char *otherwise)
{
  const char *sentence = pdk_facts_get_diagnostic (account->facts, name);

  return g_strdup (sentence != NULL ? sentence : otherwise);
}

/* With a port the scheme may be left out, so that the command fits its line. */
static const char *
skip_scheme (const char *url)
{
  const char *colon = strrchr (url, ':');

  if (!g_str_has_prefix (url, "http://") || colon == url + strlen ("http") || colon[1] == '\0' ||
      colon[1 + strspn (colon + 1, G_CSET_DIGITS)] != '\0')
    return url;
  return url + strlen ("http://");
}

/* Ollama's own commands ask the usual address unless they are told another one. */
static char *
dup_command (const PdkAccountSnapshot *account, const char *command)
{
  static const char *const usual[] = { PDK_OLLAMA_HOST_DEFAULT, "http://localhost:11434", NULL };
  const char *plain = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ":/.-_";
  const char *host = skip_scheme (account->base_url);
  g_autofree char *word = NULL;

  if (g_strv_contains (usual, account->base_url))
    return g_strdup (command);
  word = strspn (host, plain) == strlen (host) ? g_strdup (host) : g_shell_quote (host);
  return g_strdup_printf ("OLLAMA_HOST=%s %s", word, command);
}

static gboolean
is_read (const PdkReading *reading)
{
  return reading != NULL &&
         (reading->state == PDK_SOURCE_STATE_OK || reading->state == PDK_SOURCE_STATE_STALE);
}

static gboolean
is_away (const PdkAccountSnapshot *account)
{
  return pdk_level_of_account (account) == PDK_LEVEL_UNREACHABLE;
}

/* Whether Ollama is installed is not known before it has answered once, so that until then there is a step
 * for those who do not have it. The commands are those of Ollama's own instructions for Linux. */
static void
add_starting (PdkStep *step, const PdkAccountSnapshot *account, const PdkReading *reading)
{
  pdk_step_add_way (step, PDK_STEP_WAY_COMMAND, _ ("Start the service"), g_strdup ("systemctl start ollama"));
  pdk_step_add_way (step, PDK_STEP_WAY_COMMAND, _ ("Or start it in a terminal"),
                    dup_command (account, "ollama serve"));
  if (reading->state == PDK_SOURCE_STATE_FAILED)
    pdk_step_add_way (step, PDK_STEP_WAY_LINK, _ ("Get Ollama"), g_strdup ("https://ollama.com/download"));
}

static void
add_server_away (PdkSteps *steps, const PdkAccountSnapshot *account, const PdkReading *reading)
{
  PdkStep *step = add_step (steps, PDK_STEP_NEEDED, _ ("Server"), NULL);

  tell (steps, "local_api_error");
  if (reading->hitch == PDK_HITCH_HIDDEN)
    {
      step->text = g_strdup (_ ("Flatpak does not let Paddock use the network."));
      add_hidden (step, reading);
    }
  /* Only what is certain to fit is offered: the address has to be of this computer, and nothing may listen
   * there. */
  else if (reading->hitch == PDK_HITCH_REFUSED && pdk_ollama_host_is_loopback (account->base_url))
    {
      step->text = g_strdup (_ ("Nothing answers at its address."));
      add_starting (step, account, reading);
    }
  else
    {
      step->text = dup_diagnostic (account, "local_api_error", _ ("Nothing answers at its address."));
      add_preferences (step);
    }
}

static void
add_server (PdkSteps *steps, const PdkAccountSnapshot *account)
{
  const PdkReading *reading = pdk_account_snapshot_get_reading (account, "local_api");
  const char *version = pdk_facts_get_attribute (account->facts, "server_version");
  g_autofree char *shown = NULL;
  char *text;

  if (is_away (account))
    {
      add_server_away (steps, account, reading);
      return;
    }
  shown = version != NULL ? pdk_text_dup_for_display (version) : NULL;
  if (shown != NULL)
    /* Translators: a version and an address. */
    text = g_strdup_printf (_ ("Ollama %s at %s"), shown, account->base_url);
  else
    text = g_strdup (account->base_url);
  add_step (steps, PDK_STEP_FOUND, _ ("Server"), text);
}

static void
add_log_found (PdkSteps *steps, const PdkReading *files, const PdkReading *journal)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (is_read (files) && files->place != NULL)
    /* Translators: a folder or a file. */
    g_string_append_printf (text, _ ("Read from %s."), files->place);
  if (is_read (journal) && journal->place != NULL)
    /* Translators: the name of a unit of systemd. */
    g_string_append_printf (g_string_append (text, text->len > 0 ? " " : ""),
                            _ ("Read from the systemd journal (%s)."), journal->place);
  add_step (steps, PDK_STEP_FOUND, _ ("Log"), g_strdup (text->str));
}

static void
add_log_absent (PdkSteps *steps, const PdkAccountSnapshot *account)
{
  PdkStep *step;

  if (is_away (account))
    {
      add_step (steps, PDK_STEP_OPTIONAL, _ ("Log"), g_strdup (_ ("Known when the server answers.")));
      return;
    }
  step = add_step (steps, PDK_STEP_NEEDED, _ ("Log"),
                   g_strdup (_ ("None was found in the usual places, so requests are not counted. If Ollama "
                                "logs elsewhere, say where.")));
  add_preferences (step);
}

/* Of a journal and of files that are not read, the likelier to be of use is told. */
static void
add_log_missing (PdkSteps *steps,
                 const PdkAccountSnapshot *account,
                 const PdkReading *files,
                 const PdkReading *journal)
{
  gboolean is_journal = journal != NULL && (journal->hitch != PDK_HITCH_NONE || files == NULL ||
                                            files->state == PDK_SOURCE_STATE_ABSENT);
  const PdkReading *reading = is_journal ? journal : files;
  const char *diagnostic = is_journal ? "journal_error" : "server_log_error";
  PdkStep *step;

  tell (steps, diagnostic);
  /* That there is nothing at the other place either is no news. */
  if (is_journal && files != NULL && files->state == PDK_SOURCE_STATE_ABSENT)
    tell (steps, "server_log_error");
  if (!is_journal && journal != NULL && journal->state == PDK_SOURCE_STATE_ABSENT)
    tell (steps, "journal_error");

  if (reading->hitch == PDK_HITCH_NONE && reading->state == PDK_SOURCE_STATE_ABSENT)
    {
      add_log_absent (steps, account);
      return;
    }
  step = add_step (steps, PDK_STEP_NEEDED, _ ("Log"), NULL);
  if (reading->hitch == PDK_HITCH_HIDDEN)
    {
      step->text = g_strdup (_ ("Flatpak does not let Paddock see it."));
      add_hidden (step, reading);
    }
  else if (reading->hitch == PDK_HITCH_DENIED && reading->remedy != NULL)
    {
      step->text = g_strdup (_ ("You may not read the systemd journal, where Ollama logs on most machines."));
      pdk_step_add_way (step, PDK_STEP_WAY_COMMAND, _ ("Join its group"), g_strdup (reading->remedy));
      step->then = _ ("Then log out and in again.");
    }
  else
    {
      step->text = dup_diagnostic (account, diagnostic, "");
      add_preferences (step);
    }
}

static void
add_log (PdkSteps *steps, const PdkAccountSnapshot *account)
{
  const PdkReading *files = pdk_account_snapshot_get_reading (account, "server_log");
  const PdkReading *journal = pdk_account_snapshot_get_reading (account, "journal");

  if (is_read (files) || is_read (journal))
    add_log_found (steps, files, journal);
  else if (files != NULL || journal != NULL)
    add_log_missing (steps, account, files, journal);
}

static void
add_models (PdkSteps *steps, const PdkAccountSnapshot *account)
{
  double total;
  PdkStep *step;

  if (!pdk_facts_get_number (account->facts, "models_total", &total))
    {
      if (is_away (account))
        add_step (steps, PDK_STEP_OPTIONAL, _ ("Models"), g_strdup (_ ("Known when the server answers.")));
      return;
    }
  if (total > 0)
    {
      guint n = (guint) total;
      /* Translators: how many models. */
      char *text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u installed", "%u installed", n), n);

      add_step (steps, PDK_STEP_FOUND, _ ("Models"), text);
      return;
    }
  steps->has_first_model = TRUE;
  step = add_step (steps, PDK_STEP_NEEDED, _ ("Models"), g_strdup (_ ("None is installed.")));
  pdk_step_add_way (step, PDK_STEP_WAY_COMMAND, _ ("Get a small one to begin with"),
                    dup_command (account, "ollama pull " FIRST_MODEL));
}

static void
add_cloud (PdkSteps *steps, const PdkAccountSnapshot *account)
{
  const PdkFacts *facts = account->facts;
  const char *signed_in = pdk_facts_get_attribute (facts, "signed_in");
  const char *name = pdk_facts_get_attribute (facts, "account_name");
  g_autofree char *shown = NULL;
  PdkStep *step;

  if (name == NULL)
    name = pdk_facts_get_attribute (facts, "account_email");
  shown = name != NULL ? pdk_text_dup_for_display (name) : NULL;
  if (g_strcmp0 (pdk_facts_get_attribute (facts, "cloud_disabled"), "true") == 0)
    add_step (steps, PDK_STEP_OPTIONAL, _ ("Cloud"), g_strdup (_ ("Turned off at the server.")));
  else if (shown != NULL)
    add_step (steps, PDK_STEP_FOUND, _ ("Cloud"), g_strdup_printf (_ ("Signed in as %s"), shown));
  else if (g_strcmp0 (signed_in, "false") == 0)
    {
      step = add_step (steps, PDK_STEP_OPTIONAL, _ ("Cloud"),
                       g_strdup (_ ("Nobody is signed in. Only cloud models need that.")));
      pdk_step_add_way (step, PDK_STEP_WAY_SIGN_IN, _ ("_Sign In"), g_strdup (account->id));
      steps->has_sign_in = TRUE;
    }
}

static void
add_desktop_app (PdkSteps *steps, const PdkAccountSnapshot *account)
{
  const PdkReading *reading = pdk_account_snapshot_get_reading (account, "desktop_db");

  if (is_read (reading))
    add_step (steps, PDK_STEP_FOUND, _ ("Desktop App"), g_strdup (_ ("Its chats are counted.")));
  else if (reading != NULL && reading->state == PDK_SOURCE_STATE_ABSENT)
    add_step (steps, PDK_STEP_OPTIONAL, _ ("Desktop App"), g_strdup (_ ("Not found, and not needed.")));
}

/* Nothing is said before all that it may be about was looked at. */
static gboolean
is_too_early (const PdkAccountSnapshot *account)
{
  static const char *const names[] = { "local_api", "server_log", "journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const PdkReading *reading = pdk_account_snapshot_get_reading (account, names[i]);

      if (reading != NULL && reading->state == PDK_SOURCE_STATE_PENDING)
        return TRUE;
    }
  return FALSE;
}

/* Whoever has turned the journal off has said that there is no log, and is not asked again. */
static gboolean
needs_log (const PdkAccountSnapshot *account)
{
  const PdkReading *files = pdk_account_snapshot_get_reading (account, "server_log");
  const PdkReading *journal = pdk_account_snapshot_get_reading (account, "journal");

  if (is_read (files) || is_read (journal))
    return FALSE;
  return journal != NULL ||
         (files != NULL && (files->hitch != PDK_HITCH_NONE || files->state == PDK_SOURCE_STATE_FAILED));
}

/* Those of the cloud are used without being installed. */
static gboolean
needs_model (const PdkAccountSnapshot *account)
{
  const GPtrArray *running = pdk_facts_get_running (account->facts);
  double total, requests = 0;

  pdk_facts_get_number (account->facts, "requests_7d", &requests);
  return pdk_facts_get_number (account->facts, "models_total", &total) && total <= 0 && requests <= 0 &&
         (running == NULL || running->len == 0);
}

/* Who has figures to look at needs no list of them, only the way to start the server. */
static gboolean
has_figures (const PdkAccountSnapshot *account)
{
  return pdk_account_snapshot_get_reading (account, "local_api")->state == PDK_SOURCE_STATE_STALE ||
         is_read (pdk_account_snapshot_get_reading (account, "server_log")) ||
         is_read (pdk_account_snapshot_get_reading (account, "journal"));
}

static gboolean
can_be_started (const PdkAccountSnapshot *account)
{
  const PdkReading *reading = pdk_account_snapshot_get_reading (account, "local_api");

  return reading->hitch == PDK_HITCH_HIDDEN ||
         (reading->hitch == PDK_HITCH_REFUSED && pdk_ollama_host_is_loopback (account->base_url));
}

static void
add_all (PdkSteps *steps, const PdkAccountSnapshot *account)
{
  steps->title = g_strdup (_ ("What Was Found"));
  add_server (steps, account);
  add_log (steps, account);
  add_models (steps, account);
  add_cloud (steps, account);
  add_desktop_app (steps, account);
}

/**
 * pdk_steps_new:
 * @account: a finished account
 * @now_usec: the time, in microseconds since the epoch
 *
 * Returns: (transfer full): what was found for @account and what was not, if somebody has to do something;
 *   where there are figures, and only the server has to be started, that alone
 */
PdkSteps *
pdk_steps_new (const PdkAccountSnapshot *account, gint64 now_usec)
{
  PdkSteps *steps = g_new0 (PdkSteps, 1);

  steps->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_step_free);
  steps->told = g_ptr_array_new ();
  if (account->is_cloud_only || account->base_url == NULL || is_too_early (account) ||
      pdk_account_snapshot_get_reading (account, "local_api") == NULL)
    return steps;
  steps->is_grave = is_away (account);
  if (!steps->is_grave)
    {
      if (needs_log (account) || needs_model (account))
        add_all (steps, account);
    }
  else if (!has_figures (account))
    add_all (steps, account);
  else if (can_be_started (account))
    {
      steps->title = pdk_main_problem_describe (account, now_usec);
      add_server (steps, account);
    }
  return steps;
}

/** pdk_steps_free: frees @steps (transfer full) */
void
pdk_steps_free (PdkSteps *steps)
{
  g_free (steps->title);
  g_ptr_array_unref (steps->steps);
  g_ptr_array_unref (steps->told);
  g_free (steps);
}

/** pdk_steps_equal: Returns: whether @a and @b look the same */
gboolean
pdk_steps_equal (const PdkSteps *a, const PdkSteps *b)
{
  if (a->steps->len != b->steps->len || a->is_grave != b->is_grave || g_strcmp0 (a->title, b->title) != 0)
    return FALSE;
  for (guint i = 0; i < a->steps->len; i++)
    {
      if (!pdk_step_equal (g_ptr_array_index (a->steps, i), g_ptr_array_index (b->steps, i)))
        return FALSE;
    }
  return TRUE;
}

/** pdk_steps_tell: Returns: whether @steps say what the diagnostic of that name says */
gboolean
pdk_steps_tell (const PdkSteps *steps, const char *diagnostic)
{
  return g_ptr_array_find_with_equal_func (steps->told, diagnostic, g_str_equal, NULL);
}
