/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Columns of a page for a terminal. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-columns.h"

#include "pdk-text.h"

/**
 * pdk_columns_count:
 * @text: a text of one line
 *
 * printf() counts bytes; a terminal shows characters, of which those of East Asia take two columns, and
 * accents that combine none.
 *
 * Returns: how many columns of a terminal @text takes
 */
glong
pdk_columns_count (const char *text)
{
  glong n_columns = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_iszerowidth (c))
        n_columns += g_unichar_iswide (c) ? 2 : 1;
    }
  return n_columns;
}

/**
 * pdk_columns_append_cell:
 * @out: the page
 * @text: what stands in the cell; a longer one makes it wider
 * @columns: how wide it is
 * @to_the_right: whether the text is moved to its right edge
 *
 * Appends one cell.
 */
void
pdk_columns_append_cell (GString *out, const char *text, glong columns, gboolean to_the_right)
{
  glong width = pdk_columns_count (text);

  for (glong i = width; to_the_right && i < columns; i++)
    g_string_append_c (out, ' ');
  g_string_append (out, text);
  for (glong i = width; !to_the_right && i < columns; i++)
    g_string_append_c (out, ' ');
}

/** pdk_columns_append_name: begins a line of @out with @name, which may come from outside */
void
pdk_columns_append_name (GString *out, const char *name)
{
  g_autofree char *shown = pdk_text_dup_for_display (name);

  g_string_append (out, "  ");
  pdk_columns_append_cell (out, shown, PDK_NAME_COLUMNS, FALSE);
}
