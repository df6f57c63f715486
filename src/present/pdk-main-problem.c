/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one problem of an account that explains all that is seen of it, so that it stands above all else. Pure
 * functions. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-main-problem.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"
#include "pdk-tray-state.h"

/**
 * pdk_main_problem_find:
 * @account: a finished account
 *
 * Returns: (nullable): the name of the diagnostic to show first, or NULL where none is that grave
 */
const char *
pdk_main_problem_find (const PdkAccountSnapshot *account)
{
  static const char *const names[] = { "settings_error", "local_api_error", "cloud_auth_failed",
                                       "cloud_rate_limited" };
  gboolean is_grave = pdk_level_of_account (account) >= PDK_LEVEL_UNREACHABLE;

  for (gsize i = 0; is_grave && i < G_N_ELEMENTS (names); i++)
    {
      if (pdk_facts_get_diagnostic (account->facts, names[i]) != NULL)
        return names[i];
    }
  return NULL;
}

/**
 * pdk_main_problem_explains:
 * @account: a finished account
 * @diagnostic: the name of one of its diagnostics
 *
 * Returns: whether @diagnostic is the main problem, or comes of it alone: a server that does not answer does
 *   not relay the cloud either
 */
gboolean
pdk_main_problem_explains (const PdkAccountSnapshot *account, const char *diagnostic)
{
  const char *auth_type = pdk_facts_get_attribute (account->facts, "auth_type");

  if (g_strcmp0 (diagnostic, pdk_main_problem_find (account)) == 0)
    return TRUE;
  return g_str_equal (diagnostic, "cloud_error") && g_strcmp0 (auth_type, "local") == 0 &&
         pdk_level_of_account (account) == PDK_LEVEL_UNREACHABLE;
}

/**
 * pdk_main_problem_describe:
 * @account: an account that pdk_main_problem_find() finds something of
 * @now_usec: the time, in microseconds since the epoch
 *
 * Returns: (transfer full): a title for the problem, which says how old what is shown of the server is
 */
char *
pdk_main_problem_describe (const PdkAccountSnapshot *account, gint64 now_usec)
{
  const PdkReading *reading = pdk_account_snapshot_get_reading (account, "local_api");
  g_autofree char *since = NULL;

  if (pdk_level_of_account (account) != PDK_LEVEL_UNREACHABLE)
    return g_strdup (_ ("This Needs Your Attention"));
  if (reading->state != PDK_SOURCE_STATE_STALE || reading->observed_at_usec == PDK_TIME_UNKNOWN)
    return g_strdup (_ ("The Server Does Not Answer"));
  since = pdk_format_moment (reading->observed_at_usec, now_usec);
  /* Translators: %s is a time. What is shown of the server was true then. */
  return g_strdup_printf (_ ("No Answer Since %s · Last Known State"), since);
}
