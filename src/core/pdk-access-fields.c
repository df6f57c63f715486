/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads what stands behind the tag of an access line. Fields are found by their separators, never by columns,
 * since widths differ between releases of Gin. Pure; each byte is looked at a bounded number of times. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-access-fields.h"

#include <string.h>

#include "pdk-go-duration.h"
#include "pdk-log-prefix.h"

/* No shorter path holds another line. */
#define MIN_TORN_PATH 40

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

/**
 * pdk_access_fields_parse:
 * @cursor: just behind the tag; moved to behind the path, or to a byte that does not fit
 * @line: (out caller-allocates): what the fields say; undefined if they do not fit
 *
 * Reads `time | status | latency | client | method "path"`, as defaultLogFormatter in Gin's logger.go writes
 * it.
 *
 * Returns: whether all of it is there
 */
gboolean
pdk_access_fields_parse (PdkLogCursor *cursor, PdkAccessLine *line)
{
  /* A copy that no call is given the address of can live in registers. */
  PdkLogCursor c = *cursor;
  gboolean is_whole = parse_time (&c, line) && parse_status (&c, line) &&
                      (skip_to_path_unless_post (&c, line) ||
                       (parse_latency (&c, line) && skip_client_and_bars (&c) && parse_method (&c, line))) &&
                      parse_path (&c, line);

  cursor->at = c.at;
  return is_whole;
}
