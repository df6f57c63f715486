/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which sources an account has, by its settings, in the order of precedence. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-source-set.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-cloud-source.h"
#include "pdk-demo-chat-source.h"
#include "pdk-demo-cloud-source.h"
#include "pdk-demo-source.h"
#include "pdk-desktop-db-source.h"
#include "pdk-history-db.h"
#include "pdk-journal-source.h"
#include "pdk-local-account-source.h"
#include "pdk-local-api-source.h"
#include "pdk-sandbox.h"
#include "pdk-server-config-source.h"
#include "pdk-server-log-source.h"

#define DEFAULT_CLOUD_BASE_URL "https://ollama.com"

static char *
default_path (const PdkAccount *account, const char *hint, const char *name)
{
  if (hint != NULL)
    return g_strdup (hint);
  if (account->owns_default_paths)
    return g_build_filename (g_get_home_dir (), ".ollama", name, NULL);
  return NULL;
}

/* Where what the cloud has told is kept, for all of this user's Paddocks. */
static char *
cloud_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "paddock", "cloud", NULL);
}

static char *
cloud_base_url (const PdkAccount *account)
{
  char *url =
      g_strdup (account->cloud_base_url != NULL && *account->cloud_base_url != '\0' ? account->cloud_base_url
                                                                                    : DEFAULT_CLOUD_BASE_URL);

  for (gsize length = strlen (url); length > 0 && url[length - 1] == '/'; length--)
    url[length - 1] = '\0';
  return url;
}

static const char *
get_key (const PdkAccount *account)
{
  const char *key = g_getenv (account->api_key_env);

  return key != NULL && *key != '\0' ? key : NULL;
}

static PdkCloudSource *
new_cloud_with_key (const PdkAccount *account, PdkHttpClient *client)
{
  g_autofree char *folder = cloud_folder ();
  g_autofree char *url = cloud_base_url (account);

  return pdk_cloud_source_new_direct (client, folder, url, get_key (account), account->api_key_env);
}

/* An account that has the cloud alone. */
static void
add_cloud_only (PdkAccountMonitor *monitor, const PdkAccount *account, PdkHttpClient *client)
{
  g_autofree char *sentence = NULL;

  if (get_key (account) != NULL)
    {
      pdk_account_monitor_take_source (monitor, PDK_SOURCE (new_cloud_with_key (account, client)));
      return;
    }
  sentence = g_strdup_printf (
      _ ("There is no key for this cloud account: put it into the environment variable %s, or "
         "set “base_url” to a local server that is signed in to it."),
      account->api_key_env);
  pdk_account_monitor_set_notice (monitor, "cloud_auth_failed", sentence);
}

/* The cloud of an account with a local server. A key wins over whom the server is signed in as, so that the
 * two never mix. */
static void
add_cloud (PdkAccountMonitor *monitor,
           const PdkAccount *account,
           PdkHttpClient *client,
           PdkLocalApiSource *server,
           PdkServerConfigSource *config)
{
  g_autoptr (PdkHttpClient) relay = pdk_http_client_new ();
  g_autofree char *folder = cloud_folder ();
  PdkCloudSource *cloud;

  if (get_key (account) != NULL)
    cloud = new_cloud_with_key (account, client);
  else
    {
      PdkLocalAccountSource *me = pdk_local_account_source_new (relay, folder, account->base_url, server);

      cloud = pdk_cloud_source_new_relay (relay, folder, me);
      pdk_account_monitor_take_source (monitor, PDK_SOURCE (me));
    }
  pdk_cloud_source_set_server (cloud, server, config);
  pdk_account_monitor_take_source (monitor, PDK_SOURCE (cloud));
}

/* Files and the journal make one count, which both sources give. */
static void
add_request_log (PdkAccountMonitor *monitor, const PdkAccount *account)
{
  g_autoptr (PdkLogPlaces) places =
      pdk_log_places_new (account, g_get_home_dir (), g_getenv ("HOMEBREW_PREFIX"));
  g_autoptr (PdkRequestLog) log = pdk_request_log_new (places);
  g_autofree char *history = pdk_history_db_dup_path ();

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
 */
void
pdk_source_set_add (PdkAccountMonitor *monitor, const PdkAccount *account, PdkHttpClient *client)
{
  g_autofree char *config = default_path (account, account->server_config, "server.json");
  g_autoptr (PdkLocalApiSource) server = NULL;
  g_autoptr (PdkServerConfigSource) config_source = NULL;

  if (account->is_cloud_only)
    {
      add_cloud_only (monitor, account, client);
      return;
    }
  server = pdk_local_api_source_new (client, account->base_url);
  pdk_account_monitor_take_source (monitor, PDK_SOURCE (g_object_ref (server)));
  add_request_log (monitor, account);
  if (config != NULL)
    {
      config_source = pdk_server_config_source_new (config, g_getenv ("OLLAMA_NO_CLOUD"));
      pdk_account_monitor_take_source (monitor, PDK_SOURCE (g_object_ref (config_source)));
    }
  add_cloud (monitor, account, client, server, config_source);
  add_desktop_db (monitor, account);
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
