/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-command-line.h"
#include "pdk-error.h"

static PdkCommandLine *
parse (const char *arguments, GError **error)
{
  g_autofree char *all = g_strconcat ("paddock ", arguments, NULL);
  g_auto (GStrv) argv = g_strsplit (g_strchomp (all), " ", -1);

  return pdk_command_line_parse ((int) g_strv_length (argv), argv, error);
}

static const struct
{
  const char *arguments;
  PdkCommand command;
  PdkOutput output;
  const char *account, *settings_path;
  guint interval_msec;
  gboolean is_demo;
  guint n_days;
} good_cases[] = {
  { "", PDK_COMMAND_APPLET, PDK_OUTPUT_TEXT, NULL, NULL, 0, FALSE },
  { "--demo", PDK_COMMAND_APPLET, PDK_OUTPUT_TEXT, NULL, NULL, 0, TRUE },
  { "--config /x", PDK_COMMAND_APPLET, PDK_OUTPUT_TEXT, NULL, "/x", 0, FALSE },
  { "details", PDK_COMMAND_DETAILS, PDK_OUTPUT_TEXT, NULL, NULL, 0, FALSE },
  { "refresh", PDK_COMMAND_REFRESH, PDK_OUTPUT_TEXT, NULL, NULL, 0, FALSE },
  { "quit", PDK_COMMAND_QUIT, PDK_OUTPUT_TEXT, NULL, NULL, 0, FALSE },
  { "status", PDK_COMMAND_STATUS, PDK_OUTPUT_TEXT, NULL, NULL, 0, FALSE },
  { "status --json --account a", PDK_COMMAND_STATUS, PDK_OUTPUT_JSON, "a", NULL, 0, FALSE },
  { "login", PDK_COMMAND_LOGIN, PDK_OUTPUT_TEXT, NULL, NULL, 0, FALSE },
  { "login --account a --config /x", PDK_COMMAND_LOGIN, PDK_OUTPUT_TEXT, "a", "/x", 0, FALSE },
  { "logout --account a", PDK_COMMAND_LOGOUT, PDK_OUTPUT_TEXT, "a", NULL, 0, FALSE },
  { "--json status", PDK_COMMAND_STATUS, PDK_OUTPUT_JSON, NULL, NULL, 0, FALSE },
  { "watch", PDK_COMMAND_WATCH, PDK_OUTPUT_TEXT, NULL, NULL, 0, FALSE },
  { "watch --json --interval 2.5", PDK_COMMAND_WATCH, PDK_OUTPUT_JSON, NULL, NULL, 2500, FALSE },
  { "watch --format=waybar --interval=1", PDK_COMMAND_WATCH, PDK_OUTPUT_WAYBAR, NULL, NULL, 1000, FALSE },
  { "watch --format={requests_today}", PDK_COMMAND_WATCH, PDK_OUTPUT_TEMPLATE, NULL, NULL, 0, FALSE },
  { "history", PDK_COMMAND_HISTORY, PDK_OUTPUT_TEXT, NULL, NULL, 0, FALSE, 0 },
  { "history --json --days 1", PDK_COMMAND_HISTORY, PDK_OUTPUT_JSON, NULL, NULL, 0, FALSE, 1 },
  { "history --csv --days=3660 --account a", PDK_COMMAND_HISTORY, PDK_OUTPUT_CSV, "a", NULL, 0, FALSE, 3660 },
  { "history --demo --config /x", PDK_COMMAND_HISTORY, PDK_OUTPUT_TEXT, NULL, "/x", 0, TRUE, 0 },
  { "watch --interval 86400 --demo", PDK_COMMAND_WATCH, PDK_OUTPUT_TEXT, NULL, NULL, 86400000, TRUE },
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PdkCommandLine) line = parse (good_cases[i].arguments, &error);

      g_test_message ("%s", good_cases[i].arguments);
      g_assert_no_error (error);
      g_assert_cmpint (line->command, ==, good_cases[i].command);
      g_assert_cmpint (line->output, ==, good_cases[i].output);
      g_assert_cmpstr (line->label_template, ==,
                       line->output == PDK_OUTPUT_TEMPLATE ? "{requests_today}" : NULL);
      g_assert_cmpstr (line->account, ==, good_cases[i].account);
      g_assert_cmpstr (line->settings_path, ==, good_cases[i].settings_path);
      g_assert_cmpuint (line->interval_msec, ==, good_cases[i].interval_msec);
      g_assert_cmpint (line->is_demo, ==, good_cases[i].is_demo);
      g_assert_cmpuint (line->n_days, ==, good_cases[i].n_days);
      g_assert_null (line->help);
      g_assert_false (line->wants_version);
    }
}

static void
test_wrong (void)
{
  static const char *const cases[] = {
    "stop",
    "status watch",
    "login --json",
    "login --demo",
    "logout --demo",
    "logout all",
    "--nonsense",
    "--json",
    "details --json",
    "--account a",
    "status --format=waybar",
    "watch --format=polybar",
    "watch --format=waybar --json",
    "watch --format={requests_today} --json",
    "status --format={requests_today}",
    "status --interval 5",
    "watch --interval 0",
    "watch --interval 0.9",
    "watch --interval -5",
    "watch --interval 86401",
    "watch --interval nan",
    "watch --interval often",
    "watch --interval",
    "status --csv",
    "watch --days 1",
    "--days 1",
    "history --csv --json",
    "history --days 0",
    "history --days -1",
    "history --days 3661",
    "history --days 99999999999",
    "history --days all",
    "history --interval 5",
    "history --format=waybar",
    "status --account",
    "--config",
    "status %s%n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i]);
      g_assert_null (parse (cases[i], &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_USAGE);
      g_assert_null (strchr (error->message, '\n'));
    }
}

/* A key that somebody gives as an argument is not said again. */
static void
test_key_as_argument (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse ("login 0123456789abcdef", &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_USAGE);
  g_assert_null (strstr (error->message, "0123456789abcdef"));
  g_assert_nonnull (strstr (error->message, "standard input"));
}

static void
test_help (void)
{
  g_autoptr (PdkCommandLine) help = parse ("--help", NULL);
  g_autoptr (PdkCommandLine) version = parse ("--version", NULL);

  g_assert_nonnull (strstr (help->help, "watch"));
  g_assert_nonnull (strstr (help->help, "--interval"));
  g_assert_true (version->wants_version);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-line/good", test_good);
  g_test_add_func ("/command-line/wrong", test_wrong);
  g_test_add_func ("/command-line/key-as-argument", test_key_as_argument);
  g_test_add_func ("/command-line/help", test_help);
  return g_test_run ();
}
