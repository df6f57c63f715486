/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Models that somebody wants unloaded: asks, looks a few times more often than usual whether the server has
 * done it, and remembers the outcome for as long as it says something. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-unloader.h"

/* A runner takes a moment to end, and is listed meanwhile. What takes longer than all these looks together
 * waits for a request. */
#define LOOK_EVERY_MSEC 1000
#define MAX_LOOKS 5

/* How long it is news that a model was unloaded. */
#define NEWS_USEC (60 * G_USEC_PER_SEC)

/* One model of one account. */
typedef struct
{
  char *account_id;
  char *name;
  PdkUnloadState state;
  char *sentence; /* (nullable): why not */
  guint n_looks;
  gboolean is_agreed;     /* the server has agreed */
  gint64 expires_at_usec; /* while it waits for a request: when the model would be unloaded, as listed */
  gint64 done_at_usec;    /* when it was seen to be gone */
} Job;

/* Which job a call is for, as the job may be gone when it is answered. */
typedef struct
{
  PdkUnloader *self;
  char *account_id;
  char *name;
} Call;

struct _PdkUnloader
{
  GObject parent_instance;

  PdkMonitor *monitor;
  PdkClock *clock;
  GPtrArray *jobs; /* Job, the newest last */
  gulong on_monitor_changed;
  guint look_timer;
};

G_DEFINE_FINAL_TYPE (PdkUnloader, pdk_unloader, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->account_id);
  g_free (job->name);
  g_free (job->sentence);
  g_free (job);
}

static Job *
find_job (PdkUnloader *self, const char *account_id, const char *name)
{
  for (guint i = 0; i < self->jobs->len; i++)
    {
      Job *job = g_ptr_array_index (self->jobs, i);

      if (g_str_equal (job->account_id, account_id) && g_str_equal (job->name, name))
        return job;
    }
  return NULL;
}

static const PdkAccountSnapshot *
find_account (PdkUnloader *self, const char *account_id)
{
  const PdkSnapshot *snapshot = pdk_monitor_get_snapshot (self->monitor);

  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = pdk_snapshot_get_account (snapshot, i);

      if (g_str_equal (account->id, account_id))
        return account;
    }
  return NULL;
}

static const PdkRunningModel *
find_model (const PdkAccountSnapshot *account, const char *name)
{
  const GPtrArray *running = account != NULL ? pdk_facts_get_running (account->facts) : NULL;

  for (guint i = 0; running != NULL && i < running->len; i++)
    {
      const PdkRunningModel *model = g_ptr_array_index (running, i);

      if (g_str_equal (model->name, name))
        return model;
    }
  return NULL;
}

static void
start_waiting (PdkUnloader *self, Job *job)
{
  const PdkRunningModel *model = find_model (find_account (self, job->account_id), job->name);

  job->state = PDK_UNLOAD_BUSY;
  job->expires_at_usec = model != NULL ? model->expires_at_usec : PDK_TIME_UNKNOWN;
}

/* The server lets go of a model after its last request, unless that asks for it to be kept: then it lists a
 * later moment or none, and nobody waits for anything any more. */
static gboolean
is_kept_after_all (const Job *job, const PdkRunningModel *model)
{
  return job->state == PDK_UNLOAD_BUSY && job->expires_at_usec != PDK_TIME_UNKNOWN &&
         (model->is_kept_loaded || model->expires_at_usec > job->expires_at_usec);
}

static gboolean
is_over (PdkUnloader *self, const Job *job, const PdkRunningModel *model)
{
  if (model != NULL)
    return job->state == PDK_UNLOAD_DONE || is_kept_after_all (job, model);
  return job->state == PDK_UNLOAD_FAILED ||
         (job->state == PDK_UNLOAD_DONE &&
          pdk_clock_get_real_usec (self->clock) - job->done_at_usec >= NEWS_USEC);
}

static gboolean
on_look_timer (gpointer user_data)
{
  PdkUnloader *self = user_data;
  gboolean goes_on = FALSE;
  gboolean has_changed = FALSE;

  for (guint i = 0; i < self->jobs->len; i++)
    {
      Job *job = g_ptr_array_index (self->jobs, i);

      if (job->state != PDK_UNLOAD_RUNNING || !job->is_agreed)
        continue;
      goes_on |= ++job->n_looks < MAX_LOOKS;
      if (job->n_looks >= MAX_LOOKS)
        start_waiting (self, job);
      has_changed |= job->state == PDK_UNLOAD_BUSY;
    }
  pdk_monitor_refresh (self->monitor);
  if (has_changed)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (!goes_on)
    self->look_timer = 0;
  return goes_on ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* The model is gone, which is the end of it once that was told; or it is there again, which is none of this
 * job's business. */
static void
on_monitor_changed (PdkUnloader *self)
{
  gboolean has_changed = FALSE;

  for (guint i = self->jobs->len; i-- > 0;)
    {
      Job *job = g_ptr_array_index (self->jobs, i);
      const PdkAccountSnapshot *account = find_account (self, job->account_id);
      const PdkRunningModel *model = find_model (account, job->name);

      /* What is loaded is not known while the server is away. */
      if (account != NULL && pdk_facts_get_running (account->facts) == NULL)
        continue;
      if (account == NULL || is_over (self, job, model))
        g_ptr_array_remove_index (self->jobs, i);
      else if (model == NULL && job->is_agreed && job->state != PDK_UNLOAD_DONE)
        {
          job->state = PDK_UNLOAD_DONE;
          job->done_at_usec = pdk_clock_get_real_usec (self->clock);
        }
      else
        continue;
      has_changed = TRUE;
    }
  if (has_changed)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_unloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (PdkUnloader) self = call->self;
  Job *job = find_job (self, call->account_id, call->name);
  g_autoptr (GError) error = NULL;
  gboolean is_agreed = pdk_monitor_unload_finish (PDK_MONITOR (source), result, &error);

  g_free (call->account_id);
  g_free (call->name);
  g_free (call);
  if (job == NULL || job->state != PDK_UNLOAD_RUNNING)
    return;
  job->is_agreed = is_agreed;
  if (!is_agreed)
    {
      job->state = PDK_UNLOAD_FAILED;
      job->sentence = g_strdup (error->message);
    }
  else if (self->look_timer == 0)
    self->look_timer = pdk_clock_add_timeout (self->clock, LOOK_EVERY_MSEC, on_look_timer, self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
pdk_unloader_dispose (GObject *object)
{
  PdkUnloader *self = PDK_UNLOADER (object);

  if (self->look_timer != 0)
    pdk_clock_remove_timeout (self->clock, self->look_timer);
  self->look_timer = 0;
  if (self->monitor != NULL)
    g_clear_signal_handler (&self->on_monitor_changed, self->monitor);
  g_clear_object (&self->monitor);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (pdk_unloader_parent_class)->dispose (object);
}

static void
pdk_unloader_finalize (GObject *object)
{
  g_ptr_array_unref (PDK_UNLOADER (object)->jobs);
  G_OBJECT_CLASS (pdk_unloader_parent_class)->finalize (object);
}

static void
pdk_unloader_class_init (PdkUnloaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_unloader_dispose;
  G_OBJECT_CLASS (klass)->finalize = pdk_unloader_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
pdk_unloader_init (PdkUnloader *self)
{
  self->jobs = g_ptr_array_new_with_free_func (job_free);
}

/**
 * pdk_unloader_new:
 * @monitor: (transfer none): a monitor with settings
 * @clock: (transfer none): the clock
 *
 * Returns: (transfer full): the unloader
 */
PdkUnloader *
pdk_unloader_new (PdkMonitor *monitor, PdkClock *clock)
{
  PdkUnloader *self = g_object_new (PDK_TYPE_UNLOADER, NULL);

  self->monitor = g_object_ref (monitor);
  self->clock = g_object_ref (clock);
  self->on_monitor_changed =
      g_signal_connect_swapped (monitor, "changed", G_CALLBACK (on_monitor_changed), self);
  return self;
}

/**
 * pdk_unloader_start:
 * @self: the unloader
 * @account_id: the account whose server it is
 * @name: a model, as the list of loaded models names it
 *
 * Has the model unloaded, unless that is under way already.
 */
void
pdk_unloader_start (PdkUnloader *self, const char *account_id, const char *name)
{
  Job *job = find_job (self, account_id, name);
  Call *call;

  if (job != NULL && job->state == PDK_UNLOAD_RUNNING)
    return;
  if (job != NULL)
    g_ptr_array_remove (self->jobs, job);
  job = g_new0 (Job, 1);
  job->account_id = g_strdup (account_id);
  job->name = g_strdup (name);
  job->state = PDK_UNLOAD_RUNNING;
  g_ptr_array_add (self->jobs, job);

  call = g_new0 (Call, 1);
  call->self = g_object_ref (self);
  call->account_id = g_strdup (account_id);
  call->name = g_strdup (name);
  pdk_monitor_unload_async (self->monitor, account_id, name, on_unloaded, call);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/** pdk_unloader_start_all: has all models unloaded that the server of the account @account_id lists now */
void
pdk_unloader_start_all (PdkUnloader *self, const char *account_id)
{
  const PdkAccountSnapshot *account = find_account (self, account_id);
  const GPtrArray *running = account != NULL ? pdk_facts_get_running (account->facts) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *id = g_strdup (account_id);

  /* The list, and whose it is shown to be, may be another one as soon as the first is asked for. */
  for (guint i = 0; running != NULL && i < running->len; i++)
    g_ptr_array_add (names, g_strdup (((const PdkRunningModel *) g_ptr_array_index (running, i))->name));
  for (guint i = 0; i < names->len; i++)
    pdk_unloader_start (self, id, g_ptr_array_index (names, i));
}

/**
 * pdk_unloader_get_state:
 * @self: the unloader
 * @account_id: an account
 * @name: a model of its
 * @sentence: (out) (transfer none) (nullable): why it failed; NULL in every other state
 *
 * Returns: how it stands with the model
 */
PdkUnloadState
pdk_unloader_get_state (PdkUnloader *self, const char *account_id, const char *name, const char **sentence)
{
  Job *job = find_job (self, account_id, name);

  *sentence = job != NULL ? job->sentence : NULL;
  return job != NULL ? job->state : PDK_UNLOAD_NONE;
}

/** pdk_unloader_get_last_done: Returns: (transfer none) (nullable): the model of @account_id that was
 * unloaded last, a short while ago, and is not loaded again */
const char *
pdk_unloader_get_last_done (PdkUnloader *self, const char *account_id)
{
  for (guint i = self->jobs->len; i-- > 0;)
    {
      Job *job = g_ptr_array_index (self->jobs, i);

      if (job->state == PDK_UNLOAD_DONE && g_str_equal (job->account_id, account_id))
        return job->name;
    }
  return NULL;
}
