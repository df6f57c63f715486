/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-intake.h"

#include <string.h>

#define OLDEST "2026/01/01"

typedef struct
{
  guint n_events;
  guint n_batches;
  guint n_skipped_long;
} Taken;

/* The lines' statuses and seconds count up, which tells their order. */
static void
take_batch (const PdkLogBatch *batch, gpointer user_data)
{
  Taken *taken = user_data;

  for (guint i = 0; i < batch->n_events; i++, taken->n_events++)
    {
      g_assert_cmpuint (batch->events[i].second, ==, taken->n_events % 3600);
      g_assert_cmpuint (batch->events[i].status, ==, taken->n_events % 997);
    }
  taken->n_batches++;
  taken->n_skipped_long += batch->n_skipped_long;
}

/* Reads a log of so many lines, each of which is taken once and in order. */
static void
read_log (PdkLogIntake *intake, guint n_lines, Taken *taken)
{
  guint n = 0, n_blocks = 0;
  char *buffer = g_malloc (PDK_LOG_BUFFER_BYTES);

  *taken = (Taken){ 0 };
  pdk_log_intake_begin (intake, OLDEST, take_batch, taken);
  while (n < n_lines)
    {
      gsize length = 0;

      for (; n < n_lines && length < PDK_LOG_BLOCK_BYTES; n++)
        length += g_snprintf (buffer + length, PDK_LOG_BUFFER_BYTES - length,
                              "[GIN] 2026/11/20 - 15:%02u:%02u | %03u | %12us |       127.0.0.1 | POST     "
                              "\"/api/chat\"\n",
                              n % 3600 / 60, n % 60, n % 997, n);
      buffer = pdk_log_intake_take (buffer, buffer, length, intake);
      n_blocks++;
    }
  pdk_log_intake_end (intake);
  g_free (buffer);
  g_assert_cmpuint (taken->n_events, ==, n_lines);
  g_assert_cmpuint (taken->n_batches, ==, n_blocks);
}

/* Whatever the number of lines, and so with and without threads; and another log after it. */
static void
test_order (gconstpointer data)
{
  Taken taken;
  g_autoptr (PdkLogIntake) intake = pdk_log_intake_new ();

  read_log (intake, GPOINTER_TO_UINT (data), &taken);
  read_log (intake, 1000, &taken);
}

/* The threads may be there before anything comes. */
static void
test_started (gconstpointer data)
{
  Taken taken;
  g_autoptr (PdkLogIntake) intake = pdk_log_intake_new ();

  pdk_log_intake_start_threads (intake);
  read_log (intake, GPOINTER_TO_UINT (data), &taken);
  read_log (intake, 1000, &taken);
}

/* A caller may look at what it handed over until it hands over more: it moves the rest of a line from there.
 */
static void
test_kept_until_next (void)
{
  Taken taken = { 0 };
  g_autoptr (PdkLogIntake) intake = pdk_log_intake_new ();
  char *buffer = g_malloc (PDK_LOG_BUFFER_BYTES);

  pdk_log_intake_begin (intake, OLDEST, take_batch, &taken);
  for (guint i = 0; i < 100; i++)
    {
      char *before = buffer;

      memset (buffer, 'a' + i % 26, PDK_LOG_BLOCK_BYTES);
      for (gsize at = 999; at < PDK_LOG_BLOCK_BYTES; at += 1000)
        buffer[at] = '\n';
      buffer = pdk_log_intake_take (buffer, buffer, PDK_LOG_BLOCK_BYTES - 500, intake);
      for (gsize at = PDK_LOG_BLOCK_BYTES - 50; at < PDK_LOG_BLOCK_BYTES; at++)
        g_assert_true (before[at] == 'a' + (char) (i % 26) || before[at] == '\n');
    }
  pdk_log_intake_end (intake);
  g_free (buffer);
  g_assert_cmpuint (taken.n_events, ==, 0);
  g_assert_cmpuint (taken.n_batches, ==, 100);
}

int
main (int argc, char **argv)
{
  static const guint counts[] = { 0, 1, 1000, 30000, 300000 };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *order = g_strdup_printf ("/log-intake/order/%u", counts[i]);
      g_autofree char *started = g_strdup_printf ("/log-intake/started/%u", counts[i]);

      g_test_add_data_func (order, GUINT_TO_POINTER (counts[i]), test_order);
      g_test_add_data_func (started, GUINT_TO_POINTER (counts[i]), test_started);
    }
  g_test_add_func ("/log-intake/kept-until-next", test_kept_until_next);
  return g_test_run ();
}
