/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks up the key of an account as the program does, and prints what comes of it in one line:
 *
 *     key-lookup ACCOUNT            "key TEXT", "none", or "error CODE SENTENCE"
 *     key-lookup --cancel ACCOUNT   the same, cancelled as soon as the keyring is being asked: "cancelled",
 * or "late"
 */

#include "config.h"

#include <locale.h>
#include <stdio.h>

#include "pdk-error.h"
#include "pdk-secret-store.h"

#define LATE_SEC 4

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GMainLoop *loop = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkSecret) key = pdk_secret_store_lookup_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    printf ("cancelled\n");
  else if (error != NULL)
    printf ("error %d %s\n", error->domain == PDK_ERROR ? error->code : -1, error->message);
  else if (key != NULL)
    printf ("key %s\n", pdk_secret_get_text (key));
  else
    printf ("none\n");
  g_main_loop_quit (loop);
}

static gboolean
on_idle (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* Before the keyring's own deadline, which would end it, too. */
static gboolean
on_late (gpointer user_data)
{
  printf ("late\n");
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean cancels = argc == 3 && g_str_equal (argv[1], "--cancel");

  setlocale (LC_ALL, "");
  if (argc != (cancels ? 3 : 2))
    return 2;
  pdk_secret_store_lookup_async (argv[argc - 1], cancellable, on_answer, loop);
  if (cancels)
    {
      g_idle_add (on_idle, cancellable);
      g_timeout_add_seconds (LATE_SEC, on_late, loop);
    }
  g_main_loop_run (loop);
  return 0;
}
