/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-error.h"
#include "pdk-local-api-source.h"
#include "pdk-log-places.h"
#include "pdk-source.h"

G_BEGIN_DECLS

/* How reading one half of the log went. */
typedef struct
{
  PdkSourceState state;
  char *path;             /* (nullable): where it is, or where it was looked for */
  char *problem;          /* (nullable): the first thing that went wrong, for people */
  char *problem_path;     /* (nullable): of a single file */
  PdkError problem_code;  /* of the problem */
  guint64 n_skipped_long; /* lines that were too long */
  gsize n_future;         /* requests whose time has not come */
} PdkRequestLogPart;

/* What one poll found. Immutable, and free to cross threads. */
typedef struct
{
  gint64 now_usec;
  PdkFacts *metrics; /* of files and journal together */
  guint64 n_dropped; /* requests that were too many to be kept, likewise */
  PdkRequestLogPart files;
  PdkRequestLogPart journal;
  PdkFacts *days; /* the daily series alone, empty unless neither files nor the journal could be read */
  char *history_problem; /* (nullable): a sentence about why what was read is not kept */
} PdkRequestLogResult;

/* Makes a source's reading of what was found; called in the main context. Returns (transfer full). */
typedef PdkReading *(*PdkRequestLogDescribe) (PdkSource *source,
                                              const PdkRequestLogResult *result,
                                              const PdkLogPlaces *places);

/* The requests that a server has logged, to files and to the journal, as one count. Two sources ask it; they
 * share a poll. */
#define PDK_TYPE_REQUEST_LOG (pdk_request_log_get_type ())
G_DECLARE_FINAL_TYPE (PdkRequestLog, pdk_request_log, PDK, REQUEST_LOG, GObject)

PdkRequestLog *pdk_request_log_new (PdkLogPlaces *places);

void pdk_request_log_set_server (PdkRequestLog *self, PdkLocalApiSource *server);
void pdk_request_log_keep (PdkRequestLog *self, const char *path, const char *account, guint n_days);
void pdk_request_log_poll_for_source (PdkRequestLog *self,
                                      PdkSource *source,
                                      PdkRequestLogDescribe describe,
                                      gint64 now_usec,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);

G_END_DECLS
