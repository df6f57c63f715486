/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads durations as Go writes them. Pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-go-duration.h"

#define MAX_UNIT_BYTES 16
#define MAX_FRACTION_DIGITS 9

static const gint64 powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000 };

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

/* Returns the unit's length in nanoseconds, or 0; for a part of a second, which may have a fraction, also its
 * power of ten. */
static inline gint64
parse_unit (PdkLogCursor *c, guint *exponent)
{
  *exponent = 0;
  if (c->at == c->end)
    return 0;
  switch (*c->at)
    {
    case 'h':
      c->at++;
      return 3600 * powers[9];
    case 's':
      *exponent = 9;
      break;
    case 'm':
      c->at++;
      if (c->at == c->end || *c->at != 's')
        return 60 * powers[9];
      *exponent = 6;
      break;
    case 'n':
      c->at++;
      break;
    default:
      if (!skip_micro_sign (c))
        return 0;
      *exponent = 3;
      break;
    }
  if (c->at == c->end || *c->at != 's')
    return 0;
  c->at++;
  return powers[*exponent];
}

/* The digits after a point: a run of eight at once, since a server that is not in a hurry has nine. Returns
 * how many of them @fraction holds. */
static guint
parse_fraction (PdkLogCursor *c, gint64 *fraction)
{
  guint n = 0;

  *fraction = 0;
  if (c->end - c->at >= 8)
    {
      n = pdk_log_take_digits (c->at, fraction);
      c->at += n;
      if (n < 8)
        return n;
    }
  for (; c->at < c->end && pdk_log_is_digit (*c->at); c->at++)
    {
      if (n < MAX_FRACTION_DIGITS)
        {
          *fraction = *fraction * 10 + (*c->at - '0');
          n++;
        }
    }
  return n;
}

/* The digits before a point or a unit. Returns whether there are any. */
static inline gboolean
parse_whole (PdkLogCursor *c, gint64 *whole)
{
  const char *start = c->at;

  *whole = 0;
  if (c->end - c->at >= 8)
    c->at += pdk_log_take_digits (c->at, whole);
  if (c->at - start < 8 && c->end - start >= 8)
    return c->at > start;
  for (; c->at < c->end && pdk_log_is_digit (*c->at); c->at++)
    *whole = *whole < G_MAXINT64 / 10 - 1 ? *whole * 10 + (*c->at - '0') : *whole;
  return c->at > start;
}

/* One number with its unit, added to @total, which stays within its range. */
static gboolean
parse_part (PdkLogCursor *c, gint64 *total)
{
  gint64 whole, fraction = 0, unit, sum;
  guint n_fraction = 0, exponent;

  if (!parse_whole (c, &whole))
    return FALSE;
  if (c->at < c->end && *c->at == '.')
    {
      c->at++;
      n_fraction = parse_fraction (c, &fraction);
    }

  unit = parse_unit (c, &exponent);
  if (unit == 0 || (unit > powers[MAX_FRACTION_DIGITS] && n_fraction > 0))
    return FALSE;
  if (n_fraction <= exponent)
    fraction *= powers[exponent - n_fraction];
  else
    fraction /= powers[n_fraction - exponent];
  if (__builtin_mul_overflow (whole, unit, &whole) || __builtin_add_overflow (*total, whole, &sum) ||
      __builtin_add_overflow (sum, fraction, &sum))
    sum = G_MAXINT64;
  *total = sum;
  return TRUE;
}

/**
 * pdk_go_duration_parse:
 * @c: the cursor to move; where it does not fit, it stops
 * @nsec: (out): the duration in nanoseconds, never negative
 *
 * Reads a text of Go's time.Duration.String(), such as `73ns`, `8.461µs`, `1h0m0s`, also with a damaged micro
 * sign. A negative one, which a clock that stepped back gives, counts as none. One that is too long is cut.
 *
 * Returns: whether there was a duration
 */
gboolean
pdk_go_duration_parse (PdkLogCursor *c, gint64 *nsec)
{
  gboolean is_negative = c->at < c->end && *c->at == '-';

  *nsec = 0;
  if (is_negative)
    c->at++;
  do
    {
      if (!parse_part (c, nsec))
        return FALSE;
    }
  while (c->at < c->end && pdk_log_is_digit (*c->at));

  if (is_negative)
    *nsec = 0;
  return TRUE;
}
