/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names from outside as parts of the names of metrics. Pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-metric-key.h"

/**
 * pdk_metric_key_make:
 * @name: a name in UTF-8
 * @taken: a set of char * that it owns, with the keys that were made before; the new one is added
 *
 * "qwen3-coder:480b-cloud" is qwen3_coder_480b_cloud. Two that would be the same are told apart by a number.
 *
 * Returns: (transfer full): the key of @name
 */
char *
pdk_metric_key_make (const char *name, GHashTable *taken)
{
  g_autofree char *lower = g_utf8_strdown (name, -1);
  g_autoptr (GString) key = g_string_new (NULL);
  char *unique;

  for (const char *c = lower; *c != '\0'; c++)
    {
      if (g_ascii_isalnum (*c))
        g_string_append_c (key, *c);
      else if (key->len > 0 && key->str[key->len - 1] != '_')
        g_string_append_c (key, '_');
    }
  while (key->len > 0 && key->str[key->len - 1] == '_')
    g_string_truncate (key, key->len - 1);
  if (key->len == 0)
    g_string_append (key, "unnamed");
  unique = g_strdup (key->str);
  for (guint i = 2; g_hash_table_contains (taken, unique); i++)
    {
      g_free (unique);
      unique = g_strdup_printf ("%s_%u", key->str, i);
    }
  g_hash_table_add (taken, g_strdup (unique));
  return unique;
}
