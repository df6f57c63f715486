/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PDK_COMMAND_APPLET, /* none was given */
  PDK_COMMAND_DETAILS,
  PDK_COMMAND_REFRESH,
  PDK_COMMAND_QUIT,
  PDK_COMMAND_STATUS,
  PDK_COMMAND_WATCH,
  PDK_COMMAND_HISTORY,
  PDK_COMMAND_LOGIN,
  PDK_COMMAND_LOGOUT,
} PdkCommand;

typedef enum
{
  PDK_OUTPUT_TEXT,
  PDK_OUTPUT_JSON,
  PDK_OUTPUT_WAYBAR,
  PDK_OUTPUT_TEMPLATE,
  PDK_OUTPUT_CSV,
} PdkOutput;

/* A call of the program, read. */
typedef struct
{
  PdkCommand command;
  PdkOutput output;
  char *account;        /* (nullable): the only account to show */
  char *label_template; /* (nullable): with PDK_OUTPUT_TEMPLATE: names of metrics in braces */
  char *settings_path;  /* (nullable): NULL for the usual one */
  guint interval_msec;  /* 0 for that of the settings */
  guint n_days;         /* local days up to today; 0 for all */
  gboolean is_demo;
  gboolean wants_version;
  char *help; /* (nullable): the text to print in place of doing anything */
} PdkCommandLine;

PdkCommandLine *pdk_command_line_parse (int argc, char **argv, GError **error);
void pdk_command_line_free (PdkCommandLine *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkCommandLine, pdk_command_line_free)

G_END_DECLS
