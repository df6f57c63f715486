/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program: reads the call and hands it to the one that does it. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "pdk-command-line.h"
#include "pdk-curl.h"
#include "pdk-error.h"
#include "pdk-history-command.h"
#include "pdk-login-command.h"
#include "pdk-printer.h"
#include "pdk-remote-command.h"
#include "pdk-status-command.h"
#include "pdk-watch-command.h"

#if HAVE_UI
#include "pdk-ui-module.h"
#endif

#define EXIT_STATUS_USAGE 2

/* One for each source that reads files. */
#define WORKER_THREADS 4

static int
run_applet (const PdkCommandLine *line, GError **error)
{
#if HAVE_UI
  return pdk_ui_module_run_application (line->settings_path, line->is_demo, error);
#else
  g_set_error_literal (error, PDK_ERROR, PDK_ERROR_USAGE,
                       _ ("this build has no tray applet; try “paddock status” or “paddock --help”"));
  return -1;
#endif
}

static int
run_remote (const char *action, GError **error)
{
  return pdk_remote_command_activate (action, error) ? 0 : -1;
}

static int
run (const PdkCommandLine *line, GError **error)
{
  if (line->help != NULL)
    return pdk_printer_write (line->help, error) ? 0 : -1;
  if (line->wants_version)
    return pdk_printer_write ("paddock " PACKAGE_VERSION "\n", error) ? 0 : -1;
  switch (line->command)
    {
    case PDK_COMMAND_STATUS:
      return pdk_status_command_run (line, error);
    case PDK_COMMAND_WATCH:
      return pdk_watch_command_run (line, error);
    case PDK_COMMAND_HISTORY:
      return pdk_history_command_run (line, error);
    case PDK_COMMAND_LOGIN:
      return pdk_login_command_run (line, error);
    case PDK_COMMAND_LOGOUT:
      return pdk_logout_command_run (line, error);
    case PDK_COMMAND_DETAILS:
      return run_remote ("details", error);
    case PDK_COMMAND_REFRESH:
      return run_remote ("refresh", error);
    case PDK_COMMAND_QUIT:
      return run_remote ("quit", error);
    case PDK_COMMAND_APPLET:
    default:
      return run_applet (line, error);
    }
}

/* Says what went wrong, in one line, and turns it into an exit status. */
static int
report (const GError *error)
{
  /* Whoever read our output has stopped; that is theirs to decide, and no error. */
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_INTERRUPTED))
    return 0;
  g_printerr ("paddock: %s\n", error->message);
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_USAGE) ||
      g_error_matches (error, PDK_ERROR, PDK_ERROR_SETTINGS))
    return EXIT_STATUS_USAGE;
  return 1;
}

/* As on standard output: UTF-8, whatever the locale says. In that of C, which scripts and containers have,
 * GLib would make a question mark of each quotation mark. */
static void
print_error (const char *text)
{
  fputs (text, stderr);
}

/* The number of a standard stream that our caller has closed would be that of the next file or connection to
 * be opened, and what is printed would go there. Each is filled with what can only be used the wrong way
 * round, so that using it is an error, as if it were closed. */
static void
fill_standard_streams (void)
{
  static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };

  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    {
      /* Those below are taken, so that the lowest number that is free is this one. */
      if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", modes[fd]) < 0)
        _exit (1);
    }
}

/* The XDG Base Directory Specification has a path that is not absolute ignored. GLib would take it for one
 * below whichever folder is the current one. */
static void
ignore_relative_folders (void)
{
  static const char *const names[] = { "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME",
                                       "XDG_RUNTIME_DIR" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *path = g_getenv (names[i]);

      if (path != NULL && !g_path_is_absolute (path))
        g_unsetenv (names[i]);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (PdkCommandLine) line = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  fill_standard_streams ();
  ignore_relative_folders ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* Standard output is for what was asked for: it stays so when G_MESSAGES_DEBUG asks for messages. */
  g_log_writer_default_set_use_stderr (TRUE);
  g_set_printerr_handler (print_error);
  /* A peer or a reader that goes away is an error to handle, not a reason to die. */
  signal (SIGPIPE, SIG_IGN);
#ifdef __GLIBC__
  /* An arena for each worker thread would keep memory that nobody uses. */
  mallopt (M_ARENA_MAX, 2);
#endif
  /* As many threads as a poll wants at a time sleep until the next one: making and ending them costs more
   * than most of what they do, and wakes the process up twice more. */
  g_thread_pool_set_max_unused_threads (WORKER_THREADS);
  g_thread_pool_set_max_idle_time (0);

  line = pdk_command_line_parse (argc, argv, &error);
  if (line != NULL)
    status = run (line, &error);
  pdk_curl_finish ();
  return error != NULL ? report (error) : status;
}
