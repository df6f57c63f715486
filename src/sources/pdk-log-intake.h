/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-log-batch.h"
#include "pdk-log-reader.h"

G_BEGIN_DECLS

/* Takes what a piece of the log says, in the order of the log; called by one thread at a time. */
typedef void (*PdkLogIntakeFunc) (const PdkLogBatch *batch, gpointer user_data);

/* Reads the blocks of one poll, by several threads if they are many. */
typedef struct _PdkLogIntake PdkLogIntake;

PdkLogIntake *pdk_log_intake_new (const char *oldest_date, PdkLogIntakeFunc func, gpointer user_data);
char *pdk_log_intake_take (char *buffer, const char *lines, gsize length, gpointer intake);
void pdk_log_intake_finish (PdkLogIntake *intake);

G_END_DECLS
