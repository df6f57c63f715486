/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Readings of sources, and the snapshot that is put together from them. Atomically counted, filled in by
 * their maker and immutable from then on. Times in microseconds since the epoch. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-snapshot.h"

#include "pdk-text.h"

/** pdk_source_state_to_string: Returns: (transfer none): the state's name in JSON */
const char *
pdk_source_state_to_string (PdkSourceState state)
{
  switch (state)
    {
    case PDK_SOURCE_STATE_OK:
      return "ok";
    case PDK_SOURCE_STATE_ABSENT:
      return "absent";
    case PDK_SOURCE_STATE_STALE:
      return "stale";
    case PDK_SOURCE_STATE_FAILED:
      return "failed";
    case PDK_SOURCE_STATE_PENDING:
    default:
      return "pending";
    }
}

/** pdk_account_status_to_string: Returns: (transfer none): the status's name in JSON */
const char *
pdk_account_status_to_string (PdkAccountStatus status)
{
  switch (status)
    {
    case PDK_ACCOUNT_STATUS_OK:
      return "ok";
    case PDK_ACCOUNT_STATUS_AUTH:
      return "auth";
    case PDK_ACCOUNT_STATUS_LIMITED:
      return "limited";
    case PDK_ACCOUNT_STATUS_UNKNOWN:
    default:
      return "unknown";
    }
}

static void
reading_clear (gpointer data)
{
  PdkReading *reading = data;

  pdk_facts_unref (reading->facts);
  g_clear_pointer (&reading->fresh, pdk_facts_unref);
  g_free (reading->place);
  g_free (reading->remedy);
}

/**
 * pdk_reading_new:
 * @state: how the source did
 * @observed_at_usec: when the facts were observed, or PDK_TIME_UNKNOWN
 * @facts: (transfer none): what it found, diagnostics included
 *
 * Returns: (transfer full): the reading
 */
PdkReading *
pdk_reading_new (PdkSourceState state, gint64 observed_at_usec, PdkFacts *facts)
{
  PdkReading *reading = g_atomic_rc_box_new0 (PdkReading);

  reading->state = state;
  reading->observed_at_usec = observed_at_usec;
  reading->facts = pdk_facts_ref (facts);
  return reading;
}

/**
 * pdk_reading_new_stale:
 * @last_good: the source's last good reading
 * @failed: the reading that failed after it
 *
 * Returns: (transfer full): the facts of @last_good with its time, and the diagnostics and the hitch of
 * @failed
 */
PdkReading *
pdk_reading_new_stale (const PdkReading *last_good, const PdkReading *failed)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  PdkReading *reading;

  pdk_facts_merge (facts, failed->facts);
  pdk_facts_merge (facts, last_good->facts);
  reading = pdk_reading_new (PDK_SOURCE_STATE_STALE, last_good->observed_at_usec, facts);
  reading->is_fallback = last_good->is_fallback;
  reading->hitch = failed->hitch;
  reading->place = g_strdup (failed->place);
  reading->remedy = g_strdup (failed->remedy);
  return reading;
}

/**
 * pdk_reading_new_partly_stale:
 * @observed_at_usec: when the oldest of @older was observed
 * @fresh: (transfer none): what was found just now, with a diagnostic of the part that failed
 * @older: (transfer none): what stands in for that part
 *
 * Returns: (transfer full): a stale reading of both
 */
PdkReading *
pdk_reading_new_partly_stale (gint64 observed_at_usec, PdkFacts *fresh, PdkFacts *older)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  PdkReading *reading;

  pdk_facts_merge (facts, fresh);
  pdk_facts_merge (facts, older);
  reading = pdk_reading_new (PDK_SOURCE_STATE_STALE, observed_at_usec, facts);
  reading->fresh = pdk_facts_ref (fresh);
  return reading;
}

/** pdk_reading_ref: Returns: (transfer full): @reading, with one more reference */
PdkReading *
pdk_reading_ref (PdkReading *reading)
{
  return g_atomic_rc_box_acquire (reading);
}

/** pdk_reading_unref: gives a reference to @reading back */
void
pdk_reading_unref (PdkReading *reading)
{
  g_atomic_rc_box_release_full (reading, reading_clear);
}

static void
source_reading_clear (gpointer data)
{
  PdkSourceReading *source = data;

  pdk_reading_unref (source->reading);
}

static void
account_snapshot_clear (gpointer data)
{
  PdkAccountSnapshot *account = data;

  g_free (account->id);
  g_free (account->provider);
  g_free (account->base_url);
  pdk_facts_unref (account->facts);
  g_array_unref (account->sources);
}

/**
 * pdk_account_snapshot_new:
 * @id: the account's id
 * @provider: its provider
 * @base_url: (nullable): where its server is, any text; it is kept for display
 * @is_cloud_only: whether it has no local side
 *
 * Returns: (transfer full): an account of which nothing is known; add readings, then finish it
 */
PdkAccountSnapshot *
pdk_account_snapshot_new (const char *id, const char *provider, const char *base_url, gboolean is_cloud_only)
{
  PdkAccountSnapshot *account = g_atomic_rc_box_new0 (PdkAccountSnapshot);

  account->id = g_strdup (id);
  account->provider = g_strdup (provider);
  account->base_url = base_url != NULL ? pdk_text_dup_for_display (base_url) : NULL;
  account->is_cloud_only = is_cloud_only;
  account->status = PDK_ACCOUNT_STATUS_UNKNOWN;
  account->facts = pdk_facts_new ();
  account->sources = g_array_new (FALSE, FALSE, sizeof (PdkSourceReading));
  g_array_set_clear_func (account->sources, source_reading_clear);
  return account;
}

/**
 * pdk_account_snapshot_add_reading:
 * @account: an account that is not finished
 * @source: the source's name, a string that lives for ever
 * @reading: (transfer none): its latest reading
 *
 * Adds a source. Those added earlier take precedence.
 */
void
pdk_account_snapshot_add_reading (PdkAccountSnapshot *account, const char *source, PdkReading *reading)
{
  PdkSourceReading added = { source, pdk_reading_ref (reading) };

  g_array_append_val (account->sources, added);
}

/* What was found just now, in the order of precedence. */
static void
merge_fresh (PdkAccountSnapshot *account)
{
  for (guint i = 0; i < account->sources->len; i++)
    {
      const PdkReading *reading = g_array_index (account->sources, PdkSourceReading, i).reading;

      if (reading->state == PDK_SOURCE_STATE_OK && !reading->is_fallback)
        pdk_facts_merge (account->facts, reading->facts);
      else if (reading->fresh != NULL)
        pdk_facts_merge (account->facts, reading->fresh);
    }
}

static void
merge_in_state (PdkAccountSnapshot *account, PdkSourceState state)
{
  for (guint i = 0; i < account->sources->len; i++)
    {
      const PdkSourceReading *source = &g_array_index (account->sources, PdkSourceReading, i);

      if (source->reading->state == state && !source->reading->is_fallback)
        pdk_facts_merge (account->facts, source->reading->facts);
    }
}

static void
merge_fallbacks (PdkAccountSnapshot *account)
{
  for (guint i = 0; i < account->sources->len; i++)
    {
      const PdkReading *reading = g_array_index (account->sources, PdkSourceReading, i).reading;

      if (reading->is_fallback)
        pdk_facts_merge (account->facts, reading->facts);
    }
}

/**
 * pdk_account_snapshot_finish:
 * @account: an account with all of its readings
 * @more: (nullable): facts that belong to no source, such as a diagnostic of the settings
 *
 * Merges the readings and judges the status. What is fresh goes before what is stale, since a file that was
 * read a moment ago knows better than a server that is gone.
 */
void
pdk_account_snapshot_finish (PdkAccountSnapshot *account, const PdkFacts *more)
{
  if (more != NULL)
    pdk_facts_merge (account->facts, more);
  merge_fresh (account);
  merge_in_state (account, PDK_SOURCE_STATE_ABSENT);
  merge_in_state (account, PDK_SOURCE_STATE_STALE);
  merge_in_state (account, PDK_SOURCE_STATE_FAILED);
  merge_fallbacks (account);

  if (account->is_cloud_only && pdk_facts_get_diagnostic (account->facts, "cloud_auth_failed") != NULL)
    account->status = PDK_ACCOUNT_STATUS_AUTH;
  else if (account->is_cloud_only && pdk_facts_get_diagnostic (account->facts, "cloud_rate_limited") != NULL)
    account->status = PDK_ACCOUNT_STATUS_LIMITED;
  else if (pdk_facts_has_data (account->facts))
    account->status = PDK_ACCOUNT_STATUS_OK;
}

/** pdk_account_snapshot_unref: gives a reference to @account back */
void
pdk_account_snapshot_unref (PdkAccountSnapshot *account)
{
  g_atomic_rc_box_release_full (account, account_snapshot_clear);
}

/** pdk_account_snapshot_get_reading: Returns: (transfer none) (nullable): the reading of @source, if it has
 * one */
const PdkReading *
pdk_account_snapshot_get_reading (const PdkAccountSnapshot *account, const char *source)
{
  for (guint i = 0; i < account->sources->len; i++)
    {
      const PdkSourceReading *candidate = &g_array_index (account->sources, PdkSourceReading, i);

      if (g_str_equal (candidate->name, source))
        return candidate->reading;
    }
  return NULL;
}

static void
snapshot_clear (gpointer data)
{
  PdkSnapshot *snapshot = data;

  g_ptr_array_unref (snapshot->accounts);
}

/** pdk_snapshot_new: Returns: (transfer full): a snapshot without accounts, made at @generated_at_usec */
PdkSnapshot *
pdk_snapshot_new (gint64 generated_at_usec)
{
  PdkSnapshot *snapshot = g_atomic_rc_box_new0 (PdkSnapshot);

  snapshot->generated_at_usec = generated_at_usec;
  snapshot->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_account_snapshot_unref);
  return snapshot;
}

/** pdk_snapshot_take_account: adds @account (transfer full), which is finished */
void
pdk_snapshot_take_account (PdkSnapshot *snapshot, PdkAccountSnapshot *account)
{
  g_ptr_array_add (snapshot->accounts, account);
}

/**
 * pdk_snapshot_dup_only:
 * @snapshot: a snapshot
 * @id: the id of one of its accounts
 *
 * Returns: (transfer full): a snapshot with that account alone; @snapshot itself when it has none of that id,
 * so that a choice that is out of date does not hide everything
 */
PdkSnapshot *
pdk_snapshot_dup_only (PdkSnapshot *snapshot, const char *id)
{
  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      PdkAccountSnapshot *account = pdk_snapshot_get_account (snapshot, i);
      PdkSnapshot *only;

      if (!g_str_equal (account->id, id))
        continue;
      only = pdk_snapshot_new (snapshot->generated_at_usec);
      pdk_snapshot_take_account (only, g_atomic_rc_box_acquire (account));
      return only;
    }
  return g_atomic_rc_box_acquire (snapshot);
}

/**
 * pdk_snapshot_is_told_before:
 * @accounts: accounts that are added up
 * @index: which of them
 * @metric: the name of a metric
 *
 * Two accounts may be of one server, whose models and memory are there once.
 *
 * Returns: whether @metric is one that the server tells, and an account before has it from the same server
 */
gboolean
pdk_snapshot_is_told_before (PdkAccountSnapshot *const *accounts, guint index, const char *metric)
{
  const char *base_url = accounts[index]->base_url;

  if (base_url == NULL ||
      (!g_str_has_prefix (metric, "models_") && !g_str_has_prefix (metric, "loaded_") &&
       !g_str_equal (metric, "model_storage_bytes") && !g_str_equal (metric, "vram_total_bytes")))
    return FALSE;
  for (guint i = 0; i < index; i++)
    {
      if (g_strcmp0 (accounts[i]->base_url, base_url) == 0 &&
          pdk_facts_get_metric (accounts[i]->facts, metric) != NULL)
        return TRUE;
    }
  return FALSE;
}

/** pdk_snapshot_ref: Returns: (transfer full): @snapshot, with one more reference */
PdkSnapshot *
pdk_snapshot_ref (PdkSnapshot *snapshot)
{
  return g_atomic_rc_box_acquire (snapshot);
}

/** pdk_snapshot_unref: gives a reference to @snapshot back */
void
pdk_snapshot_unref (PdkSnapshot *snapshot)
{
  g_atomic_rc_box_release_full (snapshot, snapshot_clear);
}

/** pdk_snapshot_has_data: Returns: whether any account has data */
gboolean
pdk_snapshot_has_data (const PdkSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      if (pdk_facts_has_data (pdk_snapshot_get_account (snapshot, i)->facts))
        return TRUE;
    }
  return FALSE;
}

/** pdk_snapshot_get_account: Returns: (transfer none): the account at @index, which is less than their number
 */
PdkAccountSnapshot *
pdk_snapshot_get_account (const PdkSnapshot *snapshot, guint index)
{
  return g_ptr_array_index (snapshot->accounts, index);
}
