/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which sections of the details window are folded, and its form as a file: a key file, in which names that
 * nobody knows are passed over. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-folds.h"

#define GROUP "details"
#define KEY "folded"

static const char *const names[PDK_N_FOLDABLE] = {
  [PDK_FOLDABLE_LOADED] = "loaded",   [PDK_FOLDABLE_REQUESTS] = "requests",
  [PDK_FOLDABLE_CLOUD] = "cloud",     [PDK_FOLDABLE_MODELS] = "models",
  [PDK_FOLDABLE_DESKTOP] = "desktop", [PDK_FOLDABLE_PROBLEMS] = "problems",
};

/**
 * pdk_folds_parse:
 * @bytes: (nullable): what was kept; any bytes will do
 *
 * Returns: the sections that are folded; none where @bytes are damaged
 */
guint
pdk_folds_parse (GBytes *bytes)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) folded = NULL;
  guint folds = 0;

  /* Why it cannot be read does not matter: then all is open, as at first. */
  if (bytes == NULL || !g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, NULL))
    return 0;
  folded = g_key_file_get_string_list (file, GROUP, KEY, NULL, NULL);
  for (gsize i = 0; folded != NULL && i < G_N_ELEMENTS (names); i++)
    {
      if (g_strv_contains ((const char *const *) folded, names[i]))
        folds |= 1u << i;
    }
  return folds;
}

/** pdk_folds_to_bytes: Returns: (transfer full): what pdk_folds_parse() makes @folds of */
GBytes *
pdk_folds_to_bytes (guint folds)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  const char *folded[G_N_ELEMENTS (names)];
  gsize n_folded = 0, length;
  char *text;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (folds & (1u << i))
        folded[n_folded++] = names[i];
    }
  g_key_file_set_string_list (file, GROUP, KEY, folded, n_folded);
  text = g_key_file_to_data (file, &length, NULL);
  return g_bytes_new_take (text, length);
}
