/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-sandbox.h"
#include "scratch-folder.h"

#define HOME "/home/me"

static const struct
{
  const char *filesystems; /* NULL for none at all */
  const char *path;
  const char *asks_for; /* NULL when it is shared */
} cases[] = {
  { "~/.ollama:ro;/var/log/journal:ro;", HOME "/.ollama/logs", NULL },
  { "~/.ollama:ro;/var/log/journal:ro;", "/var/log/journal", NULL },
  { "~/.ollama:ro;/var/log/journal:ro;", "/run/log/journal", "--filesystem=/run/log/journal:ro " },
  { "/var/log/journal:ro;", HOME "/.ollama/logs", "--filesystem=~/.ollama:ro " },
  { "~/.ollama/logs;", HOME "/.ollama/logs", NULL },
  { "~/.ollama-old:ro;", HOME "/.ollama/logs", "--filesystem=~/.ollama:ro " },
  { "home:ro;", HOME "/.ollama/logs", NULL },
  { "home;", "/var/log/journal", "--filesystem=/var/log/journal:ro " },
  { "host;", HOME "/.ollama", NULL },
  { "~;", HOME "/x", NULL },
  { "xdg-data/Ollama:ro;", "/mnt/logs", "--filesystem=/mnt/logs:ro " },
  { "/mnt;", "/mnt/logs", NULL },
  { "/mnt;", "/mnt2", "--filesystem=/mnt2:ro " },
  { "", "/mnt", "--filesystem=/mnt:ro " },
  { NULL, "/mnt", "--filesystem=/mnt:ro " },
};

static void
test_hidden (void)
{
  char *folder = scratch_folder_new ();
  g_autofree char *path = g_build_filename (folder, "info", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("[Context]\n%s%s\n", cases[i].filesystems != NULL ? "filesystems=" : "",
                           cases[i].filesystems != NULL ? cases[i].filesystems : "");
      g_autofree char *sentence = NULL;
      g_autofree char *command = NULL;

      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      sentence = pdk_sandbox_describe_hidden (path, HOME, cases[i].path);
      g_assert_cmpint (sentence != NULL, ==, cases[i].asks_for != NULL);
      g_assert_true (sentence == NULL || strstr (sentence, cases[i].asks_for) != NULL);
      command = pdk_sandbox_dup_folder_command (path, HOME, cases[i].path);
      g_assert_cmpint (command != NULL, ==, sentence != NULL);
      g_assert_true (sentence == NULL || strstr (sentence, command) != NULL);
    }
  scratch_folder_remove (folder);
}

static void
test_no_network (void)
{
  static const struct
  {
    const char *info;
    gboolean is_shared;
  } infos[] = {
    { "[Context]\nshared=network;ipc;\n", TRUE },
    { "[Context]\nshared=ipc;network\n", TRUE },
    { "[Context]\nshared=ipc;\n", FALSE },
    { "[Context]\nshared=networks;\n", FALSE },
    { "[Context]\n", FALSE },
    { "[Application]\nname=x\n", FALSE },
  };
  char *folder = scratch_folder_new ();
  g_autofree char *path = g_build_filename (folder, "info", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (infos); i++)
    {
      g_autofree char *sentence = NULL;
      g_autofree char *command = NULL;

      g_assert_true (g_file_set_contents (path, infos[i].info, -1, NULL));
      sentence = pdk_sandbox_describe_no_network (path);
      g_assert_cmpint (sentence == NULL, ==, infos[i].is_shared);
      g_assert_true (sentence == NULL || strstr (sentence, " --share=network " APPLICATION_ID) != NULL);
      command = pdk_sandbox_dup_network_command (path);
      g_assert_true (sentence == NULL ? command == NULL : strstr (sentence, command) != NULL);
    }
  scratch_folder_remove (folder);
}

/* A folder stays one word for the shell. */
static void
test_blank (void)
{
  char *folder = scratch_folder_new ();
  g_autofree char *path = g_build_filename (folder, "info", NULL);
  g_autofree char *command = NULL;

  g_assert_true (g_file_set_contents (path, "[Context]\n", -1, NULL));
  command = pdk_sandbox_dup_folder_command (path, HOME, "/mnt/my logs");
  g_assert_cmpstr (command, ==, "flatpak override --user '--filesystem=/mnt/my logs:ro' " APPLICATION_ID);
  scratch_folder_remove (folder);
}

/* Outside of a sandbox nothing is hidden by one, and folders are where they are. */
static void
test_outside (void)
{
  g_assert_null (pdk_sandbox_describe_hidden ("/nonexistent/info", HOME, "/mnt"));
  g_assert_null (pdk_sandbox_describe_no_network ("/nonexistent/info"));
  g_assert_false (pdk_sandbox_is_flatpak ());
  g_setenv ("HOST_XDG_DATA_HOME", "/nonexistent", TRUE);
  g_setenv ("HOST_XDG_CONFIG_HOME", "/nonexistent", TRUE);
  g_assert_cmpstr (pdk_sandbox_get_data_home (), ==, g_get_user_data_dir ());
  g_assert_cmpstr (pdk_sandbox_get_config_home (), ==, g_get_user_config_dir ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/hidden", test_hidden);
  g_test_add_func ("/sandbox/no-network", test_no_network);
  g_test_add_func ("/sandbox/blank", test_blank);
  g_test_add_func ("/sandbox/outside", test_outside);
  return g_test_run ();
}
