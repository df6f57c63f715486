/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The settings: a JSON document with a list of accounts, read into immutable values. An account block has the
 * shape that other trackers use, so that it can be pasted from there: keys that are not ours are passed over,
 * and the path hints stand in the account itself, in "provider_paths" or in "paths". Every complaint names
 * the line and the key. Pure: the environment comes as arguments. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-settings.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-json.h"
#include "pdk-ollama-host.h"

#define DEFAULT_POLL_INTERVAL_MSEC (30 * 1000)
#define DEFAULT_HISTORY_DAYS 365
#define MAX_HISTORY_DAYS 3660
#define DEFAULT_API_KEY_ENV "OLLAMA_API_KEY"

/* What the parse of one document shares. */
typedef struct
{
  const char *base_dir;    /* relative paths start here */
  const char *ollama_host; /* (nullable) */
  GHashTable *lines;       /* JsonNode * of a member's value -> line of the file */
  GError **error;
} Parse;

static void
settings_clear (gpointer data)
{
  PdkSettings *settings = data;

  g_free (settings->tray_account);
  g_ptr_array_unref (settings->accounts);
}

static PdkSettings *
settings_new (void)
{
  PdkSettings *settings = g_atomic_rc_box_new0 (PdkSettings);

  settings->poll_interval_msec = DEFAULT_POLL_INTERVAL_MSEC;
  settings->history_days = DEFAULT_HISTORY_DAYS;
  settings->label = PDK_LABEL_STATUS;
  settings->tray_icon = PDK_TRAY_ICON_AUTO;
  settings->tray_account = g_strdup ("");
  pdk_alert_rules_init (&settings->alerts);
  settings->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_account_free);
  return settings;
}

static void
add_detected_account (PdkSettings *settings, const char *ollama_host)
{
  PdkAccount *account = g_new0 (PdkAccount, 1);

  account->id = g_strdup ("ollama");
  account->base_url = pdk_ollama_host_to_base_url (ollama_host);
  account->api_key_env = g_strdup (DEFAULT_API_KEY_ENV);
  account->is_detected = TRUE;
  account->owns_default_paths = TRUE;
  g_ptr_array_add (settings->accounts, account);
}

static gboolean
complain (Parse *parse, JsonObject *object, const char *key, const char *what)
{
  guint line = GPOINTER_TO_UINT (g_hash_table_lookup (parse->lines, json_object_get_member (object, key)));

  g_set_error (parse->error, PDK_ERROR, PDK_ERROR_SETTINGS, "%u: %s: %s", line, key, what);
  return FALSE;
}

/* Reads a text that may be missing, or null, which is the same. */
static gboolean
read_string (Parse *parse, JsonObject *object, const char *key, const char **value)
{
  const char *text = pdk_json_get_string (object, key);

  if (text != NULL)
    *value = text;
  else if (object != NULL && json_object_has_member (object, key) &&
           !json_object_get_null_member (object, key))
    return complain (parse, object, key, _ ("must be a text in quotes"));
  return TRUE;
}

/* A hint stands in the account, or in one of two objects inside it; the nearest is right. @place is that
 * object. */
static gboolean
find_hint (Parse *parse, JsonObject *account, const char *key, const char **value, JsonObject **place)
{
  JsonObject *places[] = { account, pdk_json_get_object (account, "provider_paths"),
                           pdk_json_get_object (account, "paths") };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const char *text = NULL;

      if (!read_string (parse, places[i], key, &text))
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
read_hint (Parse *parse, JsonObject *account, const char *key, char **value)
{
  const char *text = NULL;
  JsonObject *place;

  if (!find_hint (parse, account, key, &text, &place))
    return FALSE;
  *value = g_strdup (text);
  return TRUE;
}

static char *
expand_path (Parse *parse, const char *path)
{
  if (g_str_equal (path, "~") || g_str_has_prefix (path, "~/"))
    return g_build_filename (g_get_home_dir (), path + 1, NULL);
  return g_canonicalize_filename (path, parse->base_dir);
}

static gboolean
read_path (Parse *parse, JsonObject *account, const char *key, char **value)
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
read_timezone (Parse *parse, JsonObject *account, char **value)
{
  const char *name = NULL;
  JsonObject *place;

  if (!find_hint (parse, account, "log_timezone", &name, &place))
    return FALSE;
  if (name != NULL && !is_known_timezone (name))
    return complain (parse, place, "log_timezone",
                     _ ("must be “local”, “UTC” or a name such as “Europe/Berlin”"));
  *value = g_strdup (name);
  return TRUE;
}

static gboolean
check_object (Parse *parse, JsonObject *account, const char *key)
{
  if (pdk_json_get_object (account, key) == NULL && json_object_has_member (account, key) &&
      !json_object_get_null_member (account, key))
    return complain (parse, account, key, _ ("must be an object in braces"));
  return TRUE;
}

static gboolean
read_paths (Parse *parse, JsonObject *object, PdkAccount *account)
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

static gboolean
read_server (Parse *parse, JsonObject *object, PdkAccount *account)
{
  const char *auth = NULL, *base_url = NULL, *key_env = DEFAULT_API_KEY_ENV;
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = NULL;

  if (!read_string (parse, object, "auth", &auth) || !read_string (parse, object, "base_url", &base_url) ||
      !read_string (parse, object, "api_key_env", &key_env))
    return FALSE;
  account->api_key_env = g_strdup (key_env);
  if (auth != NULL && !g_str_equal (auth, "local") && !g_str_equal (auth, "api_key"))
    return complain (parse, object, "auth", _ ("must be “local” or “api_key”"));
  if (base_url != NULL && *base_url != '\0')
    account->base_url = pdk_ollama_host_normalize_base_url (base_url, &error);
  else
    account->base_url = pdk_ollama_host_to_base_url (parse->ollama_host);
  if (account->base_url == NULL)
    return complain (parse, object, "base_url", error->message);

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
read_id (Parse *parse, JsonObject *object, const PdkSettings *settings, PdkAccount *account)
{
  const char *id = NULL;

  if (!read_string (parse, object, "id", &id))
    return FALSE;
  if (id == NULL || *id == '\0')
    return TRUE;
  if (has_account (settings, id))
    return complain (parse, object, "id", _ ("is the id of another account too"));
  account->id = g_strdup (id);
  return TRUE;
}

/* An account without an id gets one that no other has, also none that comes later. */
static void
assign_ids (PdkSettings *settings)
{
  for (guint i = 0; i < settings->accounts->len; i++)
    {
      PdkAccount *account = g_ptr_array_index (settings->accounts, i);
      g_autofree char *id = g_strdup ("ollama");

      if (account->id != NULL)
        continue;
      for (guint n = 2; has_account (settings, id); n++)
        {
          g_free (id);
          id = g_strdup_printf ("ollama-%u", n);
        }
      account->id = g_steal_pointer (&id);
    }
}

static gboolean
read_account (Parse *parse, JsonObject *object, PdkSettings *settings)
{
  PdkAccount *account;
  const char *provider = NULL;

  if (!read_string (parse, object, "provider", &provider))
    return FALSE;
  if (provider != NULL && !g_str_equal (provider, "ollama"))
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

static gboolean
read_accounts (Parse *parse, JsonObject *root, PdkSettings *settings)
{
  JsonArray *accounts = pdk_json_get_array (root, "accounts");

  if (accounts == NULL && json_object_has_member (root, "accounts"))
    return complain (parse, root, "accounts", _ ("must be a list in brackets"));
  for (guint i = 0; accounts != NULL && i < json_array_get_length (accounts); i++)
    {
      JsonObject *object = pdk_json_get_element_object (accounts, i);

      if (object == NULL)
        return complain (parse, root, "accounts", _ ("must hold objects in braces alone"));
      if (!read_account (parse, object, settings))
        return FALSE;
    }
  assign_ids (settings);
  assign_default_paths (settings);
  if (settings->accounts->len == 0)
    add_detected_account (settings, parse->ollama_host);
  return TRUE;
}

static gboolean
read_choice (Parse *parse, JsonObject *root, const char *key, const char *const *choices, guint *index)
{
  const char *text = NULL;

  if (!read_string (parse, root, key, &text))
    return FALSE;
  if (text == NULL)
    return TRUE;
  for (guint i = 0; choices[i] != NULL; i++)
    {
      if (g_str_equal (choices[i], text))
        {
          *index = i;
          return TRUE;
        }
    }
  {
    g_autofree char *known = g_strjoinv (", ", (GStrv) choices);
    g_autofree char *what = g_strdup_printf (_ ("must be one of: %s"), known);

    return complain (parse, root, key, what);
  }
}

/* What may be changed at a server, and whose state the tray shows. */
static gboolean
read_tray_and_rights (Parse *parse, JsonObject *root, PdkSettings *settings)
{
  const char *account = "";

  if (!read_string (parse, root, "tray_account", &account))
    return FALSE;
  g_free (settings->tray_account);
  settings->tray_account = g_strdup (account);
  if (json_object_has_member (root, "read_only") &&
      !pdk_json_get_boolean (root, "read_only", &settings->read_only))
    return complain (parse, root, "read_only", _ ("must be true or false"));
  return TRUE;
}

static gboolean
read_general (Parse *parse, JsonObject *root, PdkSettings *settings)
{
  static const char *const labels[] = { "status", "none", NULL };
  static const char *const icons[] = { "auto", "symbolic", "color", NULL };
  guint label = PDK_LABEL_STATUS, icon = PDK_TRAY_ICON_AUTO;
  PdkAlertComplaint wrong;
  double seconds, days;

  if (json_object_has_member (root, "poll_interval_seconds"))
    {
      if (!pdk_json_get_number (root, "poll_interval_seconds", &seconds) || seconds < 1 || seconds > 86400)
        return complain (parse, root, "poll_interval_seconds", _ ("must be a number from 1 to 86400"));
      settings->poll_interval_msec = (guint) (seconds * 1000);
    }
  if (!read_tray_and_rights (parse, root, settings) || !read_choice (parse, root, "label", labels, &label) ||
      !read_choice (parse, root, "tray_icon", icons, &icon))
    return FALSE;
  if (json_object_has_member (root, "history_days"))
    {
      if (!pdk_json_get_number (root, "history_days", &days) || days < 0 || days > MAX_HISTORY_DAYS)
        return complain (parse, root, "history_days", _ ("must be a number from 0 to 3660"));
      settings->history_days = (guint) days;
    }
  if (!pdk_alert_rules_read (&settings->alerts, root, &wrong))
    return complain (parse, wrong.object, wrong.key, wrong.what);
  settings->label = (PdkLabelMode) label;
  settings->tray_icon = (PdkTrayIconStyle) icon;
  return TRUE;
}

static void
share_history_days (PdkSettings *settings)
{
  for (guint i = 0; i < settings->accounts->len; i++)
    ((PdkAccount *) g_ptr_array_index (settings->accounts, i))->history_days = settings->history_days;
}

/**
 * pdk_settings_parse:
 * @text: the content of the settings file
 * @length: its length in bytes
 * @base_dir: the absolute folder that relative paths start from
 * @ollama_host: (nullable): the value of OLLAMA_HOST
 * @error: return location for PDK_ERROR_SETTINGS
 *
 * A document without an account of Ollama's gets the one that is detected.
 *
 * Returns: (transfer full) (nullable): the settings, NULL with @error set when they cannot be used; its
 * message starts with the line and names the key: "4: base_url: must be …"
 */
PdkSettings *
pdk_settings_parse (
    const char *text, gsize length, const char *base_dir, const char *ollama_host, GError **error)
{
  g_autoptr (PdkSettings) settings = settings_new ();
  g_autoptr (GHashTable) lines = NULL;
  g_autoptr (GError) cause = NULL;
  guint error_line = 1;
  g_autoptr (JsonNode) root = pdk_json_parse_located (text, length, &lines, &error_line, &cause);
  Parse parse = { base_dir, ollama_host, lines, error };

  if (cause != NULL)
    {
      g_set_error (error, PDK_ERROR, PDK_ERROR_SETTINGS, _ ("%u: not valid JSON: %s"), error_line,
                   cause->message);
      return NULL;
    }
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, PDK_ERROR, PDK_ERROR_SETTINGS, "1: %s", _ ("must be one object in braces"));
      return NULL;
    }
  if (!read_general (&parse, json_node_get_object (root), settings) ||
      !read_accounts (&parse, json_node_get_object (root), settings))
    return NULL;
  share_history_days (settings);
  return g_steal_pointer (&settings);
}

/**
 * pdk_settings_new_detected:
 * @ollama_host: (nullable): the value of OLLAMA_HOST
 *
 * Returns: (transfer full): the settings of somebody who has no settings file
 */
PdkSettings *
pdk_settings_new_detected (const char *ollama_host)
{
  PdkSettings *settings = settings_new ();

  add_detected_account (settings, ollama_host);
  share_history_days (settings);
  return settings;
}

/** pdk_settings_ref: Returns: (transfer full): @settings, with one more reference */
PdkSettings *
pdk_settings_ref (PdkSettings *settings)
{
  return g_atomic_rc_box_acquire (settings);
}

/** pdk_settings_unref: gives a reference to @settings back */
void
pdk_settings_unref (PdkSettings *settings)
{
  g_atomic_rc_box_release_full (settings, settings_clear);
}

/** pdk_settings_get_account: Returns: (transfer none): the account at @index, which is less than their number
 */
const PdkAccount *
pdk_settings_get_account (const PdkSettings *settings, guint index)
{
  return g_ptr_array_index (settings->accounts, index);
}

/**
 * pdk_settings_has_same_accounts:
 * @settings: settings
 * @other: settings
 *
 * Returns: whether both name the same accounts in the same order, each with the same places to look at
 */
gboolean
pdk_settings_has_same_accounts (const PdkSettings *settings, const PdkSettings *other)
{
  if (settings->accounts->len != other->accounts->len)
    return FALSE;
  for (guint i = 0; i < settings->accounts->len; i++)
    {
      if (!pdk_account_equal (pdk_settings_get_account (settings, i), pdk_settings_get_account (other, i)))
        return FALSE;
    }
  return TRUE;
}
