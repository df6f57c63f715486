/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-facts.h"

G_BEGIN_DECLS

/* How a source is doing. The names in JSON are those of pdk_source_state_to_string(). */
typedef enum
{
  PDK_SOURCE_STATE_PENDING, /* not asked yet; never in JSON */
  PDK_SOURCE_STATE_OK,
  PDK_SOURCE_STATE_ABSENT, /* nothing there, which is no error */
  PDK_SOURCE_STATE_STALE,  /* it failed, or a part of it did; what is shown of that is older */
  PDK_SOURCE_STATE_FAILED, /* it failed, and there is no older reading */
} PdkSourceState;

/* What stands between a source and what it wants, as far as somebody can do something about it. */
typedef enum
{
  PDK_HITCH_NONE,    /* nothing, or nothing of these */
  PDK_HITCH_REFUSED, /* nothing listens where it asked */
  PDK_HITCH_DENIED,  /* it may not read what is there */
  PDK_HITCH_HIDDEN,  /* it is kept from seeing whether anything is there */
} PdkHitch;

/* What is known of an account as a whole. */
typedef enum
{
  PDK_ACCOUNT_STATUS_OK,
  PDK_ACCOUNT_STATUS_AUTH,    /* cloud only, and the key is missing or refused */
  PDK_ACCOUNT_STATUS_LIMITED, /* cloud only, and rate limited */
  PDK_ACCOUNT_STATUS_UNKNOWN,
} PdkAccountStatus;

const char *pdk_source_state_to_string (PdkSourceState state);
const char *pdk_account_status_to_string (PdkAccountStatus status);

/* One answer of one source, stamped. Immutable; may cross threads. */
typedef struct
{
  PdkSourceState state;
  gint64 observed_at_usec; /* PDK_TIME_UNKNOWN when nothing was ever observed */
  PdkFacts *facts;
  PdkFacts *fresh;      /* (nullable): of a reading that is stale in parts, those facts that are not */
  gboolean is_fallback; /* what another source knows goes before, however old; set right after it was made */
  PdkHitch hitch;       /* likewise */
  char *place;          /* (nullable): where it read, or looked, for people; likewise */
  char *remedy;         /* (nullable): the command for a terminal that removes the hitch; likewise */
} PdkReading;

PdkReading *pdk_reading_new (PdkSourceState state, gint64 observed_at_usec, PdkFacts *facts);
PdkReading *pdk_reading_new_stale (const PdkReading *last_good, const PdkReading *failed);
PdkReading *pdk_reading_new_partly_stale (gint64 observed_at_usec, PdkFacts *fresh, PdkFacts *older);
PdkReading *pdk_reading_ref (PdkReading *reading);
void pdk_reading_unref (PdkReading *reading);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkReading, pdk_reading_unref)

/* A source's name with its latest reading. */
typedef struct
{
  const char *name; /* static: "local_api", "server_log", … */
  PdkReading *reading;
} PdkSourceReading;

/* An account at one moment: the facts of all its sources, merged. Immutable. */
typedef struct
{
  char *id;
  char *provider;
  char *base_url; /* (nullable): one line of text, for display */
  gboolean is_cloud_only;
  PdkAccountStatus status;
  PdkFacts *facts;
  GArray *sources; /* PdkSourceReading, in the order of precedence */
} PdkAccountSnapshot;

/* All accounts at one moment. Immutable. */
typedef struct
{
  gint64 generated_at_usec;
  GPtrArray *accounts; /* PdkAccountSnapshot */
} PdkSnapshot;

PdkAccountSnapshot *
pdk_account_snapshot_new (const char *id, const char *provider, const char *base_url, gboolean is_cloud_only);
void pdk_account_snapshot_add_reading (PdkAccountSnapshot *account, const char *source, PdkReading *reading);
void pdk_account_snapshot_finish (PdkAccountSnapshot *account, const PdkFacts *more);
void pdk_account_snapshot_unref (PdkAccountSnapshot *account);
const PdkReading *pdk_account_snapshot_get_reading (const PdkAccountSnapshot *account, const char *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkAccountSnapshot, pdk_account_snapshot_unref)

PdkSnapshot *pdk_snapshot_new (gint64 generated_at_usec);
void pdk_snapshot_take_account (PdkSnapshot *snapshot, PdkAccountSnapshot *account);
PdkSnapshot *pdk_snapshot_dup_only (PdkSnapshot *snapshot, const char *id);
PdkSnapshot *pdk_snapshot_ref (PdkSnapshot *snapshot);
void pdk_snapshot_unref (PdkSnapshot *snapshot);
gboolean pdk_snapshot_is_told_before (PdkAccountSnapshot *const *accounts, guint index, const char *metric);
gboolean pdk_snapshot_has_data (const PdkSnapshot *snapshot);
PdkAccountSnapshot *pdk_snapshot_get_account (const PdkSnapshot *snapshot, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkSnapshot, pdk_snapshot_unref)

G_END_DECLS
