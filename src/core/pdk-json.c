/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading JSON that comes from outside: depth checked before json-glib sees the text (json-glib before 1.10
 * recurses without a limit), and members read only when they have the type that is asked for. Pure functions,
 * any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "pdk-error.h"

/**
 * pdk_json_check_depth:
 * @text: a JSON document
 * @length: its length in bytes
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: whether @text nests no deeper than PDK_JSON_MAX_DEPTH
 */
gboolean
pdk_json_check_depth (const char *text, gsize length, GError **error)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (in_string)
        {
          if (c == '\\')
            i++;
          else if (c == '"')
            in_string = FALSE;
        }
      else if (c == '"')
        in_string = TRUE;
      else if (c == '[' || c == '{')
        {
          if (++depth > PDK_JSON_MAX_DEPTH)
            {
              g_set_error (error,
                           PDK_ERROR,
                           PDK_ERROR_MALFORMED,
                           _ ("JSON nested more than %d levels deep"),
                           PDK_JSON_MAX_DEPTH);
              return FALSE;
            }
        }
      else if ((c == ']' || c == '}') && depth > 0)
        depth--;
    }
  return TRUE;
}

/**
 * pdk_json_parse:
 * @text: a JSON document
 * @length: its length in bytes
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): the document's root, NULL with @error set when it is not JSON
 */
JsonNode *
pdk_json_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) cause = NULL;
  JsonNode *root;

  if (!pdk_json_check_depth (text, length, error))
    return NULL;
  if (length > G_MAXSSIZE || !json_parser_load_from_data (parser, text, (gssize) length, &cause))
    {
      /* json-glib's own words name neither the sender nor a step to take. */
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("not JSON"));
      return NULL;
    }
  root = json_parser_steal_root (parser);
  if (root == NULL)
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("an empty answer"));
  return root;
}

static JsonNode *
get_member (JsonObject *object, const char *name, JsonNodeType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_node_type (node) == type ? node : NULL;
}

/** pdk_json_get_object: Returns: (transfer none) (nullable): member @name of @object (nullable) if an object */
JsonObject *
pdk_json_get_object (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_OBJECT);

  return node != NULL ? json_node_get_object (node) : NULL;
}

/** pdk_json_get_array: Returns: (transfer none) (nullable): member @name of @object (nullable) if an array */
JsonArray *
pdk_json_get_array (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_ARRAY);

  return node != NULL ? json_node_get_array (node) : NULL;
}

/** pdk_json_get_string: Returns: (transfer none) (nullable): member @name of @object (nullable) if a text */
const char *
pdk_json_get_string (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/**
 * pdk_json_get_number:
 * @object: (nullable): an object
 * @name: a member's name
 * @value: (out): the number, set only when there is one
 *
 * Returns: whether the member is a finite number
 */
gboolean
pdk_json_get_number (JsonObject *object, const char *name, double *value)
{
  JsonNode *node = get_member (object, name, JSON_NODE_VALUE);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;
  double number;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  number = json_node_get_double (node);
  if (!isfinite (number))
    return FALSE;
  *value = number;
  return TRUE;
}

/**
 * pdk_json_get_count:
 * @object: (nullable): an object
 * @name: a member's name
 * @value: (out): the number, set only when there is one
 *
 * Returns: whether the member is a whole number that is not negative, and that a double holds exactly
 */
gboolean
pdk_json_get_count (JsonObject *object, const char *name, gint64 *value)
{
  double number;

  if (!pdk_json_get_number (object, name, &number) || number < 0 || number > 9007199254740992.0 ||
      floor (number) != number)
    return FALSE;
  *value = (gint64) number;
  return TRUE;
}

/** pdk_json_get_boolean: Returns: whether @name of @object (nullable) is a boolean, which is put in @value */
gboolean
pdk_json_get_boolean (JsonObject *object, const char *name, gboolean *value)
{
  JsonNode *node = get_member (object, name, JSON_NODE_VALUE);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *value = json_node_get_boolean (node);
  return TRUE;
}

/** pdk_json_get_element_object: Returns: (transfer none) (nullable): element @index of @array if an object */
JsonObject *
pdk_json_get_element_object (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}
