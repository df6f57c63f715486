/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include <string.h>

/* What the readers of log lines share: a cursor over bytes that belong to somebody else. */

G_BEGIN_DECLS

/* A longer line is no line of Ollama's. */
#define PDK_LOG_LINE_MAX_BYTES 65536

/* Where a reader stands in a line. It never moves back, and never looks past the end. */
typedef struct
{
  const char *at;
  const char *end;
  gboolean is_json; /* inside the string of a Docker json-file line, where quotes and controls are escaped */
} PdkLogCursor;

static inline gboolean
pdk_log_is_digit (char c)
{
  return (guchar) (c - '0') <= 9;
}

static inline gboolean
pdk_log_cursor_looking_at (const PdkLogCursor *c, const char *text, gsize length)
{
  return (gsize) (c->end - c->at) >= length && memcmp (c->at, text, length) == 0;
}

#define PDK_LOG_LOOKING_AT(c, text) pdk_log_cursor_looking_at ((c), (text), sizeof (text) - 1)

/* Eight bytes, the first of them least. */
static inline guint64
pdk_log_load (const char *p)
{
  guint64 word;

  memcpy (&word, p, sizeof word);
  return GUINT64_FROM_LE (word);
}

/* Whether each of the eight bytes at @p is at most as far from that of @pattern as the digit in @distances
 * says. */
static inline gboolean
pdk_log_is_like (const char *p, const char *pattern, const char *distances)
{
  const guint64 high_bits = G_GUINT64_CONSTANT (0x8080808080808080);
  const guint64 limits =
      G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f) + pdk_log_load ("00000000") - pdk_log_load (distances);
  guint64 distance = pdk_log_load (p) ^ pdk_log_load (pattern);

  /* What is over its limit overflows into its high bit. */
  return ((distance | (distance + limits)) & high_bits) == 0;
}

/* Adds neighbours up: eight digits to four numbers of two, to two of four, to one of eight. */
static inline gint64
pdk_log_eight_digits (guint64 digits)
{
  guint64 value = digits;

  value = (value * 10 + (value >> 8)) & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff);
  value = (value * 100 + (value >> 16)) & G_GUINT64_CONSTANT (0x0000ffff0000ffff);
  value = (value * 10000 + (value >> 32)) & G_GUINT64_CONSTANT (0x00000000ffffffff);
  return (gint64) value;
}

/* Reads the run of up to eight digits at @p, where eight bytes are, without a branch that depends on how
 * many. Returns their number. */
static inline guint
pdk_log_take_digits (const char *p, gint64 *value)
{
  guint64 word = pdk_log_load (p) ^ pdk_log_load ("00000000");
  /* A byte that is no digit is over 9, and so gets into its upper half. */
  guint64 others =
      (word | ((word & G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f)) + G_GUINT64_CONSTANT (0x0606060606060606))) &
      G_GUINT64_CONSTANT (0xf0f0f0f0f0f0f0f0);
  guint n = others != 0 ? (guint) __builtin_ctzll (others) / 8 : 8;

  *value = n > 0 ? pdk_log_eight_digits (word << (64 - 8 * n)) : 0;
  return n;
}

/* Fields are padded with runs of spaces, whose ends no processor foresees: so they are counted, not walked.
 */
G_ALWAYS_INLINE static inline void
pdk_log_cursor_skip_spaces (PdkLogCursor *c)
{
  const guint64 spaces = G_GUINT64_CONSTANT (0x2020202020202020);

  while (c->end - c->at >= 8)
    {
      guint64 others = pdk_log_load (c->at) ^ spaces;

      if (others != 0)
        {
          c->at += __builtin_ctzll (others) / 8;
          return;
        }
      c->at += 8;
    }
  while (c->at < c->end && *c->at == ' ')
    c->at++;
}

gsize pdk_log_colour_length (const char *at, const char *end, gboolean is_json);

/* ESC [ numbers m, as Gin writes on a terminal; Docker's json-file escapes the ESC. */
static inline gboolean
pdk_log_cursor_skip_colour (PdkLogCursor *c)
{
  gsize length = pdk_log_colour_length (c->at, c->end, c->is_json);

  c->at += length;
  return length > 0;
}

G_END_DECLS
