/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The monitor: asks all sources of all accounts at every poll interval, and puts what they answer together
 * into one snapshot at a time. Settings may change while it runs. Main context; sleeps between polls. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-monitor.h"

#include <glib/gi18n-lib.h>

#include "pdk-account-list.h"
#include "pdk-error.h"
#include "pdk-http-client.h"
#include "pdk-signin-link.h"

/* How long an answer waits for those of the other sources. */
#define PATIENCE_MSEC 50

struct _PdkMonitor
{
  GObject parent_instance;

  PdkClock *clock;
  gboolean is_demo;
  PdkHttpClient *client;
  PdkSettings *settings;
  char *settings_error; /* (nullable): a sentence */
  PdkAccountList *accounts;
  PdkSnapshot *snapshot; /* (nullable): made when it is asked for */
  char *only_account;    /* (nullable): the id of the only account to ask */
  guint interval_msec;   /* in place of that of the settings; 0 for theirs */
  guint poll_timer;
  guint publish_idle;
  guint patience_timer; /* what was answered is published when it is over */
  gboolean is_running;
};

G_DEFINE_FINAL_TYPE (PdkMonitor, pdk_monitor, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
stop_patience (PdkMonitor *self)
{
  if (self->patience_timer != 0)
    pdk_clock_remove_timeout (self->clock, self->patience_timer);
  self->patience_timer = 0;
}

static void
publish (PdkMonitor *self)
{
  g_clear_pointer (&self->snapshot, pdk_snapshot_unref);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
on_idle (gpointer user_data)
{
  PdkMonitor *self = user_data;

  self->publish_idle = 0;
  publish (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_patience_over (gpointer user_data)
{
  PdkMonitor *self = user_data;

  self->patience_timer = 0;
  publish (self);
  return G_SOURCE_REMOVE;
}

/* Sources that answer soon after one another make one change: so a panel is told once a poll, and nothing in
 * the window moves twice. What is slower does not hold the others up for long. */
static void
schedule_publish (gpointer user_data)
{
  PdkMonitor *self = user_data;

  if (self->publish_idle != 0)
    return;
  if (pdk_monitor_is_waiting_for_last (self))
    {
      stop_patience (self);
      self->publish_idle = g_idle_add (on_idle, self);
    }
  else if (self->patience_timer == 0)
    self->patience_timer = pdk_clock_add_timeout (self->clock, PATIENCE_MSEC, on_patience_over, self);
}

static gboolean
on_poll_timer (gpointer user_data)
{
  PdkMonitor *self = user_data;

  pdk_account_list_poll (self->accounts);
  return G_SOURCE_CONTINUE;
}

static void
stop_timer (PdkMonitor *self)
{
  if (self->poll_timer != 0)
    pdk_clock_remove_timeout (self->clock, self->poll_timer);
  self->poll_timer = 0;
}

/* Polls now, and from now on once an interval. */
static void
restart (PdkMonitor *self)
{
  guint interval_msec = self->interval_msec != 0 ? self->interval_msec : self->settings->poll_interval_msec;

  stop_timer (self);
  self->poll_timer = pdk_clock_add_timeout (self->clock, interval_msec, on_poll_timer, self);
  pdk_account_list_poll (self->accounts);
}

static void
on_unloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (pdk_account_monitor_unload_finish (PDK_ACCOUNT_MONITOR (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* For more than what may be done without. */
static gboolean
is_waiting_for_more (PdkAccountMonitor *account)
{
  return pdk_account_monitor_is_polling (account) && !pdk_account_monitor_is_waiting_for_last (account);
}

static void
pdk_monitor_dispose (GObject *object)
{
  PdkMonitor *self = PDK_MONITOR (object);

  pdk_monitor_stop (self);
  pdk_account_list_clear (self->accounts);
  g_clear_handle_id (&self->publish_idle, g_source_remove);
  stop_patience (self);
  g_clear_object (&self->client);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->settings, pdk_settings_unref);
  g_clear_pointer (&self->snapshot, pdk_snapshot_unref);
  G_OBJECT_CLASS (pdk_monitor_parent_class)->dispose (object);
}

static void
pdk_monitor_finalize (GObject *object)
{
  PdkMonitor *self = PDK_MONITOR (object);

  g_free (self->settings_error);
  g_free (self->only_account);
  pdk_account_list_free (self->accounts);
  G_OBJECT_CLASS (pdk_monitor_parent_class)->finalize (object);
}

static void
pdk_monitor_class_init (PdkMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pdk_monitor_dispose;
  object_class->finalize = pdk_monitor_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
pdk_monitor_init (PdkMonitor *self)
{
  self->accounts = pdk_account_list_new (schedule_publish, self);
  self->client = pdk_http_client_new ();
}

/**
 * pdk_monitor_new:
 * @clock: (transfer none): the clock
 * @is_demo: whether to show built-in sample data in place of anybody's accounts
 *
 * Returns: (transfer full): a monitor that wants settings before it is started
 */
PdkMonitor *
pdk_monitor_new (PdkClock *clock, gboolean is_demo)
{
  PdkMonitor *self = g_object_new (PDK_TYPE_MONITOR, NULL);

  self->clock = g_object_ref (clock);
  self->is_demo = is_demo;
  return self;
}

/**
 * pdk_monitor_set_settings:
 * @self: a monitor
 * @settings: (transfer none): the settings that are in force
 * @settings_error: (nullable): a sentence on what is wrong with the settings file
 *
 * Accounts that are the same as before go on as they are, whatever else has changed; others start all anew.
 */
void
pdk_monitor_set_settings (PdkMonitor *self, PdkSettings *settings, const char *settings_error)
{
  g_autoptr (PdkSettings) former = self->settings;
  gboolean has_same_accounts = former != NULL && pdk_settings_has_same_accounts (settings, former);

  g_free (self->settings_error);
  self->settings_error = g_strdup (settings_error);
  schedule_publish (self);
  self->settings = pdk_settings_ref (settings);
  if (has_same_accounts && settings->poll_interval_msec == former->poll_interval_msec)
    return;
  if (!has_same_accounts)
    {
      pdk_account_list_clear (self->accounts);
      if (self->is_demo)
        pdk_account_list_add_demo (self->accounts, self->only_account, self->clock);
      else
        pdk_account_list_add (self->accounts, settings, self->only_account, self->clock, self->client);
      pdk_account_list_load_keys (self->accounts);
    }
  if (self->is_running)
    restart (self);
}

/** pdk_monitor_set_account: asks only the account @id (nullable) of the settings that are set from now on */
void
pdk_monitor_set_account (PdkMonitor *self, const char *id)
{
  g_free (self->only_account);
  self->only_account = g_strdup (id);
}

/** pdk_monitor_set_interval: polls every @interval_msec from the next start on, whatever the settings say */
void
pdk_monitor_set_interval (PdkMonitor *self, guint interval_msec)
{
  self->interval_msec = interval_msec;
}

/** pdk_monitor_start: polls now, and at every interval from then on */
void
pdk_monitor_start (PdkMonitor *self)
{
  g_return_if_fail (self->settings != NULL);
  self->is_running = TRUE;
  restart (self);
}

/** pdk_monitor_stop: polls no more; answers that are under way still come in */
void
pdk_monitor_stop (PdkMonitor *self)
{
  self->is_running = FALSE;
  stop_timer (self);
}

/** pdk_monitor_refresh: polls now in place of at the end of the interval, and looks for keys anew */
void
pdk_monitor_refresh (PdkMonitor *self)
{
  if (!self->is_running)
    return;
  pdk_account_list_load_keys (self->accounts);
  restart (self);
}

/** pdk_monitor_reload_keys: looks for keys in the keyring anew; a new one, or none any more, is used at once
 */
void
pdk_monitor_reload_keys (PdkMonitor *self)
{
  pdk_account_list_load_keys (self->accounts);
}

static void
on_signin_link (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *link = pdk_signin_link_fetch_finish (result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, link, g_free);
}

/**
 * pdk_monitor_fetch_signin_link_async:
 * @self: a monitor
 * @account_id: an account with a server
 * @cancellable: (nullable): to give up
 * @callback: called in the main context, within five seconds
 * @user_data: for @callback
 *
 * Asks the account's server for the link by which somebody signs in there.
 */
void
pdk_monitor_fetch_signin_link_async (PdkMonitor *self,
                                     const char *account_id,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  PdkCloudSetup *cloud = pdk_account_list_find_cloud (self->accounts, account_id);
  const char *base_url = cloud != NULL ? pdk_cloud_setup_get_base_url (cloud) : NULL;

  g_task_set_source_tag (task, pdk_monitor_fetch_signin_link_async);
  if (base_url == NULL)
    g_task_return_new_error (task, PDK_ERROR, PDK_ERROR_NOT_FOUND, "%s",
                             _ ("the account has no server to sign in at"));
  else
    pdk_signin_link_fetch_async (self->client, base_url, cancellable, on_signin_link,
                                 g_steal_pointer (&task));
}

/** pdk_monitor_fetch_signin_link_finish: Returns: (transfer full) (nullable): as
 * pdk_signin_link_fetch_finish() does, with its errors */
char *
pdk_monitor_fetch_signin_link_finish (PdkMonitor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_monitor_fetch_signin_link_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/** pdk_monitor_expect_signin: asks about the cloud of @account_id at once, since somebody may have signed in
 */
void
pdk_monitor_expect_signin (PdkMonitor *self, const char *account_id)
{
  PdkCloudSetup *cloud = pdk_account_list_find_cloud (self->accounts, account_id);

  if (cloud != NULL)
    pdk_cloud_setup_start_over (cloud);
}

/**
 * pdk_monitor_unload_async:
 * @self: a monitor with settings
 * @account_id: the account whose server it is
 * @name: a model, as the list of loaded models names it
 * @callback: called in the main context
 * @user_data: for @callback
 *
 * Asks a server to let go of a model; "changed" follows when the server has said what is loaded then.
 * The settings' read_only forbids it.
 */
void
pdk_monitor_unload_async (PdkMonitor *self,
                          const char *account_id,
                          const char *name,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  PdkAccountMonitor *account = pdk_account_list_find (self->accounts, account_id);

  g_task_set_source_tag (task, pdk_monitor_unload_async);
  if (self->settings->read_only)
    g_task_return_new_error (task, PDK_ERROR, PDK_ERROR_FAILED, "%s",
                             _ ("The settings say “read_only”: nothing is changed."));
  else if (account == NULL)
    g_task_return_new_error (task, PDK_ERROR, PDK_ERROR_NOT_FOUND, "%s", _ ("This account is gone."));
  else
    pdk_account_monitor_unload_async (account, name, on_unloaded, g_steal_pointer (&task));
}

/**
 * pdk_monitor_unload_finish:
 * @self: a monitor
 * @result: what the callback was given
 * @error: return location for an error of PDK_ERROR, whose message is a sentence
 *
 * Returns: whether the server lets go of the model, which it still lists while it does
 */
gboolean
pdk_monitor_unload_finish (PdkMonitor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * pdk_monitor_get_snapshot:
 * @self: a monitor with settings
 *
 * Returns: (transfer none): what was known when it was asked for first since "changed" was emitted last
 */
PdkSnapshot *
pdk_monitor_get_snapshot (PdkMonitor *self)
{
  g_autoptr (PdkFacts) more = NULL;

  if (self->snapshot != NULL)
    return self->snapshot;
  more = pdk_facts_new ();
  if (self->settings_error != NULL)
    pdk_facts_set_diagnostic (more, "settings_error", self->settings_error);
  self->snapshot = pdk_snapshot_new (pdk_clock_get_real_usec (self->clock));
  for (guint i = 0; i < pdk_account_list_get_length (self->accounts); i++)
    pdk_snapshot_take_account (
        self->snapshot, pdk_account_monitor_get_snapshot (pdk_account_list_get (self->accounts, i), more));
  return self->snapshot;
}

/** pdk_monitor_is_polling: Returns: whether any source is being asked */
gboolean
pdk_monitor_is_polling (PdkMonitor *self)
{
  return pdk_account_list_has (self->accounts, pdk_account_monitor_is_polling);
}

/** pdk_monitor_is_waiting_for_last: Returns: whether all that is missing may be done without */
gboolean
pdk_monitor_is_waiting_for_last (PdkMonitor *self)
{
  return !pdk_account_list_has (self->accounts, is_waiting_for_more);
}

/** pdk_monitor_is_waiting_for_keys: Returns: whether a keyring is still to say which key an account has,
 * which it does within five seconds */
gboolean
pdk_monitor_is_waiting_for_keys (PdkMonitor *self)
{
  return pdk_account_list_has (self->accounts, pdk_account_monitor_is_awaiting_last);
}

/** pdk_monitor_was_lost: Returns: whether an answer is under way that somebody asked for before and did not
 * wait for, so that it is worth waiting for now */
gboolean
pdk_monitor_was_lost (PdkMonitor *self)
{
  return pdk_account_list_has (self->accounts, pdk_account_monitor_was_lost);
}
