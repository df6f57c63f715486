/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-cloud-answer.h"
#include "pdk-facts.h"

G_BEGIN_DECLS

/* How an account's cloud is asked. */
typedef struct
{
  char *base_url; /* whom: the cloud, or the local server that relays to it */
  char *key;      /* (nullable): NULL when the server signs for us */
  char *key_name; /* (nullable): where the key comes from, for people; never the key */
} PdkCloudWay;

void pdk_cloud_report_add (PdkFacts *facts, const PdkCloudWay *way, const PdkCloudAnswer *answer);
void pdk_cloud_report_add_refusal (PdkFacts *facts, const PdkCloudWay *way, guint status);

G_END_DECLS
