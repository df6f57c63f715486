/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The short cut for access lines as Gin writes them into a file: nothing in front, the padding of its
 * releases before 1.12, a newline right behind the path.
 *
 * A long log is nearly all of these, so here is where the time goes that a person waits for a first count.
 * What costs most is a branch that goes this way and that, so fields are compared eight bytes at a time, and
 * the one field that differs from line to line, the latency, is read without asking how long it is. Whatever
 * is not exactly so is left to pdk_access_line_parse(), which knows every shape, and would have said the same
 * of what is taken here. Pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-access-plain.h"

#include <string.h>

#include "pdk-log-cursor.h"

#define OPENING "[GIN] 20"
#define DAY_OFFSET 8 /* `26/11/20 - ` */
#define DAY_BYTES 11
#define MINUTE_BYTES 5   /* `15:04` */
#define SECOND_OFFSET 24 /* `:05 | 200 | ` */
#define LATENCY_OFFSET 36
#define LATENCY_PADDING 12

/* `METHOD   "` */
#define METHOD_BYTES 10

#define LOCAL_CLIENT " |       127.0.0.1 | "

/* No longer path is read here: it may hold another line (see pdk-access-line.c). */
#define MAX_PATH 39
#define MAX_LINE 256

/* The fields before the path are no longer than this, however they are filled, and so are read without asking
 * for the end at each. */
#define MIN_BYTES 104

/* The units that a latency of a request has; others are rare. */
static const struct
{
  char text[4]; /* with what follows */
  guint8 length;
  guint8 exponent;
} units[] = {
  { "", 0, 0 },
  { "s | ", 1, 9 },
  { "ms |", 2, 6 },
  { "\xc2\xb5s ", 3, 3 },
};

/* What most paths are, with the quote and the newline behind them, so that all of a path is told by a few
 * comparisons. The factor was found by trial: it puts the first eight bytes of each into a place of its own.
 */
#define USUAL_BYTES 24
#define USUAL_FACTOR G_GUINT64_CONSTANT (0x809f46bd4f830393)
#define USUAL_BITS 4
#define USUAL(path, kind)                                                                                    \
  {                                                                                                          \
    path "\"\n", sizeof (path "\"\n") - 1, kind                                                              \
  }

static const struct
{
  char text[USUAL_BYTES];
  guint8 length;
  guint8 kind;
} usual_paths[1 << USUAL_BITS] = {
  [0] = USUAL ("/api/tags", PDK_REQUEST_NONE),
  [3] = USUAL ("/api/show", PDK_REQUEST_NONE),
  [4] = USUAL ("/v1/chat/completions", PDK_REQUEST_CHAT),
  [5] = USUAL ("/v1/responses", PDK_REQUEST_CHAT),
  [6] = USUAL ("/api/version", PDK_REQUEST_NONE),
  [7] = USUAL ("/api/generate", PDK_REQUEST_GENERATE),
  [8] = USUAL ("/v1/messages", PDK_REQUEST_CHAT),
  [9] = USUAL ("/api/ps", PDK_REQUEST_NONE),
  [10] = USUAL ("/api/embed", PDK_REQUEST_EMBED),
  [11] = USUAL ("/v1/completions", PDK_REQUEST_GENERATE),
  [13] = USUAL ("/v1/embeddings", PDK_REQUEST_EMBED),
  [14] = USUAL ("/api/me", PDK_REQUEST_NONE),
  [15] = USUAL ("/api/chat", PDK_REQUEST_CHAT),
};

static const guint8 unit_by_first_byte[256] = { ['s'] = 1, ['m'] = 2, [0xc2] = 3 };

static const gint64 powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000 };

static guint
two_digits (const char *p)
{
  return (guint) (p[0] - '0') * 10 + (guint) (p[1] - '0');
}

/* The day of the line at @at, as pdk_log_clock_hour_key() makes its first hour, or 0. Whether there is such a
 * date is the other parser's to say. */
static guint32
find_day (const char *at, const char *end)
{
  const char *newline = memchr (at, '\n', MIN (end - at, MAX_LINE));
  const char *date = at + DAY_OFFSET;
  PdkAccessLine line;

  if (newline == NULL || !pdk_log_is_like (date, "00/00/00", "99099099") ||
      !pdk_log_is_like (date + DAY_BYTES - 8, "00/00 - ", "99099000") ||
      !pdk_access_line_parse (at, newline - at, &line) || line.day != two_digits (date + 6) ||
      line.month != two_digits (date + 3) || line.year != 2000 + two_digits (date))
    return 0;
  return pdk_log_clock_hour_key (line.year, line.month, line.day, 0);
}

/* Learns the minute of the line at @at, whose date and time are as long as they should be only if this says
 * so. In a log that is not busy, nearly each line has another minute, but few have another day. */
static gboolean
enter_minute (PdkAccessPlain *plain, const char *at, const char *end)
{
  const char *time = at + DAY_OFFSET + DAY_BYTES;
  guint32 day_key = plain->day_key;

  if (memcmp (at + strlen ("[GIN] "), plain->oldest_date, strlen ("2026/11/20")) < 0 ||
      !pdk_log_is_like (time, "00:00:00", "29059059") || two_digits (time) > 23)
    return FALSE;
  if (memcmp (at + DAY_OFFSET, plain->minute, DAY_BYTES) != 0)
    day_key = find_day (at, end);
  if (day_key == 0)
    return FALSE;
  memcpy (plain->minute, at + DAY_OFFSET, DAY_BYTES + MINUTE_BYTES);
  plain->day_key = day_key;
  plain->hour_key = day_key + two_digits (time);
  plain->minute_start = two_digits (time + 3) * 60;
  return TRUE;
}

/* `  218.776752ms |`: moves to the space behind the unit. */
G_ALWAYS_INLINE static inline gboolean
parse_latency (const char **at, gint64 *nsec)
{
  guint64 others = pdk_log_load (*at) ^ pdk_log_load ("        ");
  const char *p = *at + (others != 0 ? __builtin_ctzll (others) / 8 : 8);
  gint64 whole, fraction = 0;
  guint n_whole, n_fraction = 0, unit;

  while (*p == ' ' && p < *at + LATENCY_PADDING)
    p++;
  n_whole = pdk_log_take_digits (p, &whole);
  p += n_whole;
  if (*p == '.')
    {
      gboolean has_ninth;

      n_fraction = pdk_log_take_digits (p + 1, &fraction);
      p += 1 + n_fraction;
      has_ninth = n_fraction == 8 && pdk_log_is_digit (*p);
      fraction = has_ninth ? fraction * 10 + (*p - '0') : fraction;
      n_fraction += has_ninth;
      p += has_ninth;
    }

  unit = unit_by_first_byte[(guchar) *p];
  if (n_whole == 0 || n_whole == 8 || unit == 0 || memcmp (p, units[unit].text, 4) != 0 ||
      n_fraction > units[unit].exponent)
    return FALSE;
  *nsec = whole * powers[units[unit].exponent] + fraction * powers[units[unit].exponent - n_fraction];
  *at = p + units[unit].length;
  return TRUE;
}

/* ` |       127.0.0.1 | `, or the address of another machine. */
G_ALWAYS_INLINE static inline gboolean
skip_client (const char **at, const char *end)
{
  const char *p = *at;

  if (memcmp (p, LOCAL_CLIENT, strlen (LOCAL_CLIENT)) == 0)
    {
      *at = p + strlen (LOCAL_CLIENT);
      return TRUE;
    }
  if (p[0] != ' ' || p[1] != '|')
    return FALSE;
  for (p += 2; p < end && *p == ' ';)
    p++;
  while (p < end && (g_ascii_isalnum (*p) || *p == '.' || *p == ':'))
    p++;
  if (end - p < METHOD_BYTES + 3 || memcmp (p, " | ", 3) != 0)
    return FALSE;
  *at = p + 3;
  return TRUE;
}

static gboolean
is_other_method (const char *at)
{
  static const char *const methods[] = { "GET      \"", "HEAD     \"", "OPTIONS  \"", "DELETE   \"" };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (memcmp (at, methods[i], METHOD_BYTES) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Returns the newline behind a path that is one of the usual ones, or NULL. */
G_ALWAYS_INLINE static inline const char *
parse_usual_path (const char *path, guint *kind)
{
  static const guint8 mask[2 * USUAL_BYTES] = { [0 ... USUAL_BYTES - 1] = 0xff };
  guint i = pdk_log_load (path) * USUAL_FACTOR >> (64 - USUAL_BITS);
  const char *text = usual_paths[i].text;
  const char *mask_of_length = (const char *) mask + USUAL_BYTES - usual_paths[i].length;
  guint64 difference = 0;

  for (gsize word = 0; word < USUAL_BYTES; word += 8)
    difference |=
        (pdk_log_load (path + word) ^ pdk_log_load (text + word)) & pdk_log_load (mask_of_length + word);
  *kind = usual_paths[i].kind;
  return difference == 0 && usual_paths[i].length > 0 ? path + usual_paths[i].length - 1 : NULL;
}

/* The path up to the newline, and what it asks for. Returns the newline, or NULL. */
static const char *
parse_path (const char *path, const char *end, guint *kind)
{
  const char *newline = path < end ? memchr (path, '\n', MIN (end - path, MAX_PATH + 2)) : NULL;
  gsize length;

  if (newline == NULL || newline == path || newline[-1] != '"')
    return NULL;
  length = newline - 1 - path;
  /* Which quote is the last is the other parser's to say. */
  if (memchr (path, '"', length) != NULL || memchr (path, '\\', length) != NULL)
    return NULL;
  *kind = pdk_route_classify (path, length);
  return newline;
}

/* Reads one line into @event, which is undefined if it returns 0. No line is read near @end, nor one whose
 * newline is missing. Returns its length in bytes with the newline; or 0 if somebody else must look at it. */
G_ALWAYS_INLINE static inline gsize
parse_line (PdkAccessPlain *plain, const char *at, const char *end, PdkLogEvent *event)
{
  const char *p = at + LATENCY_OFFSET, *newline;
  gint64 latency_nsec;
  gboolean is_post;
  guint kind;

  if (end - at < MIN_BYTES || memcmp (at, OPENING, strlen (OPENING)) != 0 ||
      (memcmp (at + DAY_OFFSET, plain->minute, DAY_BYTES + MINUTE_BYTES) != 0 &&
       !enter_minute (plain, at, end)) ||
      !pdk_log_is_like (at + SECOND_OFFSET, ":00 | 00", "05900099") ||
      !pdk_log_is_like (at + SECOND_OFFSET + 4, "| 000 | ", "00999000") ||
      !parse_latency (&p, &latency_nsec) || !skip_client (&p, end))
    return 0;

  is_post = memcmp (p, "POST     \"", METHOD_BYTES) == 0;
  if (!is_post && !is_other_method (p))
    return 0;
  newline = end - p >= METHOD_BYTES + USUAL_BYTES ? parse_usual_path (p + METHOD_BYTES, &kind) : NULL;
  if (newline == NULL)
    newline = parse_path (p + METHOD_BYTES, end, &kind);
  if (newline == NULL)
    return 0;

  /* As a whole: to set a part of a word, its rest would have to be fetched, from wherever it was read last.
   */
  *event = (PdkLogEvent){
    .latency_nsec = is_post ? latency_nsec : 0,
    .hour_key = plain->hour_key,
    .second = plain->minute_start + two_digits (at + SECOND_OFFSET + 1),
    .status = (at[SECOND_OFFSET + 6] - '0') * 100 + two_digits (at + SECOND_OFFSET + 7),
    .kind = is_post ? kind : PDK_REQUEST_NONE,
  };
  return newline + 1 - at;
}

/**
 * pdk_access_plain_parse:
 * @plain: what is known of the line before; updated
 * @at: where a line begins
 * @end: the end of the bytes that there are
 * @events: (out caller-allocates) (array): the requests, one a line
 * @n_events: (inout): how many there is room for; then, how many lines were read
 *
 * Reads lines as long as they are of the usual shape, and there is room.
 *
 * Returns: where the first line begins that was not read. If there was room for it, somebody else must look
 *   at it.
 */
const char *
pdk_access_plain_parse (
    PdkAccessPlain *plain, const char *at, const char *end, PdkLogEvent *events, guint32 *n_events)
{
  guint32 n = 0;

  /* No line is of the minute that is remembered while there is none. */
  if (plain->day_key == 0 && (end - at < MIN_BYTES || !enter_minute (plain, at, end)))
    *n_events = 0;
  while (n < *n_events)
    {
      gsize length = parse_line (plain, at, end, &events[n]);

      if (length == 0)
        break;
      at += length;
      n++;
    }
  *n_events = n;
  return at;
}
