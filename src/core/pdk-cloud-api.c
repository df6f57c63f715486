/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bodies of Ollama Cloud's API: what is left of credits and limits, what was used, whose account it is,
 * and how many models there are. Shapes are told apart by their keys alone, in whichever answer they come;
 * one that is not known is an error, and never a number. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-api.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-cloud-quota.h"
#include "pdk-cloud-usage.h"
#include "pdk-error.h"
#include "pdk-json.h"
#include "pdk-ollama-api.h"
#include "pdk-text.h"
#include "pdk-time.h"

/* Far over what anybody can own; what is above is not believed. */
#define MAX_USD 1e9
#define MAX_LINK_BYTES 4096

static const char *const window_names[] = { "session", "weekly", "monthly" };

static PdkFacts *
fail (GError **error)
{
  g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("an answer of an unknown shape"));
  return NULL;
}

static gboolean
parse_windows (JsonObject *object, PdkFacts *facts)
{
  gboolean is_known = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (window_names); i++)
    {
      if (pdk_cloud_quota_parse_window (pdk_json_get_object (object, window_names[i]), window_names[i],
                                        facts))
        is_known = TRUE;
    }
  return is_known;
}

static void
describe_period (JsonObject *period, PdkFacts *facts)
{
  gint64 from_usec = pdk_cloud_get_time (period, "from");
  gint64 until_usec = pdk_cloud_get_time (period, "until");
  g_autofree char *from = from_usec != PDK_TIME_UNKNOWN ? pdk_time_format_rfc3339 (from_usec) : NULL;
  g_autofree char *until = until_usec != PDK_TIME_UNKNOWN ? pdk_time_format_rfc3339 (until_usec) : NULL;

  if (from != NULL)
    pdk_facts_set_attribute (facts, "billing_cycle_start", from);
  if (until == NULL)
    return;
  pdk_facts_set_attribute (facts, "billing_cycle_end", until);
  pdk_facts_set_reset (facts, "credit_included_usd", until_usec);
}

/* A balance may be below 0: then something is owed. */
static gboolean
get_usd (JsonObject *object, const char *name, double *value)
{
  return pdk_cloud_get_number (object, name, value) && *value >= -MAX_USD && *value <= MAX_USD;
}

static gboolean
parse_credit (JsonObject *pool, const char *metric, PdkFacts *facts)
{
  double balance, allowance;

  if (!get_usd (pool, "balance_usd", &balance))
    return FALSE;
  /* Of an allowance of 0 there is no share that could be left. */
  if (get_usd (pool, "allowance_usd", &allowance) && allowance > 0)
    pdk_facts_set_quota (facts, metric, balance, allowance, MAX (balance, 0), "USD", NULL);
  else
    pdk_facts_set_metric (facts, metric, balance, "USD", NULL);
  return TRUE;
}

/* The pools are never added up: the one ends with its period, the other does not. */
static gboolean
parse_balance (JsonObject *root, PdkFacts *facts)
{
  JsonObject *included = pdk_json_get_object (root, "included");
  gboolean has_credit = parse_credit (included, "credit_included_usd", facts);
  gboolean has_windows = parse_windows (included, facts);
  gboolean has_purchased =
      parse_credit (pdk_json_get_object (root, "purchased"), "credit_purchased_usd", facts);

  if (has_credit)
    describe_period (pdk_json_get_object (included, "period"), facts);
  return has_credit || has_windows || has_purchased;
}

static gboolean
parse_by_keys (JsonObject *root, PdkFacts *facts)
{
  if (json_object_has_member (root, "totals") || json_object_has_member (root, "buckets"))
    return pdk_cloud_usage_parse_history (root, facts);
  if (json_object_has_member (root, "included") || json_object_has_member (root, "purchased"))
    return parse_balance (root, facts);
  if (json_object_has_member (root, "limits"))
    return parse_windows (pdk_json_get_object (root, "limits"), facts);
  if (json_object_has_member (root, "account"))
    return pdk_cloud_quota_parse_counts (pdk_json_get_object (pdk_json_get_object (root, "account"), "quota"),
                                         facts);
  if (json_object_has_member (root, "usage"))
    return pdk_cloud_usage_parse_models (root, facts);
  return parse_windows (root, facts);
}

static void
describe_plan (JsonObject *root, PdkFacts *facts)
{
  const char *plan = pdk_json_get_string (root, "plan");
  g_autofree char *shown =
      plan != NULL && *plan != '\0' ? pdk_text_dup_bounded (plan, -1, PDK_TEXT_NAME_MAX_BYTES) : NULL;

  if (shown != NULL)
    pdk_facts_set_attribute (facts, "plan_name", shown);
}

static JsonObject *
find_object (JsonObject *object, const char *name)
{
  JsonObjectIter iter;
  const char *member;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &member, &node))
    {
      if (g_ascii_strcasecmp (member, name) == 0 && JSON_NODE_HOLDS_OBJECT (node))
        return json_node_get_object (node);
    }
  return NULL;
}

/* Go's sql.NullTime: {"Time":…,"Valid":…}. */
static void
describe_null_time (JsonObject *root, const char *member, const char *attribute, PdkFacts *facts)
{
  JsonObject *time = find_object (root, member);
  gint64 time_usec = pdk_cloud_get_time (time, "Time");
  gboolean is_valid = TRUE;
  g_autofree char *text = NULL;

  pdk_json_get_boolean (time, "Valid", &is_valid);
  text = is_valid && time_usec != PDK_TIME_UNKNOWN ? pdk_time_format_rfc3339 (time_usec) : NULL;
  if (text != NULL)
    pdk_facts_set_attribute (facts, attribute, text);
}

/**
 * pdk_cloud_api_parse_usage:
 * @root: the body of GET /api/balance, /api/usage or /api/account/usage with status 200
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): what it says, NULL with @error set when it is of no known shape
 */
PdkFacts *
pdk_cloud_api_parse_usage (JsonNode *root, GError **error)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;

  if (object == NULL || !parse_by_keys (object, facts))
    return fail (error);
  describe_plan (object, facts);
  return g_steal_pointer (&facts);
}

/**
 * pdk_cloud_api_parse_me:
 * @root: the body of POST /api/me with status 200
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): whose account it is, by its attributes, of which there are none when
 * the body is null; NULL with @error set when it is something else
 */
PdkFacts *
pdk_cloud_api_parse_me (JsonNode *root, GError **error)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  if (!pdk_ollama_api_parse_me (root, facts, error))
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (root))
    {
      JsonObject *object = json_node_get_object (root);

      describe_null_time (object, "SubscriptionPeriodStart", "billing_cycle_start", facts);
      describe_null_time (object, "SubscriptionPeriodEnd", "billing_cycle_end", facts);
    }
  return g_steal_pointer (&facts);
}

/**
 * pdk_cloud_api_parse_catalogue:
 * @root: the body of GET /api/tags of ollama.com with status 200
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): how many models the cloud offers, NULL with @error set when the body
 * is no list of models
 */
PdkFacts *
pdk_cloud_api_parse_catalogue (JsonNode *root, GError **error)
{
  g_autoptr (PdkTags) tags = pdk_ollama_api_parse_tags (root, error);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  if (tags == NULL)
    return NULL;
  pdk_facts_set_metric (facts, "cloud_models_total", tags->models->len, "models", NULL);
  return g_steal_pointer (&facts);
}

/**
 * pdk_cloud_api_dup_signin_url:
 * @root: the body of POST /api/me with status 401
 *
 * Whoever opens the link binds the server's key to their account: it must never be shown, logged or kept.
 *
 * Returns: (transfer full) (nullable): the link by which somebody signs in at the server, which is https and
 *   printable ASCII; NULL when there is none of the kind
 */
char *
pdk_cloud_api_dup_signin_url (JsonNode *root)
{
  const char *url =
      JSON_NODE_HOLDS_OBJECT (root) ? pdk_json_get_string (json_node_get_object (root), "signin_url") : NULL;
  g_autoptr (GUri) uri = NULL;

  if (url == NULL || strlen (url) > MAX_LINK_BYTES)
    return NULL;
  for (const char *c = url; *c != '\0'; c++)
    {
      if (!g_ascii_isgraph (*c))
        return NULL;
    }
  uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  if (uri == NULL || !g_str_equal (g_uri_get_scheme (uri), "https") || g_uri_get_host (uri) == NULL ||
      *g_uri_get_host (uri) == '\0' || g_uri_get_userinfo (uri) != NULL)
    return NULL;
  return g_strdup (url);
}
