/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-hour.h"

G_BEGIN_DECLS

/* What is kept of one account. */
typedef struct
{
  char *account;
  GArray *hours; /* (element-type PdkHour): in the order of time */
} PdkAccountHours;

PdkAccountHours *pdk_account_hours_new (const char *account, GArray *hours);
void pdk_account_hours_free (PdkAccountHours *hours);

GArray *pdk_history_text_sum_days (const GArray *hours, GTimeZone *zone);
char *pdk_history_text_to_json (const GPtrArray *accounts, GTimeZone *zone, gint64 now_usec);
char *pdk_history_text_to_csv (const GPtrArray *accounts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkAccountHours, pdk_account_hours_free)

G_END_DECLS
