/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One account: its sources, each asked at most once at a time and all side by side; the latest reading of
 * each, and the last good one when the latest failed. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-account-monitor.h"

#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-model-unload.h"

#define PLACE_UNKNOWN G_MAXUINT

/* One source with what it has answered. Counted, since a source may be replaced while it is asked. */
typedef struct
{
  PdkSource *source;
  GCancellable *cancellable; /* gives up on it for good */
  PdkReading *good;          /* (nullable): the last that did not fail as a whole */
  PdkReading *shown;         /* the latest, or what of an older one is shown in its place */
  gboolean is_in_flight;
  gboolean asks_again; /* the answer under way is about a time before something that we did */
  guint round;         /* of the flight, or of the last one */
} Slot;

struct _PdkAccountMonitor
{
  GObject parent_instance;

  PdkClock *clock;
  PdkHttpClient *client; /* (nullable): to have models unloaded with */
  char *id;
  char *base_url;
  gboolean is_cloud_only;
  PdkFacts *notices;    /* diagnostics that come from no source */
  GPtrArray *slots;     /* Slot, in the order of precedence */
  guint round;          /* counts the polls */
  gboolean owes_last;   /* the sources that are asked last are still to be asked in this round */
  gboolean awaits_last; /* which these are is still to be told */
  guint last_place;     /* where they go in slots */
};

G_DEFINE_FINAL_TYPE (PdkAccountMonitor, pdk_account_monitor, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* One question under way; it keeps the monitor alive. */
typedef struct
{
  PdkAccountMonitor *self;
  Slot *slot;
} Flight;

static void
slot_clear (gpointer data)
{
  Slot *slot = data;

  g_object_unref (slot->source);
  g_object_unref (slot->cancellable);
  g_clear_pointer (&slot->good, pdk_reading_unref);
  g_clear_pointer (&slot->shown, pdk_reading_unref);
}

static void
slot_unref (gpointer data)
{
  g_rc_box_release_full (data, slot_clear);
}

/* @source: (transfer full) */
static Slot *
slot_new (PdkSource *source)
{
  g_autoptr (PdkFacts) nothing = pdk_facts_new ();
  Slot *slot = g_rc_box_new0 (Slot);

  slot->source = source;
  slot->cancellable = g_cancellable_new ();
  slot->shown = pdk_reading_new (PDK_SOURCE_STATE_PENDING, PDK_TIME_UNKNOWN, nothing);
  return slot;
}

/* A source that is stuck since an earlier round holds nobody up. */
static gboolean
has_flight (PdkAccountMonitor *self, gboolean of_last)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = g_ptr_array_index (self->slots, i);

      if (slot->is_in_flight && slot->round == self->round && pdk_source_is_last (slot->source) == of_last)
        return TRUE;
    }
  return FALSE;
}

/* Keeps the older facts on show when the newer reading has none. */
static void
take_reading (Slot *slot, PdkReading *reading)
{
  g_clear_pointer (&slot->shown, pdk_reading_unref);
  if (reading->state == PDK_SOURCE_STATE_FAILED && slot->good != NULL)
    {
      slot->shown = pdk_reading_new_stale (slot->good, reading);
      return;
    }
  slot->shown = pdk_reading_ref (reading);
  if (reading->state == PDK_SOURCE_STATE_OK || reading->state == PDK_SOURCE_STATE_STALE)
    {
      g_clear_pointer (&slot->good, pdk_reading_unref);
      slot->good = pdk_reading_ref (reading);
    }
  else if (reading->state == PDK_SOURCE_STATE_ABSENT)
    g_clear_pointer (&slot->good, pdk_reading_unref);
}

static void start_flight (PdkAccountMonitor *self, Slot *slot);
static void start_flights (PdkAccountMonitor *self, gboolean of_last);

/* The sources that are asked last have their turn when all others have answered, and when it is known which
 * they are. */
static void
start_last (PdkAccountMonitor *self)
{
  if (!self->owes_last || self->awaits_last || has_flight (self, FALSE))
    return;
  self->owes_last = FALSE;
  start_flights (self, TRUE);
}

static void
on_reading (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Flight *flight = user_data;
  g_autoptr (PdkAccountMonitor) self = flight->self;
  Slot *slot = flight->slot;
  g_autoptr (PdkReading) reading = pdk_source_poll_finish (PDK_SOURCE (source), result, NULL);

  g_free (flight);
  slot->is_in_flight = FALSE;
  if (reading != NULL)
    {
      take_reading (slot, reading);
      if (slot->asks_again)
        start_flight (self, slot);
    }
  slot_unref (slot);
  if (reading == NULL) /* cancelled: nobody is waiting any more */
    return;
  start_last (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
start_flight (PdkAccountMonitor *self, Slot *slot)
{
  Flight *flight = g_new0 (Flight, 1);

  flight->self = g_object_ref (self);
  flight->slot = g_rc_box_acquire (slot);
  slot->is_in_flight = TRUE;
  slot->asks_again = FALSE;
  slot->round = self->round;
  pdk_source_poll_async (slot->source, pdk_clock_get_real_usec (self->clock), slot->cancellable, on_reading,
                         flight);
}

static void
start_flights (PdkAccountMonitor *self, gboolean of_last)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = g_ptr_array_index (self->slots, i);

      if (!slot->is_in_flight && pdk_source_is_last (slot->source) == of_last)
        start_flight (self, slot);
    }
}

/* What a source is about to answer may be of before; it is asked once more then. */
static void
ask_anew (PdkAccountMonitor *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = g_ptr_array_index (self->slots, i);

      if (pdk_source_is_last (slot->source))
        continue;
      if (slot->is_in_flight)
        slot->asks_again = TRUE;
      else
        start_flight (self, slot);
    }
}

static void
on_unloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!pdk_model_unload_finish (result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  ask_anew (g_task_get_source_object (task));
  g_task_return_boolean (task, TRUE);
}

/* Takes the sources out that are asked last, and gives up what they are asked. */
static void
drop_last (PdkAccountMonitor *self)
{
  for (guint i = self->slots->len; i > 0; i--)
    {
      Slot *slot = g_ptr_array_index (self->slots, i - 1);

      if (!pdk_source_is_last (slot->source))
        continue;
      g_cancellable_cancel (slot->cancellable);
      g_ptr_array_remove_index (self->slots, i - 1);
    }
}

static void
pdk_account_monitor_dispose (GObject *object)
{
  PdkAccountMonitor *self = PDK_ACCOUNT_MONITOR (object);

  g_clear_object (&self->clock);
  g_clear_object (&self->client);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->base_url, g_free);
  g_clear_pointer (&self->notices, pdk_facts_unref);
  g_clear_pointer (&self->slots, g_ptr_array_unref);
  G_OBJECT_CLASS (pdk_account_monitor_parent_class)->dispose (object);
}

static void
pdk_account_monitor_class_init (PdkAccountMonitorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_account_monitor_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
pdk_account_monitor_init (PdkAccountMonitor *self)
{
  self->slots = g_ptr_array_new_with_free_func (slot_unref);
  self->notices = pdk_facts_new ();
  self->last_place = PLACE_UNKNOWN;
}

/**
 * pdk_account_monitor_new:
 * @clock: (transfer none): the clock
 * @id: the account's id
 * @base_url: (nullable): its server, for display
 * @is_cloud_only: whether it has no local side
 *
 * Returns: (transfer full): a monitor without sources
 */
PdkAccountMonitor *
pdk_account_monitor_new (PdkClock *clock, const char *id, const char *base_url, gboolean is_cloud_only)
{
  PdkAccountMonitor *self = g_object_new (PDK_TYPE_ACCOUNT_MONITOR, NULL);

  self->clock = g_object_ref (clock);
  self->id = g_strdup (id);
  self->base_url = g_strdup (base_url);
  self->is_cloud_only = is_cloud_only;
  return self;
}

/** pdk_account_monitor_take_source: adds @source (transfer full); those added earlier take precedence */
void
pdk_account_monitor_take_source (PdkAccountMonitor *self, PdkSource *source)
{
  g_ptr_array_add (self->slots, slot_new (source));
}

/**
 * pdk_account_monitor_await_last:
 * @self: a monitor
 *
 * The sources that are asked last are still to be told, or may be others from now on: polls wait for
 * pdk_account_monitor_set_last() with them. The first call marks their place in the order of precedence.
 */
void
pdk_account_monitor_await_last (PdkAccountMonitor *self)
{
  if (self->last_place == PLACE_UNKNOWN)
    self->last_place = self->slots->len;
  self->awaits_last = TRUE;
}

/**
 * pdk_account_monitor_set_last:
 * @self: a monitor
 * @sources: (element-type PdkSource) (nullable): the sources that are asked last, in the order of precedence;
 *   NULL for those that there are already
 *
 * New ones are asked at once; what the former knew is forgotten.
 */
void
pdk_account_monitor_set_last (PdkAccountMonitor *self, GPtrArray *sources)
{
  guint place;

  self->awaits_last = FALSE;
  if (sources != NULL)
    {
      drop_last (self);
      place = MIN (self->last_place, self->slots->len);
      for (guint i = 0; i < sources->len; i++)
        g_ptr_array_insert (self->slots, (int) (place + i),
                            slot_new (g_object_ref (g_ptr_array_index (sources, i))));
      self->owes_last = self->round > 0;
    }
  start_last (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/** pdk_account_monitor_set_client: has models unloaded with @client (transfer none) */
void
pdk_account_monitor_set_client (PdkAccountMonitor *self, PdkHttpClient *client)
{
  g_set_object (&self->client, client);
}

/** pdk_account_monitor_set_notice: shows @sentence (nullable) as @diagnostic from now on, whatever the
 * sources say, and nothing else of the kind */
void
pdk_account_monitor_set_notice (PdkAccountMonitor *self, const char *diagnostic, const char *sentence)
{
  g_autoptr (PdkFacts) notices = pdk_facts_new ();

  /* The facts of before may be in a snapshot by now. */
  if (sentence != NULL)
    pdk_facts_set_diagnostic (notices, diagnostic, sentence);
  pdk_facts_unref (self->notices);
  self->notices = g_steal_pointer (&notices);
}

/** pdk_account_monitor_poll: asks each source that is not being asked already */
void
pdk_account_monitor_poll (PdkAccountMonitor *self)
{
  self->round++;
  self->owes_last = TRUE;
  start_flights (self, FALSE);
  start_last (self);
}

/**
 * pdk_account_monitor_unload_async:
 * @self: a monitor
 * @name: a model, as the list of loaded models names it
 * @callback: called in the main context
 * @user_data: for @callback
 *
 * Asks the account's server to let go of @name, and then all sources on this machine for what is true now.
 * That cannot be taken back, and so is not cancelled either.
 */
void
pdk_account_monitor_unload_async (PdkAccountMonitor *self,
                                  const char *name,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, pdk_account_monitor_unload_async);
  if (self->client == NULL || self->base_url == NULL)
    g_task_return_new_error (task, PDK_ERROR, PDK_ERROR_FAILED, "%s",
                             _ ("Sample data: there is no server that could unload it."));
  else
    pdk_model_unload_async (self->client, self->base_url, name, NULL, on_unloaded, g_steal_pointer (&task));
}

/**
 * pdk_account_monitor_unload_finish:
 * @self: a monitor
 * @result: what the callback was given
 * @error: return location for an error of PDK_ERROR, whose message is a sentence
 *
 * Returns: whether the server lets go of the model, which it still lists while it does
 */
gboolean
pdk_account_monitor_unload_finish (PdkAccountMonitor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/** pdk_account_monitor_cancel: gives up all questions for good; "changed" is not emitted any more */
void
pdk_account_monitor_cancel (PdkAccountMonitor *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = g_ptr_array_index (self->slots, i);

      g_cancellable_cancel (slot->cancellable);
    }
}

/** pdk_account_monitor_get_id: Returns: (transfer none): the account's id */
const char *
pdk_account_monitor_get_id (PdkAccountMonitor *self)
{
  return self->id;
}

/** pdk_account_monitor_is_polling: Returns: whether any source is being asked since the last poll, or still
 * to be */
gboolean
pdk_account_monitor_is_polling (PdkAccountMonitor *self)
{
  return self->owes_last || has_flight (self, FALSE) || has_flight (self, TRUE);
}

/** pdk_account_monitor_is_waiting_for_last: Returns: whether all that is missing comes from sources asked
 * last */
gboolean
pdk_account_monitor_is_waiting_for_last (PdkAccountMonitor *self)
{
  return !has_flight (self, FALSE) && (self->owes_last || has_flight (self, TRUE));
}

/** pdk_account_monitor_is_awaiting_last: Returns: whether it is still to be told which sources are asked last
 */
gboolean
pdk_account_monitor_is_awaiting_last (PdkAccountMonitor *self)
{
  return self->awaits_last;
}

/** pdk_account_monitor_was_lost: Returns: whether a source is being asked whose answer was lost the time
 * before, for want of patience */
gboolean
pdk_account_monitor_was_lost (PdkAccountMonitor *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = g_ptr_array_index (self->slots, i);

      if (slot->is_in_flight && pdk_source_was_lost (slot->source))
        return TRUE;
    }
  return FALSE;
}

/**
 * pdk_account_monitor_get_snapshot:
 * @self: a monitor
 * @more: (nullable): facts that come from no source
 *
 * Returns: (transfer full): what is known of the account now
 */
PdkAccountSnapshot *
pdk_account_monitor_get_snapshot (PdkAccountMonitor *self, const PdkFacts *more)
{
  PdkAccountSnapshot *account =
      pdk_account_snapshot_new (self->id, "ollama", self->base_url, self->is_cloud_only);
  g_autoptr (PdkFacts) notices = NULL;

  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = g_ptr_array_index (self->slots, i);

      pdk_account_snapshot_add_reading (account, pdk_source_get_name (slot->source), slot->shown);
    }
  notices = pdk_facts_new ();
  if (more != NULL)
    pdk_facts_merge (notices, more);
  pdk_facts_merge (notices, self->notices);
  pdk_account_snapshot_finish (account, notices);
  return account;
}
