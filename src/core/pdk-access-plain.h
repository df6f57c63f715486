/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-log-event.h"

G_BEGIN_DECLS

/* Reads the one shape that nearly all lines of a log file have. Zero it, and set the date. It may be used for
 * one log after the other. */
typedef struct
{
  char
      oldest_date[16]; /* as an access line writes it, "2026/11/20": earlier days are left to somebody else */

  /* The minute of the line before: mostly, the next one is of the same. */
  char minute[16];
  guint32 day_key; /* its first hour, as pdk_log_clock_hour_key() makes it */
  guint32 hour_key;
  guint16 minute_start; /* in seconds of its hour */
} PdkAccessPlain;

const char *pdk_access_plain_parse (
    PdkAccessPlain *plain, const char *at, const char *end, PdkLogEvent *events, guint32 *n_events);

G_END_DECLS
