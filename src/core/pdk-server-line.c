/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads the lines of a server's log that are no access lines: that the server started, which devices it
 * found, and what its runner says of the tokens of a request.
 *
 * Pure: nothing is kept, copied or allocated, no byte outside of the given range is read, and any bytes are
 * welcome. Most lines of a log are none of these, and cost one look for their first equals sign: a prefix
 * holds none, so it tells at once what a line may be.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-server-line.h"

#include <math.h>
#include <string.h>

#include "pdk-log-clock.h"
#include "pdk-log-prefix.h"

#define JSON_FILE_OPENING "{\"log\":\""
#define TIMING_HEADER "slot print_timing:"

static guint
two_digits (const char *p)
{
  return (guint) (p[0] - '0') * 10 + (guint) (p[1] - '0');
}

/* `Z`, `+01:00`, `-07:00`: seconds east of Greenwich. */
static gboolean
parse_offset (PdkLogCursor *c, gint *offset_sec)
{
  const char *p = c->at;
  gint sign;

  if (PDK_LOG_LOOKING_AT (c, "Z"))
    {
      c->at++;
      *offset_sec = 0;
      return TRUE;
    }
  if (c->end - p < 6 || (*p != '+' && *p != '-') || p[3] != ':' || !pdk_log_is_digit (p[1]) ||
      !pdk_log_is_digit (p[2]) || !pdk_log_is_digit (p[4]) || !pdk_log_is_digit (p[5]))
    return FALSE;
  sign = *p == '-' ? -1 : 1;
  *offset_sec = sign * (gint) (two_digits (p + 1) * 3600 + two_digits (p + 4) * 60);
  c->at += 6;
  return TRUE;
}

/* `2026-11-20T15:04:05.123+01:00`, the form of Go's log/slog. */
static gboolean
parse_time (PdkLogCursor *c, gint64 *time_sec)
{
  const char *p = c->at;
  guint year, month, day, hour, minute, second;
  gint offset_sec;

  if (c->end - p < 20 || !pdk_log_is_like (p, "0000-00-", "99990990") ||
      !pdk_log_is_like (p + 8, "00T00:00", "99099099") || !pdk_log_is_like (p + 11, "00:00:00", "99099099"))
    return FALSE;
  year = two_digits (p) * 100 + two_digits (p + 2);
  month = two_digits (p + 5);
  day = two_digits (p + 8);
  hour = two_digits (p + 11);
  minute = two_digits (p + 14);
  second = two_digits (p + 17);
  if (!g_date_valid_dmy (day, month, year) || hour > 23 || minute > 59 || second > 59)
    return FALSE;

  c->at += 19;
  if (c->at < c->end && *c->at == '.')
    do
      c->at++;
    while (c->at < c->end && pdk_log_is_digit (*c->at));
  if (!parse_offset (c, &offset_sec))
    return FALSE;
  *time_sec = pdk_log_clock_days_since_epoch (year, month, day) * PDK_SECONDS_PER_DAY + hour * 3600 +
              minute * 60 + second - offset_sec;
  return TRUE;
}

/* Digits with at most one point among them. */
static gboolean
parse_number (PdkLogCursor *c, double *value)
{
  const char *start = c->at;
  double number = 0, scale = 1;
  gboolean has_point = FALSE;

  for (; c->at < c->end && c->at - start < 20; c->at++)
    {
      if (*c->at == '.' && !has_point && c->at > start)
        {
          has_point = TRUE;
          continue;
        }
      if (!pdk_log_is_digit (*c->at))
        break;
      number = number * 10 + (*c->at - '0');
      scale *= has_point ? 10 : 1;
    }
  *value = number / scale;
  return c->at > start;
}

/* Sizes as Ollama's format.HumanBytes2() writes them, `24.0 GiB`, and as HumanBytes() does, `24 GB`. */
static gint64
parse_bytes (const PdkServerText *text)
{
  static const struct
  {
    const char *name;
    double factor;
  } units[] = {
    { "B", 1 },    { "KiB", 0x1p10 }, { "MiB", 0x1p20 }, { "GiB", 0x1p30 }, { "TiB", 0x1p40 },
    { "KB", 1e3 }, { "MB", 1e6 },     { "GB", 1e9 },     { "TB", 1e12 },
  };
  PdkLogCursor c = { text->at, text->at + text->length, FALSE };
  double number;

  if (!parse_number (&c, &number))
    return -1;
  pdk_log_cursor_skip_spaces (&c);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      gsize length = strlen (units[i].name);

      if (length == (gsize) (c.end - c.at) && memcmp (c.at, units[i].name, length) == 0)
        return number * units[i].factor < 0x1p60 ? (gint64) llround (number * units[i].factor) : -1;
    }
  return -1;
}

/* The value of an attribute: a word, or text quoted by Go's strconv.Quote(), whose escapes stay. In a JSON
 * string, a quote that ends it has one backslash before it, and one within has three. */
static gboolean
parse_value (PdkLogCursor *c, PdkServerText *value)
{
  gsize quote_length = c->is_json ? 2 : 1;
  guint n_backslashes = 0;

  if (!(c->is_json ? PDK_LOG_LOOKING_AT (c, "\\\"") : PDK_LOG_LOOKING_AT (c, "\"")))
    {
      value->at = c->at;
      while (c->at < c->end && *c->at != ' ' && *c->at != '"' && *c->at != '\\' && *c->at != '\r')
        c->at++;
      value->length = c->at - value->at;
      return TRUE;
    }

  value->at = c->at += quote_length;
  for (; c->at < c->end; c->at++)
    {
      if (*c->at == '"' && (c->is_json ? n_backslashes == 1 : n_backslashes % 2 == 0))
        {
          value->length = c->at + 1 - quote_length - value->at;
          c->at++;
          return TRUE;
        }
      n_backslashes = *c->at == '\\' ? n_backslashes + 1 : 0;
    }
  return FALSE;
}

static gboolean
is_text (const PdkServerText *text, const char *wanted)
{
  return text->length == strlen (wanted) && memcmp (text->at, wanted, text->length) == 0;
}

/* ` key=value` again and again, up to the end of the line. */
static void
parse_attributes (PdkLogCursor *c, PdkServerLine *line)
{
  while (PDK_LOG_LOOKING_AT (c, " "))
    {
      const char *equals = memchr (c->at, '=', c->end - c->at);
      PdkServerText key = { c->at + 1, 0 }, value;

      if (equals == NULL)
        return;
      key.length = equals - key.at;
      c->at = equals + 1;
      if (!parse_value (c, &value))
        return;
      if (is_text (&key, "id"))
        line->id = value;
      else if (is_text (&key, "library"))
        line->library = value;
      else if (is_text (&key, "name"))
        line->name = value;
      else if (is_text (&key, "description"))
        line->description = value;
      else if (is_text (&key, "total"))
        line->total_bytes = parse_bytes (&value);
      else if (is_text (&key, "available"))
        line->available_bytes = parse_bytes (&value);
    }
}

/* `Listening on 127.0.0.1:11434 (version 0.32.5)`, with the cursor after the first two words. */
static gboolean
parse_start (PdkLogCursor *c, PdkServerLine *line)
{
  static const char opening[] = " (version ";
  const char *end = memchr (c->at, '"', c->end - c->at);
  const char *version = end != NULL ? memmem (c->at, end - c->at, opening, sizeof opening - 1) : NULL;
  const char *close;

  if (version == NULL)
    return FALSE;
  version += sizeof opening - 1;
  close = memchr (version, ')', end - version);
  if (close == NULL || close == version || memchr (version, ' ', close - version) != NULL)
    return FALSE;
  line->version = (PdkServerText){ version, close - version };
  return TRUE;
}

/* What follows the time. `source=` changes with every release, so only the message counts. The first quote of
 * such a line opens its message, unless that is a single word. */
static PdkServerLineKind
parse_message (PdkLogCursor *c, PdkServerLine *line)
{
  static const char key[] = " msg=";
  const char *quote = memchr (c->at, '"', c->end - c->at);
  const char *key_end = quote != NULL ? quote - (c->is_json ? 1 : 0) : NULL;

  if (quote == NULL || key_end - c->at < (gssize) sizeof key - 1 ||
      memcmp (key_end - (sizeof key - 1), key, sizeof key - 1) != 0)
    return PDK_SERVER_LINE_DATED;
  c->at = quote + 1;
  if (PDK_LOG_LOOKING_AT (c, "Listening on "))
    return parse_start (c, line) ? PDK_SERVER_LINE_START : PDK_SERVER_LINE_DATED;
  if (!PDK_LOG_LOOKING_AT (c, "inference compute"))
    return PDK_SERVER_LINE_DATED;

  c->at += sizeof ("inference compute") - 1;
  if (!(c->is_json ? PDK_LOG_LOOKING_AT (c, "\\\" ") : PDK_LOG_LOOKING_AT (c, "\" ")))
    return PDK_SERVER_LINE_DATED;
  c->at += c->is_json ? 2 : 1;
  line->id = line->library = line->name = line->description = (PdkServerText){ c->at, 0 };
  line->total_bytes = line->available_bytes = -1;
  parse_attributes (c, line);
  return PDK_SERVER_LINE_DEVICE;
}

/* Whether nothing but known prefixes stands between the cursor and @end. */
static gboolean
is_prefix (const PdkLogCursor *c, const char *end)
{
  PdkLogCursor prefix = { c->at, end, c->is_json };

  return c->at == end || pdk_log_prefix_skip_all (&prefix);
}

/* llama.cpp's own logger may put its clock and a level before a line: `0.50.259.672 I `. */
static const char *
trim_logger_stamp (const PdkLogCursor *c, const char *end)
{
  const char *p = end;

  if (p - c->at >= 2 && p[-1] == ' ' && g_ascii_isupper (p[-2]) && (p - c->at == 2 || p[-3] == ' '))
    p -= 2;
  if (p == c->at || p[-1] != ' ')
    return p;
  for (end = p--; p > c->at && (pdk_log_is_digit (p[-1]) || p[-1] == '.');)
    p--;
  return p < end - 1 && (p == c->at || p[-1] == ' ') ? p : end;
}

static gboolean
is_beginning (const PdkLogCursor *c, const char *end)
{
  return is_prefix (c, end) || is_prefix (c, trim_logger_stamp (c, end));
}

static gint64
parse_id (PdkLogCursor *c, const char *name, gsize name_length)
{
  double number;

  pdk_log_cursor_skip_spaces (c);
  if (!pdk_log_cursor_looking_at (c, name, name_length))
    return -1;
  c->at += name_length;
  pdk_log_cursor_skip_spaces (c);
  if (!parse_number (c, &number))
    return -1;
  pdk_log_cursor_skip_spaces (c);
  if (PDK_LOG_LOOKING_AT (c, "|"))
    c->at++;
  return (gint64) MIN (number, 0x1p53);
}

/* The beginning of a timing, up to @end: prefixes, and maybe `slot print_timing: id  0 | task 44 | `. */
static gboolean
parse_timing_header (const PdkLogCursor *c, const char *end, PdkServerLine *line, gboolean *has_header)
{
  const char *header = PDK_LOG_LOOKING_AT (c, TIMING_HEADER)
                           ? c->at
                           : memmem (c->at, end - c->at, TIMING_HEADER, sizeof TIMING_HEADER - 1);
  PdkLogCursor ids = { NULL, end, c->is_json };

  line->slot_id = line->task_id = -1;
  *has_header = header != NULL;
  if (header == NULL)
    return is_beginning (c, end);

  ids.at = header + sizeof TIMING_HEADER - 1;
  line->slot_id = parse_id (&ids, "id ", 3);
  line->task_id = parse_id (&ids, "task ", 5);
  pdk_log_cursor_skip_spaces (&ids);
  return ids.at == end && is_beginning (c, header);
}

/* `78.86 ms /  1684 tokens`, behind the equals sign. */
static gboolean
parse_amounts (PdkLogCursor *c, PdkServerLine *line)
{
  double tokens;

  pdk_log_cursor_skip_spaces (c);
  if (!parse_number (c, &line->msec) || !PDK_LOG_LOOKING_AT (c, " ms / "))
    return FALSE;
  c->at += sizeof (" ms / ") - 1;
  pdk_log_cursor_skip_spaces (c);
  if (!parse_number (c, &tokens) || !PDK_LOG_LOOKING_AT (c, " tokens"))
    return FALSE;
  line->tokens = tokens <= PDK_SERVER_LINE_MAX_TOKENS ? (guint32) tokens : G_MAXUINT32;
  return tokens <= PDK_SERVER_LINE_MAX_TOKENS && line->msec <= PDK_SERVER_LINE_MAX_MSEC;
}

/* A timing has its name right before the equals sign. */
static PdkServerLineKind
parse_timing (PdkLogCursor *c, const char *equals, PdkServerLine *line)
{
  static const struct
  {
    const char *name;
    PdkServerLineKind kind;
  } timings[] = {
    { "prompt eval time ", PDK_SERVER_LINE_PROMPT_TIMING },
    { "eval time ", PDK_SERVER_LINE_OUTPUT_TIMING },
    { "total time ", PDK_SERVER_LINE_TOTAL_TIMING },
  };
  PdkLogCursor amounts = { equals + 1, c->end, c->is_json };
  gboolean has_header;

  for (guint i = 0; i < G_N_ELEMENTS (timings); i++)
    {
      gssize length = strlen (timings[i].name);

      if (equals - c->at < length || memcmp (equals - length, timings[i].name, length) != 0)
        continue;
      if (!parse_timing_header (c, equals - length, line, &has_header) || !parse_amounts (&amounts, line))
        return PDK_SERVER_LINE_NONE;
      return timings[i].kind;
    }
  return PDK_SERVER_LINE_NONE;
}

/* Without an equals sign, there is only the header that has a line of its own. */
static PdkServerLineKind
parse_lone_header (const PdkLogCursor *c, PdkServerLine *line)
{
  const char *end = c->end;
  gboolean has_header;

  while (end > c->at && (end[-1] == ' ' || end[-1] == '\r'))
    end--;
  if (end == c->at || end[-1] != '|')
    return PDK_SERVER_LINE_NONE;
  return parse_timing_header (c, end, line, &has_header) && has_header ? PDK_SERVER_LINE_TIMING_HEADER
                                                                       : PDK_SERVER_LINE_NONE;
}

/* `time=` or `eval time =`. */
static gboolean
follows_time (const char *bytes, const char *equals)
{
  return (equals - bytes >= 4 && memcmp (equals - 4, "time", 4) == 0) ||
         (equals - bytes >= 5 && memcmp (equals - 5, "time ", 5) == 0);
}

/**
 * pdk_server_line_parse:
 * @bytes: (nullable): a line of a log that is no access line, of any bytes, without its newline; need not be
 *   NUL-terminated
 * @length: length of @bytes
 * @line: (out caller-allocates): what the line says; only what its kind has is set
 *
 * Recognises the server's messages, in the text format of Go's log/slog, behind the same prefixes as access
 * lines: `msg="Listening on ADDRESS (version V)"` and `msg="inference compute"` with its attributes, as
 * Ollama's server/routes.go and discover/types.go write them. Likewise, the timings of llama.cpp's
 * server_slot::print_timings(), with the header on each line, on the first, or on a line of its own.
 *
 * Returns: the kind of line, which is in @line, too
 */
PdkServerLineKind
pdk_server_line_parse (const char *bytes, gsize length, PdkServerLine *line)
{
  PdkLogCursor c = { bytes, bytes + length, FALSE };
  const char *equals = length > 0 ? memchr (bytes, '=', length) : NULL;

  line->kind = PDK_SERVER_LINE_NONE;
  line->has_time = FALSE;
  if (length == 0 || (equals != NULL && !follows_time (bytes, equals)))
    return PDK_SERVER_LINE_NONE;

  if (*bytes != 't' && *bytes != 's')
    pdk_log_prefix_skip_margin (&c);
  if (PDK_LOG_LOOKING_AT (&c, JSON_FILE_OPENING))
    {
      c.is_json = TRUE;
      c.at += sizeof (JSON_FILE_OPENING) - 1;
    }
  if (equals == NULL)
    return line->kind = parse_lone_header (&c, line);
  if (equals[-1] == ' ')
    return line->kind = parse_timing (&c, equals, line);

  if (!is_prefix (&c, equals - 4))
    return PDK_SERVER_LINE_NONE;
  c.at = equals + 1;
  if (!parse_time (&c, &line->time_sec))
    return PDK_SERVER_LINE_NONE;
  line->has_time = TRUE;
  return line->kind = parse_message (&c, line);
}
