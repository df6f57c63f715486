/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A database in a folder of its own, and the program that writes it. */

#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

typedef struct
{
  char *folder;
  char *path;
  char *log_path;
  sqlite3 *writer;
} ForeignFixture;

typedef void (*ForeignFixtureFunc) (ForeignFixture *fixture, gconstpointer data);

typedef struct
{
  const char *name;
  ForeignFixtureFunc func;
} ForeignFixtureTest;

void foreign_fixture_add_tests (const ForeignFixtureTest *tests,
                                gsize n_tests,
                                ForeignFixtureFunc set_up,
                                ForeignFixtureFunc tear_down);
void foreign_fixture_set_up (ForeignFixture *fixture, gconstpointer data);
void foreign_fixture_tear_down (ForeignFixture *fixture, gconstpointer data);
void foreign_fixture_write (ForeignFixture *fixture, const char *sql);
gint64 foreign_fixture_ask (ForeignFixture *fixture, const char *sql);
void foreign_fixture_open (ForeignFixture *fixture);
void foreign_fixture_close (ForeignFixture *fixture);
void foreign_fixture_flip (const char *path, gint64 offset);

G_END_DECLS
