/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which way the cloud of one account is asked: with the key of the environment, else with that of the
 * keyring, else through the local server. The keyring is asked when the account is set up and whenever
 * somebody says that it may hold another key, also by its own signals while it gives none, and when another
 * process has noted another key, never by a timer;
 * a key that is in use stays so until the keyring says that it is gone. Main context; what is remembered on
 * the disk is looked at in a worker. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-setup.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-cloud-source.h"
#include "pdk-cloud-store.h"
#include "pdk-error.h"
#include "pdk-file-watch.h"
#include "pdk-keyring-watch.h"
#include "pdk-local-account-source.h"
#include "pdk-secret-store.h"

typedef enum
{
  WAY_UNDECIDED,
  WAY_NONE, /* nobody is asked; a notice says why */
  WAY_RELAY,
  WAY_KEY
} Way;

struct _PdkCloudSetup
{
  GObject parent_instance;

  PdkAccountMonitor *monitor;
  PdkHttpClient *client;
  PdkLocalApiSource *server;     /* (nullable): an account with the cloud alone has none */
  PdkServerConfigSource *config; /* (nullable) */
  char *account_id;
  char *base_url; /* (nullable): of the local server */
  char *cloud_url;
  char *key_env;
  char *folder;

  Way way;
  PdkSecret *key;            /* (nullable): the one in use */
  GCancellable *cancellable; /* (nullable): of the look into the keyring that is under way */
  PdkKeyringWatch *watch;    /* (nullable): while the keyring does not give the key that is in it */
  PdkFileWatch *note_watch;  /* (nullable): of the note on the key, once the keyring has been asked */
  gboolean is_told;          /* the look that is under way is due to that note */
  gboolean is_cancelled;
};

G_DEFINE_FINAL_TYPE (PdkCloudSetup, pdk_cloud_setup, G_TYPE_OBJECT)

/* One look into the keyring: what came of it, for a worker and back. */
typedef struct
{
  char *folder, *account_id, *cloud_url;
  gint64 now_usec;
  PdkSecret *key;   /* (nullable) */
  GError *error;    /* (nullable) */
  gboolean had_key; /* as far as is remembered */
  gboolean is_told; /* it is due to another process, whose note stands */
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->folder);
  g_free (look->account_id);
  g_free (look->cloud_url);
  g_clear_pointer (&look->key, pdk_secret_unref);
  g_clear_error (&look->error);
  g_free (look);
}

static void
take_source (GPtrArray *sources, gpointer source)
{
  g_ptr_array_add (sources, source);
}

/* @key: (nullable): in place of the one in use */
static void
set_way (PdkCloudSetup *self, Way way, PdkSecret *key)
{
  if (key != NULL)
    pdk_secret_ref (key);
  g_clear_pointer (&self->key, pdk_secret_unref);
  self->key = key;
  self->way = way;
}

/* @key_name: (nullable): where the key comes from, for people */
static void
use_key (PdkCloudSetup *self, PdkSecret *key, const char *key_name)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);
  PdkCloudSource *cloud = pdk_cloud_source_new_direct (self->client, self->folder, self->cloud_url,
                                                       pdk_secret_get_text (key), key_name);

  take_source (sources, cloud);
  if (self->server != NULL)
    pdk_cloud_source_set_server (cloud, self->server, self->config);
  set_way (self, WAY_KEY, key);
  pdk_account_monitor_set_notice (self->monitor, "cloud_auth_failed", NULL);
  pdk_account_monitor_set_last (self->monitor, sources);
}

static void
use_relay (PdkCloudSetup *self)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PdkHttpClient) relay = pdk_http_client_new ();
  PdkLocalAccountSource *me =
      pdk_local_account_source_new (relay, self->folder, self->base_url, self->server);
  PdkCloudSource *cloud = pdk_cloud_source_new_relay (relay, self->folder, me);

  pdk_cloud_source_set_server (cloud, self->server, self->config);
  take_source (sources, me);
  take_source (sources, cloud);
  set_way (self, WAY_RELAY, NULL);
  pdk_account_monitor_set_notice (self->monitor, "cloud_auth_failed", NULL);
  pdk_account_monitor_set_last (self->monitor, sources);
}

/* Nobody is asked until the person has done what @sentence says. */
static void
use_none (PdkCloudSetup *self, const char *sentence)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  set_way (self, WAY_NONE, NULL);
  pdk_account_monitor_set_notice (self->monitor, "cloud_auth_failed", sentence);
  pdk_account_monitor_set_last (self->monitor, nothing);
}

static char *
describe_missing_key (PdkCloudSetup *self)
{
  return g_strdup_printf (_ ("There is no key for this cloud account: store one with “paddock login”, put it "
                             "into the environment variable %s, or "
                             "set “base_url” to a local server that is signed in to it."),
                          self->key_env);
}

static char *
describe_keyring (PdkCloudSetup *self, const GError *error)
{
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_PERMISSION))
    return g_strdup (
        _ ("The key of this account is in the keyring, which is locked: unlock it and refresh."));
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_MALFORMED))
    return g_strdup (
        _ ("What the keyring holds for this account is no key: store it anew with “paddock login”."));
  return g_strdup_printf (_ ("The key of this account cannot be had, since %s: start or unlock the keyring "
                             "and refresh, or put the key into the environment variable %s."),
                          error->message, self->key_env);
}

static void
on_keyring_changed (gpointer user_data)
{
  pdk_cloud_setup_load_key (user_data);
}

/* A relay may be signed in to another account than the key is of: where there is a key, nobody else is asked.
 */
static void
take_failure (PdkCloudSetup *self, const Look *look)
{
  gboolean has_key = look->had_key || g_error_matches (look->error, PDK_ERROR, PDK_ERROR_PERMISSION) ||
                     g_error_matches (look->error, PDK_ERROR, PDK_ERROR_MALFORMED);
  g_autofree char *sentence = NULL;

  if (self->way == WAY_KEY)
    pdk_account_monitor_set_last (self->monitor, NULL);
  else if (has_key || self->server == NULL)
    {
      sentence = describe_keyring (self, look->error);
      use_none (self, sentence);
      if (self->watch == NULL)
        self->watch = pdk_keyring_watch_new (on_keyring_changed, self);
    }
  else if (self->way == WAY_RELAY)
    pdk_account_monitor_set_last (self->monitor, NULL);
  else
    use_relay (self);
}

static void
take_key (PdkCloudSetup *self, const Look *look)
{
  g_autofree char *sentence = NULL;

  g_clear_pointer (&self->watch, pdk_keyring_watch_free);
  if (look->key != NULL)
    {
      if (self->key != NULL && g_str_equal (pdk_secret_get_text (self->key), pdk_secret_get_text (look->key)))
        pdk_account_monitor_set_last (self->monitor, NULL);
      else
        use_key (self, look->key, NULL);
    }
  else if (self->server == NULL)
    {
      sentence = describe_missing_key (self);
      use_none (self, sentence);
    }
  else if (self->way == WAY_RELAY)
    pdk_account_monitor_set_last (self->monitor, NULL);
  else
    use_relay (self);
}

static void
note_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *look = task_data;
  g_autofree char *before = pdk_cloud_store_dup_noted_key (look->folder, look->account_id);
  g_autofree char *identity =
      look->key != NULL ? pdk_cloud_store_identify (look->cloud_url, pdk_secret_get_text (look->key)) : NULL;

  look->had_key = before != NULL;
  /* To wait for a note in a folder that is not there would cost looks for it. */
  g_mkdir_with_parents (look->folder, 0700);
  /* Two processes whose settings name different clouds would answer each other's notes for ever. */
  if (look->error == NULL && !look->is_told && g_strcmp0 (before, identity) != 0)
    pdk_cloud_store_note_key (look->folder, look->account_id, identity);
  pdk_cloud_store_prune (look->folder, look->now_usec);
  g_task_return_boolean (task, TRUE);
}

static void look_into_keyring (PdkCloudSetup *self, gboolean is_told);

static void
on_note_changed (gpointer user_data)
{
  look_into_keyring (user_data, TRUE);
}

/* From now on: what this process has noted itself is no news. */
static void
watch_note (PdkCloudSetup *self)
{
  g_autofree char *path = pdk_cloud_store_dup_note_path (self->folder, self->account_id);

  if (self->note_watch == NULL)
    self->note_watch = pdk_file_watch_new (path, on_note_changed, self);
}

static void
on_noted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkCloudSetup *self = PDK_CLOUD_SETUP (source);
  const Look *look = g_task_get_task_data (G_TASK (result));

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  g_clear_object (&self->cancellable);
  watch_note (self);
  if (look->error != NULL)
    take_failure (self, look);
  else
    take_key (self, look);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PdkCloudSetup) self = user_data;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkSecret) key = pdk_secret_store_lookup_finish (result, &error);
  Look *look;

  /* Whoever cancelled it has begun another one, or wants none. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  look = g_new0 (Look, 1);
  look->folder = g_strdup (self->folder);
  look->account_id = g_strdup (self->account_id);
  look->cloud_url = g_strdup (self->cloud_url);
  look->now_usec = g_get_real_time ();
  look->is_told = self->is_told;
  look->key = g_steal_pointer (&key);
  look->error = g_steal_pointer (&error);
  task = g_task_new (self, self->cancellable, on_noted, NULL);
  g_task_set_source_tag (task, on_looked_up);
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, note_thread);
}

static void
pdk_cloud_setup_finalize (GObject *object)
{
  PdkCloudSetup *self = PDK_CLOUD_SETUP (object);

  g_clear_object (&self->monitor);
  g_clear_object (&self->client);
  g_clear_object (&self->server);
  g_clear_object (&self->config);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->watch, pdk_keyring_watch_free);
  g_clear_pointer (&self->note_watch, pdk_file_watch_free);
  g_clear_pointer (&self->key, pdk_secret_unref);
  g_free (self->account_id);
  g_free (self->base_url);
  g_free (self->cloud_url);
  g_free (self->key_env);
  g_free (self->folder);
  G_OBJECT_CLASS (pdk_cloud_setup_parent_class)->finalize (object);
}

static void
pdk_cloud_setup_class_init (PdkCloudSetupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_cloud_setup_finalize;
}

static void
pdk_cloud_setup_init (PdkCloudSetup *self)
{
}

static void
forget_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  /* Nothing of it that ever changes. */
  const PdkCloudSetup *self = source;
  g_autofree char *identity = pdk_cloud_store_identify (self->base_url, NULL);

  pdk_cloud_store_forget (self->folder, identity);
  g_task_return_boolean (task, TRUE);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkCloudSetup *self = PDK_CLOUD_SETUP (source);

  /* Another way may have been found meanwhile. */
  if (!self->is_cancelled && self->way == WAY_RELAY)
    use_relay (self);
}

/* The environment of a process does not change: its key is good for as long as this lives. */
static gboolean
use_environment (PdkCloudSetup *self)
{
  const char *text = g_getenv (self->key_env);
  g_autoptr (PdkSecret) key = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (text == NULL || *text == '\0')
    return FALSE;
  if (self->way != WAY_UNDECIDED)
    return TRUE;
  key = pdk_secret_new (text, strlen (text), &error);
  if (key != NULL)
    use_key (self, key, self->key_env);
  else
    {
      sentence = g_strdup_printf (_ ("What the environment variable %s holds cannot be used, since %s: put a "
                                     "valid key there; keys are made at https://ollama.com/settings/keys."),
                                  self->key_env, error->message);
      use_none (self, sentence);
    }
  return TRUE;
}

static void
give_up_look (PdkCloudSetup *self)
{
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

/* @is_told: whether it is another process that says that there may be another key */
static void
look_into_keyring (PdkCloudSetup *self, gboolean is_told)
{
  give_up_look (self);
  self->is_told = is_told;
  self->cancellable = g_cancellable_new ();
  pdk_account_monitor_await_last (self->monitor);
  pdk_secret_store_lookup_async (self->account_id, self->cancellable, on_looked_up, g_object_ref (self));
}

/** pdk_cloud_setup_dup_folder: Returns: (transfer full): where what the cloud has told is kept, for all of
 * this user's Paddocks */
char *
pdk_cloud_setup_dup_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "paddock", "cloud", NULL);
}

/**
 * pdk_cloud_setup_new:
 * @monitor: (transfer none): the account's monitor, which gets the sources of the cloud at this place in the
 *   order of precedence
 * @account: the account's settings
 * @client: (transfer none): the client to ask the cloud with
 * @server: (transfer none) (nullable): the account's server
 * @config: (transfer none) (nullable): the server's configuration
 *
 * Returns: (transfer full): the setup, which looks for a key when it is told to
 */
PdkCloudSetup *
pdk_cloud_setup_new (PdkAccountMonitor *monitor,
                     const PdkAccount *account,
                     PdkHttpClient *client,
                     PdkLocalApiSource *server,
                     PdkServerConfigSource *config)
{
  PdkCloudSetup *self = g_object_new (PDK_TYPE_CLOUD_SETUP, NULL);

  self->monitor = g_object_ref (monitor);
  self->client = g_object_ref (client);
  self->server = server != NULL ? g_object_ref (server) : NULL;
  self->config = config != NULL ? g_object_ref (config) : NULL;
  self->account_id = g_strdup (account->id);
  self->base_url = g_strdup (account->base_url);
  self->cloud_url = pdk_account_dup_cloud_url (account);
  self->key_env = g_strdup (account->api_key_env);
  self->folder = pdk_cloud_setup_dup_folder ();
  pdk_account_monitor_await_last (monitor);
  return self;
}

/** pdk_cloud_setup_load_key: finds out which key the account has now, and which way its cloud is asked from
 * then on; polls wait for it, five seconds at most */
void
pdk_cloud_setup_load_key (PdkCloudSetup *self)
{
  if (!use_environment (self))
    look_into_keyring (self, FALSE);
}

/** pdk_cloud_setup_start_over: forgets what the cloud has told through the server, and asks it at once, since
 * somebody may have signed in there */
void
pdk_cloud_setup_start_over (PdkCloudSetup *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->way != WAY_RELAY)
    return;
  task = g_task_new (self, NULL, on_forgotten, NULL);
  g_task_set_source_tag (task, pdk_cloud_setup_start_over);
  g_task_run_in_thread (task, forget_thread);
}

/** pdk_cloud_setup_get_account_id: Returns: (transfer none): the account's id */
const char *
pdk_cloud_setup_get_account_id (PdkCloudSetup *self)
{
  return self->account_id;
}

/** pdk_cloud_setup_get_base_url: Returns: (transfer none) (nullable): the address of the account's server */
const char *
pdk_cloud_setup_get_base_url (PdkCloudSetup *self)
{
  return self->base_url;
}

/** pdk_cloud_setup_cancel: gives up for good what is under way */
void
pdk_cloud_setup_cancel (PdkCloudSetup *self)
{
  self->is_cancelled = TRUE;
  g_clear_pointer (&self->watch, pdk_keyring_watch_free);
  g_clear_pointer (&self->note_watch, pdk_file_watch_free);
  give_up_look (self);
}
