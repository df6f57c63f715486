/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A heartbeat inside of a program that knows nothing of it: loaded before it, it beats on the main loop that
 * the program runs. SIGUSR1 appends what was measured since the last one to the file in HEARTBEAT_FILE. */

#define G_LOG_DOMAIN "heartbeat"

#include "config.h"

#include <signal.h>
#include <stdio.h>

#include "heart.h"

#define LOOK_MSEC 10

static Heart heart;
static volatile sig_atomic_t is_asked;

static void
on_signal (int number)
{
  is_asked = 1;
}

static gboolean
on_look (gpointer data)
{
  g_autofree char *text = NULL;
  FILE *file;

  if (!is_asked)
    return G_SOURCE_CONTINUE;
  is_asked = 0;
  text = heart_describe (&heart);
  file = fopen (g_getenv ("HEARTBEAT_FILE"), "a");
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
  /* GLib's own way would start a thread before the program has begun. */
  signal (SIGUSR1, on_signal);
  g_timeout_add (LOOK_MSEC, on_look, NULL);
}
