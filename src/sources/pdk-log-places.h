/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-settings.h"

G_BEGIN_DECLS

/* Where an account's server writes its log. Immutable; may cross threads. */
typedef struct
{
  GStrv paths;           /* folders and files: the first that holds a log is read; empty if there are none */
  char *time_zone;       /* (nullable): of the time stamps in files: NULL or "local", or an IANA name */
  GStrv journal_matches; /* "FIELD=value", one of which an entry has; empty if the journal is not read */
  char *journal_folder;  /* (nullable): NULL for this machine's journal */
  char *journal_subject; /* what is looked for in it, for people */
  gboolean is_journal_named; /* the settings say something of the journal */
} PdkLogPlaces;

PdkLogPlaces *pdk_log_places_new (const PdkAccount *account, const char *home, const char *brew_prefix);
PdkLogPlaces *pdk_log_places_ref (PdkLogPlaces *places);
void pdk_log_places_unref (PdkLogPlaces *places);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogPlaces, pdk_log_places_unref)

G_END_DECLS
