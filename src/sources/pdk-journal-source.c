/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The systemd journal, where nearly every Ollama on Linux logs its requests. Says how the journal is; the
 * reading is done by the request log that it shares with the log files. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-journal-source.h"

#include <glib/gi18n-lib.h>

struct _PdkJournalSource
{
  PdkSource parent_instance;

  PdkRequestLog *log;
};

G_DEFINE_FINAL_TYPE (PdkJournalSource, pdk_journal_source, PDK_TYPE_SOURCE)

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

static char *
describe_absence (const PdkRequestLogResult *result, const PdkLogPlaces *places)
{
  const PdkRequestLogPart *journal = &result->journal;

  /* Who has a log, and asks for no journal, misses nothing. */
  if (result->files.state == PDK_SOURCE_STATE_OK && !places->is_journal_named)
    return NULL;
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

static PdkReading *
make_reading (const PdkRequestLogResult *result, const PdkLogPlaces *places)
{
  const PdkRequestLogPart *journal = &result->journal;
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *sentence = journal->state == PDK_SOURCE_STATE_ABSENT ? describe_absence (result, places)
                                                                        : describe_journal (journal, places);

  if (sentence != NULL)
    pdk_facts_set_diagnostic (facts, "journal_error", sentence);
  if (journal->state != PDK_SOURCE_STATE_OK)
    return pdk_reading_new (journal->state, PDK_TIME_UNKNOWN, facts);
  pdk_facts_merge (facts, result->metrics);
  return pdk_reading_new (journal->state, result->now_usec, facts);
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  pdk_request_log_poll_for_source (PDK_JOURNAL_SOURCE (source)->log, source, make_reading, now_usec,
                                   cancellable, callback, user_data);
}

static void
pdk_journal_source_finalize (GObject *object)
{
  g_object_unref (PDK_JOURNAL_SOURCE (object)->log);
  G_OBJECT_CLASS (pdk_journal_source_parent_class)->finalize (object);
}

static void
pdk_journal_source_class_init (PdkJournalSourceClass *klass)
{
  PdkSourceClass *source_class = PDK_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pdk_journal_source_finalize;
  source_class->name = "journal";
  source_class->poll_async = poll_async;
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
  PdkJournalSource *self = g_object_new (PDK_TYPE_JOURNAL_SOURCE, NULL);

  self->log = g_object_ref (log);
  return self;
}
