/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-hour.h"
#include "pdk-tally-chunk.h"

G_BEGIN_DECLS

/* Takes a chunk that has changed, or the first second of an hour that has. */
typedef void (*PdkTallyChunkFunc) (const PdkTallyChunk *chunk, gpointer user_data);

gboolean pdk_tally_has_unsaved (PdkTally *tally);
void pdk_tally_begin_saving (PdkTally *tally, PdkTallyChunkFunc func, gpointer user_data);
void pdk_tally_finish_saving (PdkTally *tally);
const GArray *pdk_tally_get_old_hours (PdkTally *tally);
GVariant *pdk_tally_dup_rest (PdkTally *tally);
void pdk_tally_mark_saved (PdkTally *tally);

gboolean pdk_tally_has_whole_hour (PdkTally *tally, gint64 hour_sec);
gint64 pdk_tally_get_hour (PdkTally *tally, gint64 time_sec);
void pdk_tally_add_to_hour (PdkTally *tally, PdkHour *hour);

void pdk_tally_load_chunk (PdkTally *tally, gint64 start_sec, gconstpointer data, gsize length);
void pdk_tally_load_days (PdkTally *tally, const GArray *hours);
void pdk_tally_load_rest (PdkTally *tally, GVariant *rest);

guint pdk_tally_count_future (PdkTally *tally, gint64 start_sec, gint64 end_sec);
void pdk_tally_drop_future (PdkTally *tally, gint64 start_sec, gint64 end_sec);

G_END_DECLS
