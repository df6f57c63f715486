/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What says more is not believed. */
#define PDK_SERVER_LINE_MAX_TOKENS ((1 << 26) - 1)
#define PDK_SERVER_LINE_MAX_MSEC 4e7

/* What a line of the server or of its runner tells. */
typedef enum
{
  PDK_SERVER_LINE_NONE,
  PDK_SERVER_LINE_DATED,         /* of the server, with nothing in it but its time */
  PDK_SERVER_LINE_START,         /* the server is up */
  PDK_SERVER_LINE_DEVICE,        /* the server found something to compute with */
  PDK_SERVER_LINE_TIMING_HEADER, /* the runner's sums of one request begin */
  PDK_SERVER_LINE_PROMPT_TIMING,
  PDK_SERVER_LINE_OUTPUT_TIMING,
  PDK_SERVER_LINE_TOTAL_TIMING, /* they are complete */
} PdkServerLineKind;

/* A part of a line, as it stands there. */
typedef struct
{
  const char *at; /* not NUL-terminated */
  gsize length;
} PdkServerText;

/* One line. Texts point into it. */
typedef struct
{
  PdkServerLineKind kind;
  gboolean has_time;
  gint64 time_sec; /* Unix seconds, if has_time: that which the line itself gives, with its offset */

  /* PDK_SERVER_LINE_START */
  PdkServerText version;

  /* PDK_SERVER_LINE_DEVICE: texts may be empty, sizes are -1 when not known. */
  PdkServerText id;
  PdkServerText library;
  PdkServerText name;
  PdkServerText description;
  gint64 total_bytes;
  gint64 available_bytes;

  /* The timings: ids are -1 when not given. */
  gint64 slot_id;
  gint64 task_id;
  double msec;
  guint32 tokens;
} PdkServerLine;

PdkServerLineKind pdk_server_line_parse (const char *bytes, gsize length, PdkServerLine *line);

G_END_DECLS
