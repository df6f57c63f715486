/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's log files: which requests came when, how they ended, how long they took. Says how the files
 * are; the reading is done by the request log that it shares with the journal. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-server-log-source.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-sandbox.h"

struct _PdkServerLogSource
{
  PdkRequestLogSource parent_instance;
};

G_DEFINE_FINAL_TYPE (PdkServerLogSource, pdk_server_log_source, PDK_TYPE_REQUEST_LOG_SOURCE)

/* One file of several, or the only one, that cannot be read. */
static char *
describe_problem (const PdkRequestLogPart *files)
{
  if (files->problem_path == NULL)
    return g_strdup_printf (
        _ ("The server log in %s cannot be read (%s): check the path and your rights to it."), files->path,
        files->problem);
  if (files->problem_code == PDK_ERROR_PERMISSION)
    return g_strdup_printf (_ ("You may not read %s (%s): have its owner let you, or name another folder "
                               "with “logs_dir” in the settings."),
                            files->problem_path, files->problem);
  if (files->problem_code == PDK_ERROR_TOO_LARGE)
    return g_strdup_printf (
        _ ("%s has too many log files (%s), and the oldest are not counted: move away those "
           "that are not needed."),
        files->problem_path, files->problem);
  return g_strdup_printf (_ ("%s cannot be read as a log (%s): move it away, or name another folder with "
                             "“logs_dir” in the settings."),
                          files->problem_path, files->problem);
}

/* The first of several things that are wrong is told; mending it brings the next to light. */
static char *
describe_files (const PdkRequestLogPart *files)
{
  /* In a type whose format is a plain one: a macro inside of a text would hide it from translators. */
  guint n_future = (guint) MIN (files->n_future, G_MAXUINT);
  guint n_skipped = (guint) MIN (files->n_skipped_long, G_MAXUINT);

  if (files->problem != NULL)
    return describe_problem (files);
  if (n_future > 0)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE,
                     "%u request in %s is from the future and not counted: check the clock, or set "
                     "“log_timezone” in the settings.",
                     "%u requests in %s are from the future and not counted: check the clock, or set "
                     "“log_timezone” in the settings.",
                     n_future),
        n_future, files->path);
  if (n_skipped > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%u line of the log in %s was too long and was passed "
                                         "over; if it was a request, it is not counted.",
                                         "%u lines of the log in %s were too long and were passed "
                                         "over; if they were requests, they are not counted.",
                                         n_skipped),
                            n_skipped, files->path);
  return NULL;
}

/* No log is no error: most servers write to the journal, or to none. */
static char *
describe_absence (const PdkRequestLogResult *result)
{
  char *hidden;

  if (result->journal.state == PDK_SOURCE_STATE_OK)
    return NULL;
  hidden = pdk_sandbox_describe_hidden (PDK_SANDBOX_INFO_PATH, g_get_home_dir (), result->files.path);
  if (hidden != NULL)
    return hidden;
  return g_strdup_printf (
      _ ("No server log was found in %s, so requests are not counted: if Ollama writes one "
         "elsewhere, name its folder with “logs_dir” in the settings."),
      result->files.path);
}

static char *
describe (const PdkRequestLogResult *result, const PdkLogPlaces *places)
{
  return result->files.state == PDK_SOURCE_STATE_ABSENT ? describe_absence (result)
                                                        : describe_files (&result->files);
}

/* As people write it. */
static char *
shorten_home (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);

  if (strncmp (path, home, length) == 0 && path[length] == G_DIR_SEPARATOR)
    return g_strconcat ("~", path + length, NULL);
  return g_strdup (path);
}

static void
explain (const PdkRequestLogResult *result, const PdkLogPlaces *places, PdkReading *reading)
{
  const PdkRequestLogPart *files = &result->files;

  reading->place = shorten_home (files->path);
  if (files->state == PDK_SOURCE_STATE_ABSENT)
    reading->remedy = pdk_sandbox_dup_folder_command (PDK_SANDBOX_INFO_PATH, g_get_home_dir (), files->path);
  if (reading->remedy != NULL)
    reading->hitch = PDK_HITCH_HIDDEN;
  else if (files->problem != NULL && files->problem_code == PDK_ERROR_PERMISSION)
    reading->hitch = PDK_HITCH_DENIED;
}

static void
pdk_server_log_source_class_init (PdkServerLogSourceClass *klass)
{
  PdkRequestLogSourceClass *log_class = PDK_REQUEST_LOG_SOURCE_CLASS (klass);

  PDK_SOURCE_CLASS (klass)->name = "server_log";
  log_class->part_offset = G_STRUCT_OFFSET (PdkRequestLogResult, files);
  log_class->diagnostic = "server_log_error";
  log_class->describe = describe;
  log_class->explain = explain;
}

static void
pdk_server_log_source_init (PdkServerLogSource *self)
{
}

/**
 * pdk_server_log_source_new:
 * @log: (transfer none): what reads the files; several sources may share it
 *
 * Returns: (transfer full): the source
 */
PdkServerLogSource *
pdk_server_log_source_new (PdkRequestLog *log)
{
  return pdk_request_log_source_new (PDK_TYPE_SERVER_LOG_SOURCE, log);
}
