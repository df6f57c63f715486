/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-cloud-quota.h"
#include "pdk-error.h"

G_BEGIN_DECLS

/* No error of PDK_ERROR. */
#define PDK_CLOUD_NO_ERROR (-1)

/* What is remembered of one question to the cloud: when it was asked, how that ended, and the last good
 * answer. Immutable once it is shared; may cross threads. */
typedef struct
{
  gint64 asked_at_usec;
  gint64 not_before_usec;     /* when it may be asked again */
  gint64 answered_at_usec;    /* when body was observed, or PDK_TIME_UNKNOWN */
  guint n_failures;           /* in a row */
  guint http_status;          /* of the last answer, 0 when there was none */
  int error_code;             /* of PDK_ERROR, or PDK_CLOUD_NO_ERROR */
  gboolean is_cloud_disabled; /* the refusal said so */
  gboolean is_signed_out;     /* the server said that nobody is signed in, and has said nothing else since */
  gboolean is_open;           /* it was asked, and nobody has said yet how that ended */
  gboolean was_lost;          /* so it was when it was asked before; not kept */
  GBytes *body;               /* (nullable): of the last good answer */
  GStrv quota;          /* (nullable): limit, remaining, used, reset, period of the last answer with them */
  gint64 quota_at_usec; /* when that came; no good answer has come since without them */
} PdkCloudAnswer;

PdkCloudAnswer *
pdk_cloud_answer_new_claimed (const PdkCloudAnswer *before, gint64 now_usec, gint64 every_usec);
PdkCloudAnswer *pdk_cloud_answer_copy (const PdkCloudAnswer *answer);
PdkCloudAnswer *pdk_cloud_answer_ref (PdkCloudAnswer *answer);
void pdk_cloud_answer_unref (PdkCloudAnswer *answer);

void pdk_cloud_answer_set_body (PdkCloudAnswer *answer, GBytes *body, gint64 answered_at_usec);
void pdk_cloud_answer_set_quota (PdkCloudAnswer *answer, const PdkCloudQuotaHeaders *headers, gint64 at_usec);
void pdk_cloud_answer_drop_quota (PdkCloudAnswer *answer);
gboolean pdk_cloud_answer_get_quota (const PdkCloudAnswer *answer, PdkCloudQuotaHeaders *headers);

gboolean pdk_cloud_answer_is_due (const PdkCloudAnswer *answer, gint64 now_usec);
gboolean pdk_cloud_answer_is_good (const PdkCloudAnswer *answer);
gint64 pdk_cloud_answer_get_observed_at (const PdkCloudAnswer *answer);

GBytes *pdk_cloud_answer_to_bytes (const PdkCloudAnswer *answer);
PdkCloudAnswer *pdk_cloud_answer_new_from_bytes (GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkCloudAnswer, pdk_cloud_answer_unref)

G_END_DECLS
