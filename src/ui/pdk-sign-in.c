/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sends a person to sign in at Ollama Cloud: the action "sign-in" with an account's id asks the server for
 * its link and opens that in the browser. The link binds the server's key to whoever opens it, so it is
 * handed on, wiped, and told to nobody else. Whenever the person comes back, the cloud is asked at once. Main
 * thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-sign-in.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-error.h"

#define ACTION "sign-in"
/* Whoever has not come back by then will see it at the next poll that asks. */
#define PATIENCE_USEC (30 * 60 * G_USEC_PER_SEC)

struct _PdkSignIn
{
  GObject parent_instance;

  PdkMonitor *monitor;
  GSimpleAction *action;
  GCancellable *cancellable;
  char *account_id;    /* (nullable): of the account that somebody was sent to sign in to */
  gint64 sent_at_usec; /* monotonic */
};

G_DEFINE_FINAL_TYPE (PdkSignIn, pdk_sign_in, G_TYPE_OBJECT)

enum
{
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
fail (PdkSignIn *self, const char *reason)
{
  /* Translators: %s says why, without a capital letter. */
  g_autofree char *sentence = g_strdup_printf (
      _ ("Nobody can be sent to sign in, since %s: run “ollama signin” where the server runs."), reason);

  g_signal_emit (self, signals[SIGNAL_FAILED], 0, sentence);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PdkSignIn) self = user_data;
  g_autoptr (GError) error = NULL;

  /* The error's own text may have the link in it. */
  if (!g_app_info_launch_default_for_uri_finish (result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (self, _ ("no browser could be opened"));
}

static void
open_link (PdkSignIn *self, const char *link)
{
  g_autoptr (GdkAppLaunchContext) context = gdk_display_get_app_launch_context (gdk_display_get_default ());

  self->sent_at_usec = g_get_monotonic_time ();
  g_app_info_launch_default_for_uri_async (link, G_APP_LAUNCH_CONTEXT (context), self->cancellable, on_opened,
                                           g_object_ref (self));
}

static void
on_link (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PdkSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *link = pdk_monitor_fetch_signin_link_finish (PDK_MONITOR (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_simple_action_set_enabled (self->action, TRUE);
  if (link != NULL)
    {
      open_link (self, link);
      explicit_bzero (link, strlen (link));
    }
  else if (error == NULL) /* somebody has signed in already */
    pdk_monitor_expect_signin (self->monitor, self->account_id);
  else if (error->domain == PDK_ERROR && error->code == PDK_ERROR_NOT_FOUND)
    fail (self, error->message);
  else
    fail (self, _ ("the server does not answer"));
}

static void
on_activate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PdkSignIn *self = user_data;

  g_free (self->account_id);
  self->account_id = g_variant_dup_string (parameter, NULL);
  self->sent_at_usec = 0;
  /* One press, one window of the browser. */
  g_simple_action_set_enabled (self->action, FALSE);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, NULL);
  pdk_monitor_fetch_signin_link_async (self->monitor, self->account_id, self->cancellable, on_link,
                                       g_object_ref (self));
}

static gboolean
is_signed_out (PdkSignIn *self)
{
  const PdkSnapshot *snapshot = pdk_monitor_get_snapshot (self->monitor);

  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = pdk_snapshot_get_account (snapshot, i);

      if (g_strcmp0 (account->id, self->account_id) == 0)
        return g_strcmp0 (pdk_facts_get_attribute (account->facts, "signed_in"), "false") == 0;
    }
  return FALSE;
}

static void
pdk_sign_in_dispose (GObject *object)
{
  PdkSignIn *self = PDK_SIGN_IN (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->action != NULL)
    g_signal_handlers_disconnect_by_data (self->action, self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->action);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->account_id, g_free);
  G_OBJECT_CLASS (pdk_sign_in_parent_class)->dispose (object);
}

static void
pdk_sign_in_class_init (PdkSignInClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_sign_in_dispose;
  signals[SIGNAL_FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pdk_sign_in_init (PdkSignIn *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * pdk_sign_in_new:
 * @actions: where the action goes
 * @monitor: (transfer none): which knows the servers
 *
 * Returns: (transfer full): the object, which does nothing until somebody wants to sign in; to be disposed of
 *   when @monitor is not to be asked any more
 */
PdkSignIn *
pdk_sign_in_new (GActionMap *actions, PdkMonitor *monitor)
{
  PdkSignIn *self = g_object_new (PDK_TYPE_SIGN_IN, NULL);

  self->monitor = g_object_ref (monitor);
  self->action = g_simple_action_new (ACTION, G_VARIANT_TYPE_STRING);
  g_signal_connect (self->action, "activate", G_CALLBACK (on_activate), self);
  g_action_map_add_action (actions, G_ACTION (self->action));
  return self;
}

/** pdk_sign_in_look_again: asks about the cloud at once if somebody was sent to sign in, since they may have
 */
void
pdk_sign_in_look_again (PdkSignIn *self)
{
  if (self->sent_at_usec == 0)
    return;
  if (g_get_monotonic_time () - self->sent_at_usec > PATIENCE_USEC || !is_signed_out (self))
    self->sent_at_usec = 0;
  else
    pdk_monitor_expect_signin (self->monitor, self->account_id);
}
