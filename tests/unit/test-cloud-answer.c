/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-cloud-answer.h"
#include "pdk-time.h"

#define NOW (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)
#define MINUTE (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)

static PdkCloudAnswer *
make_answer (void)
{
  const PdkCloudQuotaHeaders headers = { "1000", "250", NULL, "3600", "weekly" };
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"a\":1}", 7);
  g_autoptr (PdkCloudAnswer) claimed = pdk_cloud_answer_new_claimed (NULL, NOW, MINUTE);
  PdkCloudAnswer *answer = pdk_cloud_answer_copy (claimed);

  answer->http_status = 429;
  answer->n_failures = 3;
  answer->is_cloud_disabled = TRUE;
  answer->is_signed_out = FALSE;
  pdk_cloud_answer_set_body (answer, body, NOW - MINUTE);
  pdk_cloud_answer_set_quota (answer, &headers, NOW - 2 * MINUTE);
  return answer;
}

static void
test_due (void)
{
  g_autoptr (PdkCloudAnswer) answer = make_answer ();

  g_assert_true (pdk_cloud_answer_is_due (NULL, NOW));
  g_assert_false (pdk_cloud_answer_is_due (answer, NOW));
  g_assert_false (pdk_cloud_answer_is_due (answer, NOW + MINUTE - 1));
  g_assert_true (pdk_cloud_answer_is_due (answer, NOW + MINUTE));
  /* Another process looked at the clock a moment before; or it has been set back. */
  g_assert_false (pdk_cloud_answer_is_due (answer, NOW - MINUTE));
  g_assert_true (pdk_cloud_answer_is_due (answer, NOW - 6 * MINUTE));
}

static void
test_kept (void)
{
  g_autoptr (PdkCloudAnswer) answer = make_answer ();
  g_autoptr (GBytes) bytes = pdk_cloud_answer_to_bytes (answer);
  g_autoptr (PdkCloudAnswer) again = pdk_cloud_answer_new_from_bytes (bytes);
  g_autoptr (PdkCloudAnswer) claimed = pdk_cloud_answer_new_claimed (again, NOW + 5 * MINUTE, MINUTE);
  PdkCloudQuotaHeaders headers;

  g_assert_cmpint (again->asked_at_usec, ==, NOW);
  g_assert_cmpint (again->not_before_usec, ==, NOW + MINUTE);
  g_assert_cmpint (again->answered_at_usec, ==, NOW - MINUTE);
  g_assert_cmpuint (again->n_failures, ==, 3);
  g_assert_cmpuint (again->http_status, ==, 429);
  g_assert_cmpint (again->error_code, ==, PDK_CLOUD_NO_ERROR);
  g_assert_true (again->is_cloud_disabled);
  g_assert_false (again->is_signed_out);
  g_assert_true (g_bytes_equal (again->body, answer->body));
  g_assert_true (pdk_cloud_answer_get_quota (again, &headers));
  g_assert_cmpstr (headers.limit, ==, "1000");
  g_assert_cmpstr (headers.used, ==, "");
  g_assert_cmpstr (headers.period, ==, "weekly");
  g_assert_cmpint (again->quota_at_usec, ==, NOW - 2 * MINUTE);
  g_assert_true (again->is_open);
  /* A claim keeps what is known. */
  g_assert_cmpint (claimed->asked_at_usec, ==, NOW + 5 * MINUTE);
  g_assert_cmpint (claimed->not_before_usec, ==, NOW + 6 * MINUTE);
  g_assert_true (g_bytes_equal (claimed->body, answer->body));
}

/* An answer that nobody has waited for is known as such by whoever asks next, in whichever process. */
static void
test_lost (void)
{
  g_autoptr (PdkCloudAnswer) first = pdk_cloud_answer_new_claimed (NULL, NOW, MINUTE);
  g_autoptr (GBytes) bytes = pdk_cloud_answer_to_bytes (first);
  g_autoptr (PdkCloudAnswer) kept = pdk_cloud_answer_new_from_bytes (bytes);
  g_autoptr (PdkCloudAnswer) second = pdk_cloud_answer_new_claimed (kept, NOW + MINUTE, MINUTE);

  g_assert_true (first->is_open);
  g_assert_false (first->was_lost);
  g_assert_true (kept->is_open);
  g_assert_true (second->is_open);
  g_assert_true (second->was_lost);
}

/* Whatever the damage, it is none, or within bounds. */
static void
test_damaged (void)
{
  g_autoptr (PdkCloudAnswer) answer = make_answer ();
  g_autoptr (GBytes) bytes = pdk_cloud_answer_to_bytes (answer);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autoptr (GBytes) torn = g_bytes_new (data, cut);

      g_assert_null (pdk_cloud_answer_new_from_bytes (torn));
    }
  for (gsize i = 0; i < length; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      g_autoptr (GBytes) turned = NULL;
      g_autoptr (PdkCloudAnswer) read = NULL;

      copy[i] ^= 0xff;
      turned = g_bytes_new (copy, length);
      read = pdk_cloud_answer_new_from_bytes (turned);
      if (read != NULL)
        g_assert_cmpint (read->not_before_usec - read->asked_at_usec, <=, 26 * 60 * MINUTE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-answer/due", test_due);
  g_test_add_func ("/cloud-answer/kept", test_kept);
  g_test_add_func ("/cloud-answer/lost", test_lost);
  g_test_add_func ("/cloud-answer/damaged", test_damaged);
  return g_test_run ();
}
