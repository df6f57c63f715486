/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many limits are remembered at most. */
#define PDK_ALERT_MEMORY_MAX_ENTRIES 256

/* What was told of one limit in one period. */
typedef struct
{
  char *account;         /* the account's id */
  char *metric;          /* the limit's name in a snapshot */
  gint64 resets_at_usec; /* the period's end, PDK_TIME_UNKNOWN when nobody has told */
  double told_percent;   /* the highest share that was told; 100 for all of it */
  gboolean is_back_told; /* that it is back is not to be told any more */
  gint64 told_at_usec;
} PdkAlertEntry;

/* What was told. Belongs to one thread. */
typedef struct _PdkAlertMemory PdkAlertMemory;

PdkAlertMemory *pdk_alert_memory_new (GBytes *bytes);
void pdk_alert_memory_free (PdkAlertMemory *memory);
GBytes *pdk_alert_memory_to_bytes (const PdkAlertMemory *memory);
guint pdk_alert_memory_get_size (const PdkAlertMemory *memory);
PdkAlertEntry *pdk_alert_memory_find (PdkAlertMemory *memory, const char *account, const char *metric);
PdkAlertEntry *
pdk_alert_memory_add (PdkAlertMemory *memory, const char *account, const char *metric, gint64 now_usec);
void pdk_alert_memory_remove (PdkAlertMemory *memory, PdkAlertEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkAlertMemory, pdk_alert_memory_free)

G_END_DECLS
