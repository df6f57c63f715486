/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-pipeline.h"

#include <dlfcn.h>

#define N_ITEMS 2000

static gboolean is_exhausted;

/* Stands for GLib's: a container or a limit may leave no room for one more. */
GThread *
g_thread_try_new (const char *name, GThreadFunc func, gpointer data, GError **error)
{
  GThread *(*real) (const char *, GThreadFunc, gpointer, GError **) = dlsym (RTLD_NEXT, "g_thread_try_new");

  return is_exhausted ? NULL : real (name, func, data, error);
}

typedef struct
{
  guint number;
  guint n_prepared;
} Item;

typedef struct
{
  guint n_taken;
  gint n_taking;
  GThread *caller;
  gint n_elsewhere; /* items that were prepared by another thread than the one that pushes */
  gint n_blocked;   /* the first item waits until this many others are prepared */
  GMutex mutex;
  GCond changed;
  guint n_prepared;
} Fixture;

static void
prepare (gpointer data, gpointer user_data)
{
  Item *item = data;
  Fixture *f = user_data;

  item->n_prepared++;
  if (g_thread_self () != f->caller)
    g_atomic_int_inc (&f->n_elsewhere);

  g_mutex_lock (&f->mutex);
  while (item->number == 0 && f->n_prepared < (guint) f->n_blocked)
    g_cond_wait (&f->changed, &f->mutex);
  f->n_prepared++;
  g_cond_broadcast (&f->changed);
  g_mutex_unlock (&f->mutex);
}

/* In order, once each, and never two at a time. */
static void
take (gpointer data, gpointer user_data)
{
  Item *item = data;
  Fixture *f = user_data;

  g_assert_cmpint (g_atomic_int_add (&f->n_taking, 1), ==, 0);
  g_assert_cmpuint (item->number, ==, f->n_taken);
  g_assert_cmpuint (item->n_prepared, ==, 1);
  f->n_taken++;
  g_atomic_int_add (&f->n_taking, -1);
}

static void
run (Fixture *f, guint n_threads, guint n_items)
{
  PdkPipeline *pipeline;

  f->caller = g_thread_self ();
  g_mutex_init (&f->mutex);
  g_cond_init (&f->changed);
  pipeline = pdk_pipeline_new (n_threads, prepare, take, f);
  for (guint i = 0; i < n_items; i++)
    {
      Item *item = pdk_pipeline_pop_spare (pipeline);

      if (item == NULL)
        item = g_new (Item, 1);
      item->number = i;
      item->n_prepared = 0;
      pdk_pipeline_push (pipeline, item);
      if (i == n_items / 2)
        {
          pdk_pipeline_wait (pipeline);
          g_assert_cmpuint (f->n_taken, ==, i + 1);
        }
    }
  pdk_pipeline_free (pipeline, g_free);
  g_assert_cmpuint (f->n_taken, ==, n_items);
  g_mutex_clear (&f->mutex);
  g_cond_clear (&f->changed);
}

static void
test_order (gconstpointer data)
{
  Fixture f = { 0 };

  run (&f, GPOINTER_TO_UINT (data), N_ITEMS);
  if (GPOINTER_TO_UINT (data) == 0)
    g_assert_cmpint (f.n_elsewhere, ==, 0);
}

static void
test_no_thread (void)
{
  Fixture f = { 0 };

  is_exhausted = TRUE;
  run (&f, 3, N_ITEMS);
  is_exhausted = FALSE;
  g_assert_cmpint (f.n_elsewhere, ==, 0);
}

static void
test_nothing (void)
{
  Fixture f = { 0 };

  run (&f, 2, 0);
}

/* Others are prepared while the first takes its time, and wait for it to be taken: so the order is not that
 * of getting ready. */
static void
test_overtaken (void)
{
  Fixture f = { .n_blocked = 12 };

  run (&f, 2, 40);
}

int
main (int argc, char **argv)
{
  static const guint n_threads[] = { 0, 1, 2, 7 };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (n_threads); i++)
    {
      g_autofree char *path = g_strdup_printf ("/pipeline/order/%u", n_threads[i]);

      g_test_add_data_func (path, GUINT_TO_POINTER (n_threads[i]), test_order);
    }
  g_test_add_func ("/pipeline/no-thread", test_no_thread);
  g_test_add_func ("/pipeline/nothing", test_nothing);
  g_test_add_func ("/pipeline/overtaken", test_overtaken);
  return g_test_run ();
}
