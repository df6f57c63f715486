/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading JSON that comes from outside: depth checked before json-glib sees the text (json-glib before 1.10
 * recurses without a limit), and members read only when they have the type that is asked for. Pure functions,
 * any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-json-syntax.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* A look through a document, from its first byte to its last. */
typedef struct
{
  guint line; /* counted from 1 */
  guint depth;
  guint string_line; /* where the latest string starts */
  gboolean is_over;  /* the outermost object or list has ended */
  gboolean is_too_deep;
  guint key_lines[PDK_JSON_MAX_DEPTH + 1]; /* of the member that is open at each depth, or 0 */
  GArray *lines; /* (nullable): guint, of each member's key, in the order in which the members end */
} Scan;

static void
end_member (Scan *scan)
{
  if (scan->key_lines[scan->depth] != 0 && scan->lines != NULL)
    g_array_append_val (scan->lines, scan->key_lines[scan->depth]);
  scan->key_lines[scan->depth] = 0;
}

static gboolean
scan_opening (Scan *scan)
{
  if (scan->depth == PDK_JSON_MAX_DEPTH)
    {
      scan->is_too_deep = TRUE;
      return FALSE;
    }
  scan->key_lines[++scan->depth] = 0;
  return TRUE;
}

/* json-glib takes more than JSON: comments, quotes of both kinds, assignments, a second document after the
 * first. Brackets are counted right only where none of that is let in. */
static gboolean
scan_outside_string (Scan *scan, char c)
{
  if (g_ascii_isspace (c))
    return TRUE;
  if (scan->is_over)
    return FALSE;
  switch (c)
    {
    case '{':
    case '[':
      return scan_opening (scan);
    case '}':
    case ']':
      if (scan->depth == 0)
        return FALSE;
      end_member (scan);
      scan->is_over = --scan->depth == 0;
      return TRUE;
    case ':':
      scan->key_lines[scan->depth] = scan->string_line;
      return TRUE;
    case ',':
      end_member (scan);
      return TRUE;
    default:
      return g_ascii_isalnum (c) || c == '+' || c == '-' || c == '.';
    }
}

/* Returns whether json-glib may see the text; otherwise the scan stands where it may not. */
static gboolean
scan_text (Scan *scan, const char *text, gsize length)
{
  gboolean in_string = FALSE;

  scan->line = 1;
  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (c == '\n')
        scan->line++;
      if (in_string)
        {
          if (c == '"')
            in_string = FALSE;
          else if (c == '\\' && i + 1 < length && text[i + 1] != '\n')
            i++;
        }
      else if (c == '"' && !scan->is_over)
        {
          in_string = TRUE;
          scan->string_line = scan->line;
        }
      else if (!scan_outside_string (scan, c))
        return FALSE;
    }
  return TRUE;
}

static void
set_scan_error (const Scan *scan, const char *otherwise, GError **error)
{
  if (scan->is_too_deep)
    g_set_error (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("JSON nested more than %d levels deep"),
                 PDK_JSON_MAX_DEPTH);
  else
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, otherwise);
}

static void
skip_byte_order_mark (const char **text, gsize *length)
{
  gsize n = strlen (BYTE_ORDER_MARK);

  if (*length < n || memcmp (*text, BYTE_ORDER_MARK, n) != 0)
    return;
  *text += n;
  *length -= n;
}

/**
 * pdk_json_check_depth:
 * @text: a JSON document, without a byte order mark
 * @length: its length in bytes
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Looks at brackets and strings alone, so that json-glib can be trusted with the text; whether it is JSON is
 * for json-glib to say.
 *
 * Returns: whether @text nests no deeper than PDK_JSON_MAX_DEPTH, and holds nothing outside of its strings
 * that JSON has no use for
 */
gboolean
pdk_json_check_depth (const char *text, gsize length, GError **error)
{
  Scan scan = { 0 };

  if (scan_text (&scan, text, length))
    return TRUE;
  /* json-glib's own words, and ours for where it is wrong, name neither the sender nor a step to take. */
  set_scan_error (&scan, _ ("not JSON"), error);
  return FALSE;
}

/**
 * pdk_json_parse:
 * @text: a JSON document, in UTF-8, with or without a byte order mark
 * @length: its length in bytes
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): the document's root, NULL with @error set when it is not JSON
 */
JsonNode *
pdk_json_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  skip_byte_order_mark (&text, &length);
  if (!pdk_json_check_depth (text, length, error))
    return NULL;
  if (length > G_MAXSSIZE || !json_parser_load_from_data (parser, text, (gssize) length, NULL))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("not JSON"));
      return NULL;
    }
  root = json_parser_steal_root (parser);
  if (root == NULL)
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("empty"));
  return root;
}

/* What json-glib is told the lines of as it goes by. */
typedef struct
{
  GArray *lines;       /* guint, in the order in which members end */
  guint n_members;     /* that have ended */
  GHashTable *by_node; /* JsonNode * -> line */
} Locator;

/* json-glib announces a member at its end, and knows no line but the one it has read to. */
static void
on_object_member (JsonParser *parser, JsonObject *object, const char *name, gpointer user_data)
{
  Locator *locator = user_data;
  guint line = locator->n_members < locator->lines->len
                   ? g_array_index (locator->lines, guint, locator->n_members)
                   : json_parser_get_current_line (parser);

  locator->n_members++;
  g_hash_table_insert (locator->by_node, json_object_get_member (object, name), GUINT_TO_POINTER (line));
}

static guint
count_lines (const char *text, const char *end)
{
  guint line = 1;

  for (const char *p = text; p < end; p++)
    line += *p == '\n';
  return line;
}

/**
 * pdk_json_parse_located:
 * @text: a JSON document, in UTF-8, with or without a byte order mark
 * @length: its length in bytes
 * @lines: (out) (transfer full): for each member's value, a JsonNode, the line of the member's key, counted
 * from 1
 * @error_line: (out): the line that @error is about, set with it
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * As pdk_json_parse(), for a document that a person has written and will mend.
 *
 * Returns: (transfer full) (nullable): the document's root; NULL when it is empty, and then no error is set;
 * NULL with @error set when it is not JSON
 */
JsonNode *
pdk_json_parse_located (const char *text, gsize length, GHashTable **lines, guint *error_line, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GArray) key_lines = g_array_new (FALSE, FALSE, sizeof (guint));
  Scan scan = { .lines = key_lines };
  Locator locator = { .lines = key_lines };
  const char *end, *mistake = NULL;

  *lines = locator.by_node = g_hash_table_new (NULL, NULL);
  skip_byte_order_mark (&text, &length);
  if (!g_utf8_validate_len (text, length, &end))
    {
      *error_line = count_lines (text, end);
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("a byte that is not UTF-8"));
      return NULL;
    }
  if (!scan_text (&scan, text, length))
    {
      *error_line = scan.line;
      if (!scan.is_too_deep)
        mistake = pdk_json_syntax_find_mistake (text, length, error_line);
      set_scan_error (&scan, mistake != NULL ? mistake : _ ("a character that has no place there"), error);
      return NULL;
    }
  g_signal_connect (parser, "object-member", G_CALLBACK (on_object_member), &locator);
  if (!json_parser_load_from_data (parser, text, (gssize) length, NULL))
    {
      /* Where nothing is found, json-glib knows less than JSON. */
      *error_line = 1;
      mistake = pdk_json_syntax_find_mistake (text, length, error_line);
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, mistake != NULL ? mistake : _ ("not JSON"));
      return NULL;
    }
  return json_parser_steal_root (parser);
}

static JsonNode *
get_member (JsonObject *object, const char *name, JsonNodeType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_node_type (node) == type ? node : NULL;
}

/** pdk_json_has_value: Returns: whether @object has a member @name other than null, which counts as missing
 */
gboolean
pdk_json_has_value (JsonObject *object, const char *name)
{
  return json_object_has_member (object, name) && !json_object_get_null_member (object, name);
}

/** pdk_json_get_object: Returns: (transfer none) (nullable): member @name of @object (nullable) if an object
 */
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

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                          : NULL;
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
