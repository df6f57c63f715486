/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading JSON that is one long list: some elements at a time, so that its nodes, which take many times the
 * room of the text, are never in memory all at once. The memory of so many would also be tidied away by
 * GLib's slices all at once, a quarter of a minute later, and by whichever thread comes by: the main loop's.
 * Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-json-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-json.h"

/* Elements that are parsed together: few enough to be little, enough to make what a parser takes by itself
 * little beside them. */
#define TOGETHER 64

static const char *
skip_space (const char *p, const char *end)
{
  while (p < end && g_ascii_isspace (*p))
    p++;
  return p;
}

/* Returns what is behind the string that begins at @p. */
static const char *
skip_string (const char *p, const char *end)
{
  for (p++; p < end && *p != '"'; p++)
    {
      if (*p == '\\' && p + 1 < end)
        p++;
    }
  return p < end ? p + 1 : end;
}

/* Returns the first of the commas, or of the brackets, that is not inside of other brackets, or @end. It is
 * for the parser to say whether all this is JSON. */
static const char *
find_stop (const char *p, const char *end)
{
  guint depth = 0;

  while (p < end)
    {
      if (*p == '"')
        {
          p = skip_string (p, end);
          continue;
        }
      if (depth == 0 && (*p == ',' || *p == ']' || *p == '}'))
        return p;
      if (*p == '[' || *p == '{')
        depth++;
      else if (*p == ']' || *p == '}')
        depth--;
      p++;
    }
  return end;
}

/* Returns the value of the member that begins at @p, if it is called @name. */
static const char *
enter_member (const char *p, const char *end, const char *name)
{
  gsize length = strlen (name);

  p = skip_space (p, end);
  if ((gsize) (end - p) < length + 2 || p[0] != '"' || memcmp (p + 1, name, length) != 0 ||
      p[length + 1] != '"')
    return NULL;
  p = skip_space (p + length + 2, end);
  return p < end && *p == ':' ? skip_space (p + 1, end) : NULL;
}

/* Returns the value of the only member of that name in the document's object. */
static const char *
find_member (const char *text, const char *end, const char *name)
{
  const char *p = text, *found = NULL;

  /* A byte order mark, and space. */
  while (p < end && !g_ascii_isgraph (*p))
    p++;
  if (p == end || *p != '{')
    return NULL;
  do
    {
      const char *value = enter_member (++p, end, name);

      if (value != NULL && found != NULL)
        return NULL;
      if (value != NULL)
        found = value;
      p = find_stop (p, end);
    }
  while (p < end && *p == ',');
  return found;
}

/* Finds what stands between the brackets of the list. */
static gboolean
find_list (const char *text, const char *end, const char *name, const char **list, const char **list_end)
{
  const char *p = find_member (text, end, name);

  if (p == NULL || p == end || *p != '[')
    return FALSE;
  *list = ++p;
  for (p = find_stop (p, end); p < end && *p == ',';)
    p = find_stop (p + 1, end);
  *list_end = p;
  return p < end && *p == ']';
}

/* Returns the end of the elements from @p on that are parsed together: a comma, or @end. */
static const char *
find_stretch (const char *p, const char *end, guint *n_elements)
{
  const char *stop = find_stop (p, end);

  for (*n_elements = 1; stop < end && *n_elements < TOGETHER; (*n_elements)++)
    stop = find_stop (stop + 1, end);
  return stop;
}

static gboolean
parse_stretch (
    GString *stretch, guint n_elements, PdkJsonElementFunc take, gpointer user_data, GError **error)
{
  g_autoptr (JsonNode) root = pdk_json_parse (stretch->str, stretch->len, error);
  JsonArray *array;

  if (root == NULL)
    return FALSE;
  array = JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : NULL;
  if (array == NULL || json_array_get_length (array) != n_elements)
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("not JSON"));
      return FALSE;
    }
  for (guint i = 0; i < n_elements; i++)
    take (json_array_get_element (array, i), user_data);
  return TRUE;
}

static gboolean
parse_elements (const char *p, const char *end, PdkJsonElementFunc take, gpointer user_data, GError **error)
{
  g_autoptr (GString) stretch = g_string_new (NULL);

  if (skip_space (p, end) == end)
    return TRUE;
  for (;;)
    {
      guint n_elements;
      const char *stop = find_stretch (p, end, &n_elements);

      g_string_assign (stretch, "[");
      g_string_append_len (stretch, p, stop - p);
      g_string_append_c (stretch, ']');
      if (!parse_stretch (stretch, n_elements, take, user_data, error))
        return FALSE;
      if (stop == end)
        return TRUE;
      p = stop + 1;
    }
}

/**
 * pdk_json_parse_list:
 * @text: a JSON document, in UTF-8, with or without a byte order mark
 * @length: its length in bytes
 * @member: the name of the member of the document's object that is a long list
 * @take: what is given each element, in order; also some of a document that turns out to be broken later
 * @user_data: for @take
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * As pdk_json_parse(), but the elements of the list go to @take, and the list is empty in what is returned. A
 * list that is not found at a glance, as one whose name is written with escapes or twice, stays where it is.
 *
 * Returns: (transfer full) (nullable): the document's root, NULL with @error set when it is not JSON
 */
JsonNode *
pdk_json_parse_list (const char *text,
                     gsize length,
                     const char *member,
                     PdkJsonElementFunc take,
                     gpointer user_data,
                     GError **error)
{
  g_autoptr (GString) rest = NULL;
  const char *end = text + length, *list, *list_end;

  if (!find_list (text, end, member, &list, &list_end))
    return pdk_json_parse (text, length, error);
  if (!parse_elements (list, list_end, take, user_data, error))
    return NULL;
  rest = g_string_new_len (text, list - text);
  g_string_append_len (rest, list_end, end - list_end);
  return pdk_json_parse (rest->str, rest->len, error);
}
