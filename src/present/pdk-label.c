/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands beside the icon: the whole message, a few words, or what somebody has put together of metrics.
 * A part of which a metric is not known is left out, and so is what joins it to the others. Pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-label.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-format.h"
#include "pdk-text.h"

/* Panels have little room. */
#define MAX_CHARS 120

#define MIN_GUIDE_DIGITS 2

/* What parts are joined by. */
static const char *const joints[] = { ", ", " · ", " | ", " / ", " – " };

/* Shares, durations and speeds cannot be added up, and accounts may share a cloud. */
static gboolean
can_be_added (const char *name, const char *unit)
{
  static const char *const units[] = { "requests", "messages", "sessions", "models", "tokens", "bytes" };

  if (g_str_has_prefix (name, "cloud_"))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      if (g_str_equal (units[i], unit))
        return TRUE;
    }
  return FALSE;
}

/* The sum over accounts, or what the first account has that knows it. */
static gboolean
get_metric (const PdkSnapshot *snapshot, const char *name, PdkMetric *metric)
{
  PdkAccountSnapshot *const *accounts = (PdkAccountSnapshot *const *) snapshot->accounts->pdata;
  gboolean is_known = FALSE;

  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = g_ptr_array_index (snapshot->accounts, i);
      const PdkMetric *own = pdk_facts_get_metric (account->facts, name);

      if (own == NULL || pdk_snapshot_is_told_before (accounts, i, name))
        continue;
      if (!is_known)
        *metric = *own;
      else if (can_be_added (name, own->unit))
        metric->value += own->value;
      is_known = TRUE;
    }
  return is_known;
}

static const char *
get_attribute (const PdkSnapshot *snapshot, const char *name)
{
  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = g_ptr_array_index (snapshot->accounts, i);
      const char *text = pdk_facts_get_attribute (account->facts, name);

      if (text != NULL)
        return text;
    }
  return NULL;
}

static char *
format_metric (const PdkMetric *metric)
{
  if (g_str_equal (metric->unit, "bytes"))
    return pdk_format_gigabytes (metric->value);
  if (g_str_equal (metric->unit, "tokens"))
    return pdk_format_short_count (metric->value);
  if (g_str_equal (metric->unit, "ms"))
    return pdk_format_duration (metric->value);
  if (g_str_equal (metric->unit, "USD"))
    return pdk_format_usd (metric->value);
  if (g_str_equal (metric->unit, "%"))
    return pdk_format_percent (metric->value / 100);
  return pdk_format_count (metric->value);
}

/* Returns NULL where it is not known. */
static char *
look_up (const PdkSnapshot *snapshot, const char *name)
{
  PdkMetric metric;

  if (get_metric (snapshot, name, &metric))
    return format_metric (&metric);
  return g_strdup (get_attribute (snapshot, name));
}

/* Puts values in the place of the names in one part. Returns NULL when one is not known. */
static char *
fill_part (const PdkSnapshot *snapshot, const char *part, gsize length)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *end = part + length;

  while (part < end)
    {
      const char *open = memchr (part, '{', end - part);
      const char *close = open != NULL ? memchr (open, '}', end - open) : NULL;
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;

      if (close == NULL)
        {
          g_string_append_len (text, part, end - part);
          break;
        }
      g_string_append_len (text, part, open - part);
      name = g_strndup (open + 1, close - open - 1);
      value = look_up (snapshot, name);
      if (value == NULL)
        return NULL;
      g_string_append (text, value);
      part = close + 1;
    }
  return g_strdup (text->str);
}

/* The first joint in @text, or its end with NULL. */
static const char *
find_joint (const char *text, const char **joint)
{
  const char *first = text + strlen (text);

  *joint = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (joints); i++)
    {
      const char *found = strstr (text, joints[i]);

      if (found != NULL && found < first)
        {
          first = found;
          *joint = joints[i];
        }
    }
  return first;
}

static char *
fill (const PdkSnapshot *snapshot, const char *label_template)
{
  g_autoptr (GString) label = g_string_new (NULL);
  const char *joint_before = NULL;

  for (const char *part = label_template; *part != '\0';)
    {
      const char *joint;
      const char *end = find_joint (part, &joint);
      g_autofree char *text = fill_part (snapshot, part, end - part);

      if (text != NULL && label->len > 0 && joint_before != NULL)
        g_string_append (label, joint_before);
      if (text != NULL)
        g_string_append (label, text);
      joint_before = joint;
      part = end + (joint != NULL ? strlen (joint) : 0);
    }
  return g_strdup (label->str);
}

/* For who has no log that can be read, and nothing loaded. */
static char *
make_shortest (const PdkSnapshot *snapshot)
{
  PdkMetric models;
  g_autofree char *count = NULL;

  if (!get_metric (snapshot, "models_total", &models))
    return g_strdup ("");
  count = pdk_format_count (models.value);
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s model", "%s models", (gulong) MAX (models.value, 0)), count);
}

static char *
make_short (const PdkSnapshot *snapshot)
{
  g_autofree char *requests = look_up (snapshot, "requests_today");
  PdkMetric vram;
  gboolean has_vram = get_metric (snapshot, "loaded_vram_bytes", &vram) && vram.value > 0;
  g_autofree char *bytes = has_vram ? pdk_format_gigabytes (vram.value) : NULL;

  if (requests == NULL && bytes == NULL)
    return make_shortest (snapshot);
  if (requests == NULL)
    return g_strdup (bytes);
  if (bytes == NULL)
    /* Translators: beside the icon, so as short as can be: requests today. */
    return g_strdup_printf (_ ("%s req"), requests);
  /* Translators: beside the icon, so as short as can be: requests today, and the memory of loaded models. */
  return g_strdup_printf (_ ("%s req · %s"), requests, bytes);
}

/**
 * pdk_label_for_snapshot:
 * @snapshot: a snapshot
 * @mode: what to show
 * @label_template: (nullable): for %PDK_LABEL_TEMPLATE: a text with names of metrics or attributes in braces
 * @message: the status message
 *
 * Returns: (transfer full): the label; empty for none
 */
char *
pdk_label_for_snapshot (const PdkSnapshot *snapshot,
                        PdkLabelMode mode,
                        const char *label_template,
                        const char *message)
{
  g_autofree char *label = NULL;

  switch (mode)
    {
    case PDK_LABEL_SHORT:
      return make_short (snapshot);
    case PDK_LABEL_TEMPLATE:
      label = fill (snapshot, label_template);
      break;
    case PDK_LABEL_NONE:
      return g_strdup ("");
    case PDK_LABEL_STATUS:
    default:
      label = g_strdup (message);
      break;
    }
  if (g_utf8_strlen (label, -1) > MAX_CHARS)
    {
      /* Half a number would be another number. */
      g_autofree char *start = g_utf8_substring (label, 0, MAX_CHARS - 1);

      g_free (label);
      label = g_strconcat (start, "…", NULL);
    }
  return pdk_text_dup_for_display (label);
}

/**
 * pdk_label_make_guide:
 * @label: a label
 *
 * Makes room in front of every number, so that a panel keeps its width while numbers grow.
 *
 * Returns: (transfer full): a text as wide as @label may get before it counts one digit more
 */
char *
pdk_label_make_guide (const char *label)
{
  GString *guide = g_string_new (NULL);

  for (const char *p = label; *p != '\0';)
    {
      gsize n_digits = 0;

      while (g_ascii_isdigit (p[n_digits]))
        n_digits++;
      if (n_digits == 0)
        {
          g_string_append_c (guide, *p++);
          continue;
        }
      /* "5h" is a name and not a number. */
      if (g_ascii_isalpha (p[n_digits]))
        g_string_append_len (guide, p, (gssize) n_digits);
      for (gsize i = 0; !g_ascii_isalpha (p[n_digits]) && i < MAX (n_digits, MIN_GUIDE_DIGITS); i++)
        g_string_append_c (guide, '0');
      p += n_digits;
    }
  return g_string_free (guide, FALSE);
}
