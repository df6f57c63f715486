/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <string.h>

#include "pdk-log-cursor.h"

/* Tests want to see single lines. Calls @func for each line of @lines that is not too long. */
static inline void
take_each_line (const char *lines,
                gsize length,
                void (*func) (const char *line, gsize length, gpointer user_data),
                gpointer user_data)
{
  const char *at = lines, *end = lines + length;

  while (at < end)
    {
      const char *newline;

      while (at < end && *at == '\0')
        at++;
      newline = at < end ? memchr (at, '\n', end - at) : NULL;
      if (newline == NULL)
        newline = end;
      if (newline - at <= PDK_LOG_LINE_MAX_BYTES)
        func (at, newline - at, user_data);
      at = newline + 1;
    }
}
