/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody can do whose server is not there. Only what is certain to fit is offered: the address has to
 * be of this computer, and nothing may listen at it. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-steps.h"

#include <glib/gi18n-lib.h>

#include "pdk-ollama-host.h"

static void
add_step (GArray *steps, const char *title, const char *command, const char *link)
{
  PdkStep step = { title, command, link };

  g_array_append_val (steps, step);
}

/**
 * pdk_steps_of_account:
 * @account: an account
 *
 * Whether Ollama is installed is not known before it has answered once, so that until then there is a step
 * for those who do not have it. The commands are those of Ollama's own instructions for Linux.
 *
 * Returns: (transfer full) (element-type PdkStep): what to do, the likeliest first; empty when the server
 *   answers, or when starting it would not help
 */
GArray *
pdk_steps_of_account (const PdkAccountSnapshot *account)
{
  const PdkReading *reading = pdk_account_snapshot_get_reading (account, "local_api");
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (PdkStep));

  if (reading == NULL || !reading->is_refused || account->is_cloud_only || account->base_url == NULL ||
      !pdk_ollama_host_is_loopback (account->base_url))
    return steps;
  add_step (steps, _ ("Start the service"), "systemctl start ollama", NULL);
  add_step (steps, _ ("Or start it in a terminal"), "ollama serve", NULL);
  if (reading->state == PDK_SOURCE_STATE_FAILED)
    add_step (steps, _ ("Get Ollama"), NULL, "https://ollama.com/download");
  return steps;
}
