/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is wrong with a document that is almost JSON, in the words of somebody who is to mend it: a parser's
 * own say what it had expected, in English, at a place where it has noticed. The grammar is that of RFC 8259.
 * Pure, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-json-syntax.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-json.h"

/* What may come next. */
typedef enum
{
  WANT_VALUE,
  WANT_VALUE_OR_END, /* behind the bracket that opens a list */
  WANT_NAME,
  WANT_NAME_OR_END, /* behind the brace that opens an object */
  WANT_COLON,
  WANT_COMMA_OR_END,
} Want;

typedef struct
{
  const char *at, *end;
  guint line;         /* of @at, counted from 1 */
  guint former_line;  /* where the token before this one has ended */
  guint mistake_line; /* set with a mistake */
  Want want;
  char open[PDK_JSON_MAX_DEPTH]; /* the brackets and braces that are open */
  guint depth;
} Walk;

/* Returns: @what, about something that belongs behind the token before this one */
static const char *
miss (Walk *walk, const char *what)
{
  walk->mistake_line = walk->former_line;
  return what;
}

/* Returns: @what, about this token */
static const char *
blame (Walk *walk, const char *what)
{
  walk->mistake_line = walk->line;
  return what;
}

static const char *
miss_separator (Walk *walk)
{
  return miss (walk, walk->want == WANT_COLON ? _ ("a colon is missing behind a name")
                                              : _ ("a comma is missing between this and what follows"));
}

static void
skip_space (Walk *walk)
{
  for (; walk->at < walk->end && g_ascii_isspace (*walk->at); walk->at++)
    walk->line += *walk->at == '\n';
}

/* Reads the four digits behind a backslash and "u". Returns: -1 when they are not there */
static int
read_code_unit (Walk *walk)
{
  int unit = 0;

  if (walk->end - walk->at < 6 || walk->at[0] != '\\' || walk->at[1] != 'u')
    return -1;
  for (int i = 2; i < 6; i++)
    {
      int digit = g_ascii_xdigit_value (walk->at[i]);

      if (digit < 0)
        return -1;
      unit = unit * 16 + digit;
    }
  walk->at += 6;
  return unit;
}

/* Returns whether a backslash is followed by what JSON has there, surrogates in pairs. */
static gboolean
skip_escape (Walk *walk)
{
  int unit;

  if (walk->end - walk->at < 2 || strchr ("\"\\/bfnrtu", walk->at[1]) == NULL)
    return FALSE;
  if (walk->at[1] != 'u')
    {
      walk->at += 2;
      return TRUE;
    }
  unit = read_code_unit (walk);
  if (unit < 0xd800 || unit > 0xdfff)
    return unit >= 0;
  return unit < 0xdc00 && (unit = read_code_unit (walk)) >= 0xdc00 && unit <= 0xdfff;
}

/* Returns whether a text in quotes ends on its line. */
static gboolean
skip_string (Walk *walk)
{
  walk->at++;
  while (walk->at < walk->end && *walk->at != '"')
    {
      if (*walk->at == '\n')
        return FALSE;
      if (*walk->at != '\\')
        walk->at++;
      else if (!skip_escape (walk))
        return FALSE;
    }
  if (walk->at == walk->end)
    return FALSE;
  walk->at++;
  return TRUE;
}

static const char *
skip_digits (const char *p, const char *end)
{
  while (p < end && g_ascii_isdigit (*p))
    p++;
  return p;
}

/* Returns whether what stands from @p to @end is a number. */
static gboolean
is_number (const char *p, const char *end)
{
  const char *digits = p < end && *p == '-' ? p + 1 : p;

  p = skip_digits (digits, end);
  if (p == digits || (*digits == '0' && p > digits + 1))
    return FALSE;
  if (p < end && *p == '.')
    {
      digits = p + 1;
      if ((p = skip_digits (digits, end)) == digits)
        return FALSE;
    }
  if (p < end && g_ascii_tolower (*p) == 'e')
    {
      digits = p + 1 < end && strchr ("+-", p[1]) != NULL ? p + 2 : p + 1;
      if ((p = skip_digits (digits, end)) == digits)
        return FALSE;
    }
  return p == end;
}

static gboolean
is_of_word (char c)
{
  return g_ascii_isalnum (c) || c == '+' || c == '-' || c == '.' || c == '_';
}

/* Returns whether a word without quotes is one of the three that JSON has, or a number. */
static gboolean
skip_word (Walk *walk)
{
  static const char *const words[] = { "true", "false", "null" };
  const char *start = walk->at;
  gsize length;

  while (walk->at < walk->end && is_of_word (*walk->at))
    walk->at++;
  length = (gsize) (walk->at - start);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (strlen (words[i]) == length && memcmp (words[i], start, length) == 0)
        return TRUE;
    }
  return is_number (start, walk->at);
}

static const char *
take_string (Walk *walk)
{
  if (walk->want == WANT_COLON || walk->want == WANT_COMMA_OR_END)
    return miss_separator (walk);
  if (!skip_string (walk))
    return blame (walk, _ ("a text has no closing quotation mark, or a backslash that means nothing"));
  walk->want = walk->want == WANT_NAME || walk->want == WANT_NAME_OR_END ? WANT_COLON : WANT_COMMA_OR_END;
  return NULL;
}

static const char *
take_opening (Walk *walk, char c)
{
  if (walk->want == WANT_COLON || walk->want == WANT_COMMA_OR_END)
    return miss_separator (walk);
  if (walk->want == WANT_NAME || walk->want == WANT_NAME_OR_END)
    return blame (walk, _ ("a name in quotation marks is missing"));
  g_return_val_if_fail (walk->depth < G_N_ELEMENTS (walk->open), NULL);
  walk->open[walk->depth++] = c;
  walk->want = c == '{' ? WANT_NAME_OR_END : WANT_VALUE_OR_END;
  walk->at++;
  return NULL;
}

static const char *
take_closing (Walk *walk, char c)
{
  char opening = c == '}' ? '{' : '[';

  if (walk->depth == 0 || walk->open[walk->depth - 1] != opening)
    return blame (walk, _ ("a bracket or brace closes what is not open"));
  if (walk->want == WANT_NAME || (walk->want == WANT_VALUE && opening == '['))
    return miss (walk, _ ("a comma has nothing behind it"));
  if (walk->want == WANT_VALUE)
    return miss (walk, _ ("a value is missing, or is not written as JSON has it"));
  if (walk->want == WANT_COLON)
    return miss_separator (walk);
  walk->depth--;
  walk->want = WANT_COMMA_OR_END;
  walk->at++;
  return NULL;
}

static const char *
take_comma (Walk *walk)
{
  if (walk->want == WANT_COLON)
    return miss_separator (walk);
  if (walk->want != WANT_COMMA_OR_END)
    return blame (walk, _ ("a comma has nothing before it"));
  walk->want = walk->open[walk->depth - 1] == '{' ? WANT_NAME : WANT_VALUE;
  walk->at++;
  return NULL;
}

static const char *
take_word (Walk *walk)
{
  if (walk->want == WANT_NAME || walk->want == WANT_NAME_OR_END)
    return blame (walk, _ ("a name in quotation marks is missing"));
  if (walk->want == WANT_COLON || walk->want == WANT_COMMA_OR_END)
    return miss_separator (walk);
  if (!skip_word (walk))
    return blame (walk, _ ("a value is missing, or is not written as JSON has it"));
  walk->want = WANT_COMMA_OR_END;
  return NULL;
}

static const char *
take_token (Walk *walk)
{
  char c = *walk->at;

  if (walk->depth == 0 && walk->want == WANT_COMMA_OR_END)
    return blame (walk, _ ("something follows its end"));
  if (c == '"')
    return take_string (walk);
  if (c == '{' || c == '[')
    return take_opening (walk, c);
  if (c == '}' || c == ']')
    return take_closing (walk, c);
  if (c == ',')
    return take_comma (walk);
  if (c == ':' && walk->want == WANT_COLON)
    {
      walk->want = WANT_VALUE;
      walk->at++;
      return NULL;
    }
  if (is_of_word (c))
    return take_word (walk);
  return blame (walk, _ ("a character that has no place there"));
}

/**
 * pdk_json_syntax_find_mistake:
 * @text: UTF-8 that a parser did not take for JSON, without a byte order mark, and nested no deeper than
 * PDK_JSON_MAX_DEPTH
 * @length: its length in bytes
 * @line: (out): the line to mend, counted from 1, set when a mistake is found
 *
 * Returns: (transfer none) (nullable): a phrase that says what is wrong; %NULL where nothing is found, as
 * with a number that begins well and goes on badly
 */
const char *
pdk_json_syntax_find_mistake (const char *text, gsize length, guint *line)
{
  Walk walk = { .at = text, .end = text + length, .line = 1, .former_line = 1, .want = WANT_VALUE };
  const char *mistake = NULL;

  for (skip_space (&walk); walk.at < walk.end && mistake == NULL; skip_space (&walk))
    {
      mistake = take_token (&walk);
      walk.former_line = walk.line;
    }
  if (mistake == NULL && walk.depth > 0)
    mistake = miss (&walk, _ ("it ends before all that is open is closed"));
  if (mistake != NULL)
    *line = walk.mistake_line;
  return mistake;
}
