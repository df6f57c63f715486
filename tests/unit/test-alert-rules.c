/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-alert-rules.h"
#include "pdk-json.h"

static gboolean
read_rules (const char *text, PdkAlertRules *rules, char **wrong_key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = pdk_json_parse (text, strlen (text), &error);
  PdkAlertComplaint complaint = { 0 };
  gboolean is_good;

  g_assert_no_error (error);
  pdk_alert_rules_init (rules);
  is_good = pdk_alert_rules_read (rules, json_node_get_object (root), &complaint);
  g_test_message ("%s", text);
  if (!is_good)
    {
      g_assert_true (json_object_has_member (complaint.object, complaint.key));
      g_assert_nonnull (complaint.what);
    }
  *wrong_key = g_strdup (complaint.key);
  return is_good;
}

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    guint n_thresholds;
    double lowest, highest;
    gboolean is_silent;
  } cases[] = {
    { "{}", 2, 80, 95, FALSE },
    { "{\"notifications\": null}", 2, 80, 95, FALSE },
    { "{\"notifications\": {}}", 2, 80, 95, FALSE },
    { "{\"notifications\": {\"thresholds\": null, \"silent\": null, \"sound\": 1}}", 2, 80, 95, FALSE },
    { "{\"notifications\": {\"thresholds\": []}}", 0, 100, 100, FALSE },
    { "{\"notifications\": {\"silent\": true}}", 2, 80, 95, TRUE },
    { "{\"notifications\": {\"thresholds\": [90, 50, 99.5, 1], \"silent\": false}}", 4, 1, 99.5, FALSE },
    { "{\"notifications\": {\"thresholds\": [1, 2, 3, 4, 5, 6, 7, 8]}}", 8, 1, 8, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *wrong_key = NULL;
      PdkAlertRules rules;

      g_assert_true (read_rules (cases[i].text, &rules, &wrong_key));
      g_assert_cmpuint (rules.n_thresholds, ==, cases[i].n_thresholds);
      g_assert_cmpfloat (pdk_alert_rules_get_lowest (&rules), ==, cases[i].lowest);
      g_assert_cmpfloat (pdk_alert_rules_get_highest (&rules), ==, cases[i].highest);
      g_assert_cmpint (rules.is_silent, ==, cases[i].is_silent);
      for (guint j = 1; j < rules.n_thresholds; j++)
        g_assert_cmpfloat (rules.thresholds[j - 1], <=, rules.thresholds[j]);
    }
}

static void
test_wrong (void)
{
  static const struct
  {
    const char *value, *key;
  } cases[] = {
    { "true", "notifications" },
    { "[80]", "notifications" },
    { "{\"thresholds\": 80}", "thresholds" },
    { "{\"thresholds\": {}}", "thresholds" },
    { "{\"thresholds\": [80, null]}", "thresholds" },
    { "{\"thresholds\": [\"80\"]}", "thresholds" },
    { "{\"thresholds\": [[80]]}", "thresholds" },
    { "{\"thresholds\": [true]}", "thresholds" },
    { "{\"thresholds\": [0]}", "thresholds" },
    { "{\"thresholds\": [0.9]}", "thresholds" },
    { "{\"thresholds\": [-80]}", "thresholds" },
    { "{\"thresholds\": [100]}", "thresholds" },
    { "{\"thresholds\": [1e999]}", "thresholds" },
    { "{\"thresholds\": [1, 2, 3, 4, 5, 6, 7, 8, 9]}", "thresholds" },
    { "{\"silent\": 1}", "silent" },
    { "{\"silent\": \"yes\"}", "silent" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"notifications\": %s}", cases[i].value);
      g_autofree char *wrong_key = NULL;
      PdkAlertRules rules;

      g_assert_false (read_rules (text, &rules, &wrong_key));
      g_assert_cmpstr (wrong_key, ==, cases[i].key);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alert-rules/good", test_good);
  g_test_add_func ("/alert-rules/wrong", test_wrong);
  return g_test_run ();
}
