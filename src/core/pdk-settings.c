/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The settings: a JSON document with a list of accounts, read into immutable values. Keys that are not ours
 * are passed over. Every complaint names the line and the key. Pure: the environment comes as arguments. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-settings.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-json.h"
#include "pdk-settings-private.h"

#define DEFAULT_POLL_INTERVAL_MSEC (30 * 1000)
#define DEFAULT_HISTORY_DAYS 365
#define MAX_HISTORY_DAYS 3660

static void
settings_clear (gpointer data)
{
  PdkSettings *settings = data;

  g_free (settings->tray_account);
  g_free (settings->label_template);
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

/* pdk_settings_complain: says what is wrong with @key of @object, on which line. Returns: %FALSE */
gboolean
pdk_settings_complain (PdkSettingsParse *parse, JsonObject *object, const char *key, const char *what)
{
  guint line = GPOINTER_TO_UINT (g_hash_table_lookup (parse->lines, json_object_get_member (object, key)));

  g_set_error (parse->error, PDK_ERROR, PDK_ERROR_SETTINGS, "%u: %s: %s", line, key, what);
  return FALSE;
}

/* pdk_settings_read_string: reads a text that may be missing, or null, which is the same */
gboolean
pdk_settings_read_string (PdkSettingsParse *parse, JsonObject *object, const char *key, const char **value)
{
  const char *text = pdk_json_get_string (object, key);

  if (text != NULL)
    *value = text;
  else if (object != NULL && pdk_json_has_value (object, key))
    return pdk_settings_complain (parse, object, key, _ ("must be a text in quotes"));
  return TRUE;
}

static gboolean
read_choice (
    PdkSettingsParse *parse, JsonObject *root, const char *key, const char *const *choices, guint *index)
{
  const char *text = NULL;

  if (!pdk_settings_read_string (parse, root, key, &text))
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

    return pdk_settings_complain (parse, root, key, what);
  }
}

/* Lower case, digits and at least one underscore: what all metrics are called. */
static gboolean
is_metric_name (const char *text)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789_");

  return length > 0 && text[length] == '\0' && strchr (text, '_') != NULL;
}

/* Whether braces come in pairs with something in between, and there are any. */
static gboolean
is_template (const char *text)
{
  gboolean has_any = FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      const char *close = *p == '{' ? strpbrk (p + 1, "{}") : NULL;

      if (*p == '}' || (*p == '{' && (close == NULL || *close != '}' || close == p + 1)))
        return FALSE;
      has_any |= *p == '{';
      p = close != NULL ? close : p;
    }
  return has_any;
}

static gboolean
read_label (PdkSettingsParse *parse, JsonObject *root, PdkSettings *settings)
{
  static const struct
  {
    const char *name;
    PdkLabelMode mode;
  } modes[] = { { "status", PDK_LABEL_STATUS }, { "short", PDK_LABEL_SHORT }, { "none", PDK_LABEL_NONE } };
  const char *text = "status";

  if (!pdk_settings_read_string (parse, root, "label", &text))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      if (g_str_equal (modes[i].name, text))
        {
          settings->label = modes[i].mode;
          return TRUE;
        }
    }
  if (!is_metric_name (text) && !is_template (text))
    return pdk_settings_complain (
        parse, root, "label",
        _ ("must be “status”, “short”, “none”, the name of a metric, or a text with "
           "names of metrics in braces"));
  settings->label = PDK_LABEL_TEMPLATE;
  settings->label_template = is_template (text) ? g_strdup (text) : g_strdup_printf ("{%s}", text);
  return TRUE;
}

/* What may be changed at a server, and whose state the tray shows. */
static gboolean
read_tray_and_rights (PdkSettingsParse *parse, JsonObject *root, PdkSettings *settings)
{
  const char *account = "";

  if (!pdk_settings_read_string (parse, root, "tray_account", &account))
    return FALSE;
  g_free (settings->tray_account);
  settings->tray_account = g_strdup (account);
  if (pdk_json_has_value (root, "read_only") &&
      !pdk_json_get_boolean (root, "read_only", &settings->read_only))
    return pdk_settings_complain (parse, root, "read_only", _ ("must be true or false"));
  return TRUE;
}

static gboolean
read_general (PdkSettingsParse *parse, JsonObject *root, PdkSettings *settings)
{
  static const char *const icons[] = { "auto", "symbolic", "color", NULL };
  guint icon = PDK_TRAY_ICON_AUTO;
  PdkAlertComplaint wrong;
  double seconds, days;

  if (pdk_json_has_value (root, "poll_interval_seconds"))
    {
      if (!pdk_json_get_number (root, "poll_interval_seconds", &seconds) || seconds < 1 || seconds > 86400)
        return pdk_settings_complain (parse, root, "poll_interval_seconds",
                                      _ ("must be a number from 1 to 86400"));
      settings->poll_interval_msec = (guint) (seconds * 1000);
    }
  if (!read_tray_and_rights (parse, root, settings) || !read_label (parse, root, settings) ||
      !read_choice (parse, root, "tray_icon", icons, &icon))
    return FALSE;
  if (pdk_json_has_value (root, "history_days"))
    {
      if (!pdk_json_get_number (root, "history_days", &days) || days < 0 || days > MAX_HISTORY_DAYS)
        return pdk_settings_complain (parse, root, "history_days", _ ("must be a number from 0 to 3660"));
      settings->history_days = (guint) days;
    }
  if (!pdk_alert_rules_read (&settings->alerts, root, &wrong))
    return pdk_settings_complain (parse, wrong.object, wrong.key, wrong.what);
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
  PdkSettingsParse parse = { base_dir, ollama_host, lines, error };

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
      !pdk_settings_read_accounts (&parse, json_node_get_object (root), settings))
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

  pdk_settings_add_detected_account (settings, ollama_host);
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
