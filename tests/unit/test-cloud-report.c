/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-cloud-report.h"

#define NOW (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)
#define KEY "sk-very-secret"

static char relay_url[] = "http://127.0.0.1:11434";
static char cloud_url[] = "https://user:hush@ollama.example/%s?x=hush";
static char key[] = KEY;
static char key_name[] = "MY_KEY";

static const PdkCloudWay relay = { .base_url = relay_url };
static const PdkCloudWay direct = { .base_url = cloud_url, .key = key, .key_name = key_name };
static const PdkCloudWay direct_unnamed = { .base_url = cloud_url, .key = key };

static const struct
{
  const PdkCloudWay *way;
  guint status;
  int error_code;
  const char *diagnostic; /* NULL: none */
  const char *word;       /* that must be in it */
} cases[] = {
  { &relay, 200, PDK_CLOUD_NO_ERROR, NULL, NULL },
  { &relay, 0, PDK_CLOUD_NO_ERROR, NULL, NULL }, /* not answered yet */
  { &relay, 401, PDK_CLOUD_NO_ERROR, NULL, NULL },
  { &relay, 403, PDK_CLOUD_NO_ERROR, "cloud_auth_failed", "ollama signin" },
  { &relay, 404, PDK_CLOUD_NO_ERROR, "cloud_error", "0.40.1" },
  { &relay, 429, PDK_CLOUD_NO_ERROR, "cloud_rate_limited", "asked again after" },
  { &relay, 502, PDK_CLOUD_NO_ERROR, "cloud_error", "ollama.com" },
  { &relay, 500, PDK_CLOUD_NO_ERROR, "cloud_error", "500" },
  { &relay, 0, PDK_ERROR_REFUSED, "cloud_error", "11434" },
  { &direct, 401, PDK_CLOUD_NO_ERROR, "cloud_auth_failed", "MY_KEY" },
  { &direct, 403, PDK_CLOUD_NO_ERROR, "cloud_auth_failed", "MY_KEY" },
  { &direct_unnamed, 401, PDK_CLOUD_NO_ERROR, "cloud_auth_failed", "keys" },
  { &direct, 404, PDK_CLOUD_NO_ERROR, "cloud_error", "404" },
  { &direct, 429, PDK_CLOUD_NO_ERROR, "cloud_rate_limited", "asked again after" },
  { &direct, 200, PDK_ERROR_MALFORMED, "cloud_error", "not known" },
  { &direct, 0, PDK_ERROR_TLS, "cloud_error", "secure" },
  { &direct, 0, PDK_ERROR_NOT_RESOLVED, "cloud_error", "No address" },
  { &direct, 0, PDK_ERROR_TIMED_OUT, "cloud_error", "in time" },
  { &direct, 0, PDK_ERROR_USAGE, "cloud_error", "https" },
  { &direct, 302, PDK_ERROR_REDIRECTED, "cloud_error", "not followed" },
  { &direct, 0, PDK_ERROR_FAILED, "cloud_error", "network" },
};

static void
count_diagnostic (const char *name, const char *sentence, gpointer user_data)
{
  g_test_message ("%s: %s", name, sentence);
  g_assert_null (strstr (sentence, KEY));
  g_assert_null (strstr (sentence, "hush"));
  *(guint *) user_data += 1;
}

static void
test_sentences (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkCloudAnswer) claimed = pdk_cloud_answer_new_claimed (NULL, NOW, G_USEC_PER_SEC);
      g_autoptr (PdkCloudAnswer) answer = pdk_cloud_answer_copy (claimed);
      guint n = 0;

      answer->http_status = cases[i].status;
      answer->error_code = cases[i].error_code;
      pdk_cloud_report_add (facts, cases[i].way, answer);
      pdk_facts_foreach_diagnostic (facts, count_diagnostic, &n);
      g_assert_cmpuint (n, ==, cases[i].diagnostic != NULL);
      if (cases[i].diagnostic != NULL)
        g_assert_nonnull (strstr (pdk_facts_get_diagnostic (facts, cases[i].diagnostic), cases[i].word));
    }
}

/* The first that went wrong is told. */
static void
test_first (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkCloudAnswer) claimed = pdk_cloud_answer_new_claimed (NULL, NOW, G_USEC_PER_SEC);
  g_autoptr (PdkCloudAnswer) first = pdk_cloud_answer_copy (claimed);
  g_autoptr (PdkCloudAnswer) second = pdk_cloud_answer_copy (claimed);

  first->http_status = 500;
  second->http_status = 418;
  pdk_cloud_report_add (facts, &direct, first);
  pdk_cloud_report_add (facts, &direct, second);
  g_assert_nonnull (strstr (pdk_facts_get_diagnostic (facts, "cloud_error"), "500"));
}

/* A limit may hold until tomorrow. */
static void
test_limit_of_another_day (void)
{
  static const struct
  {
    gint64 wait_sec;
    const char *expected;
  } waits[] = { { 60, "after 12:01:00;" }, { 43199, "after 23:59:59;" }, { 43200, "after 2 Jan, 00:00;" } };
  const gint64 noon_usec = G_GINT64_CONSTANT (1798804800) * G_USEC_PER_SEC; /* 2027-01-01 */

  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkCloudAnswer) answer =
          pdk_cloud_answer_new_claimed (NULL, noon_usec, waits[i].wait_sec * G_USEC_PER_SEC);

      answer->http_status = 429;
      pdk_cloud_report_add (facts, &direct, answer);
      g_assert_nonnull (strstr (pdk_facts_get_diagnostic (facts, "cloud_rate_limited"), waits[i].expected));
    }
}

/* That the cloud is turned off is no trouble. */
static void
test_disabled (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkCloudAnswer) claimed = pdk_cloud_answer_new_claimed (NULL, NOW, G_USEC_PER_SEC);
  g_autoptr (PdkCloudAnswer) answer = pdk_cloud_answer_copy (claimed);

  answer->http_status = 403;
  answer->is_cloud_disabled = TRUE;
  pdk_cloud_report_add (facts, &relay, answer);
  g_assert_null (pdk_facts_get_diagnostic (facts, "cloud_auth_failed"));
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-report/sentences", test_sentences);
  g_test_add_func ("/cloud-report/first", test_first);
  g_test_add_func ("/cloud-report/limit-of-another-day", test_limit_of_another_day);
  g_test_add_func ("/cloud-report/disabled", test_disabled);
  return g_test_run ();
}
