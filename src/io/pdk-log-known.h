/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-log-file.h"
#include "pdk-log-listing.h"

G_BEGIN_DECLS

/* The files of one place that were read, under whatever names, and those that are gone. */
typedef struct _PdkLogKnown PdkLogKnown;

PdkLogKnown *pdk_log_known_new (void);
void pdk_log_known_free (PdkLogKnown *known);
void pdk_log_known_begin_poll (PdkLogKnown *known);
PdkLogFile *pdk_log_known_find (PdkLogKnown *known, const struct stat *info);
void pdk_log_known_note_seen (PdkLogKnown *known, PdkLogFile *file);
gboolean pdk_log_known_was_seen_last (PdkLogKnown *known, const PdkLogFile *file);
PdkLogFile *pdk_log_known_get_overwritten (PdkLogKnown *known);
PdkLogFile *pdk_log_known_identify (PdkLogKnown *known, PdkLogListing *listing, int fd, struct stat *info);
GVariant *pdk_log_known_save (PdkLogKnown *known);
void pdk_log_known_load (PdkLogKnown *known, GVariant *saved);
void pdk_log_known_forget (PdkLogKnown *known);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogKnown, pdk_log_known_free)

G_END_DECLS
