/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-log-batch.h"
#include "pdk-log-reader.h"

G_BEGIN_DECLS

/* Takes what a piece of the log says, in the order of the log; called by one thread at a time. */
typedef void (*PdkLogIntakeFunc) (const PdkLogBatch *batch, gpointer user_data);

/* Reads the blocks of one log after the other, by several threads if they are many. */
typedef struct _PdkLogIntake PdkLogIntake;

PdkLogIntake *pdk_log_intake_new (void);
void pdk_log_intake_free (PdkLogIntake *intake);

void pdk_log_intake_start_threads (PdkLogIntake *intake);
void pdk_log_intake_begin (PdkLogIntake *intake,
                           const char *oldest_date,
                           PdkLogIntakeFunc func,
                           gpointer user_data);
char *pdk_log_intake_take (char *buffer, const char *lines, gsize length, gpointer intake);
void pdk_log_intake_end (PdkLogIntake *intake);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogIntake, pdk_log_intake_free)

G_END_DECLS
