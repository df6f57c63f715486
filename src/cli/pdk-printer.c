/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the commands print, in each form, and the writing of it. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-printer.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "pdk-error.h"
#include "pdk-json-writer.h"
#include "pdk-label.h"
#include "pdk-message.h"
#include "pdk-snapshot-json.h"
#include "pdk-status-text.h"
#include "pdk-tray-state.h"

/* Waybar reads one JSON object a line; text and tooltip are Pango markup (waybar-custom(5)). */
static char *
format_waybar (const PdkSnapshot *snapshot, const PdkAlertRules *rules)
{
  g_autoptr (PdkTrayState) state = pdk_tray_state_new (snapshot, rules);
  g_autofree char *lines = g_strjoinv ("\n", state->lines);
  g_autofree char *tooltip = g_strdup_printf (*lines != '\0' ? "%s\n%s" : "%s%s", state->message, lines);
  g_autofree char *text_markup = g_markup_escape_text (state->message, -1);
  g_autofree char *tooltip_markup = g_markup_escape_text (tooltip, -1);
  PdkJsonWriter writer;

  pdk_json_writer_init (&writer, FALSE);
  pdk_json_writer_begin (&writer, NULL, '{');
  pdk_json_writer_add_string (&writer, "text", text_markup);
  pdk_json_writer_add_string (&writer, "alt", pdk_level_to_string (state->level));
  pdk_json_writer_add_string (&writer, "class", pdk_level_to_string (state->level));
  pdk_json_writer_add_string (&writer, "tooltip", tooltip_markup);
  if (state->vram_percent >= 0)
    pdk_json_writer_add_number (&writer, "percentage", state->vram_percent);
  pdk_json_writer_end (&writer, '}');
  return pdk_json_writer_finish (&writer);
}

/**
 * pdk_printer_format:
 * @snapshot: a snapshot
 * @rules: (nullable): from when on a limit needs attention, or NULL for the usual
 * @line: the call, of PDK_COMMAND_STATUS or PDK_COMMAND_WATCH; the latter gives one line
 *
 * Returns: (transfer full): what to print, with a line break at its end
 */
char *
pdk_printer_format (const PdkSnapshot *snapshot, const PdkAlertRules *rules, const PdkCommandLine *line)
{
  g_autofree char *text = NULL;

  if (line->output == PDK_OUTPUT_TEXT && line->command == PDK_COMMAND_STATUS)
    return pdk_status_text_new (snapshot);
  if (line->output == PDK_OUTPUT_JSON)
    text = pdk_snapshot_to_json (snapshot, line->command == PDK_COMMAND_STATUS);
  else if (line->output == PDK_OUTPUT_WAYBAR)
    text = format_waybar (snapshot, rules);
  else if (line->output == PDK_OUTPUT_TEMPLATE)
    text = pdk_label_for_snapshot (snapshot, PDK_LABEL_TEMPLATE, line->label_template, "");
  else
    text = pdk_message_for_snapshot (snapshot);
  return g_strconcat (text, "\n", NULL);
}

/**
 * pdk_printer_is_news:
 * @text: what may be printed next
 * @former: (nullable): what was printed last, in the same form
 * @output: the form
 *
 * Returns: whether @text says anything new
 */
gboolean
pdk_printer_is_news (const char *text, const char *former, PdkOutput output)
{
  if (former == NULL)
    return TRUE;
  return output == PDK_OUTPUT_JSON ? pdk_snapshot_json_is_news (text, former) : !g_str_equal (text, former);
}

/**
 * pdk_printer_write:
 * @text: a text
 * @error: return location for PDK_ERROR_INTERRUPTED when nobody reads any more, or PDK_ERROR_FAILED
 *
 * Writes @text to standard output, all of it, and waits for a reader that is slow. Any thread; past the
 * buffers of the C library, so that a thread that waits here does not keep the process from ending.
 *
 * Returns: whether it was written
 */
gboolean
pdk_printer_write (const char *text, GError **error)
{
  gsize length = strlen (text);
  int code;

  while (length > 0)
    {
      gssize n = write (STDOUT_FILENO, text, length);

      if (n < 0 && errno == EAGAIN) /* somebody else has made it so */
        poll (&(struct pollfd){ .fd = STDOUT_FILENO, .events = POLLOUT }, 1, -1);
      else if (n < 0 && errno != EINTR)
        break;
      text += MAX (n, 0);
      length -= MAX (n, 0);
    }
  if (length == 0)
    return TRUE;
  code = errno;
  g_set_error (error, PDK_ERROR, code == EPIPE ? PDK_ERROR_INTERRUPTED : PDK_ERROR_FAILED,
               _ ("standard output cannot be written to: %s"), g_strerror (code));
  return FALSE;
}
