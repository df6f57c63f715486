/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changes to the text of the settings file. Everything that is not changed stays, whether we know it or not,
 * and in its order; only white space becomes what our own is. What comes out has been read again by the
 * parser of the settings, so that nothing is ever written that could not be used. Pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-settings-edit.h"

#include <string.h>

#include "pdk-json.h"
#include "pdk-settings.h"

typedef struct
{
  char *account_id; /* (nullable): the top level */
  char *key;        /* (nullable): the account goes */
  JsonNode *value;  /* (nullable): the key goes */
} Change;

struct _PdkSettingsEdit
{
  GPtrArray *changes; /* (element-type Change): in the order that they were asked for */
};

/* The objects in which a hint may stand besides the account itself. */
static const char *const hint_places[] = { "provider_paths", "paths" };

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->account_id);
  g_free (change->key);
  g_clear_pointer (&change->value, json_node_unref);
  g_free (change);
}

static void
edit_clear (gpointer data)
{
  PdkSettingsEdit *edit = data;

  g_ptr_array_unref (edit->changes);
}

static void
add_change (PdkSettingsEdit *edit, const char *account_id, const char *key, JsonNode *value)
{
  Change *change = g_new0 (Change, 1);

  change->account_id = g_strdup (account_id);
  change->key = g_strdup (key);
  change->value = value;
  g_ptr_array_add (edit->changes, change);
}

static void
set_or_remove (JsonObject *object, const char *key, JsonNode *value)
{
  if (value != NULL)
    json_object_set_member (object, key, json_node_copy (value));
  else if (json_object_has_member (object, key))
    json_object_remove_member (object, key);
}

/* `notifications.silent` stands in an object of the top level, which is made when it is needed. */
static void
change_top_level (JsonObject *root, const Change *change)
{
  const char *dot = strchr (change->key, '.');
  g_autofree char *group = dot != NULL ? g_strndup (change->key, dot - change->key) : NULL;

  if (group == NULL)
    {
      set_or_remove (root, change->key, change->value);
      return;
    }
  if (pdk_json_get_object (root, group) == NULL)
    {
      if (change->value == NULL)
        return;
      json_object_set_object_member (root, group, json_object_new ());
    }
  set_or_remove (json_object_get_object_member (root, group), dot + 1, change->value);
}

static void
remove_hint (JsonObject *account, const char *key)
{
  set_or_remove (account, key, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (hint_places); i++)
    {
      JsonObject *object = pdk_json_get_object (account, hint_places[i]);

      if (object != NULL)
        set_or_remove (object, key, NULL);
    }
}

/* A hint is changed where it is in force, and leaves no other behind that would be in force instead. */
static void
change_account (JsonObject *account, const Change *change)
{
  JsonObject *place = account;

  /* Another name for the same, which would be in force instead. */
  if (g_str_equal (change->key, "db_path"))
    remove_hint (account, "app_db");

  for (gsize i = 0; i < G_N_ELEMENTS (hint_places); i++)
    {
      JsonObject *object = pdk_json_get_object (account, hint_places[i]);

      if (object == NULL || !json_object_has_member (object, change->key))
        continue;
      if (place == account && !json_object_has_member (account, change->key))
        place = object;
      else
        json_object_remove_member (object, change->key);
    }
  set_or_remove (place, change->key, change->value);
}

static gboolean
is_ours (JsonObject *account)
{
  const char *provider = pdk_json_get_string (account, "provider");

  return provider == NULL || g_ascii_strcasecmp (provider, "ollama") == 0;
}

static gboolean
has_id (JsonArray *accounts, const char *id)
{
  for (guint i = 0; i < json_array_get_length (accounts); i++)
    {
      JsonObject *account = pdk_json_get_element_object (accounts, i);

      if (account != NULL && is_ours (account) && g_strcmp0 (pdk_json_get_string (account, "id"), id) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The account that the parser of the settings calls @id, also where it has none in the file. Returns its
 * index, or -1. */
static int
find_account (JsonArray *accounts, const char *id)
{
  guint n_without = 0;

  for (guint i = 0; i < json_array_get_length (accounts); i++)
    {
      JsonObject *account = pdk_json_get_element_object (accounts, i);
      const char *own = account != NULL ? pdk_json_get_string (account, "id") : NULL;
      g_autofree char *assigned = NULL;

      if (account == NULL || !is_ours (account))
        continue;
      if (own != NULL && *own != '\0')
        {
          if (g_str_equal (own, id))
            return (int) i;
          continue;
        }
      do
        {
          n_without++;
          g_free (assigned);
          assigned = n_without == 1 ? g_strdup ("ollama") : g_strdup_printf ("ollama-%u", n_without);
        }
      while (has_id (accounts, assigned));
      if (g_str_equal (assigned, id))
        return (int) i;
    }
  return -1;
}

static JsonArray *
obtain_accounts (JsonObject *root)
{
  if (pdk_json_get_array (root, "accounts") == NULL)
    json_object_set_array_member (root, "accounts", json_array_new ());
  return json_object_get_array_member (root, "accounts");
}

static void
apply_to_account (JsonObject *root, const Change *change)
{
  JsonArray *accounts = obtain_accounts (root);
  int i = find_account (accounts, change->account_id);

  if (change->key == NULL)
    {
      if (i >= 0)
        json_array_remove_element (accounts, (guint) i);
      return;
    }
  if (i < 0)
    {
      JsonObject *account = json_object_new ();

      json_object_set_string_member (account, "id", change->account_id);
      json_object_set_string_member (account, "provider", "ollama");
      i = (int) json_array_get_length (accounts);
      json_array_add_object_element (accounts, account);
    }
  change_account (json_array_get_object_element (accounts, (guint) i), change);
}

static char *
to_text (JsonNode *root)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  json_generator_set_indent (generator, 2);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}

/** pdk_settings_edit_new: Returns: (transfer full): an edit that changes nothing yet */
PdkSettingsEdit *
pdk_settings_edit_new (void)
{
  PdkSettingsEdit *edit = g_atomic_rc_box_new0 (PdkSettingsEdit);

  edit->changes = g_ptr_array_new_with_free_func (change_free);
  return edit;
}

/** pdk_settings_edit_ref: Returns: (transfer full): @edit, with one more reference; from then on it must not
 * be added to */
PdkSettingsEdit *
pdk_settings_edit_ref (PdkSettingsEdit *edit)
{
  return g_atomic_rc_box_acquire (edit);
}

/** pdk_settings_edit_unref: gives a reference to @edit back */
void
pdk_settings_edit_unref (PdkSettingsEdit *edit)
{
  g_atomic_rc_box_release_full (edit, edit_clear);
}

/**
 * pdk_settings_edit_set:
 * @edit: an edit
 * @account_id: (nullable): the account, which is added if there is none; %NULL for the top level
 * @key: the key; at the top level also one inside an object, such as `notifications.silent`
 * @value: (nullable) (transfer full): the value; %NULL removes the key
 */
void
pdk_settings_edit_set (PdkSettingsEdit *edit, const char *account_id, const char *key, JsonNode *value)
{
  g_return_if_fail (key != NULL);
  add_change (edit, account_id, key, value);
}

/** pdk_settings_edit_set_string: the same for the text @value, or %NULL */
void
pdk_settings_edit_set_string (PdkSettingsEdit *edit,
                              const char *account_id,
                              const char *key,
                              const char *value)
{
  JsonNode *node = value != NULL ? json_node_init_string (json_node_alloc (), value) : NULL;

  pdk_settings_edit_set (edit, account_id, key, node);
}

/** pdk_settings_edit_remove_account: removes the account @account_id with all that is in it */
void
pdk_settings_edit_remove_account (PdkSettingsEdit *edit, const char *account_id)
{
  add_change (edit, account_id, NULL, NULL);
}

/**
 * pdk_settings_edit_apply:
 * @edit: an edit
 * @text: the content of the settings file; empty where there is none
 * @length: its length in bytes
 * @base_dir: see pdk_settings_parse()
 * @ollama_host: (nullable): see pdk_settings_parse()
 * @error: return location for %PDK_ERROR_SETTINGS
 *
 * Returns: (transfer full) (nullable): the new content; or %NULL with @error set when @text is not JSON, or
 *   when the new content could not be used: then its message is that of pdk_settings_parse()
 */
char *
pdk_settings_edit_apply (const PdkSettingsEdit *edit,
                         const char *text,
                         gsize length,
                         const char *base_dir,
                         const char *ollama_host,
                         GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (PdkSettings) settings = NULL;
  g_autofree char *changed = NULL;

  if (length == 0)
    {
      text = "{}";
      length = strlen (text);
    }
  /* What cannot be used now is not written over: somebody may be in the middle of it. */
  settings = pdk_settings_parse (text, length, base_dir, ollama_host, error);
  if (settings == NULL)
    return NULL;
  root = pdk_json_parse (text, length, error);
  if (root == NULL)
    return NULL;

  for (guint i = 0; i < edit->changes->len; i++)
    {
      const Change *change = g_ptr_array_index (edit->changes, i);

      if (change->account_id == NULL)
        change_top_level (json_node_get_object (root), change);
      else
        apply_to_account (json_node_get_object (root), change);
    }
  changed = to_text (root);
  g_clear_pointer (&settings, pdk_settings_unref);
  settings = pdk_settings_parse (changed, strlen (changed), base_dir, ollama_host, error);
  return settings != NULL ? g_steal_pointer (&changed) : NULL;
}
