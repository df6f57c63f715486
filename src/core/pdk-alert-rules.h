/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The most thresholds that somebody may set. */
#define PDK_ALERT_MAX_THRESHOLDS 8

/* What is told of limits that run out. Plain data. */
typedef struct
{
  double thresholds[PDK_ALERT_MAX_THRESHOLDS]; /* in percent used, below 100, rising */
  guint n_thresholds;
  gboolean is_silent; /* nothing is told; what is shown stays the same */
} PdkAlertRules;

/* What is wrong with a setting. */
typedef struct
{
  JsonObject *object; /* the object with the key */
  const char *key;
  const char *what;
} PdkAlertComplaint;

void pdk_alert_rules_init (PdkAlertRules *rules);
gboolean pdk_alert_rules_read (PdkAlertRules *rules, JsonObject *root, PdkAlertComplaint *complaint);
double pdk_alert_rules_get_lowest (const PdkAlertRules *rules);
double pdk_alert_rules_get_highest (const PdkAlertRules *rules);

G_END_DECLS
