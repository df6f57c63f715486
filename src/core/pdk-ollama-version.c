/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a server of some version can be expected to know, so that it is not asked for more. Pure functions,
 * any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-ollama-version.h"

#include <stdlib.h>

/* "0.40.1-rc2" as three numbers; those that are missing are 0. */
static gboolean
parse_numbers (const char *version, guint numbers[3])
{
  char *end = NULL;

  numbers[0] = numbers[1] = numbers[2] = 0;
  for (gsize i = 0; version != NULL && i < 3; i++)
    {
      if (!g_ascii_isdigit (*version))
        return FALSE;
      numbers[i] = (guint) strtoul (version, &end, 10);
      if (*end != '.')
        return i > 0;
      version = end + 1;
    }
  return version != NULL;
}

/**
 * pdk_ollama_version_gives_capabilities:
 * @version: (nullable): the server's version
 *
 * Returns: whether a server of this version lists capabilities in /api/tags, so that /api/show is not needed
 */
gboolean
pdk_ollama_version_gives_capabilities (const char *version)
{
  guint numbers[3];

  return parse_numbers (version, numbers) && (numbers[0] > 0 || numbers[1] >= 30);
}

/**
 * pdk_ollama_version_is_before:
 * @version: (nullable): the server's version
 * @major: the first number of another
 * @minor: the second
 * @patch: the third
 *
 * Returns: whether @version is known to be older; a build from source, 0.0.0, may be of any age
 */
gboolean
pdk_ollama_version_is_before (const char *version, guint major, guint minor, guint patch)
{
  const guint other[3] = { major, minor, patch };
  guint numbers[3];

  if (!parse_numbers (version, numbers) || numbers[0] + numbers[1] + numbers[2] == 0)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (numbers[i] != other[i])
        return numbers[i] < other[i];
    }
  return FALSE;
}
