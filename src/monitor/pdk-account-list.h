/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-cloud-setup.h"

G_BEGIN_DECLS

/* The id of the demo's account. */
#define PDK_DEMO_ACCOUNT "demo"

/* The accounts that are asked, in the order of the settings, each with its cloud. */
typedef struct _PdkAccountList PdkAccountList;

typedef void (*PdkAccountListChanged) (gpointer user_data);
typedef gboolean (*PdkAccountPredicate) (PdkAccountMonitor *account);

PdkAccountList *pdk_account_list_new (PdkAccountListChanged changed, gpointer user_data);
void pdk_account_list_free (PdkAccountList *list);
void pdk_account_list_clear (PdkAccountList *list);
void pdk_account_list_add (PdkAccountList *list,
                           const PdkSettings *settings,
                           const char *only_account,
                           PdkClock *clock,
                           PdkHttpClient *client);
void pdk_account_list_add_demo (PdkAccountList *list, const char *only_account, PdkClock *clock);
void pdk_account_list_load_keys (PdkAccountList *list);
void pdk_account_list_poll (PdkAccountList *list);
guint pdk_account_list_get_length (const PdkAccountList *list);
PdkAccountMonitor *pdk_account_list_get (const PdkAccountList *list, guint index);
PdkAccountMonitor *pdk_account_list_find (const PdkAccountList *list, const char *id);
PdkCloudSetup *pdk_account_list_find_cloud (const PdkAccountList *list, const char *id);
gboolean pdk_account_list_has (const PdkAccountList *list, PdkAccountPredicate predicate);

G_END_DECLS
