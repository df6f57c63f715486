/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line, read and checked before anything is done. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-command-line.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-text.h"

#define INTERVAL_NOT_GIVEN (-G_MAXDOUBLE)
#define DAYS_NOT_GIVEN G_MININT

/* As long as the settings let a history be kept. */
#define MAX_DAYS 3660

static const struct
{
  const char *name;
  PdkCommand command;
} commands[] = {
  { "details", PDK_COMMAND_DETAILS }, { "refresh", PDK_COMMAND_REFRESH }, { "quit", PDK_COMMAND_QUIT },
  { "status", PDK_COMMAND_STATUS },   { "watch", PDK_COMMAND_WATCH },     { "history", PDK_COMMAND_HISTORY },
  { "login", PDK_COMMAND_LOGIN },     { "logout", PDK_COMMAND_LOGOUT },
};

/* What GOption fills in. */
typedef struct
{
  gboolean wants_json, wants_csv, is_demo, wants_version, wants_help;
  double interval;
  int days;
  char *format, *account, *config;
  char **rest;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->format);
  g_free (options->account);
  g_free (options->config);
  g_strfreev (options->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static GOptionContext *
create_context (Options *options)
{
  GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->wants_json, N_ ("Print JSON (status, watch, history)"),
      NULL },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options->wants_csv, N_ ("Print CSV (history)"), NULL },
    { "days", 0, 0, G_OPTION_ARG_INT, &options->days, N_ ("Print this many days up to today alone (history)"),
      N_ ("NUMBER") },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options->format,
      N_ ("Print for a bar: waybar, or a text such as “{requests_today} req” (watch)"), N_ ("FORMAT") },
    { "interval", 0, 0, G_OPTION_ARG_DOUBLE, &options->interval, N_ ("Ask this often, in seconds (watch)"),
      N_ ("SECONDS") },
    { "account", 0, 0, G_OPTION_ARG_STRING, &options->account,
      N_ ("This account alone (status, watch, history, login, logout)"), N_ ("ID") },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->config, N_ ("Use this settings file"), N_ ("FILE") },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options->is_demo, N_ ("Show built-in sample data"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->wants_version, N_ ("Print the version"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &options->wants_help, N_ ("Print this help"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->rest, NULL, NULL },
    { NULL }
  };
  GOptionContext *context = g_option_context_new (_ ("[COMMAND]"));

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (
      context, _ ("Shows what your Ollama is doing, in the tray and on the terminal.\n"
                  "\n"
                  "Commands:\n"
                  "  (none)    start the tray applet, or show the details of the running one\n"
                  "  details   show the details window of the running applet\n"
                  "  refresh   make the running applet ask again now\n"
                  "  quit      end the running applet\n"
                  "  status    print what is known, and exit\n"
                  "  watch     print a line at every change\n"
                  "  history   print what is kept of days and hours gone by\n"
                  "  login     read an API key of Ollama Cloud, and put it into the keyring\n"
                  "  logout    take it out of the keyring"));
  return context;
}

static gboolean
usage_error (GError **error, const char *format, const char *what)
{
  g_autofree char *shown = pdk_text_dup_for_display (what);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, PDK_ERROR, PDK_ERROR_USAGE, format, shown);
#pragma GCC diagnostic pop
  return FALSE;
}

/* As usage_error(), for somebody who does not know what there is. */
static gboolean
unknown_error (GError **error, const char *format, const char *what)
{
  g_autoptr (GError) cause = NULL;

  usage_error (&cause, format, what);
  g_set_error (error, PDK_ERROR, PDK_ERROR_USAGE, _ ("%s; “paddock --help” lists what there is"),
               cause->message);
  return FALSE;
}

static gboolean
read_command (PdkCommandLine *line, char *const *rest, GError **error)
{
  line->command = PDK_COMMAND_APPLET;
  if (rest == NULL || rest[0] == NULL)
    return TRUE;
  /* It may be a key, so it is not said again. */
  if (rest[1] != NULL && g_str_equal (rest[0], "login"))
    return usage_error (error, "%s",
                        _ ("a key is never an argument, which everybody on this machine could read: “paddock "
                           "login” asks for it, or reads it from standard input"));
  if (rest[1] != NULL)
    return unknown_error (error, _ ("“%s” is one argument too many"), rest[1]);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (commands[i].name, rest[0]))
        {
          line->command = commands[i].command;
          return TRUE;
        }
    }
  return unknown_error (error, _ ("there is no command “%s”"), rest[0]);
}

static gboolean
check_option (PdkCommandLine *line, gboolean is_given, gboolean is_allowed, const char *name, GError **error)
{
  return !is_given || is_allowed || usage_error (error, _ ("%s does not go with this command"), name);
}

static gboolean
check_allowed (PdkCommandLine *line, const Options *options, GError **error)
{
  gboolean is_watch = line->command == PDK_COMMAND_WATCH;
  gboolean is_history = line->command == PDK_COMMAND_HISTORY;
  gboolean is_for_key = line->command == PDK_COMMAND_LOGIN || line->command == PDK_COMMAND_LOGOUT;
  gboolean prints = is_watch || is_history || line->command == PDK_COMMAND_STATUS;

  return check_option (line, options->wants_json, prints, "--json", error) &&
         check_option (line, options->account != NULL, prints || is_for_key, "--account", error) &&
         check_option (line, options->wants_csv, is_history, "--csv", error) &&
         check_option (line, options->days != DAYS_NOT_GIVEN, is_history, "--days", error) &&
         check_option (line, options->format != NULL, is_watch, "--format", error) &&
         check_option (line, options->interval != INTERVAL_NOT_GIVEN, is_watch, "--interval", error) &&
         check_option (line, options->is_demo, !is_for_key, "--demo", error);
}

static PdkOutput
get_output (const Options *options)
{
  if (g_strcmp0 (options->format, "waybar") == 0)
    return PDK_OUTPUT_WAYBAR;
  if (options->format != NULL && strchr (options->format, '{') != NULL)
    return PDK_OUTPUT_TEMPLATE;
  if (options->wants_json)
    return PDK_OUTPUT_JSON;
  return options->wants_csv ? PDK_OUTPUT_CSV : PDK_OUTPUT_TEXT;
}

static gboolean
check_values (const Options *options, GError **error)
{
  gboolean has_interval = options->interval != INTERVAL_NOT_GIVEN;
  gboolean has_days = options->days != DAYS_NOT_GIVEN;

  if (options->config != NULL && *options->config == '\0')
    return usage_error (error, _ ("%s takes the name of a file"), "--config");
  if (options->format != NULL && get_output (options) == PDK_OUTPUT_TEXT)
    return usage_error (
        error, _ ("there is no format “%s”; there is “waybar”, or a text such as “{requests_today} req”"),
        options->format);
  if (options->format != NULL && options->wants_json)
    return usage_error (error, _ ("%s does not go with --json"), "--format");
  if (options->wants_csv && options->wants_json)
    return usage_error (error, _ ("%s does not go with --json"), "--csv");
  if (has_interval && !(options->interval >= 1 && options->interval <= 86400))
    return usage_error (error, _ ("%s takes 1 to 86400 seconds"), "--interval");
  if (has_days && (options->days < 1 || options->days > MAX_DAYS))
    return usage_error (error, _ ("%s takes 1 to 3660 days"), "--days");
  return TRUE;
}

static gboolean
read_options (PdkCommandLine *line, Options *options, GError **error)
{
  if (!check_allowed (line, options, error) || !check_values (options, error))
    return FALSE;
  line->output = get_output (options);
  line->label_template = line->output == PDK_OUTPUT_TEMPLATE ? g_steal_pointer (&options->format) : NULL;
  line->interval_msec = options->interval != INTERVAL_NOT_GIVEN ? (guint) (options->interval * 1000) : 0;
  line->n_days = options->days != DAYS_NOT_GIVEN ? (guint) options->days : 0;
  line->account = g_steal_pointer (&options->account);
  line->settings_path = g_steal_pointer (&options->config);
  line->is_demo = options->is_demo;
  return TRUE;
}

/**
 * pdk_command_line_parse:
 * @argc: number of arguments
 * @argv: the arguments, the program's name first; they stay as they are
 * @error: return location for PDK_ERROR_USAGE
 *
 * Returns: (transfer full) (nullable): the call, NULL with @error set when it is a wrong one
 */
PdkCommandLine *
pdk_command_line_parse (int argc, char **argv, GError **error)
{
  g_autoptr (PdkCommandLine) line = g_new0 (PdkCommandLine, 1);
  g_auto (Options) options = { .interval = INTERVAL_NOT_GIVEN, .days = DAYS_NOT_GIVEN };
  g_autoptr (GOptionContext) context = create_context (&options);
  g_auto (GStrv) arguments = g_new0 (char *, (gsize) argc + 1);
  g_autoptr (GError) cause = NULL;

  for (int i = 0; i < argc; i++)
    arguments[i] = g_strdup (argv[i]);
  if (!g_option_context_parse_strv (context, &arguments, &cause))
    {
      unknown_error (error, "%s", cause->message);
      return NULL;
    }
  if (options.wants_help)
    line->help = g_option_context_get_help (context, TRUE, NULL);
  line->wants_version = options.wants_version;
  if (options.wants_help || options.wants_version)
    return g_steal_pointer (&line);
  if (!read_command (line, options.rest, error) || !read_options (line, &options, error))
    return NULL;
  return g_steal_pointer (&line);
}

/** pdk_command_line_free: frees @line */
void
pdk_command_line_free (PdkCommandLine *line)
{
  g_free (line->account);
  g_free (line->label_template);
  g_free (line->settings_path);
  g_free (line->help);
  g_free (line);
}
