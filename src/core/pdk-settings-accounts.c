/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The accounts of the settings. An account block has the shape that other trackers use, so that it can be
 * pasted from there: keys that are not ours are passed over, and the path hints stand in the account itself,
 * in "provider_paths" or in "paths". Pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-settings-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-json.h"
#include "pdk-ollama-host.h"

#define DEFAULT_API_KEY_ENV "OLLAMA_API_KEY"
#define MAX_ACCOUNTS 1000

/* pdk_settings_add_detected_account: adds the account of somebody who has named none */
void
pdk_settings_add_detected_account (PdkSettings *settings, const char *ollama_host)
{
  PdkAccount *account = g_new0 (PdkAccount, 1);

  account->id = g_strdup ("ollama");
  account->base_url = pdk_ollama_host_to_base_url (ollama_host);
  account->api_key_env = g_strdup (DEFAULT_API_KEY_ENV);
  account->is_detected = TRUE;
  account->owns_default_paths = TRUE;
  g_ptr_array_add (settings->accounts, account);
}

/* A hint stands in the account, or in one of two objects inside it; the nearest is right. @place is that
 * object. */
static gboolean
find_hint (
    PdkSettingsParse *parse, JsonObject *account, const char *key, const char **value, JsonObject **place)
{
  JsonObject *places[] = { account, pdk_json_get_object (account, "provider_paths"),
                           pdk_json_get_object (account, "paths") };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const char *text = NULL;

      if (!pdk_settings_read_string (parse, places[i], key, &text))
        return FALSE;
      if (text != NULL && *value == NULL)
        {
          *value = text;
          *place = places[i];
        }
    }
  return TRUE;
}

static gboolean
read_hint (PdkSettingsParse *parse, JsonObject *account, const char *key, char **value)
{
  const char *text = NULL;
  JsonObject *place;

  if (!find_hint (parse, account, key, &text, &place))
    return FALSE;
  *value = g_strdup (text);
  return TRUE;
}

static char *
expand_path (PdkSettingsParse *parse, const char *path)
{
  if (g_str_equal (path, "~") || g_str_has_prefix (path, "~/"))
    return g_build_filename (g_get_home_dir (), path + 1, NULL);
  return g_canonicalize_filename (path, parse->base_dir);
}

static gboolean
read_path (PdkSettingsParse *parse, JsonObject *account, const char *key, char **value)
{
  g_autofree char *text = NULL;

  if (!read_hint (parse, account, key, &text))
    return FALSE;
  if (text != NULL && *text != '\0' && *value == NULL)
    *value = expand_path (parse, text);
  return TRUE;
}

static gboolean
is_known_timezone (const char *name)
{
  g_autoptr (GTimeZone) zone = NULL;

  if (*name == '\0' || g_str_equal (name, "local"))
    return TRUE;
  zone = g_time_zone_new_identifier (name);
  return zone != NULL;
}

static gboolean
read_timezone (PdkSettingsParse *parse, JsonObject *account, char **value)
{
  const char *name = NULL;
  JsonObject *place;

  if (!find_hint (parse, account, "log_timezone", &name, &place))
    return FALSE;
  if (name != NULL && !is_known_timezone (name))
    return pdk_settings_complain (parse, place, "log_timezone",
                                  _ ("must be “local”, “UTC” or a name such as “Europe/Berlin”"));
  *value = g_strdup (name);
  return TRUE;
}

static gboolean
check_object (PdkSettingsParse *parse, JsonObject *account, const char *key)
{
  if (pdk_json_get_object (account, key) == NULL && pdk_json_has_value (account, key))
    return pdk_settings_complain (parse, account, key, _ ("must be an object in braces"));
  return TRUE;
}

static gboolean
read_paths (PdkSettingsParse *parse, JsonObject *object, PdkAccount *account)
{
  g_autofree char *config_dir = NULL;

  if (!check_object (parse, object, "provider_paths") || !check_object (parse, object, "paths") ||
      !read_path (parse, object, "logs_dir", &account->logs_dir) ||
      !read_path (parse, object, "config_dir", &config_dir) ||
      !read_path (parse, object, "server_config", &account->server_config) ||
      !read_path (parse, object, "db_path", &account->db_path) ||
      !read_path (parse, object, "app_db", &account->db_path) ||
      !read_path (parse, object, "journal_dir", &account->journal_dir) ||
      !read_hint (parse, object, "journal_unit", &account->journal_unit) ||
      !read_hint (parse, object, "container", &account->container) ||
      !read_timezone (parse, object, &account->log_timezone) ||
      !read_hint (parse, object, "cloud_base_url", &account->cloud_base_url))
    return FALSE;
  if (config_dir != NULL && account->logs_dir == NULL)
    account->logs_dir = g_build_filename (config_dir, "logs", NULL);
  if (config_dir != NULL && account->server_config == NULL)
    account->server_config = g_build_filename (config_dir, "server.json", NULL);
  return TRUE;
}

/* POSIX has more, but shells take no more. What is none of these may be a key in the wrong place, which the
 * diagnostics would show to everybody. */
static gboolean
is_variable_name (const char *text)
{
  return strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_") == strlen (text) &&
         !g_ascii_isdigit (*text);
}

static gboolean
read_server (PdkSettingsParse *parse, JsonObject *object, PdkAccount *account)
{
  const char *auth = NULL, *base_url = NULL, *key_env = DEFAULT_API_KEY_ENV;
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = NULL;

  if (!pdk_settings_read_string (parse, object, "auth", &auth) ||
      !pdk_settings_read_string (parse, object, "base_url", &base_url) ||
      !pdk_settings_read_string (parse, object, "api_key_env", &key_env))
    return FALSE;
  if (!is_variable_name (key_env))
    return pdk_settings_complain (parse, object, "api_key_env",
                                  _ ("must be the name of an environment variable, not the key itself"));
  account->api_key_env = g_strdup (key_env);
  if (auth != NULL && !g_str_equal (auth, "local") && !g_str_equal (auth, "api_key"))
    return pdk_settings_complain (parse, object, "auth", _ ("must be “local” or “api_key”"));
  if (base_url != NULL && *base_url != '\0')
    account->base_url = pdk_ollama_host_normalize_base_url (base_url, &error);
  else
    account->base_url = pdk_ollama_host_to_base_url (parse->ollama_host);
  if (account->base_url == NULL)
    return pdk_settings_complain (parse, object, "base_url", error->message);

  uri = g_uri_parse (account->base_url, G_URI_FLAGS_NONE, NULL);
  account->is_cloud_only = g_strcmp0 (auth, "api_key") == 0 ||
                           (uri != NULL && g_ascii_strcasecmp (g_uri_get_host (uri), "ollama.com") == 0);
  if (account->is_cloud_only)
    g_clear_pointer (&account->base_url, g_free);
  return TRUE;
}

static gboolean
has_account (const PdkSettings *settings, const char *id)
{
  for (guint i = 0; i < settings->accounts->len; i++)
    {
      if (g_strcmp0 (pdk_settings_get_account (settings, i)->id, id) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_id (PdkSettingsParse *parse, JsonObject *object, const PdkSettings *settings, PdkAccount *account)
{
  const char *id = NULL;

  if (!pdk_settings_read_string (parse, object, "id", &id))
    return FALSE;
  if (id == NULL || *id == '\0')
    return TRUE;
  if (has_account (settings, id))
    return pdk_settings_complain (parse, object, "id", _ ("is the id of another account too"));
  account->id = g_strdup (id);
  return TRUE;
}

/* An account without an id gets one that no other has, also none that comes later. */
static void
assign_ids (PdkSettings *settings)
{
  guint n = 2;

  for (guint i = 0; i < settings->accounts->len; i++)
    {
      PdkAccount *account = g_ptr_array_index (settings->accounts, i);
      g_autofree char *id = g_strdup ("ollama");

      if (account->id != NULL)
        continue;
      for (; has_account (settings, id); n++)
        {
          g_free (id);
          id = g_strdup_printf ("ollama-%u", n);
        }
      account->id = g_steal_pointer (&id);
    }
}

static gboolean
read_account (PdkSettingsParse *parse, JsonObject *object, PdkSettings *settings)
{
  PdkAccount *account;
  const char *provider = NULL;

  if (!pdk_settings_read_string (parse, object, "provider", &provider))
    return FALSE;
  if (provider != NULL && g_ascii_strcasecmp (provider, "ollama") != 0)
    return TRUE;

  account = g_new0 (PdkAccount, 1);
  if (!read_id (parse, object, settings, account) || !read_server (parse, object, account) ||
      !read_paths (parse, object, account))
    {
      pdk_account_free (account);
      return FALSE;
    }
  g_ptr_array_add (settings->accounts, account);
  return TRUE;
}

/* The log and the configuration in the user's home belong to one server: the first on this machine, or else
 * the first. Otherwise two accounts would count the same requests. */
static void
assign_default_paths (PdkSettings *settings)
{
  PdkAccount *owner = NULL;

  for (guint i = 0; i < settings->accounts->len; i++)
    {
      PdkAccount *account = g_ptr_array_index (settings->accounts, i);

      if (account->is_cloud_only)
        continue;
      if (pdk_ollama_host_is_loopback (account->base_url))
        {
          owner = account;
          break;
        }
      if (owner == NULL)
        owner = account;
    }
  if (owner != NULL)
    owner->owns_default_paths = TRUE;
}

/* pdk_settings_read_accounts: reads all accounts; where there are none, the one that is detected. Returns:
 * %FALSE after a complaint */
gboolean
pdk_settings_read_accounts (PdkSettingsParse *parse, JsonObject *root, PdkSettings *settings)
{
  JsonArray *accounts = pdk_json_get_array (root, "accounts");

  if (accounts == NULL && pdk_json_has_value (root, "accounts"))
    return pdk_settings_complain (parse, root, "accounts", _ ("must be a list in brackets"));
  if (accounts != NULL && json_array_get_length (accounts) > MAX_ACCOUNTS)
    return pdk_settings_complain (parse, root, "accounts", _ ("must hold no more than 1000 accounts"));
  for (guint i = 0; accounts != NULL && i < json_array_get_length (accounts); i++)
    {
      JsonObject *object = pdk_json_get_element_object (accounts, i);

      if (object == NULL)
        return pdk_settings_complain (parse, root, "accounts", _ ("must hold objects in braces alone"));
      if (!read_account (parse, object, settings))
        return FALSE;
    }
  assign_ids (settings);
  assign_default_paths (settings);
  if (settings->accounts->len == 0)
    pdk_settings_add_detected_account (settings, parse->ollama_host);
  return TRUE;
}
