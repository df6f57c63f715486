/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-alert-rules.h"
#include "pdk-snapshot.h"

G_BEGIN_DECLS

/* How much of a limit is used, told at a glance: by the thresholds at which something is told of it. */
typedef enum
{
  PDK_CLOUD_LEVEL_PLENTY,
  PDK_CLOUD_LEVEL_LOW,    /* from the lowest on */
  PDK_CLOUD_LEVEL_SCARCE, /* from the highest on */
} PdkCloudLevel;

/* One limit, or credits. Texts are in the user's language. */
typedef struct
{
  const char *metric; /* static: "usage_weekly", … */
  const char *title;  /* static: "Weekly limit", … */
  gboolean has_limit;
  double used_fraction;  /* from 0 to 1, where there is a limit */
  char *used;            /* (nullable): "55% used", where there is a limit */
  char *left;            /* "45% left", "$45.39 of $60.00 left" */
  gint64 resets_at_usec; /* in the future, or PDK_TIME_UNKNOWN */
  char *countdown;       /* (nullable): "resets in 2 days" */
  char *pace;            /* (nullable): "lasts until the reset", "At this rate used up by Thursday 14:00" */
  gboolean runs_out;     /* whether the pace says that it does not last */
  PdkCloudLevel level;
} PdkCloudRow;

/* What is known of an account's cloud, without what was used of it. */
typedef struct
{
  char *title;            /* "Cloud (pro)" */
  char *account;          /* (nullable): the account's name and e-mail address */
  char *as_of;            /* (nullable): "As of 14:05", when it is older than the snapshot */
  gboolean is_signed_out; /* the server said so, and nothing of a cloud is known */
  GPtrArray *rows;        /* PdkCloudRow */
} PdkCloudRows;

PdkCloudRows *
pdk_cloud_rows_new (const PdkAccountSnapshot *account, const PdkAlertRules *rules, gint64 now_usec);
void pdk_cloud_rows_free (PdkCloudRows *rows);
const PdkCloudRow *pdk_cloud_rows_get (const PdkCloudRows *rows, guint index);
gboolean pdk_cloud_rows_has_countdown (const PdkCloudRows *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkCloudRows, pdk_cloud_rows_free)

G_END_DECLS
