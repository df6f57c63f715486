/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds and reads one access line of Gin, the HTTP framework of Ollama's server, in a line of any log.
 *
 * Pure: nothing is kept, copied or allocated, no byte outside of the given range is read, any bytes are
 * welcome, and each byte is looked at a bounded number of times.
 *
 * An access line is only taken where it begins one: a message that quotes it is not a request. So what stands
 * before `[GIN] ` must be known prefixes from its first byte to its last (see pdk-log-prefix.c).
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-access-line.h"

#include <string.h>

#include "pdk-access-fields.h"
#include "pdk-log-prefix.h"

/* Shorter than this, no line holds another one behind what is left of it. */
#define MIN_TWO_LINES 100

#define JSON_FILE_OPENING "{\"log\":\""

/* The next @byte at or after the cursor. @found keeps what was found, so that asking often costs one pass
 * only. */
static const char *
find_byte (const PdkLogCursor *c, char byte, const char *found)
{
  if (found >= c->at)
    return found;
  found = c->at < c->end ? memchr (c->at, byte, c->end - c->at) : NULL;
  return found != NULL ? found : c->end;
}

/**
 * pdk_access_line_is_before:
 * @bytes: (nullable): a line of a log
 * @length: length of @bytes
 * @date: a day as an access line writes it, `2026/11/20`
 *
 * Tells at little cost that a line is not worth reading: most of a log that is long enough to matter is older
 * than anybody asks for. Only lines without a prefix are looked at.
 *
 * Returns: whether the line begins as an access line of an earlier day, and is no other one's beginning
 */
gboolean
pdk_access_line_is_before (const char *bytes, gsize length, const char *date)
{
  const gsize date_length = sizeof ("2026/11/20") - 1;
  const char *line_date;
  guint64 line_month, month;

  if (length < PDK_LOG_TAG_LENGTH + date_length || memcmp (bytes, PDK_LOG_TAG, PDK_LOG_TAG_LENGTH) != 0)
    return FALSE;
  line_date = bytes + PDK_LOG_TAG_LENGTH;
  if (!pdk_log_is_digit (*line_date))
    return FALSE;
  /* A second line on this one may be of a later day. */
  if (length >= MIN_TWO_LINES && memchr (bytes + 1, '[', length - 1) != NULL)
    return FALSE;
  /* What memcmp() would say of all ten bytes, without the call. */
  line_month = GUINT64_SWAP_LE_BE (pdk_log_load (line_date));
  month = GUINT64_SWAP_LE_BE (pdk_log_load (date));
  if (line_month != month)
    return line_month < month;
  return memcmp (line_date + 8, date + 8, 2) < 0;
}

/* Looks for an access line from the cursor on, which stands where a line may begin. */
static gboolean
find_line (PdkLogCursor *c, const char *bytes, PdkAccessLine *line)
{
  const char *nul = NULL, *carriage_return = NULL;

  while (c->at < c->end)
    {
      gboolean is_tag = pdk_log_prefix_skip (c);

      while (is_tag)
        {
          PdkLogCursor fields = { c->at + PDK_LOG_TAG_LENGTH, c->end, c->is_json };

          if (pdk_access_fields_parse (&fields, line))
            {
              line->end = fields.at - bytes;
              line->is_json = fields.is_json;
              return TRUE;
            }
          c->at = fields.at;
          is_tag = pdk_log_prefix_is_at_tag (c);
        }

      nul = find_byte (c, '\0', nul);
      carriage_return = find_byte (c, '\r', carriage_return);
      c->at = MIN (nul, carriage_return);
    }
  return FALSE;
}

/**
 * pdk_access_line_parse:
 * @bytes: (nullable): a line of a log, of any bytes, without its newline; need not be NUL-terminated
 * @length: length of @bytes
 * @line: (out caller-allocates): what the line says; undefined if there is no access line
 *
 * Looks for an access line where one really begins: at the start of @bytes; after the prefixes that log
 * collectors write (journald and syslog, compose, `kubectl --prefix`, docker and CRI time stamps, the opening
 * of a Docker json-file line), any number of them; after NUL bytes or a carriage return, which end whatever
 * stood before; and in place of the rest of an access line that is torn. What follows the path is not looked
 * at.
 *
 * The format is that of defaultLogFormatter in Gin's logger.go, with the durations of Go's
 * time.Duration.String() and the quoting of Go's strconv.Quote().
 *
 * Returns: whether there is an access line
 */
gboolean
pdk_access_line_parse (const char *bytes, gsize length, PdkAccessLine *line)
{
  PdkLogCursor c = { 0 };

  if (length == 0)
    return FALSE;
  c.at = bytes;
  c.end = bytes + length;

  /* Most lines are either an access line from their first byte on, or not at all. */
  if (*bytes != '[')
    {
      if (memchr (bytes, '[', length) == NULL)
        return FALSE;
      pdk_log_prefix_skip_margin (&c);
    }
  if (PDK_LOG_LOOKING_AT (&c, JSON_FILE_OPENING))
    {
      c.is_json = TRUE;
      c.at += sizeof (JSON_FILE_OPENING) - 1;
    }

  return find_line (&c, bytes, line);
}

/**
 * pdk_access_line_parse_behind:
 * @bytes: the same line
 * @length: length of @bytes
 * @line: (inout): the access line that was found last; the next one, or undefined if there is none
 *
 * Looks for another access line right behind one: a server that is started again while its log is being
 * copied, or two that share a log, leave lines without a newline between them.
 *
 * Returns: whether there is one
 */
gboolean
pdk_access_line_parse_behind (const char *bytes, gsize length, PdkAccessLine *line)
{
  PdkLogCursor c = { bytes + line->end, bytes + length, line->is_json };

  return memchr (c.at, '[', c.end - c.at) != NULL && find_line (&c, bytes, line);
}

/**
 * pdk_access_line_find_end:
 * @bytes: (nullable): the beginning of a line that may still be being written
 * @length: length of @bytes
 *
 * Tells whether the access lines in @bytes are whole although the newline is missing.
 *
 * Returns: the offset just past the last of them, or 0 if there is none or its end is missing
 */
gsize
pdk_access_line_find_end (const char *bytes, gsize length)
{
  PdkAccessLine line;
  gsize end = 0;

  if (!pdk_access_line_parse (bytes, length, &line))
    return 0;
  do
    end = line.end;
  while (pdk_access_line_parse_next (bytes, length, &line));
  return memmem (bytes + end, length - end, PDK_LOG_TAG, PDK_LOG_TAG_LENGTH) == NULL ? end : 0;
}
