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

#include "pdk-go-duration.h"
#include "pdk-log-prefix.h"

/* Shorter than this, no line holds another one behind what is left of it. */
#define MIN_TWO_LINES 100

/* Nor does one that is in a path. */
#define MIN_TORN_PATH 40

#define JSON_FILE_OPENING "{\"log\":\""

/* What may stand between two fields. */
G_ALWAYS_INLINE static inline void
skip_filler (PdkLogCursor *c)
{
  do
    pdk_log_cursor_skip_spaces (c);
  while (c->at < c->end && (*c->at == '\x1b' || *c->at == '\\') && pdk_log_cursor_skip_colour (c));
}

G_ALWAYS_INLINE static inline gboolean
skip_bar (PdkLogCursor *c)
{
  if (c->end - c->at >= 2 && c->at[0] == ' ' && c->at[1] == '|')
    c->at++;
  else
    skip_filler (c);
  if (c->at == c->end || *c->at != '|')
    return FALSE;
  c->at++;
  skip_filler (c);
  return TRUE;
}

G_ALWAYS_INLINE static inline guint
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

/* How much of `2026/11/20 - 15:04:05` stands at the cursor. */
static gsize
time_length (const PdkLogCursor *c)
{
  static const char pattern[] = "0000/00/00 - 00:00:00";
  gsize length = MIN ((gsize) (c->end - c->at), sizeof (pattern) - 1);
  gsize i = 0;

  if (length == sizeof (pattern) - 1 && pdk_log_is_like (c->at, "0000/00/", "99990990") &&
      pdk_log_is_like (c->at + 8, "00 - 00:", "99000990") &&
      pdk_log_is_like (c->at + 13, "00:00:00", "99099099"))
    return length;
  while (i < length && (pattern[i] == '0' ? pdk_log_is_digit (c->at[i]) : c->at[i] == pattern[i]))
    i++;
  return i;
}

/* On failure the cursor stands at the byte that does not fit. */
G_ALWAYS_INLINE static inline gboolean
parse_time (PdkLogCursor *c, PdkAccessLine *line)
{
  const char *p = c->at;
  gsize length = time_length (c);
  guint month, day;

  c->at += length;
  if (length < sizeof ("2026/11/20 - 15:04:05") - 1)
    return FALSE;

  line->year = two_digits (p) * 100 + two_digits (p + 2);
  line->month = month = two_digits (p + 5);
  line->day = day = two_digits (p + 8);
  line->hour = two_digits (p + 13);
  line->minute = two_digits (p + 16);
  line->second = two_digits (p + 19);
  return line->year >= 1 && month >= 1 && month <= 12 && day >= 1 &&
         (day <= 28 || day <= days_in_month (line->year, month)) && line->hour <= 23 && line->minute <= 59 &&
         line->second <= 59;
}

/* The status with the bars around it. */
G_ALWAYS_INLINE static inline gboolean
parse_status (PdkLogCursor *c, PdkAccessLine *line)
{
  const char *start = c->at;

  if (c->end - c->at >= 8 && pdk_log_is_like (c->at, " | 000 |", "00099900"))
    {
      line->status = (guint) (start[3] - '0') * 100 + two_digits (start + 4);
      c->at += 8;
      skip_filler (c);
      return TRUE;
    }

  if (!skip_bar (c))
    return FALSE;
  line->status = 0;
  for (start = c->at; c->at < c->end && pdk_log_is_digit (*c->at) && c->at - start < 3; c->at++)
    line->status = line->status * 10 + (guint) (*c->at - '0');
  return c->at > start && skip_bar (c);
}

static gboolean
parse_latency (PdkLogCursor *c, PdkAccessLine *line)
{
  PdkLogCursor latency = *c;
  gboolean is_duration = pdk_go_duration_parse (&latency, &line->latency_nsec);

  c->at = latency.at;
  return is_duration;
}

/* Bytes that may be part of a field. */
enum
{
  IN_CLIENT = 1 << 0,
  IN_METHOD = 1 << 1,
};

static const guint8 byte_uses[256] = {
  ['!'] = IN_CLIENT | IN_METHOD,
  ['#' ... '\''] = IN_CLIENT | IN_METHOD,
  ['('] = IN_CLIENT,
  [')'] = IN_CLIENT,
  ['*'] = IN_CLIENT | IN_METHOD,
  ['+'] = IN_CLIENT | IN_METHOD,
  [','] = IN_CLIENT,
  ['-'] = IN_CLIENT | IN_METHOD,
  ['.'] = IN_CLIENT | IN_METHOD,
  ['/'] = IN_CLIENT,
  ['0' ... '9'] = IN_CLIENT | IN_METHOD,
  [':' ... '@'] = IN_CLIENT,
  ['A' ... 'Z'] = IN_CLIENT | IN_METHOD,
  [']'] = IN_CLIENT,
  ['^' ... 'z'] = IN_CLIENT | IN_METHOD,
  ['{'] = IN_CLIENT,
  ['|'] = IN_METHOD,
  ['}'] = IN_CLIENT,
  ['~'] = IN_CLIENT | IN_METHOD,
  [0x7f ... 0xff] = IN_CLIENT,
};

G_ALWAYS_INLINE static inline void
skip_uses (PdkLogCursor *c, guint8 use)
{
  while (c->at < c->end && (byte_uses[(guchar) *c->at] & use) != 0)
    c->at++;
}

/* An address, or nothing. That it holds no `[` lets the next line be found where this one is torn. */
G_ALWAYS_INLINE static inline gboolean
skip_client (PdkLogCursor *c)
{
  skip_uses (c, IN_CLIENT);
  return TRUE;
}

/* The client with the bars around it. Most are this machine. */
G_ALWAYS_INLINE static inline gboolean
skip_client_and_bars (PdkLogCursor *c)
{
  if (!skip_bar (c))
    return FALSE;
  if (PDK_LOG_LOOKING_AT (c, "127.0.0.1 | "))
    {
      c->at += sizeof ("127.0.0.1 | ") - 1;
      return TRUE;
    }
  return skip_client (c) && skip_bar (c);
}

/* A token of HTTP. */
G_ALWAYS_INLINE static inline gboolean
parse_method (PdkLogCursor *c, PdkAccessLine *line)
{
  const char *start = c->at;

  if (PDK_LOG_LOOKING_AT (c, "POST    "))
    {
      line->is_post = TRUE;
      c->at += 4;
      return TRUE;
    }
  skip_uses (c, IN_METHOD);
  line->is_post = c->at - start == 4 && memcmp (start, "POST", 4) == 0;
  return c->at > start;
}

/* The path is text quoted by Go's strconv.Quote(). Moves to just past the closing quote. */
static gboolean
skip_quoted_with_escapes (PdkLogCursor *c)
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

G_ALWAYS_INLINE static inline gboolean
skip_quoted (PdkLogCursor *c)
{
  const char *quote = c->at < c->end ? memchr (c->at, '"', c->end - c->at) : NULL;
  PdkLogCursor escaped = *c;

  /* Without a backslash before it, a quote is not escaped. The quote that opens the path stands before an
   * empty one. */
  if (quote != NULL && quote[-1] != '\\')
    {
      c->at = quote + 1;
      return TRUE;
    }
  if (quote == NULL || !skip_quoted_with_escapes (&escaped))
    return FALSE;
  c->at = escaped.at;
  return TRUE;
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

/* A path that is torn takes the next line for a part of itself, up to the quote that opens the next one's
 * path. A whole path cannot hold that: its quotes are escaped. */
static gboolean
skip_to_torn (PdkLogCursor *c, const char *path)
{
  const char *tag = memmem (path, c->at - path, PDK_LOG_TAG, PDK_LOG_TAG_LENGTH);

  if (tag == NULL || !pdk_log_is_digit (tag[PDK_LOG_TAG_LENGTH]))
    return FALSE;
  c->at = tag;
  return TRUE;
}

G_ALWAYS_INLINE static inline gboolean
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
  if (c->at - path >= MIN_TORN_PATH && skip_to_torn (c, path))
    return FALSE;

  /* No route holds a byte that Go or JSON would escape, so the text is compared as it stands. */
  line->kind = PDK_REQUEST_NONE;
  if (line->is_post)
    line->kind = pdk_route_classify (path, c->at - path - quote_length);
  return TRUE;
}

/* Most access lines are somebody's polling, and of these nothing matters but that they are there. Their
 * middle is not read: a capital before the opening quote ends a method, and POST ends in none of the others.
 */
G_ALWAYS_INLINE static inline gboolean
skip_to_path_unless_post (PdkLogCursor *c, PdkAccessLine *line)
{
  const char *p = c->at < c->end ? memchr (c->at, '"', c->end - c->at) : NULL;
  const char *quote = p;

  /* As Gin pads it, which saves the walk back over the padding. */
  if (p != NULL && p - c->at >= 9 && memcmp (p - 9, "POST     ", 9) == 0)
    return FALSE;
  while (p != NULL && p > c->at && p[-1] == ' ')
    p--;
  if (p == NULL || p - c->at < 4 || !g_ascii_isupper (p[-1]) || memcmp (p - 4, "POST", 4) == 0)
    return FALSE;
  c->at = quote;
  line->is_post = FALSE;
  line->latency_nsec = 0;
  return TRUE;
}

/* Everything after the tag: `time | status | latency | client | method "path"`. */
G_ALWAYS_INLINE static inline gboolean
parse_fields (PdkLogCursor *c, PdkAccessLine *line)
{
  if (!parse_time (c, line) || !parse_status (c, line))
    return FALSE;
  return (skip_to_path_unless_post (c, line) ||
          (parse_latency (c, line) && skip_client_and_bars (c) && parse_method (c, line))) &&
         parse_path (c, line);
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
  const char *line_date = bytes + PDK_LOG_TAG_LENGTH;
  guint64 line_month, month;

  if (length < PDK_LOG_TAG_LENGTH + date_length || memcmp (bytes, PDK_LOG_TAG, PDK_LOG_TAG_LENGTH) != 0 ||
      !pdk_log_is_digit (*line_date))
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
          /* A copy that no call is given the address of can live in registers. */
          PdkLogCursor fields = { c->at + PDK_LOG_TAG_LENGTH, c->end, c->is_json };

          if (parse_fields (&fields, line))
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
