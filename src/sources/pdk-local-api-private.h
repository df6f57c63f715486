/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-load-watch.h"
#include "pdk-local-api-answers.h"
#include "pdk-local-api-source.h"
#include "pdk-ollama-api.h"
#include "pdk-show-queue.h"

/* What pdk-local-api-source.c and pdk-local-api-reading.c share. */

G_BEGIN_DECLS

/* How one of the server's two lists came back. */
typedef enum
{
  PDK_LOCAL_API_PART_ABSENT, /* not asked for, or the server does not know the route */
  PDK_LOCAL_API_PART_KNOWN,
  PDK_LOCAL_API_PART_FAILED,
} PdkLocalApiPart;

struct _PdkLocalApiSource
{
  PdkSource parent_instance;

  PdkHttpClient *client;
  char *base_url;
  PdkShowQueue *shows;

  char *version;         /* (nullable) */
  PdkCloudSwitch *cloud; /* (nullable) */
  PdkTags *tags;         /* (nullable): the last list of models, with capabilities filled in */
  GBytes *tags_body; /* (nullable): what it was parsed from, so that the same answer is not parsed twice */
  gint64 tags_at_usec;
  PdkLoadedModels *loaded; /* (nullable): the last loaded models, forgotten when the server is away */
  GBytes *loaded_body;     /* (nullable): what they were parsed from */
  gint64 loaded_at_usec;

  PdkLoadWatch *watch; /* which model was loaded alone, and when */

  gboolean is_up;
  gboolean was_asked;          /* at least once */
  gboolean has_new_connection; /* the server closed the one we had: it may be another server by now */
  guint n_reconnects;          /* polls in a row that found our connection closed */
  gint64 identified_at_usec;
};

/* One poll: what has come in so far. */
typedef struct
{
  gint64 now_usec;
  gint64 started_usec; /* the same by the monotonic clock */
  gboolean identifies; /* asks for version and cloud too */
  gboolean is_probe;   /* the server was away: nothing but the version, until it answers */
  guint n_pending;
  guint n_answered; /* calls that a server of Ollama's answered */
  guint n_skipped;  /* entries of the lists that were no models */
  PdkLocalApiPart tags;
  PdkLocalApiPart running;
  gboolean has_new_connection;
  GError *error;          /* (nullable): the first that went wrong */
  const char *error_path; /* (nullable): static: where */
} PdkLocalApiPoll;

PdkReading *pdk_local_api_build_reading (PdkLocalApiSource *self, PdkLocalApiPoll *poll);

G_END_DECLS
