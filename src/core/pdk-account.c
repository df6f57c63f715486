/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The settings of one account: plain data, filled in by whoever reads the settings file, immutable as soon as
 * the settings are shared. Any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-account.h"

#include <string.h>

#define DEFAULT_CLOUD_BASE_URL "https://ollama.com"

/* Where the texts of an account stand in it. */
static const gsize texts[] = {
  G_STRUCT_OFFSET (PdkAccount, id),           G_STRUCT_OFFSET (PdkAccount, base_url),
  G_STRUCT_OFFSET (PdkAccount, api_key_env),  G_STRUCT_OFFSET (PdkAccount, cloud_base_url),
  G_STRUCT_OFFSET (PdkAccount, logs_dir),     G_STRUCT_OFFSET (PdkAccount, server_config),
  G_STRUCT_OFFSET (PdkAccount, db_path),      G_STRUCT_OFFSET (PdkAccount, journal_unit),
  G_STRUCT_OFFSET (PdkAccount, journal_dir),  G_STRUCT_OFFSET (PdkAccount, container),
  G_STRUCT_OFFSET (PdkAccount, log_timezone),
};

/** pdk_account_free: frees @account */
void
pdk_account_free (PdkAccount *account)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (G_STRUCT_MEMBER (char *, account, texts[i]));
  g_free (account);
}

/** pdk_account_equal: Returns: whether all that @account and @other say is the same */
gboolean
pdk_account_equal (const PdkAccount *account, const PdkAccount *other)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (g_strcmp0 (G_STRUCT_MEMBER (const char *, account, texts[i]),
                     G_STRUCT_MEMBER (const char *, other, texts[i])) != 0)
        return FALSE;
    }
  return account->is_cloud_only == other->is_cloud_only && account->is_detected == other->is_detected &&
         account->owns_default_paths == other->owns_default_paths &&
         account->history_days == other->history_days;
}

/** pdk_account_dup_cloud_url: Returns: (transfer full): the address of the account's cloud, without a slash
 * at its end
 */
char *
pdk_account_dup_cloud_url (const PdkAccount *account)
{
  char *url =
      g_strdup (account->cloud_base_url != NULL && *account->cloud_base_url != '\0' ? account->cloud_base_url
                                                                                    : DEFAULT_CLOUD_BASE_URL);

  for (gsize length = strlen (url); length > 0 && url[length - 1] == '/'; length--)
    url[length - 1] = '\0';
  return url;
}
