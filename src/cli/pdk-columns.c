/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Columns of a page for a terminal. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-columns.h"

#include "pdk-text.h"

/**
 * pdk_columns_append_cell:
 * @out: the page
 * @text: what stands in the cell; a longer one makes it wider
 * @columns: how wide it is
 * @to_the_right: whether the text is moved to its right edge
 *
 * printf() counts bytes; a terminal shows characters.
 */
void
pdk_columns_append_cell (GString *out, const char *text, glong columns, gboolean to_the_right)
{
  glong width = g_utf8_strlen (text, -1);

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
