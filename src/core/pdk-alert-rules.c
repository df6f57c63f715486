/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When to tell that a limit runs out: the object "notifications" of the settings. Shares in percent used.
 * Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-alert-rules.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "pdk-json.h"

#define KEY "notifications"
#define USED_UP_PERCENT 100.0

static gboolean
complain (PdkAlertComplaint *complaint, JsonObject *object, const char *key, const char *what)
{
  *complaint = (PdkAlertComplaint){ object, key, what };
  return FALSE;
}

static int
compare_percents (const void *a, const void *b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return (first > second) - (first < second);
}

static gboolean
read_threshold (JsonArray *array, guint index, double *percent)
{
  JsonNode *node = json_array_get_element (array, index);
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_NONE;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *percent = json_node_get_double (node);
  return *percent >= 1 && *percent < USED_UP_PERCENT;
}

static gboolean
read_thresholds (PdkAlertRules *rules, JsonArray *array)
{
  guint length = array != NULL ? json_array_get_length (array) : 0;

  if (array == NULL || length > PDK_ALERT_MAX_THRESHOLDS)
    return FALSE;
  for (guint i = 0; i < length; i++)
    {
      if (!read_threshold (array, i, &rules->thresholds[i]))
        return FALSE;
    }
  rules->n_thresholds = length;
  qsort (rules->thresholds, length, sizeof rules->thresholds[0], compare_percents);
  return TRUE;
}

/** pdk_alert_rules_init: makes @rules those of somebody who has set none: at 80 and at 95 percent */
void
pdk_alert_rules_init (PdkAlertRules *rules)
{
  *rules = (PdkAlertRules){ .thresholds = { 80, 95 }, .n_thresholds = 2 };
}

/**
 * pdk_alert_rules_read:
 * @rules: rules, of which those that are set are replaced; of no use when something is wrong
 * @root: the settings
 * @complaint: (out): what is wrong, set only when something is; it lives as long as @root
 *
 * Returns: whether the settings can be used
 */
gboolean
pdk_alert_rules_read (PdkAlertRules *rules, JsonObject *root, PdkAlertComplaint *complaint)
{
  JsonObject *object = pdk_json_get_object (root, KEY);

  if (!pdk_json_has_value (root, KEY))
    return TRUE;
  if (object == NULL)
    return complain (complaint, root, KEY, _ ("must be an object in braces"));
  if (pdk_json_has_value (object, "thresholds") &&
      !read_thresholds (rules, pdk_json_get_array (object, "thresholds")))
    return complain (complaint, object, "thresholds",
                     _ ("must be a list of up to 8 numbers, each from 1 to below 100"));
  if (pdk_json_has_value (object, "silent") && !pdk_json_get_boolean (object, "silent", &rules->is_silent))
    return complain (complaint, object, "silent", _ ("must be true or false"));
  return TRUE;
}

/** pdk_alert_rules_get_lowest: Returns: the share from which on something is told, in percent used */
double
pdk_alert_rules_get_lowest (const PdkAlertRules *rules)
{
  return rules->n_thresholds > 0 ? rules->thresholds[0] : USED_UP_PERCENT;
}

/** pdk_alert_rules_get_highest: Returns: the last share that is told before all is used up, in percent used;
 * 100 when there is none */
double
pdk_alert_rules_get_highest (const PdkAlertRules *rules)
{
  return rules->n_thresholds > 0 ? rules->thresholds[rules->n_thresholds - 1] : USED_UP_PERCENT;
}
