/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text that comes from outside: made valid, bounded, and harmless to look at. Pure functions, any thread.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-text.h"

#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"

/* Marks that change the direction of the text around them: harmless in prose, but in a name they let one
 * model pass for another. */
static gboolean
is_bidi_control (gunichar c)
{
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

/**
 * pdk_text_dup_bounded:
 * @text: bytes that should be UTF-8
 * @length: length of @text in bytes, or -1 when it ends with NUL
 * @max_bytes: the longest result, an ellipsis included; at least 4
 *
 * Copies @text as valid UTF-8. Bad sequences become U+FFFD. A longer text is cut between two characters
 * and ends in an ellipsis.
 *
 * Returns: (transfer full): the text
 */
char *
pdk_text_dup_bounded (const char *text, gssize length, gsize max_bytes)
{
  gsize n = length < 0 ? strlen (text) : (gsize) length;
  /* A replacement is at most three times as long as the byte it stands for, so this much always suffices
   * to fill the bound, and the work stays proportional to the bound. */
  gsize looked_at = MIN (n, max_bytes + 1);
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) looked_at);
  const char *cut;

  if (looked_at == n && strlen (valid) <= max_bytes)
    return g_steal_pointer (&valid);

  cut = g_utf8_find_prev_char (valid, valid + MIN (strlen (valid), max_bytes - strlen (ELLIPSIS)) + 1);
  return g_strdup_printf ("%.*s" ELLIPSIS, (int) (cut != NULL ? cut - valid : 0), valid);
}

/** pdk_text_is_control: Returns: whether @c is none to show: it would steer a terminal, break a line, or turn
 * the direction of the text around it */
gboolean
pdk_text_is_control (gunichar c)
{
  return g_unichar_iscntrl (c) || is_bidi_control (c) || c == 0x2028 || c == 0x2029;
}

/**
 * pdk_text_dup_for_display:
 * @text: bytes that should be UTF-8
 *
 * Copies @text for a place that shows one line: bad sequences, line breaks and other control characters
 * become U+FFFD, and so do marks that would turn the direction of the text around it.
 *
 * Returns: (transfer full): the text, on one line
 */
char *
pdk_text_dup_for_display (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *shown = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (shown, pdk_text_is_control (c) ? 0xfffd : c);
    }
  return g_string_free (shown, FALSE);
}
