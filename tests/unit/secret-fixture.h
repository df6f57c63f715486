/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Calls on the store of keys that are waited for. Its own deadlines are the bound. */

#pragma once

#include "pdk-secret-store.h"

G_BEGIN_DECLS

/* What came of a call. */
typedef struct
{
  gboolean is_done, is_good, was_there;
  PdkSecret *key; /* (nullable) */
  GError *error;  /* (nullable) */
} SecretAnswer;

#define SECRET_FIXTURE_KEY "sk-of-a-test"

void secret_answer_clear (SecretAnswer *answer);
void secret_answer_wait (const SecretAnswer *answer);

void secret_fixture_begin_store (const char *account_id, GCancellable *cancellable, SecretAnswer *answer);
void secret_fixture_begin_lookup (const char *account_id, GCancellable *cancellable, SecretAnswer *answer);
void secret_fixture_begin_clear (const char *account_id, GCancellable *cancellable, SecretAnswer *answer);

void secret_fixture_store (const char *account_id);
gboolean secret_fixture_has_key (const char *account_id);
gboolean secret_fixture_clear (const char *account_id);
void secret_fixture_expect_no_key (GQuark domain, int code, const char *sentence);

G_END_DECLS
