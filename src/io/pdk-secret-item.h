/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsecret/secret.h>

#include "pdk-secret.h"

G_BEGIN_DECLS

const SecretSchema *pdk_secret_item_get_schema (void);
GHashTable *pdk_secret_item_dup_attributes (const char *account_id);
char *pdk_secret_item_dup_label (const char *account_id);
SecretValue *pdk_secret_item_value_new (PdkSecret *key);

void pdk_secret_item_return_value (GTask *task, SecretValue *value);
void pdk_secret_item_fail (GTask *task, GError *error, gboolean is_open);

G_END_DECLS
