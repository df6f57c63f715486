/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The accounts that a monitor asks. It owns them, and whoever owns the list hears of a change to any of them.
 * Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-account-list.h"

#include "pdk-source-set.h"

struct _PdkAccountList
{
  GPtrArray *accounts; /* PdkAccountMonitor */
  GPtrArray *clouds;   /* PdkCloudSetup of these, in any order */
  PdkAccountListChanged changed;
  gpointer user_data;
};

static void
on_account_changed (PdkAccountMonitor *account, gpointer user_data)
{
  const PdkAccountList *list = user_data;

  list->changed (list->user_data);
}

static void
take_account (PdkAccountList *list, PdkAccountMonitor *account)
{
  g_signal_connect (account, "changed", G_CALLBACK (on_account_changed), list);
  g_ptr_array_add (list->accounts, account);
}

/**
 * pdk_account_list_new:
 * @changed: called when what is known of an account has changed; not after the account has left the list
 * @user_data: for @changed
 *
 * Returns: (transfer full): a list without accounts
 */
PdkAccountList *
pdk_account_list_new (PdkAccountListChanged changed, gpointer user_data)
{
  PdkAccountList *list = g_new0 (PdkAccountList, 1);

  list->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  list->clouds = g_ptr_array_new_with_free_func (g_object_unref);
  list->changed = changed;
  list->user_data = user_data;
  return list;
}

/** pdk_account_list_free: gives up what is under way, and frees @list */
void
pdk_account_list_free (PdkAccountList *list)
{
  pdk_account_list_clear (list);
  g_ptr_array_unref (list->accounts);
  g_ptr_array_unref (list->clouds);
  g_free (list);
}

/** pdk_account_list_clear: gives up what is under way, and takes all accounts out of @list */
void
pdk_account_list_clear (PdkAccountList *list)
{
  for (guint i = 0; i < list->clouds->len; i++)
    pdk_cloud_setup_cancel (g_ptr_array_index (list->clouds, i));
  g_ptr_array_set_size (list->clouds, 0);
  for (guint i = 0; i < list->accounts->len; i++)
    {
      PdkAccountMonitor *account = g_ptr_array_index (list->accounts, i);

      g_signal_handlers_disconnect_by_data (account, list);
      pdk_account_monitor_cancel (account);
    }
  g_ptr_array_set_size (list->accounts, 0);
}

/**
 * pdk_account_list_add:
 * @list: a list
 * @settings: whose accounts to add
 * @only_account: (nullable): the id of the only one of them to add, or NULL for all
 * @clock: what time it is
 * @client: what to ask with
 */
void
pdk_account_list_add (PdkAccountList *list,
                      const PdkSettings *settings,
                      const char *only_account,
                      PdkClock *clock,
                      PdkHttpClient *client)
{
  for (guint i = 0; i < settings->accounts->len; i++)
    {
      const PdkAccount *account = pdk_settings_get_account (settings, i);
      PdkAccountMonitor *monitor;

      if (only_account != NULL && !g_str_equal (account->id, only_account))
        continue;
      monitor = pdk_account_monitor_new (clock, account->id, account->base_url, account->is_cloud_only);
      g_ptr_array_add (list->clouds, pdk_source_set_add (monitor, account, client));
      take_account (list, monitor);
    }
}

/** pdk_account_list_add_demo: adds an account of sample data, unless @only_account (nullable) is another's id
 */
void
pdk_account_list_add_demo (PdkAccountList *list, const char *only_account, PdkClock *clock)
{
  PdkAccountMonitor *demo;

  if (only_account != NULL && !g_str_equal (PDK_DEMO_ACCOUNT, only_account))
    return;
  demo = pdk_account_monitor_new (clock, PDK_DEMO_ACCOUNT, "http://127.0.0.1:11434", FALSE);
  pdk_source_set_add_demo (demo);
  take_account (list, demo);
}

/** pdk_account_list_load_keys: looks for all keys anew */
void
pdk_account_list_load_keys (PdkAccountList *list)
{
  for (guint i = 0; i < list->clouds->len; i++)
    pdk_cloud_setup_load_key (g_ptr_array_index (list->clouds, i));
}

/** pdk_account_list_poll: asks all accounts */
void
pdk_account_list_poll (PdkAccountList *list)
{
  for (guint i = 0; i < list->accounts->len; i++)
    pdk_account_monitor_poll (g_ptr_array_index (list->accounts, i));
}

/** pdk_account_list_get_length: Returns: how many accounts there are */
guint
pdk_account_list_get_length (const PdkAccountList *list)
{
  return list->accounts->len;
}

/** pdk_account_list_get: Returns: (transfer none): the account at @index, which is less than the length */
PdkAccountMonitor *
pdk_account_list_get (const PdkAccountList *list, guint index)
{
  return g_ptr_array_index (list->accounts, index);
}

/** pdk_account_list_find: Returns: (transfer none) (nullable): the account @id, which may be gone by now */
PdkAccountMonitor *
pdk_account_list_find (const PdkAccountList *list, const char *id)
{
  for (guint i = 0; i < list->accounts->len; i++)
    {
      if (g_str_equal (pdk_account_monitor_get_id (pdk_account_list_get (list, i)), id))
        return pdk_account_list_get (list, i);
    }
  return NULL;
}

/** pdk_account_list_find_cloud: Returns: (transfer none) (nullable): the cloud of the account @id, which may
 * be gone by now */
PdkCloudSetup *
pdk_account_list_find_cloud (const PdkAccountList *list, const char *id)
{
  for (guint i = 0; i < list->clouds->len; i++)
    {
      PdkCloudSetup *cloud = g_ptr_array_index (list->clouds, i);

      if (g_str_equal (pdk_cloud_setup_get_account_id (cloud), id))
        return cloud;
    }
  return NULL;
}

/** pdk_account_list_has: Returns: whether @predicate holds for any account */
gboolean
pdk_account_list_has (const PdkAccountList *list, PdkAccountPredicate predicate)
{
  for (guint i = 0; i < list->accounts->len; i++)
    {
      if (predicate (pdk_account_list_get (list, i)))
        return TRUE;
    }
  return FALSE;
}
