/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a poll of the local server has brought, and what is known from before, as a reading. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-local-api-private.h"

#include <glib/gi18n-lib.h>

#include "pdk-error.h"

#include "pdk-sandbox.h"

#include "pdk-api-call.h"

static void
set_diagnostic (PdkLocalApiSource *self, PdkLocalApiPoll *poll, PdkFacts *facts)
{
  g_autofree char *place = NULL;
  g_autofree char *sentence = NULL;

  if (poll->error != NULL)
    {
      /* A server that answers something else tells by the path what of it is broken. */
      place = g_strconcat (self->base_url, poll->n_answered > 0 ? poll->error_path : NULL, NULL);
      sentence = pdk_api_call_describe_error (place, poll->error);
    }
  else if (poll->n_skipped > 0)
    sentence = g_strdup_printf (
        g_dngettext (
            GETTEXT_PACKAGE, "%s listed %u entry that is no model, or one too many; it is not shown.",
            "%s listed %u entries that are no models, or too many; they are not shown.", poll->n_skipped),
        self->base_url, poll->n_skipped);
  if (sentence != NULL)
    pdk_facts_set_diagnostic (facts, "local_api_error", sentence);
}

static PdkFacts *
build_facts (PdkLocalApiSource *self, PdkLocalApiPoll *poll)
{
  PdkFacts *facts = pdk_facts_new ();

  if (poll->tags == PDK_LOCAL_API_PART_KNOWN)
    pdk_ollama_api_describe_tags (self->tags, facts);
  if (poll->running == PDK_LOCAL_API_PART_KNOWN)
    pdk_ollama_api_describe_ps (self->loaded->models, facts);
  if (self->version != NULL && poll->n_answered > 0)
    pdk_facts_set_attribute (facts, "server_version", self->version);
  if (self->cloud != NULL && poll->n_answered > 0)
    pdk_cloud_switch_describe (self->cloud, facts);
  set_diagnostic (self, poll, facts);
  return facts;
}

/**
 * pdk_local_api_build_reading:
 * @self: the source
 * @poll: one of its polls, which is over
 *
 * One list that fails while the server answers otherwise stays as it was last: an empty place would read as
 * if nothing were loaded. The reading says with its state and time that it is old.
 *
 * Returns: (transfer full): what is known of the server now
 */
PdkReading *
pdk_local_api_build_reading (PdkLocalApiSource *self, PdkLocalApiPoll *poll)
{
  g_autoptr (PdkFacts) facts = build_facts (self, poll);
  g_autoptr (PdkFacts) older = pdk_facts_new ();
  gint64 observed_at_usec = poll->now_usec;

  if (!self->is_up)
    {
      PdkReading *failed = pdk_reading_new (PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN, facts);

      failed->remedy = pdk_sandbox_dup_network_command (PDK_SANDBOX_INFO_PATH);
      if (failed->remedy != NULL)
        failed->hitch = PDK_HITCH_HIDDEN;
      else if (g_error_matches (poll->error, PDK_ERROR, PDK_ERROR_REFUSED))
        failed->hitch = PDK_HITCH_REFUSED;
      return failed;
    }
  if (poll->tags == PDK_LOCAL_API_PART_FAILED && self->tags != NULL)
    {
      pdk_ollama_api_describe_tags (self->tags, older);
      observed_at_usec = MIN (observed_at_usec, self->tags_at_usec);
    }
  if (poll->running == PDK_LOCAL_API_PART_FAILED && self->loaded != NULL)
    {
      pdk_ollama_api_describe_ps (self->loaded->models, older);
      observed_at_usec = MIN (observed_at_usec, self->loaded_at_usec);
    }
  if (pdk_facts_has_data (older))
    return pdk_reading_new_partly_stale (observed_at_usec, facts, older);
  return pdk_reading_new (PDK_SOURCE_STATE_OK, observed_at_usec, facts);
}
