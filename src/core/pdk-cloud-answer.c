/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is remembered of one question to the cloud, over restarts and between processes, and its form as
 * bytes: a GVariant in normal form, little-endian. There is no key in it. Times in microseconds since the
 * epoch. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-answer.h"

#include <string.h>

#include "pdk-time.h"

#define MAGIC "paddock-cloud-2"
#define TYPE "(sxxxuuibbbayasx)"
#define N_QUOTA 5
/* Processes look at the clock at different moments, and ask a while later. */
#define CLOCK_TOLERANCE_USEC (G_GINT64_CONSTANT (5) * 60 * G_USEC_PER_SEC)
/* No rule of ours has anybody wait for longer; see pdk_cloud_pace_next_usec(). */
#define MAX_WAIT_USEC (G_GINT64_CONSTANT (26) * 60 * 60 * G_USEC_PER_SEC)

static void
answer_clear (gpointer data)
{
  PdkCloudAnswer *answer = data;

  g_clear_pointer (&answer->body, g_bytes_unref);
  g_clear_pointer (&answer->quota, g_strfreev);
}

static PdkCloudAnswer *
answer_new (void)
{
  PdkCloudAnswer *answer = g_atomic_rc_box_new0 (PdkCloudAnswer);

  answer->asked_at_usec = answer->not_before_usec = PDK_TIME_UNKNOWN;
  answer->answered_at_usec = answer->quota_at_usec = PDK_TIME_UNKNOWN;
  answer->error_code = PDK_CLOUD_NO_ERROR;
  return answer;
}

static gboolean
is_sound (const PdkCloudAnswer *answer)
{
  return answer->asked_at_usec >= 0 && answer->not_before_usec >= answer->asked_at_usec &&
         answer->not_before_usec - answer->asked_at_usec <= MAX_WAIT_USEC && answer->http_status <= 999 &&
         (answer->body == NULL) == (answer->answered_at_usec == PDK_TIME_UNKNOWN) &&
         (answer->quota == NULL || g_strv_length (answer->quota) == N_QUOTA);
}

/** pdk_cloud_answer_copy: Returns: (transfer full): a copy that is still to be filled in; what it holds is
 * shared
 */
PdkCloudAnswer *
pdk_cloud_answer_copy (const PdkCloudAnswer *answer)
{
  PdkCloudAnswer *copy = answer_new ();

  *copy = *answer;
  copy->body = answer->body != NULL ? g_bytes_ref (answer->body) : NULL;
  copy->quota = g_strdupv (answer->quota);
  return copy;
}

/**
 * pdk_cloud_answer_new_claimed:
 * @before: (nullable): what was remembered
 * @now_usec: the time
 * @every_usec: how long nobody else may ask
 *
 * Returns: (transfer full): what is to be remembered before asking, so that nobody else asks meanwhile
 */
PdkCloudAnswer *
pdk_cloud_answer_new_claimed (const PdkCloudAnswer *before, gint64 now_usec, gint64 every_usec)
{
  PdkCloudAnswer *answer = before != NULL ? pdk_cloud_answer_copy (before) : answer_new ();

  answer->was_lost = answer->is_open;
  answer->is_open = TRUE;
  answer->asked_at_usec = now_usec;
  answer->not_before_usec = now_usec + every_usec;
  return answer;
}

/** pdk_cloud_answer_ref: Returns: (transfer full): @answer, with one more reference */
PdkCloudAnswer *
pdk_cloud_answer_ref (PdkCloudAnswer *answer)
{
  return g_atomic_rc_box_acquire (answer);
}

/** pdk_cloud_answer_unref: gives a reference to @answer back */
void
pdk_cloud_answer_unref (PdkCloudAnswer *answer)
{
  g_atomic_rc_box_release_full (answer, answer_clear);
}

/** pdk_cloud_answer_set_body: makes @body (nullable) the last good one of @answer, observed at
 * @answered_at_usec */
void
pdk_cloud_answer_set_body (PdkCloudAnswer *answer, GBytes *body, gint64 answered_at_usec)
{
  if (body != NULL)
    g_bytes_ref (body);
  g_clear_pointer (&answer->body, g_bytes_unref);
  answer->body = body;
  answer->answered_at_usec = body != NULL ? answered_at_usec : PDK_TIME_UNKNOWN;
}

/** pdk_cloud_answer_set_quota: keeps @headers, which came at @at_usec */
void
pdk_cloud_answer_set_quota (PdkCloudAnswer *answer, const PdkCloudQuotaHeaders *headers, gint64 at_usec)
{
  const char *const values[] = { headers->limit, headers->remaining, headers->used, headers->reset,
                                 headers->period };
  GStrv quota = g_new0 (char *, N_QUOTA + 1);

  for (gsize i = 0; i < N_QUOTA; i++)
    quota[i] = g_strdup (values[i] != NULL ? values[i] : "");
  g_strfreev (answer->quota);
  answer->quota = quota;
  answer->quota_at_usec = at_usec;
}

/** pdk_cloud_answer_drop_quota: forgets the headers, if there are any */
void
pdk_cloud_answer_drop_quota (PdkCloudAnswer *answer)
{
  g_clear_pointer (&answer->quota, g_strfreev);
  answer->quota_at_usec = PDK_TIME_UNKNOWN;
}

/** pdk_cloud_answer_get_quota: Returns: whether there are headers, which are put in @headers and belong to
 * @answer
 */
gboolean
pdk_cloud_answer_get_quota (const PdkCloudAnswer *answer, PdkCloudQuotaHeaders *headers)
{
  if (answer->quota == NULL)
    return FALSE;
  headers->limit = answer->quota[0];
  headers->remaining = answer->quota[1];
  headers->used = answer->quota[2];
  headers->reset = answer->quota[3];
  headers->period = answer->quota[4];
  return TRUE;
}

/**
 * pdk_cloud_answer_is_due:
 * @answer: (nullable): what is remembered
 * @now_usec: the time
 *
 * Returns: whether it may be asked. What was asked in the future was asked by a clock that has been set back
 * since, and its times mean nothing.
 */
gboolean
pdk_cloud_answer_is_due (const PdkCloudAnswer *answer, gint64 now_usec)
{
  return answer == NULL || now_usec >= answer->not_before_usec ||
         now_usec < answer->asked_at_usec - CLOCK_TOLERANCE_USEC;
}

/** pdk_cloud_answer_is_good: Returns: whether the last that came was what was asked for */
gboolean
pdk_cloud_answer_is_good (const PdkCloudAnswer *answer)
{
  return answer->error_code == PDK_CLOUD_NO_ERROR && answer->http_status >= 200 && answer->http_status <= 299;
}

/** pdk_cloud_answer_get_observed_at: Returns: when the oldest of what @answer says was so, or
 * PDK_TIME_UNKNOWN when it says nothing */
gint64
pdk_cloud_answer_get_observed_at (const PdkCloudAnswer *answer)
{
  return answer->body != NULL ? answer->answered_at_usec : answer->quota_at_usec;
}

/** pdk_cloud_answer_to_bytes: Returns: (transfer full): @answer, to be kept */
GBytes *
pdk_cloud_answer_to_bytes (const PdkCloudAnswer *answer)
{
  static const char *const none[] = { NULL };
  gsize length = 0;
  const void *body = answer->body != NULL ? g_bytes_get_data (answer->body, &length) : NULL;
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new (
      "(sxxxuuibbb@ay^asx)", MAGIC, answer->asked_at_usec, answer->not_before_usec, answer->answered_at_usec,
      answer->n_failures, answer->http_status, answer->error_code, answer->is_cloud_disabled,
      answer->is_signed_out, answer->is_open,
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, body, length, 1),
      answer->quota != NULL ? (const char *const *) answer->quota : none, answer->quota_at_usec));

  if (G_BYTE_ORDER == G_BIG_ENDIAN)
    {
      g_autoptr (GVariant) swapped = g_variant_byteswap (variant);

      return g_variant_get_data_as_bytes (swapped);
    }
  return g_variant_get_data_as_bytes (variant);
}

/**
 * pdk_cloud_answer_new_from_bytes:
 * @bytes: what was kept; any bytes will do
 *
 * Returns: (transfer full) (nullable): what they say, NULL when they are damaged
 */
PdkCloudAnswer *
pdk_cloud_answer_new_from_bytes (GBytes *bytes)
{
  g_autoptr (GVariant) variant =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (TYPE), bytes, FALSE));
  g_autoptr (GVariant) body = NULL;
  g_autoptr (PdkCloudAnswer) answer = answer_new ();
  g_auto (GStrv) quota = NULL;
  const char *magic = NULL;

  if (!g_variant_is_normal_form (variant))
    return NULL;
  if (G_BYTE_ORDER == G_BIG_ENDIAN)
    {
      g_autoptr (GVariant) swapped = g_variant_byteswap (variant);

      g_variant_unref (variant);
      variant = g_steal_pointer (&swapped);
    }
  g_variant_get (variant, "(&sxxxuuibbb@ay^asx)", &magic, &answer->asked_at_usec, &answer->not_before_usec,
                 &answer->answered_at_usec, &answer->n_failures, &answer->http_status, &answer->error_code,
                 &answer->is_cloud_disabled, &answer->is_signed_out, &answer->is_open, &body, &quota,
                 &answer->quota_at_usec);
  if (!g_str_equal (magic, MAGIC))
    return NULL;
  if (answer->answered_at_usec != PDK_TIME_UNKNOWN)
    answer->body = g_variant_get_data_as_bytes (body);
  if (quota[0] != NULL)
    answer->quota = g_steal_pointer (&quota);
  return is_sound (answer) ? g_steal_pointer (&answer) : NULL;
}
