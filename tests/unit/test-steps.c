/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-steps.h"

/* 14:00 on the 15th of January 2025, in UTC. */
#define NOW_USEC (G_GINT64_CONSTANT (1736949600) * G_USEC_PER_SEC)
#define LOOPBACK "http://127.0.0.1:11434"
#define JOIN "sudo usermod -aG systemd-journal \"$USER\""
#define ALLOW "flatpak override --user --filesystem=~/.ollama:ro x.Y"

/* How a source did. */
typedef struct
{
  gboolean is_there;
  PdkSourceState state;
  PdkHitch hitch;
  const char *remedy;
} Source;

#define FINE                                                                                                 \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_OK, PDK_HITCH_NONE, NULL                                                          \
  }
#define ABSENT                                                                                               \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_ABSENT, PDK_HITCH_NONE, NULL                                                      \
  }
#define FAILED                                                                                               \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_FAILED, PDK_HITCH_NONE, NULL                                                      \
  }
#define PENDING                                                                                              \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_PENDING, PDK_HITCH_NONE, NULL                                                     \
  }
#define REFUSED                                                                                              \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_FAILED, PDK_HITCH_REFUSED, NULL                                                   \
  }
#define GONE                                                                                                 \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_STALE, PDK_HITCH_REFUSED, NULL                                                    \
  }
#define DENIED                                                                                               \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_FAILED, PDK_HITCH_DENIED, JOIN                                                    \
  }
#define UNREADABLE                                                                                           \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_FAILED, PDK_HITCH_DENIED, NULL                                                    \
  }
#define HIDDEN                                                                                               \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_ABSENT, PDK_HITCH_HIDDEN, ALLOW                                                   \
  }
#define SHUT_IN                                                                                              \
  {                                                                                                          \
    TRUE, PDK_SOURCE_STATE_FAILED, PDK_HITCH_HIDDEN, "flatpak override --user --share=network x.Y"           \
  }
#define NO_SOURCE                                                                                            \
  {                                                                                                          \
    FALSE, PDK_SOURCE_STATE_PENDING, PDK_HITCH_NONE, NULL                                                    \
  }

static const struct
{
  const char *what;
  Source server, files, journal;
  int n_models; /* -1: not known */
  int n_requests;
  const char *base_url;
  const char *list; /* each step: its state, its name, and in brackets its commands */
  const char *told;
} cases[] = {
  { "nothing at all", REFUSED, ABSENT, ABSENT, -1, 0, LOOPBACK,
    "!Server[systemctl start ollama][ollama serve][https://ollama.com/download] -Log -Models",
    "local_api_error journal_error server_log_error" },
  { "another port", REFUSED, ABSENT, NO_SOURCE, -1, 0, "http://127.0.0.1:9",
    "!Server[systemctl start ollama][OLLAMA_HOST=127.0.0.1:9 ollama "
    "serve][https://ollama.com/download] "
    "-Log -Models",
    "local_api_error server_log_error" },
  { "gone, with a log", GONE, FINE, ABSENT, 3, 9, LOOPBACK, "!Server[systemctl start ollama][ollama serve]",
    "local_api_error" },
  { "gone, without a log", GONE, ABSENT, ABSENT, 3, 0, "http://localhost:11434",
    "!Server[systemctl start ollama][ollama serve]", "local_api_error" },
  { "not started yet, with a log", REFUSED, ABSENT, FINE, -1, 9, LOOPBACK,
    "!Server[systemctl start ollama][ollama serve][https://ollama.com/download]", "local_api_error" },
  { "another computer, gone", GONE, FINE, NO_SOURCE, 3, 9, "http://192.168.1.5:11434", "", "" },
  { "another computer, never there", REFUSED, NO_SOURCE, NO_SOURCE, -1, 0, "http://192.168.1.5:11434",
    "!Server[preferences] -Models", "local_api_error" },
  { "it fails otherwise", FAILED, ABSENT, ABSENT, -1, 0, LOOPBACK, "!Server[preferences] -Log -Models",
    "local_api_error journal_error server_log_error" },
  { "no network", SHUT_IN, FINE, ABSENT, -1, 9, LOOPBACK,
    "!Server[flatpak override --user --share=network x.Y]", "local_api_error" },
  { "no log", FINE, ABSENT, ABSENT, 3, 0, LOOPBACK, "+Server !Log[preferences] +Models",
    "journal_error server_log_error" },
  { "no log, and the journal turned off", FINE, ABSENT, NO_SOURCE, 3, 0, LOOPBACK, "", "" },
  { "journal denied", FINE, ABSENT, DENIED, 3, 0, LOOPBACK, "+Server !Log[" JOIN "] +Models",
    "journal_error server_log_error" },
  { "journal denied, and a log", FINE, FINE, DENIED, 3, 9, LOOPBACK, "", "" },
  { "folder denied", FINE, ABSENT, UNREADABLE, 3, 0, LOOPBACK, "+Server !Log[preferences] +Models",
    "journal_error server_log_error" },
  { "file denied", FINE, UNREADABLE, ABSENT, 3, 0, LOOPBACK, "+Server !Log[preferences] +Models",
    "server_log_error journal_error" },
  { "file denied, and the journal turned off", FINE, UNREADABLE, NO_SOURCE, 3, 0, LOOPBACK,
    "+Server !Log[preferences] +Models", "server_log_error" },
  { "both denied", FINE, UNREADABLE, DENIED, 3, 0, LOOPBACK, "+Server !Log[" JOIN "] +Models",
    "journal_error" },
  { "files hidden", FINE, HIDDEN, NO_SOURCE, 3, 0, LOOPBACK, "+Server !Log[" ALLOW "] +Models",
    "server_log_error" },
  { "journal hidden", FINE, ABSENT, HIDDEN, 3, 0, LOOPBACK, "+Server !Log[" ALLOW "] +Models",
    "journal_error server_log_error" },
  { "no model", FINE, FINE, ABSENT, 0, 0, LOOPBACK, "+Server +Log !Models[ollama pull llama3.2]", "" },
  { "no model at another place", FINE, NO_SOURCE, NO_SOURCE, 0, 0, "http://a b",
    "+Server !Models[OLLAMA_HOST='http://a b' ollama pull llama3.2]", "" },
  { "no model, but requests", FINE, FINE, ABSENT, 0, 9, LOOPBACK, "", "" },
  { "everything", FINE, FINE, FINE, 3, 9, LOOPBACK, "", "" },
  { "too early", PENDING, ABSENT, ABSENT, -1, 0, LOOPBACK, "", "" },
  { "too early for the log", REFUSED, ABSENT, PENDING, -1, 0, LOOPBACK, "", "" },
};

static void
add_reading (PdkAccountSnapshot *account, const char *name, const Source *source, PdkFacts *facts)
{
  g_autoptr (PdkFacts) nothing = pdk_facts_new ();
  g_autoptr (PdkReading) reading = NULL;

  if (!source->is_there)
    return;
  reading =
      pdk_reading_new (source->state, source->state == PDK_SOURCE_STATE_STALE ? NOW_USEC : PDK_TIME_UNKNOWN,
                       facts != NULL ? facts : nothing);
  reading->hitch = source->hitch;
  reading->place = g_strdup ("~/.ollama/logs");
  reading->remedy = g_strdup (source->remedy);
  pdk_account_snapshot_add_reading (account, name, reading);
}

static PdkAccountSnapshot *
new_account (gsize i, PdkFacts *more)
{
  PdkAccountSnapshot *account = pdk_account_snapshot_new ("local", "ollama", cases[i].base_url, FALSE);
  g_autoptr (PdkFacts) server = pdk_facts_new ();

  pdk_facts_set_attribute (server, "server_version", "0.40.12");
  if (cases[i].n_models >= 0)
    pdk_facts_set_metric (server, "models_total", cases[i].n_models, "models", NULL);
  if (cases[i].n_requests > 0)
    pdk_facts_set_metric (server, "requests_7d", cases[i].n_requests, "requests", "7d");
  add_reading (account, "local_api", &cases[i].server, server);
  add_reading (account, "server_log", &cases[i].files, NULL);
  add_reading (account, "journal", &cases[i].journal, NULL);
  pdk_account_snapshot_finish (account, more);
  return account;
}

static char *
list_steps (const PdkSteps *steps)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < steps->steps->len; i++)
    {
      const PdkStep *step = g_ptr_array_index (steps->steps, i);

      g_assert_nonnull (step->text);
      g_string_append_printf (list, "%s%c%s", i > 0 ? " " : "", "+!-"[step->state], step -> name);
      for (guint j = 0; j < step->ways->len; j++)
        {
          const PdkStepWay *way = g_ptr_array_index (step->ways, j);

          g_string_append_printf (list, "[%s]",
                                  way->kind == PDK_STEP_WAY_PREFERENCES ? "preferences" : way->target);
        }
    }
  return g_string_free (list, FALSE);
}

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkAccountSnapshot) account = new_account (i, NULL);
      g_autoptr (PdkSteps) steps = pdk_steps_new (account, NOW_USEC);
      g_autoptr (PdkSteps) same = pdk_steps_new (account, NOW_USEC);
      g_autofree char *list = list_steps (steps);
      g_autofree char *told = NULL;

      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (list, ==, cases[i].list);
      g_ptr_array_add (steps->told, NULL);
      told = g_strjoinv (" ", (char **) steps->told->pdata);
      g_assert_cmpstr (told, ==, cases[i].told);
      g_assert_cmpint (steps->title != NULL, ==, steps->steps->len > 0);
      g_assert_true (pdk_steps_equal (steps, same));
    }
}

/* What is not needed is said, and is no reason to say anything. */
static void
test_optional (void)
{
  static const struct
  {
    const char *attribute, *value;
    PdkSourceState desktop;
    const char *end;
    gboolean has_sign_in;
  } others[] = {
    { "signed_in", "false", PDK_SOURCE_STATE_ABSENT, " -Cloud[local] -Desktop App", TRUE },
    { "account_email", "me@example.org", PDK_SOURCE_STATE_OK, " +Cloud +Desktop App", FALSE },
    { "cloud_disabled", "true", PDK_SOURCE_STATE_FAILED, " -Cloud", FALSE },
    { "other", "x", PDK_SOURCE_STATE_PENDING, "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (cases); j++)
      {
        g_autoptr (PdkFacts) more = pdk_facts_new ();
        g_autoptr (PdkAccountSnapshot) account = NULL;
        g_autoptr (PdkSteps) steps = NULL;
        g_autofree char *list = NULL;
        g_autofree char *wanted = NULL;
        const Source desktop = { TRUE, others[i].desktop, PDK_HITCH_NONE, NULL };

        if (!g_str_equal (cases[j].what, "no model") && !g_str_equal (cases[j].what, "everything"))
          continue;
        pdk_facts_set_attribute (more, others[i].attribute, others[i].value);
        account = new_account (j, more);
        add_reading (account, "desktop_db", &desktop, NULL);
        steps = pdk_steps_new (account, NOW_USEC);
        list = list_steps (steps);
        wanted = g_strconcat (cases[j].list, *cases[j].list != '\0' ? others[i].end : "", NULL);
        g_assert_cmpstr (list, ==, wanted);
        g_assert_cmpint (steps->has_sign_in, ==, others[i].has_sign_in && *wanted != '\0');
      }
}

/* Any difference that can be seen is one. */
static void
test_equal (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (cases); j++)
      {
        g_autoptr (PdkAccountSnapshot) one = new_account (i, NULL);
        g_autoptr (PdkAccountSnapshot) other = new_account (j, NULL);
        g_autoptr (PdkSteps) a = pdk_steps_new (one, NOW_USEC);
        g_autoptr (PdkSteps) b = pdk_steps_new (other, NOW_USEC);
        g_autofree char *list = list_steps (a);
        g_autofree char *other_list = list_steps (b);

        if (!g_str_equal (list, other_list))
          g_assert_false (pdk_steps_equal (a, b));
      }
}

static void
test_diagnostics_told (void)
{
  g_autoptr (PdkAccountSnapshot) account = new_account (0, NULL);
  g_autoptr (PdkSteps) steps = pdk_steps_new (account, NOW_USEC);

  g_assert_true (steps->is_grave);
  g_assert_true (pdk_steps_tell (steps, "journal_error"));
  g_assert_false (pdk_steps_tell (steps, "settings_error"));
}

/* A reading that goes on after a failure tells why it failed. */
static void
test_stale_reading (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkReading) good = pdk_reading_new (PDK_SOURCE_STATE_OK, 1, facts);
  g_autoptr (PdkReading) failed = pdk_reading_new (PDK_SOURCE_STATE_FAILED, 2, facts);
  g_autoptr (PdkReading) stale = NULL;

  failed->hitch = PDK_HITCH_DENIED;
  failed->place = g_strdup ("a place");
  failed->remedy = g_strdup ("a command");
  stale = pdk_reading_new_stale (good, failed);
  g_assert_cmpint (stale->hitch, ==, PDK_HITCH_DENIED);
  g_assert_cmpstr (stale->place, ==, "a place");
  g_assert_cmpstr (stale->remedy, ==, "a command");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steps/cases", test_cases);
  g_test_add_func ("/steps/optional", test_optional);
  g_test_add_func ("/steps/equal", test_equal);
  g_test_add_func ("/steps/diagnostics-told", test_diagnostics_told);
  g_test_add_func ("/steps/stale-reading", test_stale_reading);
  return g_test_run ();
}
