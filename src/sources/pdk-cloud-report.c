/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What went wrong in asking the cloud, as a diagnostic: one sentence that says what happened and what to do.
 * No answer's own words are in it, since a refusal may hold the link that binds this machine to an account.
 * No state, main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-report.h"

#include <glib/gi18n-lib.h>

#include "pdk-sandbox.h"
#include "pdk-text.h"
#include "pdk-time.h"

/* The address without what may be secret in it. */
static char *
dup_shown_url (const char *base_url)
{
  g_autoptr (GUri) uri = g_uri_parse (base_url, G_URI_FLAGS_PARSE_RELAXED, NULL);
  g_autofree char *text =
      uri != NULL
          ? g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT)
          : NULL;

  return pdk_text_dup_for_display (text != NULL ? text : _ ("the address of the cloud"));
}

/* A sentence with one %s, which is the address. */
static char *
say (const char *format, const char *shown_url)
{
  g_autoptr (GString) sentence = g_string_new (format);

  g_string_replace (sentence, "%s", shown_url, 1);
  return g_string_free (g_steal_pointer (&sentence), FALSE);
}

static char *
describe_refusal (const PdkCloudWay *way, guint status, const char *shown_url)
{
  if (way->key == NULL)
    return g_strdup_printf (_ ("Ollama Cloud refused the account that %s is signed in to (status %u): sign "
                               "in again with “ollama signin”."),
                            shown_url, status);
  if (way->key_name != NULL)
    return g_strdup_printf (
        _ ("%s refused the key from %s (status %u): put a valid key there; keys are made at "
           "https://ollama.com/settings/keys."),
        shown_url, way->key_name, status);
  return g_strdup_printf (
      _ ("%s refused the key in the keyring (status %u): store a valid one with “paddock login”; keys are "
         "made at https://ollama.com/settings/keys."),
      shown_url, status);
}

/* With its day, unless that is the one on which it was asked. */
static char *
format_next (const PdkCloudAnswer *answer)
{
  g_autoptr (GDateTime) asked = g_date_time_new_from_unix_local (answer->asked_at_usec / G_USEC_PER_SEC);
  g_autoptr (GDateTime) next = g_date_time_new_from_unix_local (answer->not_before_usec / G_USEC_PER_SEC);

  if (asked == NULL || next == NULL)
    return NULL;
  if (g_date_time_get_day_of_year (asked) == g_date_time_get_day_of_year (next))
    return g_date_time_format (next, "%H:%M:%S");
  return g_date_time_format (next, _ ("%-d %b, %H:%M"));
}

static char *
describe_limit (const PdkCloudAnswer *answer)
{
  g_autofree char *when = format_next (answer);

  return g_strdup_printf (
      _ ("Ollama Cloud was asked too often from this account: it is asked again after %s; other "
         "programs that ask it count as well."),
      when != NULL ? when : "");
}

static char *
describe_status (const PdkCloudWay *way, guint status, const char *shown_url)
{
  if (way->key == NULL && status == 404)
    return say (_ ("The Ollama at %s does not tell about the cloud: its credits and limits need Ollama "
                   "0.40.1 or later; "
                   "update it, or set a key for ollama.com."),
                shown_url);
  if (way->key == NULL && (status == 502 || status == 503))
    return g_strdup_printf (_ ("%s could not reach ollama.com (status %u): check the network of that "
                               "machine; it is asked again by itself."),
                            shown_url, status);
  return g_strdup_printf (
      _ ("%s answered about the cloud with an error (status %u): it is asked again by itself."), shown_url,
      status);
}

static char *
describe_error (int code, const char *shown_url)
{
  g_autofree char *no_network = pdk_sandbox_describe_no_network (PDK_SANDBOX_INFO_PATH);

  if (no_network != NULL)
    return g_steal_pointer (&no_network);
  switch (code)
    {
    case PDK_ERROR_NOT_RESOLVED:
      return say (_ ("No address was found for %s: check the network; it is asked again by itself."),
                  shown_url);
    case PDK_ERROR_REFUSED:
      return say (
          _ ("Nothing answers at %s: check the address and the network; it is asked again by itself."),
          shown_url);
    case PDK_ERROR_TIMED_OUT:
      return say (
          _ ("%s did not tell about the cloud in time: check the network; it is asked again by itself."),
          shown_url);
    case PDK_ERROR_TLS:
      return say (
          _ ("No secure connection to %s could be made: check this machine's clock and certificates, and the "
             "address."),
          shown_url);
    case PDK_ERROR_REDIRECTED:
      return say (
          _ ("%s points to another address, which is not followed: set “cloud_base_url” to the right one."),
          shown_url);
    case PDK_ERROR_USAGE:
      return say (_ ("%s is not asked about the cloud: “cloud_base_url” must be an https address, and the "
                     "key one line "
                     "without spaces."),
                  shown_url);
    case PDK_ERROR_MALFORMED:
    case PDK_ERROR_TOO_LARGE:
      return say (_ ("%s told about the cloud in a form that is not known, so nothing of it is shown: check "
                     "the address, "
                     "or update Paddock."),
                  shown_url);
    default:
      return say (
          _ ("%s could not be asked about the cloud: check the address and the network; it is asked again by "
             "itself."),
          shown_url);
    }
}

/**
 * pdk_cloud_report_add:
 * @facts: where the diagnostic goes, unless there is one of its name already
 * @way: how the cloud was asked
 * @answer: how that ended
 *
 * Says what went wrong, if anything. That nobody is signed in, and that the cloud is turned off, is not
 * wrong.
 */
void
pdk_cloud_report_add (PdkFacts *facts, const PdkCloudWay *way, const PdkCloudAnswer *answer)
{
  guint status = answer->http_status;
  const char *name = "cloud_error";
  g_autofree char *shown_url = dup_shown_url (way->base_url);
  g_autofree char *sentence = NULL;

  if (pdk_cloud_answer_is_good (answer) || answer->is_cloud_disabled ||
      (status == 0 && answer->error_code == PDK_CLOUD_NO_ERROR) || (way->key == NULL && status == 401))
    return;
  if (answer->error_code != PDK_CLOUD_NO_ERROR)
    sentence = describe_error (answer->error_code, shown_url);
  else if (status == 401 || status == 403)
    {
      name = "cloud_auth_failed";
      sentence = describe_refusal (way, status, shown_url);
    }
  else if (status == 429)
    {
      name = "cloud_rate_limited";
      sentence = describe_limit (answer);
    }
  else
    sentence = describe_status (way, status, shown_url);
  if (pdk_facts_get_diagnostic (facts, name) == NULL)
    pdk_facts_set_diagnostic (facts, name, sentence);
}

/**
 * pdk_cloud_report_add_refusal:
 * @facts: where the diagnostic goes
 * @way: how the cloud was asked
 * @status: how it refused, 401 or 403
 *
 * Says that the account is not taken for one, also where pdk_cloud_report_add() takes that for nobody being
 * signed in.
 */
void
pdk_cloud_report_add_refusal (PdkFacts *facts, const PdkCloudWay *way, guint status)
{
  g_autofree char *shown_url = dup_shown_url (way->base_url);
  g_autofree char *sentence = describe_refusal (way, status, shown_url);

  pdk_facts_set_diagnostic (facts, "cloud_auth_failed", sentence);
}
