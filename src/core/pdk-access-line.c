/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds and reads one access line of Gin, the HTTP framework of Ollama's server, in a line of any log.
 *
 * Pure: nothing is kept, copied or allocated, no byte outside of the given range is read, any bytes are
 * welcome, and each byte is looked at a bounded number of times. Fields are found by their separators, never
 * by columns, since widths differ between releases of Gin.
 *
 * An access line is only taken where it begins one: a message that quotes it is not a request. So what stands
 * before
 * `[GIN] ` must be known prefixes from its first byte to its last (see pdk-log-prefix.c).
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-access-line.h"

#include <string.h>

#include "pdk-log-prefix.h"

#define JSON_FILE_OPENING "{\"log\":\""

#define MAX_UNIT_BYTES 16

/* What may stand between two fields. */
static inline void
skip_filler (PdkLogCursor *c)
{
  do
    pdk_log_cursor_skip_spaces (c);
  while (c->at < c->end && (*c->at == '\x1b' || *c->at == '\\') && pdk_log_cursor_skip_colour (c));
}

static gboolean
skip_bar (PdkLogCursor *c)
{
  skip_filler (c);
  if (c->at == c->end || *c->at != '|')
    return FALSE;
  c->at++;
  skip_filler (c);
  return TRUE;
}

static inline guint
two_digits (const char *p)
{
  return (guint) (p[0] - '0') * 10 + (guint) (p[1] - '0');
}

static inline guint
days_in_month (guint year, guint month)
{
  static const guint8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)))
    return 29;
  return days[month - 1];
}

/* `2026/11/20 - 15:04:05`. On failure the cursor stands at the byte that does not fit. */
static gboolean
parse_time (PdkLogCursor *c, PdkAccessLine *line)
{
  static const char pattern[] = "0000/00/00 - 00:00:00";
  const char *p = c->at;
  gsize length = MIN ((gsize) (c->end - c->at), sizeof (pattern) - 1);
  guint month, day;

  for (gsize i = 0; i < length; i++)
    {
      if (pattern[i] == '0' ? !pdk_log_is_digit (p[i]) : p[i] != pattern[i])
        length = i;
    }
  c->at += length;
  if (length < sizeof (pattern) - 1)
    return FALSE;

  line->year = two_digits (p) * 100 + two_digits (p + 2);
  line->month = month = two_digits (p + 5);
  line->day = day = two_digits (p + 8);
  line->hour = two_digits (p + 13);
  line->minute = two_digits (p + 16);
  line->second = two_digits (p + 19);
  return month >= 1 && month <= 12 && day >= 1 && (day <= 28 || day <= days_in_month (line->year, month)) &&
         line->year >= 1 && line->hour <= 23 && line->minute <= 59 && line->second <= 59;
}

static gboolean
parse_status (PdkLogCursor *c, PdkAccessLine *line)
{
  const char *start = c->at;

  line->status = 0;
  while (c->at < c->end && pdk_log_is_digit (*c->at) && c->at - start < 3)
    line->status = line->status * 10 + (guint) (*c->at++ - '0');
  return c->at > start;
}

/* The micro sign comes as UTF-8, as `u`, or as what a wrong code page or two made of it; whatever it is, it
 * is the only unit with bytes outside of ASCII, or with a substitute for one. */
static gboolean
skip_micro_sign (PdkLogCursor *c)
{
  const char *start = c->at;

  if (c->is_json && PDK_LOG_LOOKING_AT (c, "\\u") && c->end - c->at > 6)
    c->at += 6;
  else if (c->at < c->end && *c->at == 'u')
    c->at++;
  else
    while (c->at < c->end && c->at - start < MAX_UNIT_BYTES && ((guchar) *c->at >= 0x80 || *c->at == '?'))
      c->at++;
  return c->at > start;
}

/* Returns the unit's length in nanoseconds, or 0. */
static gint64
parse_unit (PdkLogCursor *c)
{
  gint64 unit = 0;

  if (c->at == c->end)
    return 0;
  switch (*c->at)
    {
    case 'h':
      c->at++;
      return 3600 * G_GINT64_CONSTANT (1000000000);
    case 's':
      c->at++;
      return 1000000000;
    case 'm':
      c->at++;
      if (c->at == c->end || *c->at != 's')
        return 60 * G_GINT64_CONSTANT (1000000000);
      unit = 1000000;
      break;
    case 'n':
      c->at++;
      unit = 1;
      break;
    default:
      if (skip_micro_sign (c))
        unit = 1000;
      break;
    }
  if (unit == 0 || c->at == c->end || *c->at != 's')
    return 0;
  c->at++;
  return unit;
}

/* One number with its unit, added to @total, which stays within its range. */
static gboolean
parse_duration_part (PdkLogCursor *c, gint64 *total)
{
  static const gint64 powers[] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000
  };
  const char *start = c->at;
  gint64 whole = 0, fraction = 0, unit, sum;
  guint n_fraction = 0;

  for (; c->at < c->end && pdk_log_is_digit (*c->at); c->at++)
    whole = whole < G_MAXINT64 / 10 - 1 ? whole * 10 + (*c->at - '0') : whole;
  if (c->at == start)
    return FALSE;

  if (c->at < c->end && *c->at == '.')
    {
      for (c->at++; c->at < c->end && pdk_log_is_digit (*c->at); c->at++)
        {
          if (n_fraction < G_N_ELEMENTS (powers) - 1)
            {
              fraction = fraction * 10 + (*c->at - '0');
              n_fraction++;
            }
        }
    }

  unit = parse_unit (c);
  if (unit == 0 || (unit > powers[9] && n_fraction > 0))
    return FALSE;
  if (__builtin_mul_overflow (whole, unit, &whole) || __builtin_add_overflow (*total, whole, &sum) ||
      __builtin_add_overflow (sum, fraction * unit / powers[n_fraction], &sum))
    sum = G_MAXINT64;
  *total = sum;
  return TRUE;
}

/* The text of Go's time.Duration. A clock that stepped back gives a negative one, which counts as none. */
static gboolean
parse_latency (PdkLogCursor *c, PdkAccessLine *line)
{
  gboolean is_negative = c->at < c->end && *c->at == '-';

  line->latency_nsec = 0;
  if (is_negative)
    c->at++;
  do
    {
      if (!parse_duration_part (c, &line->latency_nsec))
        return FALSE;
    }
  while (c->at < c->end && pdk_log_is_digit (*c->at));

  if (is_negative)
    line->latency_nsec = 0;
  return TRUE;
}

/* An address, or nothing. That it holds no `[` lets the next line be found where this one is torn. */
static gboolean
skip_client (PdkLogCursor *c)
{
  for (; c->at < c->end; c->at++)
    {
      guchar byte = *c->at;

      if (byte <= ' ' || byte == '|' || byte == '"' || byte == '[' || byte == '\\')
        break;
    }
  return TRUE;
}

static gboolean
parse_method (PdkLogCursor *c, PdkAccessLine *line)
{
  const char *start = c->at;

  while (c->at < c->end &&
         (g_ascii_isalnum (*c->at) || (*c->at != '\0' && strchr ("!#$%&'*+-.^_`|~", *c->at))))
    c->at++;
  line->is_post = c->at - start == 4 && memcmp (start, "POST", 4) == 0;
  return c->at > start;
}

/* The path is text quoted by Go's strconv.Quote(). Moves to just past the closing quote. */
static gboolean
skip_quoted (PdkLogCursor *c)
{
  for (; c->at < c->end; c->at++)
    {
      if (*c->at == '"')
        {
          c->at++;
          return TRUE;
        }
      if (*c->at == '\\' && ++c->at == c->end)
        return FALSE;
    }
  return FALSE;
}

/* The same inside a JSON string, where each quote and each backslash of Go's has got one of JSON's. */
static gboolean
skip_quoted_in_json (PdkLogCursor *c)
{
  gboolean is_escaped = FALSE;

  while (c->at < c->end && *c->at != '"')
    {
      if (*c->at != '\\')
        {
          c->at++;
          is_escaped = FALSE;
          continue;
        }
      if (c->end - c->at < 2)
        return FALSE;
      c->at += 2;
      if (c->at[-1] == '"' && !is_escaped)
        return TRUE;
      is_escaped = c->at[-1] == '\\' && !is_escaped;
    }
  return FALSE;
}

static gboolean
parse_path (PdkLogCursor *c, PdkAccessLine *line)
{
  gsize quote_length = c->is_json ? 2 : 1;
  const char *path;

  skip_filler (c);
  if (!pdk_log_cursor_looking_at (c, c->is_json ? "\\\"" : "\"", quote_length))
    return FALSE;
  c->at += quote_length;
  path = c->at;
  if (c->is_json ? !skip_quoted_in_json (c) : !skip_quoted (c))
    return FALSE;

  /* No route holds a byte that Go or JSON would escape, so the text is compared as it stands. */
  line->kind = PDK_REQUEST_NONE;
  if (line->is_post)
    line->kind = pdk_route_classify (path, c->at - path - quote_length);
  return TRUE;
}

/* Everything after the tag: `time | status | latency | client | method "path"`. */
static gboolean
parse_fields (PdkLogCursor *c, PdkAccessLine *line)
{
  return parse_time (c, line) && skip_bar (c) && parse_status (c, line) && skip_bar (c) &&
         parse_latency (c, line) && skip_bar (c) && skip_client (c) && skip_bar (c) &&
         parse_method (c, line) && parse_path (c, line);
}

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
  PdkLogCursor c = { bytes, bytes + length, FALSE };
  const char *nul = NULL, *carriage_return = NULL;

  if (length == 0)
    return FALSE;

  pdk_log_prefix_skip_margin (&c);
  if (PDK_LOG_LOOKING_AT (&c, JSON_FILE_OPENING))
    {
      c.is_json = TRUE;
      c.at += sizeof (JSON_FILE_OPENING) - 1;
    }

  while (c.at < c.end)
    {
      gboolean is_tag = pdk_log_prefix_skip (&c);

      while (is_tag)
        {
          c.at += PDK_LOG_TAG_LENGTH;
          if (parse_fields (&c, line))
            {
              line->end = c.at - bytes;
              return TRUE;
            }
          is_tag = pdk_log_prefix_is_at_tag (&c);
        }

      nul = find_byte (&c, '\0', nul);
      carriage_return = find_byte (&c, '\r', carriage_return);
      c.at = MIN (nul, carriage_return);
    }
  return FALSE;
}

/**
 * pdk_access_line_find_end:
 * @bytes: (nullable): the beginning of a line that may still be being written
 * @length: length of @bytes
 *
 * Tells whether the access line in @bytes is whole although its newline is missing.
 *
 * Returns: the offset just past the access line, or 0 if there is none or its end is missing
 */
gsize
pdk_access_line_find_end (const char *bytes, gsize length)
{
  PdkAccessLine line;

  return pdk_access_line_parse (bytes, length, &line) ? line.end : 0;
}
