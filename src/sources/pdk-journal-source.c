/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The systemd journal, where nearly every Ollama on Linux logs its requests. Says how the journal is; the
 * reading is done by the request log that it shares with the log files. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-journal-source.h"

#include <glib/gi18n-lib.h>

#include "pdk-sandbox.h"

/* Quoted, since a name may have a blank in it where users come from a directory. */
#define JOIN_COMMAND "sudo usermod -aG systemd-journal \"$USER\""

struct _PdkJournalSource
{
  PdkRequestLogSource parent_instance;
};

G_DEFINE_FINAL_TYPE (PdkJournalSource, pdk_journal_source, PDK_TYPE_REQUEST_LOG_SOURCE)

/* The one thing that most people need to do. */
static char *
describe_denial (const char *path, const PdkLogPlaces *places)
{
  if (places->journal_folder == NULL)
    return g_strdup_printf (
        _ ("You may not read the systemd journal in %s, where Ollama logs on most machines: join the group "
           "“systemd-journal” with “sudo usermod -aG systemd-journal $USER”, then log out and in again."),
        path);
  return g_strdup_printf (_ ("You may not read all of the journal in %s: if it is the system's, join the "
                             "group “systemd-journal” with "
                             "“sudo usermod -aG systemd-journal $USER”, then log out and in again; otherwise "
                             "have its owner let you."),
                          path);
}

/* Journals are in the one folder or in the other, so that both have to be seen. @describe: what says how to
 * share one of them */
static char *
describe_hidden (const PdkLogPlaces *places,
                 char *(*describe) (const char *info_path, const char *home, const char *path))
{
  static const char *const folders[] = { "/var/log/journal", "/run/log/journal" };
  char *sentence = NULL;

  if (places->journal_folder != NULL)
    return describe (PDK_SANDBOX_INFO_PATH, g_get_home_dir (), places->journal_folder);
  for (gsize i = 0; i < G_N_ELEMENTS (folders) && sentence == NULL; i++)
    sentence = describe (PDK_SANDBOX_INFO_PATH, g_get_home_dir (), folders[i]);
  return sentence;
}

static char *
describe_absence (const PdkRequestLogResult *result, const PdkLogPlaces *places)
{
  const PdkRequestLogPart *journal = &result->journal;
  char *hidden;

  /* Who has a log, and asks for no journal, misses nothing. */
  if (result->files.state == PDK_SOURCE_STATE_OK && !places->is_journal_named)
    return NULL;
  hidden = describe_hidden (places, pdk_sandbox_describe_hidden);
  if (hidden != NULL)
    return hidden;
  if (journal->problem != NULL)
    return g_strdup_printf (
        _ ("There is no folder %s to read the journal from: check “journal_dir” in the settings."),
        journal->path);
  return g_strdup_printf (_ ("The systemd journal has no entry of %s: if Ollama runs under another name, set "
                             "“journal_unit” or “container” in the settings."),
                          places->journal_subject);
}

/* The first of several things that are wrong is told; mending it brings the next to light. */
static char *
describe_journal (const PdkRequestLogPart *journal, const PdkLogPlaces *places)
{
  /* In a type whose format is a plain one: a macro inside of a text would hide it from translators. */
  guint n_future = (guint) MIN (journal->n_future, G_MAXUINT);
  guint n_skipped = (guint) MIN (journal->n_skipped_long, G_MAXUINT);

  if (journal->problem != NULL && journal->problem_code == PDK_ERROR_PERMISSION)
    return describe_denial (journal->path, places);
  if (journal->problem != NULL)
    return g_strdup_printf (
        _ ("Some of the systemd journal cannot be read (%s): “journalctl --verify” may say "
           "more."),
        journal->problem);
  if (n_future > 0)
    return g_strdup_printf (
        g_dngettext (
            GETTEXT_PACKAGE, "%u request in the journal is from the future and not counted: check the clock.",
            "%u requests in the journal are from the future and not counted: check the clock.", n_future),
        n_future);
  if (n_skipped > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%u message of the journal was too long and was passed "
                                         "over; if it was a request, it is not counted.",
                                         "%u messages of the journal were too long and were passed "
                                         "over; if they were requests, they are not counted.",
                                         n_skipped),
                            n_skipped);
  return NULL;
}

static char *
describe (const PdkRequestLogResult *result, const PdkLogPlaces *places)
{
  return result->journal.state == PDK_SOURCE_STATE_ABSENT ? describe_absence (result, places)
                                                          : describe_journal (&result->journal, places);
}

static void
explain (const PdkRequestLogResult *result, const PdkLogPlaces *places, PdkReading *reading)
{
  const PdkRequestLogPart *journal = &result->journal;

  reading->place = g_strdup (places->journal_subject);
  if (journal->state == PDK_SOURCE_STATE_ABSENT)
    reading->remedy = describe_hidden (places, pdk_sandbox_dup_folder_command);
  if (reading->remedy != NULL)
    reading->hitch = PDK_HITCH_HIDDEN;
  else if (journal->problem != NULL && journal->problem_code == PDK_ERROR_PERMISSION)
    {
      reading->hitch = PDK_HITCH_DENIED;
      /* Whose a folder is that was named, nobody knows. */
      reading->remedy = places->journal_folder == NULL ? g_strdup (JOIN_COMMAND) : NULL;
    }
}

static void
pdk_journal_source_class_init (PdkJournalSourceClass *klass)
{
  PdkRequestLogSourceClass *log_class = PDK_REQUEST_LOG_SOURCE_CLASS (klass);

  PDK_SOURCE_CLASS (klass)->name = "journal";
  log_class->part_offset = G_STRUCT_OFFSET (PdkRequestLogResult, journal);
  log_class->diagnostic = "journal_error";
  log_class->describe = describe;
  log_class->explain = explain;
}

static void
pdk_journal_source_init (PdkJournalSource *self)
{
}

/**
 * pdk_journal_source_new:
 * @log: (transfer none): what reads the journal; several sources may share it
 *
 * Returns: (transfer full): the source
 */
PdkJournalSource *
pdk_journal_source_new (PdkRequestLog *log)
{
  return pdk_request_log_source_new (PDK_TYPE_JOURNAL_SOURCE, log);
}
