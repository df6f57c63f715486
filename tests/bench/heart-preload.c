/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A heartbeat inside of a program that knows nothing of it: loaded before it, it beats on the main loop that
 * the program runs. SIGUSR1 appends what was measured since the last one to the file in HEARTBEAT_FILE. */

#define G_LOG_DOMAIN "heartbeat"

#include "config.h"

#include <glib-unix.h>
#include <stdio.h>

#include "heart.h"

static Heart heart;

static gboolean
on_asked (gpointer data)
{
  FILE *file = fopen (g_getenv ("HEARTBEAT_FILE"), "a");
  g_autofree char *text = heart_describe (&heart);

  if (file != NULL)
    {
      fprintf (file, "%s\n", text);
      fclose (file);
    }
  heart_forget (&heart);
  return G_SOURCE_CONTINUE;
}

__attribute__ ((constructor)) static void
start (void)
{
  if (g_getenv ("HEARTBEAT_FILE") == NULL)
    return;
  heart_start (&heart);
  g_unix_signal_add (SIGUSR1, on_asked, NULL);
}
