/* SPDX-License-Identifier: GPL-3.0-or-later */

/* UTF-16 in little-endian order, which a redirection in PowerShell writes, as UTF-8 and back to its length.
 * Made for reading a file block by block: what is not whole at the end of a block is left. Pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-utf16.h"

#define REPLACEMENT 0xfffd

static guint
unit_at (const guint8 *bytes)
{
  return bytes[0] | (guint) bytes[1] << 8;
}

static gboolean
is_high_surrogate (guint unit)
{
  return (unit & 0xfc00) == 0xd800;
}

static gboolean
is_low_surrogate (guint unit)
{
  return (unit & 0xfc00) == 0xdc00;
}

/**
 * pdk_utf16_to_utf8:
 * @bytes: (array length=length): UTF-16, least byte first, with or without a byte order mark
 * @length: length of @bytes
 * @text: where UTF-8 goes, without a terminator; PDK_UTF16_GROWTH() of @length bytes are enough
 * @text_length: (out): how many bytes went there
 *
 * Converts what is whole: a last byte that is half a unit is left, and so is a last unit that is half a pair.
 * A surrogate without its other half becomes U+FFFD.
 *
 * Returns: how many of @bytes were converted
 */
gsize
pdk_utf16_to_utf8 (const guint8 *bytes, gsize length, char *text, gsize *text_length)
{
  char *out = text;
  gsize done = 0;

  while (length - done >= 2)
    {
      gunichar c = unit_at (bytes + done);

      if (c < 0x80)
        {
          *out++ = (char) c;
          done += 2;
          continue;
        }
      if (is_high_surrogate (c))
        {
          guint low;

          if (length - done < 4)
            break;
          low = unit_at (bytes + done + 2);
          if (is_low_surrogate (low))
            {
              c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
              done += 2;
            }
          else
            c = REPLACEMENT;
        }
      else if (is_low_surrogate (c))
        c = REPLACEMENT;
      out += g_unichar_to_utf8 (c, out);
      done += 2;
    }
  *text_length = out - text;
  return done;
}

/**
 * pdk_utf16_measure:
 * @text: whole characters of what pdk_utf16_to_utf8() wrote
 * @length: length of @text in bytes
 *
 * Returns: how many bytes of UTF-16 it was made of
 */
gsize
pdk_utf16_measure (const char *text, gsize length)
{
  gsize n_units = 0;

  for (gsize i = 0; i < length; i++)
    {
      guchar byte = text[i];

      /* Bytes that begin a character, and those that begin one of two units. */
      n_units += (byte & 0xc0) != 0x80;
      n_units += byte >= 0xf0;
    }
  return n_units * 2;
}
