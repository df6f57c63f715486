/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Journal files, made as journald's own tool makes them. */

#define JOURNAL_BOOT_1 "6c7c6013a26343b29e964691ff25d04c"
#define JOURNAL_BOOT_2 "11111111222222223333333344444444"
#define JOURNAL_UNIT "_SYSTEMD_UNIT=ollama.service"

void journal_add (GString *text,
                  gint64 time_usec,
                  gint64 boot_usec,
                  const char *boot,
                  const char *fields,
                  const char *message,
                  gssize length);
void journal_write (const char *folder, const char *name, const char *text, gsize length);
char *journal_make_folder (void);
void journal_remove_folder (const char *folder);
gboolean journal_is_left_open (void);
