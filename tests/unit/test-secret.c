/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pdk-error.h"
#include "pdk-secret.h"

static void
test_good (void)
{
  static const char *const cases[][2] = {
    { "k", "k" },         { "0123abcd.EF-gh_ij", "0123abcd.EF-gh_ij" }, { "!~", "!~" }, { "key\n", "key" },
    { "key\r\n", "key" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PdkSecret) key = pdk_secret_new (cases[i][0], strlen (cases[i][0]), &error);

      g_assert_no_error (error);
      g_assert_cmpstr (pdk_secret_get_text (key), ==, cases[i][1]);
    }
}

static void
test_length_counts (void)
{
  g_autoptr (PdkSecret) key = pdk_secret_new ("abcdef", 3, NULL);

  g_assert_cmpstr (pdk_secret_get_text (key), ==, "abc");
}

static void
test_wrong (void)
{
  static const struct
  {
    const char *text;
    gsize length;
  } cases[] = {
    { "", 0 },       { "\n", 1 },       { "\r\n", 2 },       { " hush", 5 },        { "hush ", 5 },
    { "hu sh", 5 },  { "hu\tsh", 5 },   { "hu\nsh", 5 },     { "hush\n\n", 6 },     { "hush\rhush", 9 },
    { "hu\0sh", 5 }, { "hush\x7f", 5 }, { "hush\x1b[A", 7 }, { "hush\xc3\xa9", 6 }, { "\xef\xbb\xbfhush", 7 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pdk_secret_new (cases[i].text, cases[i].length, &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
      g_assert_null (strstr (error->message, "hush"));
    }
}

static void
test_bound (void)
{
  g_autofree char *text = g_strnfill (PDK_SECRET_MAX_BYTES + 1, 'k');
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkSecret) longest = pdk_secret_new (text, PDK_SECRET_MAX_BYTES, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (pdk_secret_get_text (longest)), ==, PDK_SECRET_MAX_BYTES);
  g_assert_null (pdk_secret_new (text, PDK_SECRET_MAX_BYTES + 1, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_TOO_LARGE);
}

static void
test_references (void)
{
  PdkSecret *key = pdk_secret_new ("key", 3, NULL);

  g_assert_true (pdk_secret_ref (key) == key);
  pdk_secret_unref (key);
  g_assert_cmpstr (pdk_secret_get_text (key), ==, "key");
  pdk_secret_unref (key);
}

/* In a process of its own, since the limit stays. */
static void
check_core_limit (rlim_t before, rlim_t after)
{
  int status;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      struct rlimit limit;
      g_autoptr (PdkSecret) key = NULL;

      getrlimit (RLIMIT_CORE, &limit);
      limit.rlim_cur = MIN (before, limit.rlim_max);
      setrlimit (RLIMIT_CORE, &limit);
      key = pdk_secret_new ("key", 3, NULL);
      getrlimit (RLIMIT_CORE, &limit);
      if (limit.rlim_cur != MIN (after, limit.rlim_max))
        _exit (1);
      signal (SIGABRT, SIG_DFL);
      abort ();
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_false (WCOREDUMP (status));
}

static void
test_no_core_dump (void)
{
  check_core_limit (RLIM_INFINITY, 1);
  check_core_limit (0, 1);
  check_core_limit (1, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/good", test_good);
  g_test_add_func ("/secret/length-counts", test_length_counts);
  g_test_add_func ("/secret/wrong", test_wrong);
  g_test_add_func ("/secret/bound", test_bound);
  g_test_add_func ("/secret/references", test_references);
  g_test_add_func ("/secret/no-core-dump", test_no_core_dump);
  return g_test_run ();
}
