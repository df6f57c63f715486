/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder of logs, the tail that follows it, and what rotates them. */

#pragma once

#include "pdk-log-tail.h"

G_BEGIN_DECLS

/* A request as the server logs it. */
#define ACCESS "[GIN] 2026/11/20 - 15:04:05 | 200 | 1.2s | ::1 | POST     \"/api/chat\""

typedef struct _LogFixture LogFixture;

struct _LogFixture
{
  char *folder;
  PdkLogTail *tail;
  GString *lines;   /* those of the last poll, each with a newline */
  gboolean is_kept; /* each poll is that of another process, which knows what the one before has kept */
  void (*meanwhile) (LogFixture *f); /* (nullable): happens once, when lines are handed out */
};

/* Takes whether every poll is that of another process. */
void log_fixture_set_up (LogFixture *f, gconstpointer is_kept);
void log_fixture_tear_down (LogFixture *f, gconstpointer is_kept);
char *log_path (LogFixture *f, const char *name);
void log_write (LogFixture *f, const char *name, int flags, const char *bytes, gsize length);
void log_append (LogFixture *f, const char *name, const char *text);
void log_overwrite (LogFixture *f, const char *name, const char *text);
void log_rename (LogFixture *f, const char *from, const char *to);
void log_copy (LogFixture *f, const char *from, const char *to);
void log_copy_and_empty (LogFixture *f);
void log_set_age (LogFixture *f, const char *name, gint64 age_sec);
char *log_take_lines (char *buffer, const char *lines, gsize length, gpointer f);
void log_poll (LogFixture *f);
void log_assert_poll (LogFixture *f, const char *expected);
char *log_many_lines (const char *name, guint n);

G_END_DECLS
