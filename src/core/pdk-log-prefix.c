/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Skips what log collectors write in front of a program's own line: syslog and journald headers, time stamps,
 * names of containers and pods. What is not wholly made of these is a message, and a message that quotes an
 * access line is not a request. Pure, and bounded: each byte is looked at a few times at most.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-prefix.h"

#define BOM "\xef\xbb\xbf"

/* A host name or a pod's path in a prefix is shorter than this. */
#define MAX_WORD 256

/* `Fri 2026-11-20 15:04:05 CET host ollama[123]: ` has six. */
#define MAX_HEADER_WORDS 8

/* The length of the word at the cursor if a space follows; 0 if not, or if no prefix can hold it. A quote or
 * an equals sign tells that the line is a message already. */
static gsize
word_length (const PdkLogCursor *c)
{
  gsize limit = MIN (c->end - c->at, MAX_WORD);

  for (gsize i = 0; i < limit; i++)
    {
      guchar byte = c->at[i];

      if (byte == ' ')
        return i;
      if (byte < ' ' || byte == '"' || byte == '=' || byte == '\\')
        return 0;
    }
  return 0;
}

static inline gboolean
is_clock (const char *p, gsize length)
{
  return length >= 8 && pdk_log_is_digit (p[0]) && pdk_log_is_digit (p[1]) && p[2] == ':' &&
         pdk_log_is_digit (p[3]) && pdk_log_is_digit (p[4]) && p[5] == ':' && pdk_log_is_digit (p[6]) &&
         pdk_log_is_digit (p[7]);
}

/* `2026-11-20` */
static gboolean
is_iso_date (const char *p, gsize length)
{
  return length >= 10 && p[4] == '-' && p[7] == '-' && pdk_log_is_digit (p[0]);
}

/* `2026-11-20T15:04:05.233596000Z` and its like; svlogd writes `2026-11-20_15:04:05.23359`. */
static gboolean
is_iso_time (const char *p, gsize length)
{
  return length >= 19 && is_iso_date (p, length) && (p[10] == 'T' || p[10] == '_') && is_clock (p + 11, 8);
}

/* `@400000006564a1b22c3d4e5f`, the TAI64N of daemontools, runit and s6. */
static gboolean
is_tai_time (const char *p, gsize length)
{
  if (length != 25 || *p != '@')
    return FALSE;
  for (gsize i = 1; i < length; i++)
    {
      if (!g_ascii_isxdigit (p[i]))
        return FALSE;
    }
  return TRUE;
}

/* `20` or `20.` */
static gboolean
is_day (const char *p, gsize length)
{
  if (length > 1 && p[length - 1] == '.')
    length--;
  return length > 0 && length <= 2 && pdk_log_is_digit (p[0]) && pdk_log_is_digit (p[length - 1]);
}

/* Returns: the length of the word that is skipped, which @word is set to, or 0 */
static gsize
take_word (PdkLogCursor *c, const char **word)
{
  gsize length = word_length (c);

  *word = c->at;
  c->at += length;
  pdk_log_cursor_skip_spaces (c);
  return length;
}

/* A time of several words, of which no name need follow: `2026-11-20 15:04:05.123 `, that in brackets,
 * `Nov 20 15:04:05 ` with month and day in either order, or `15:04:05 `. */
static gboolean
skip_spaced_time (PdkLogCursor *c)
{
  const char *word;
  gsize length = take_word (c, &word);
  gboolean is_bracketed = length > 0 && *word == '[';
  gboolean has_day;

  if (is_clock (word, length))
    return TRUE;
  if (is_iso_date (word + is_bracketed, length - is_bracketed))
    {
      length = take_word (c, &word);
      return is_clock (word, length) && (word[length - 1] == ']') == is_bracketed;
    }
  has_day = is_day (word, length);
  length = take_word (c, &word);
  has_day = has_day || is_day (word, length);
  length = take_word (c, &word);
  return has_day && is_clock (word, length);
}

/* `ollama[123]` */
static gboolean
ends_in_pid (const char *word, gsize length)
{
  gsize i = length;

  if (i < 4 || word[--i] != ']')
    return FALSE;
  while (i > 0 && pdk_log_is_digit (word[i - 1]))
    i--;
  return i < length - 1 && i > 1 && word[i - 1] == '[';
}

/* `Nov 20 15:04:05 host ollama[123]: ` in any language, with or without the host. A name without a process id
 * only ends a header if it follows a time, with at most a zone and a host between. */
static gboolean
skip_syslog_header (PdkLogCursor *c, gboolean has_time)
{
  guint n_since_time = 0;

  for (guint n_words = 0; n_words < MAX_HEADER_WORDS; n_words++)
    {
      gsize length = word_length (c);
      const char *word = c->at;

      if (length == 0)
        return FALSE;
      c->at += length;
      pdk_log_cursor_skip_spaces (c);
      if (word[length - 1] == ':')
        return ends_in_pid (word, length - 1) || (has_time && n_since_time <= 2 && length > 1);

      n_since_time++;
      if (is_clock (word, length))
        {
          has_time = TRUE;
          n_since_time = 0;
        }
    }
  return FALSE;
}

/* One prefix of: a time stamp (docker -t, CRI, short-iso, supervisors), CRI's `stdout F `, `[pod/x/ollama] `,
 * compose's `ollama-1  | `, a syslog header. @has_time: whether a time stamp stands right before, which is
 * updated. */
static gboolean
skip_prefix_item (PdkLogCursor *c, gboolean *has_time)
{
  PdkLogCursor start = *c;
  gsize length = word_length (c);
  gboolean had_time = *has_time;

  if (length == 0)
    return FALSE;
  c->at += length;
  pdk_log_cursor_skip_spaces (c);

  *has_time = is_iso_time (start.at, length) || is_tai_time (start.at, length);
  if (*has_time)
    return TRUE;
  if (c->at < c->end && *c->at == '|')
    {
      c->at++;
      return TRUE;
    }
  if (length > 2 && start.at[0] == '[' && start.at[length - 1] == ']')
    return TRUE;
  if (had_time && length == 6 &&
      (PDK_LOG_LOOKING_AT (&start, "stdout ") || PDK_LOG_LOOKING_AT (&start, "stderr ")) &&
      (PDK_LOG_LOOKING_AT (c, "F ") || PDK_LOG_LOOKING_AT (c, "P ")))
    {
      c->at += 2;
      return TRUE;
    }

  *c = start;
  if (skip_syslog_header (c, had_time))
    return TRUE;
  *c = start;
  *has_time = skip_spaced_time (c);
  return *has_time;
}

/**
 * pdk_log_colour_length:
 * @at: where a colour may stand
 * @end: where the line ends
 * @is_json: whether the line is inside a JSON string
 *
 * Takes no cursor, so that those who call it can keep theirs in registers.
 *
 * Returns: the length of the escape sequence for a colour at @at, or 0
 */
gsize
pdk_log_colour_length (const char *at, const char *end, gboolean is_json)
{
  const PdkLogCursor c = { at, end, is_json };
  const char *p = at;

  if (p < end && *p == '\x1b')
    p += 1;
  else if (is_json && PDK_LOG_LOOKING_AT (&c, "\\u001b"))
    p += 6;
  else
    return 0;

  if (p == end || *p != '[')
    return 0;
  for (p++; p < end && (pdk_log_is_digit (*p) || *p == ';');)
    p++;
  return p < end && *p == 'm' ? p + 1 - at : 0;
}

/**
 * pdk_log_prefix_skip_margin:
 * @c: the cursor to move
 *
 * Skips what means nothing, wherever a prefix may begin: spaces, carriage returns, NUL bytes of a hole, a
 * byte order mark, colours, and the dots that a runner prints without a newline while a model loads.
 */
void
pdk_log_prefix_skip_margin (PdkLogCursor *c)
{
  while (c->at < c->end)
    {
      if (*c->at == '\0' || *c->at == ' ' || *c->at == '.' || *c->at == '\r')
        c->at++;
      else if (PDK_LOG_LOOKING_AT (c, BOM))
        c->at += 3;
      else if (c->is_json && PDK_LOG_LOOKING_AT (c, "\\u0000"))
        c->at += 6;
      else if (!pdk_log_cursor_skip_colour (c))
        return;
    }
}

/**
 * pdk_log_prefix_skip:
 * @c: the cursor to move
 *
 * Moves to the tag of an access line if nothing but known prefixes, any number of them, stands before it.
 *
 * Returns: whether the tag was found; if not, the cursor stands somewhere before what no prefix can be
 */
gboolean
pdk_log_prefix_skip (PdkLogCursor *c)
{
  gboolean has_time = FALSE;

  for (;;)
    {
      if (pdk_log_prefix_is_at_tag (c))
        return TRUE;
      pdk_log_prefix_skip_margin (c);
      if (pdk_log_prefix_is_at_tag (c))
        return TRUE;
      if (!skip_prefix_item (c, &has_time))
        return FALSE;
    }
}

/**
 * pdk_log_prefix_skip_all:
 * @c: the cursor to move, whose end is where a message begins
 *
 * Returns: whether there is nothing but known prefixes, any number of them, or none at all
 */
gboolean
pdk_log_prefix_skip_all (PdkLogCursor *c)
{
  gboolean has_time = FALSE;

  for (;;)
    {
      pdk_log_prefix_skip_margin (c);
      if (c->at >= c->end)
        return c->at == c->end;
      if (!skip_prefix_item (c, &has_time))
        return FALSE;
    }
}
