/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-error.h"
#include "pdk-secret.h"
#include "pdk-task-bounds.h"

G_BEGIN_DECLS

typedef enum
{
  PDK_SECRET_ACTION_LOOKUP,
  PDK_SECRET_ACTION_STORE,
  PDK_SECRET_ACTION_CLEAR,
} PdkSecretAction;

/* The data of a call's task. */
typedef struct
{
  PdkSecretAction action;
  char *account_id;
  PdkSecret *key;      /* (nullable): to be stored */
  GCancellable *inner; /* of whatever the call waits for, which is to give up when the call ends early */
  guint deadline_sec;
  PdkTaskBounds bounds;
} PdkSecretCall;

void pdk_secret_call_begin (GTask *task, PdkSecretAction action, const char *account_id, PdkSecret *key);
void pdk_secret_call_wait_for_person (GTask *task);
gboolean pdk_secret_call_is_done (GTask *task);

void pdk_secret_call_return_key (GTask *task, PdkSecret *key);
void pdk_secret_call_return_boolean (GTask *task, gboolean value);
void pdk_secret_call_fail (GTask *task, PdkError code, const char *sentence);

G_END_DECLS
