/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "pdk-cloud-store.h"
#include "scratch-folder.h"

#define NOW (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)
#define MINUTE (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)
#define N_THREADS 8

typedef struct
{
  char *root, *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = scratch_folder_new ();
  fixture->folder = g_build_filename (fixture->root, "paddock", "cloud", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  scratch_folder_remove (fixture->root);
  g_free (fixture->folder);
}

static guint
mode_of (const char *path)
{
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  return st.st_mode & 0777;
}

static void
test_claim (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "q", NULL);
  gboolean is_ours = FALSE;
  g_autoptr (PdkCloudAnswer) first =
      pdk_cloud_store_claim (fixture->folder, "q", NULL, NOW, MINUTE, &is_ours);
  g_autoptr (PdkCloudAnswer) second = NULL, third = NULL, other = NULL;

  g_assert_true (is_ours);
  g_assert_cmpint (first->asked_at_usec, ==, NOW);
  g_assert_cmpuint (mode_of (path), ==, 0600);
  g_assert_cmpuint (mode_of (fixture->folder), ==, 0700);

  second = pdk_cloud_store_claim (fixture->folder, "q", NULL, NOW + MINUTE - 1, MINUTE, &is_ours);
  g_assert_false (is_ours);
  g_assert_cmpint (second->asked_at_usec, ==, NOW);
  other = pdk_cloud_store_claim (fixture->folder, "r", NULL, NOW + MINUTE - 1, MINUTE, &is_ours);
  g_assert_true (is_ours);
  third = pdk_cloud_store_claim (fixture->folder, "q", NULL, NOW + MINUTE, MINUTE, &is_ours);
  g_assert_true (is_ours);
}

/* What this process remembers is older than what another one has asked since. */
static void
test_asked_by_another (Fixture *fixture, gconstpointer data)
{
  gboolean is_ours = FALSE;
  g_autoptr (PdkCloudAnswer) known =
      pdk_cloud_store_claim (fixture->folder, "q", NULL, NOW, MINUTE, &is_ours);
  g_autoptr (PdkCloudAnswer) others =
      pdk_cloud_store_claim (fixture->folder, "q", NULL, NOW + MINUTE, MINUTE, &is_ours);
  g_autoptr (PdkCloudAnswer) answer = NULL;

  g_assert_true (is_ours);
  answer = pdk_cloud_store_claim (fixture->folder, "q", known, NOW + MINUTE + 1, MINUTE, &is_ours);
  g_assert_false (is_ours);
  g_assert_cmpint (answer->asked_at_usec, ==, others->asked_at_usec);
}

/* A damaged file is none, and is replaced. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "q", NULL);
  gboolean is_ours = FALSE;
  g_autoptr (PdkCloudAnswer) answer = NULL;

  g_assert_cmpint (g_mkdir_with_parents (fixture->folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "paddock-cloud-1, more or less", -1, NULL));
  g_assert_null (pdk_cloud_store_read (fixture->folder, "q"));
  answer = pdk_cloud_store_claim (fixture->folder, "q", NULL, NOW, MINUTE, &is_ours);
  g_assert_true (is_ours);
  g_clear_pointer (&answer, pdk_cloud_answer_unref);
  answer = pdk_cloud_store_read (fixture->folder, "q");
  g_assert_cmpint (answer->asked_at_usec, ==, NOW);
}

/* Where nothing can be kept, what the process remembers itself counts. */
static void
test_not_writable (Fixture *fixture, gconstpointer data)
{
  gboolean is_ours = FALSE;
  g_autofree char *folder = g_build_filename (fixture->root, "file", "cloud", NULL);
  g_autofree char *file = g_build_filename (fixture->root, "file", NULL);
  g_autoptr (PdkCloudAnswer) first = NULL, second = NULL, third = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  first = pdk_cloud_store_claim (folder, "q", NULL, NOW, MINUTE, &is_ours);
  g_assert_true (is_ours);
  second = pdk_cloud_store_claim (folder, "q", first, NOW + 1, MINUTE, &is_ours);
  g_assert_false (is_ours);
  third = pdk_cloud_store_claim (folder, "q", second, NOW + MINUTE, MINUTE, &is_ours);
  g_assert_true (is_ours);
  g_assert_false (pdk_cloud_store_write (folder, "q", third, &error));
  g_assert_nonnull (error);
}

static void
test_identity (void)
{
  g_autofree char *relay = pdk_cloud_store_identify ("https://ollama.com", NULL);
  g_autofree char *with_key = pdk_cloud_store_identify ("https://ollama.com", "secret");
  g_autofree char *other_key = pdk_cloud_store_identify ("https://ollama.com", "secret2");
  g_autofree char *other_url = pdk_cloud_store_identify ("https://ollama.example", "secret");
  g_autofree char *again = pdk_cloud_store_identify ("https://ollama.com", "secret");

  g_assert_cmpstr (with_key, ==, again);
  g_assert_cmpstr (with_key, !=, relay);
  g_assert_cmpstr (with_key, !=, other_key);
  g_assert_cmpstr (with_key, !=, other_url);
  g_assert_null (strstr (with_key, "secret"));
  g_assert_cmpuint (strlen (with_key), ==, 24);
}

static void
put (Fixture *fixture, const char *identity, const char *question, gint64 days_ago)
{
  g_autofree char *name = g_strconcat (identity, "-", question, NULL);
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  const struct timespec time = { .tv_sec = NOW / G_USEC_PER_SEC - days_ago * 24 * 60 * 60 };
  const struct timespec times[] = { time, time };

  g_assert_cmpint (g_mkdir_with_parents (fixture->folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static gboolean
is_there (Fixture *fixture, const char *identity, const char *question)
{
  g_autofree char *name = g_strconcat (identity, "-", question, NULL);
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* What a key has told goes with the key; what others have told stays. */
static void
test_noted_key (Fixture *fixture, gconstpointer data)
{
  const char *folder = fixture->folder;
  g_autofree char *one = pdk_cloud_store_identify ("https://ollama.com", "one");
  g_autofree char *two = pdk_cloud_store_identify ("https://ollama.com", "two");
  g_autofree char *noted = NULL, *again = NULL;

  g_assert_null (pdk_cloud_store_dup_noted_key (folder, "a"));
  pdk_cloud_store_note_key (folder, "a", NULL);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));

  pdk_cloud_store_note_key (folder, "a", one);
  noted = pdk_cloud_store_dup_noted_key (folder, "a");
  g_assert_cmpstr (noted, ==, one);
  g_assert_null (pdk_cloud_store_dup_noted_key (folder, "../a"));
  put (fixture, one, "balance", 0);
  put (fixture, two, "balance", 0);
  pdk_cloud_store_note_key (folder, "a", one);
  g_assert_true (is_there (fixture, one, "balance"));

  pdk_cloud_store_note_key (folder, "a", two);
  again = pdk_cloud_store_dup_noted_key (folder, "a");
  g_assert_cmpstr (again, ==, two);
  g_assert_false (is_there (fixture, one, "balance"));
  g_assert_true (is_there (fixture, two, "balance"));
  pdk_cloud_store_note_key (folder, "a", NULL);
  g_assert_false (is_there (fixture, two, "balance"));
  g_assert_null (pdk_cloud_store_dup_noted_key (folder, "a"));
}

static void
test_damaged_note (Fixture *fixture, gconstpointer data)
{
  g_autofree char *identity = pdk_cloud_store_identify ("https://ollama.com", "one");
  g_autoptr (GDir) dir = NULL;
  g_autofree char *path = NULL;

  pdk_cloud_store_note_key (fixture->folder, "a", identity);
  dir = g_dir_open (fixture->folder, 0, NULL);
  path = g_build_filename (fixture->folder, g_dir_read_name (dir), NULL);
  g_assert_cmpuint (mode_of (path), ==, 0600);
  for (gsize i = 0; i < 3; i++)
    {
      static const char *const texts[] = { "", "0123", "../../../../../../etc/pa" };

      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_assert_null (pdk_cloud_store_dup_noted_key (fixture->folder, "a"));
    }
}

static void
test_prune (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = pdk_cloud_store_identify ("https://ollama.com", "one");
  g_autofree char *noted = NULL;

  pdk_cloud_store_prune (fixture->folder, NOW);
  put (fixture, one, "old", 91);
  put (fixture, one, "young", 89);
  put (fixture, one, "future", -1000);
  pdk_cloud_store_note_key (fixture->folder, "a", one);
  pdk_cloud_store_prune (fixture->folder, NOW);
  g_assert_false (is_there (fixture, one, "old"));
  g_assert_true (is_there (fixture, one, "young"));
  g_assert_true (is_there (fixture, one, "future"));
  /* That an account has a key holds for as long as it has. */
  pdk_cloud_store_prune (fixture->folder, G_GINT64_CONSTANT (3000000000) * G_USEC_PER_SEC);
  noted = pdk_cloud_store_dup_noted_key (fixture->folder, "a");
  g_assert_cmpstr (noted, ==, one);
}

static gpointer
claim_in_thread (gpointer data)
{
  gboolean is_ours = FALSE;
  g_autoptr (PdkCloudAnswer) answer = pdk_cloud_store_claim (data, "q", NULL, NOW, MINUTE, &is_ours);

  g_assert_nonnull (answer);
  return GINT_TO_POINTER (is_ours);
}

/* The lock holds between threads as between processes, since each opens the file anew. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 20; round++)
    {
      g_autofree char *folder = g_strdup_printf ("%s-%u", fixture->folder, round);
      GThread *threads[N_THREADS];
      guint n_ours = 0;

      for (guint i = 0; i < N_THREADS; i++)
        threads[i] = g_thread_new ("claim", claim_in_thread, folder);
      for (guint i = 0; i < N_THREADS; i++)
        n_ours += GPOINTER_TO_UINT (g_thread_join (threads[i]));
      g_assert_cmpuint (n_ours, ==, 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/cloud-store/claim", Fixture, NULL, set_up, test_claim, tear_down);
  g_test_add ("/cloud-store/asked-by-another", Fixture, NULL, set_up, test_asked_by_another, tear_down);
  g_test_add ("/cloud-store/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/cloud-store/not-writable", Fixture, NULL, set_up, test_not_writable, tear_down);
  g_test_add_func ("/cloud-store/identity", test_identity);
  g_test_add ("/cloud-store/noted-key", Fixture, NULL, set_up, test_noted_key, tear_down);
  g_test_add ("/cloud-store/damaged-note", Fixture, NULL, set_up, test_damaged_note, tear_down);
  g_test_add ("/cloud-store/prune", Fixture, NULL, set_up, test_prune, tear_down);
  g_test_add ("/cloud-store/many", Fixture, NULL, set_up, test_many, tear_down);
  return g_test_run ();
}
