/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JSON for people and scripts to read: members in the order of the calls, numbers in their shortest form, and
 * small objects on one line, so that two documents can be compared with a plain diff. json-glib's generator
 * writes 3.5999999999999996 for 3.6, which is why there is one here. The format is RFC 8259. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-json-writer.h"

#include <math.h>
#include <string.h>

#include "pdk-text.h"

/* JSON may also be looked at in a terminal, which some characters beyond ASCII would steer as well. All of
 * those are of the basic plane, and none is of four bytes or begins with another one than these three. */
static gboolean
is_plain (const char *p)
{
  guchar c = (guchar) *p;

  if (c < 0x80)
    return c >= 0x20 && c != 0x7f && c != '"' && c != '\\';
  return (c != 0xc2 && c != 0xd8 && c != 0xe2) || !pdk_text_is_control (g_utf8_get_char_validated (p, -1));
}

static void
append_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      const char *start = p;
      guchar c;

      while (is_plain (p))
        p++;
      g_string_append_len (out, start, p - start);
      c = (guchar) *p;
      if (c == '\0')
        break;
      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c == '\t')
        g_string_append (out, "\\t");
      else
        {
          g_string_append_printf (out, "\\u%04x", g_utf8_get_char (p));
          p = g_utf8_next_char (p) - 1;
        }
    }
  g_string_append_c (out, '"');
}

static void
append_integer (GString *out, gint64 value)
{
  char text[sizeof "-9223372036854775808"];
  char *at = text + sizeof text;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    *--at = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (value < 0)
    *--at = '-';
  g_string_append_len (out, at, text + sizeof text - at);
}

/* Puts the comma, the line break and the name that stand before any value. */
static void
begin_value (PdkJsonWriter *writer, const char *name)
{
  gboolean is_inline = writer->inline_depth != 0 && writer->depth >= writer->inline_depth;

  if (writer->needs_comma)
    g_string_append (writer->out, is_inline || !writer->is_pretty ? ", " : ",");
  if (writer->is_pretty && !is_inline && writer->depth > 0)
    {
      g_string_append_c (writer->out, '\n');
      for (guint i = 0; i < writer->depth; i++)
        g_string_append (writer->out, "  ");
    }
  if (name != NULL)
    {
      append_string (writer->out, name);
      g_string_append (writer->out, ": ");
    }
  writer->needs_comma = TRUE;
}

/** pdk_json_writer_init: starts a document in @writer; @is_pretty for people, otherwise it is one line */
void
pdk_json_writer_init (PdkJsonWriter *writer, gboolean is_pretty)
{
  memset (writer, 0, sizeof *writer);
  writer->out = g_string_new (NULL);
  writer->is_pretty = is_pretty;
}

/** pdk_json_writer_finish: Returns: (transfer full): the document, without a line break at its end */
char *
pdk_json_writer_finish (PdkJsonWriter *writer)
{
  return g_string_free (g_steal_pointer (&writer->out), FALSE);
}

/**
 * pdk_json_writer_begin:
 * @writer: a writer
 * @name: (nullable): the member's name, NULL in an array and at the root
 * @bracket: '{' or '['
 */
void
pdk_json_writer_begin (PdkJsonWriter *writer, const char *name, char bracket)
{
  begin_value (writer, name);
  g_string_append_c (writer->out, bracket);
  writer->depth++;
  writer->needs_comma = FALSE;
}

/** pdk_json_writer_begin_inline: as pdk_json_writer_begin(), for a small object or array that stays on one
 * line */
void
pdk_json_writer_begin_inline (PdkJsonWriter *writer, const char *name, char bracket)
{
  pdk_json_writer_begin (writer, name, bracket);
  if (writer->inline_depth == 0)
    writer->inline_depth = writer->depth;
}

/** pdk_json_writer_end: closes the innermost object or array with @bracket, '}' or ']' */
void
pdk_json_writer_end (PdkJsonWriter *writer, char bracket)
{
  gboolean was_inline = writer->inline_depth != 0 && writer->depth >= writer->inline_depth;
  gboolean was_empty = !writer->needs_comma;

  if (writer->inline_depth == writer->depth)
    writer->inline_depth = 0;
  writer->depth--;
  if (writer->is_pretty && !was_inline && !was_empty)
    {
      g_string_append_c (writer->out, '\n');
      for (guint i = 0; i < writer->depth; i++)
        g_string_append (writer->out, "  ");
    }
  g_string_append_c (writer->out, bracket);
  writer->needs_comma = TRUE;
}

/** pdk_json_writer_add_string: adds @value, which is valid UTF-8, under @name (nullable) */
void
pdk_json_writer_add_string (PdkJsonWriter *writer, const char *name, const char *value)
{
  begin_value (writer, name);
  append_string (writer->out, value);
}

/** pdk_json_writer_add_number: adds @value in the shortest form that reads back as it; null if it is not
 * finite */
void
pdk_json_writer_add_number (PdkJsonWriter *writer, const char *name, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  begin_value (writer, name);
  if (!isfinite (value))
    {
      g_string_append (writer->out, "null");
      return;
    }
  if (value == floor (value) && fabs (value) < 1e15)
    {
      append_integer (writer->out, (gint64) value);
      return;
    }
  for (int digits = 6; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (text, sizeof text, format, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  g_string_append (writer->out, text);
}

/** pdk_json_writer_add_boolean: adds @value under @name (nullable) */
void
pdk_json_writer_add_boolean (PdkJsonWriter *writer, const char *name, gboolean value)
{
  begin_value (writer, name);
  g_string_append (writer->out, value ? "true" : "false");
}
