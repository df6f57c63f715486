/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which sources an account has, by its settings, in the order of precedence. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-source-set.h"

#include "pdk-demo-chat-source.h"
#include "pdk-demo-cloud-source.h"
#include "pdk-demo-source.h"
#include "pdk-desktop-db-source.h"
#include "pdk-history-db.h"
#include "pdk-journal-source.h"
#include "pdk-local-api-source.h"
#include "pdk-sandbox.h"
#include "pdk-server-config-source.h"
#include "pdk-server-log-source.h"

static char *
default_path (const PdkAccount *account, const char *hint, const char *name)
{
  if (hint != NULL)
    return g_strdup (hint);
  if (account->owns_default_paths)
    return g_build_filename (g_get_home_dir (), ".ollama", name, NULL);
  return NULL;
}

/* Files and the journal make one count, which both sources give. */
static void
add_request_log (PdkAccountMonitor *monitor, const PdkAccount *account, PdkLocalApiSource *server)
{
  g_autoptr (PdkLogPlaces) places =
      pdk_log_places_new (account, g_get_home_dir (), g_getenv ("HOMEBREW_PREFIX"));
  g_autoptr (PdkRequestLog) log = pdk_request_log_new (places);
  g_autofree char *history = pdk_history_db_dup_path ();

  pdk_request_log_set_server (log, server);
  if (account->history_days > 0)
    pdk_request_log_keep (log, history, account->id, account->history_days);

  if (places->paths[0] != NULL)
    pdk_account_monitor_take_source (monitor, PDK_SOURCE (pdk_server_log_source_new (log)));
  if (HAVE_JOURNAL && places->journal_matches[0] != NULL)
    pdk_account_monitor_take_source (monitor, PDK_SOURCE (pdk_journal_source_new (log)));
}

/* The desktop app's database, at the places where it, or a copy of it, is kept. */
static void
add_desktop_db (PdkAccountMonitor *monitor, const PdkAccount *account)
{
  g_autofree char *in_data = g_build_filename (pdk_sandbox_get_data_home (), "Ollama", "db.sqlite", NULL);
  g_autofree char *in_config = g_build_filename (pdk_sandbox_get_config_home (), "Ollama", "db.sqlite", NULL);
  g_autofree char *in_home = default_path (account, NULL, "db.sqlite");
  const char *found[] = { in_data, in_config, in_home, NULL };
  const char *named[] = { account->db_path, NULL };

  if (account->db_path != NULL)
    pdk_account_monitor_take_source (monitor, PDK_SOURCE (pdk_desktop_db_source_new (named, TRUE)));
  else if (account->owns_default_paths)
    pdk_account_monitor_take_source (monitor, PDK_SOURCE (pdk_desktop_db_source_new (found, FALSE)));
}

/**
 * pdk_source_set_add:
 * @monitor: the account's monitor
 * @account: the account's settings
 * @client: the client to send with
 *
 * Returns: (transfer full): what adds the sources of the cloud, as soon as it is told to look for a key
 */
PdkCloudSetup *
pdk_source_set_add (PdkAccountMonitor *monitor, const PdkAccount *account, PdkHttpClient *client)
{
  g_autofree char *config = default_path (account, account->server_config, "server.json");
  g_autoptr (PdkLocalApiSource) server = NULL;
  g_autoptr (PdkServerConfigSource) config_source = NULL;
  PdkCloudSetup *cloud;

  if (account->is_cloud_only)
    return pdk_cloud_setup_new (monitor, account, client, NULL, NULL);
  pdk_account_monitor_set_client (monitor, client);
  server = pdk_local_api_source_new (client, account->base_url);
  pdk_account_monitor_take_source (monitor, PDK_SOURCE (g_object_ref (server)));
  add_request_log (monitor, account, server);
  if (config != NULL)
    {
      config_source = pdk_server_config_source_new (config, g_getenv ("OLLAMA_NO_CLOUD"));
      pdk_account_monitor_take_source (monitor, PDK_SOURCE (g_object_ref (config_source)));
    }
  cloud = pdk_cloud_setup_new (monitor, account, client, server, config_source);
  add_desktop_db (monitor, account);
  return cloud;
}

/** pdk_source_set_add_demo: gives @monitor sources of sample data, which read nothing of this machine's */
void
pdk_source_set_add_demo (PdkAccountMonitor *monitor)
{
  pdk_account_monitor_take_source (monitor, PDK_SOURCE (pdk_demo_source_new_server ()));
  pdk_account_monitor_take_source (monitor, PDK_SOURCE (pdk_demo_source_new_log ()));
  pdk_account_monitor_take_source (monitor, pdk_demo_cloud_source_new ());
  pdk_account_monitor_take_source (monitor, pdk_demo_chat_source_new ());
}
