/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the lines of one server's log go that are no access lines. A record owns all that it learns, belongs
 * to one thread at a time, and takes lines in the order of the log. Times in Unix seconds. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-server-record.h"

struct _PdkServerRecord
{
  PdkGpuList *gpus;
  PdkTokenMatcher *matcher;
  PdkTokenTally *tokens;
};

static void
on_tokens (const PdkTokenGroup *group, gpointer user_data)
{
  pdk_token_tally_add (user_data, group);
}

/**
 * pdk_server_record_new:
 * @zone: (nullable): the zone whose days are counted; %NULL for the local one
 * @now_sec: Unix seconds
 *
 * Returns: (transfer full): an empty record
 */
PdkServerRecord *
pdk_server_record_new (GTimeZone *zone, gint64 now_sec)
{
  PdkServerRecord *record = g_new0 (PdkServerRecord, 1);

  record->gpus = pdk_gpu_list_new ();
  record->tokens = pdk_token_tally_new (zone, now_sec);
  record->matcher = pdk_token_matcher_new (on_tokens, record->tokens);
  return record;
}

/**
 * pdk_server_record_free:
 * @record: (nullable) (transfer full): what to free
 */
void
pdk_server_record_free (PdkServerRecord *record)
{
  if (record == NULL)
    return;
  pdk_gpu_list_free (record->gpus);
  pdk_token_matcher_free (record->matcher);
  pdk_token_tally_free (record->tokens);
  g_free (record);
}

/** pdk_server_record_expire: moves the record's "now" to @now_sec; call it before anything is added or
 * counted */
void
pdk_server_record_expire (PdkServerRecord *record, gint64 now_sec)
{
  pdk_token_tally_expire (record->tokens, now_sec);
}

/**
 * pdk_server_record_take_line:
 * @record: the record
 * @line: the next line that is no access line; when somebody else knows better when it was written, that is
 *   its time
 */
void
pdk_server_record_take_line (PdkServerRecord *record, const PdkServerLine *line)
{
  pdk_gpu_list_take_line (record->gpus, line);
  pdk_token_matcher_take_line (record->matcher, line);
}

/**
 * pdk_server_record_take_request:
 * @record: the record
 * @time_sec: when the request ended
 * @kind: what was asked for; %PDK_REQUEST_NONE for any other access line
 * @latency_nsec: how long it took
 *
 * Takes the next access line.
 */
void
pdk_server_record_take_request (PdkServerRecord *record,
                                gint64 time_sec,
                                PdkRequestKind kind,
                                gint64 latency_nsec)
{
  pdk_token_matcher_take_request (record->matcher, time_sec, kind, latency_nsec);
}

/**
 * pdk_server_record_take_run:
 * @record: the record
 * @hour_sec: Unix seconds: when the hour begins that all of @events are of
 * @events: (array length=n_events): access lines without another line between them
 * @n_events: how many there are
 *
 * Takes each of them, as pdk_server_record_take_request() would.
 */
void
pdk_server_record_take_run (PdkServerRecord *record,
                            gint64 hour_sec,
                            const PdkLogEvent *events,
                            guint32 n_events)
{
  pdk_token_matcher_take_run (record->matcher, hour_sec, events, n_events);
}

/** pdk_server_record_settle: tells that there are no more lines for now; call it once a poll, before counting
 */
void
pdk_server_record_settle (PdkServerRecord *record)
{
  pdk_token_matcher_settle (record->matcher);
}

/** pdk_server_record_save: Returns: (transfer floating): all that is learnt but the tokens of chunks and
 * hours, for pdk_server_record_load() */
GVariant *
pdk_server_record_save (PdkServerRecord *record)
{
  return g_variant_new ("(vvv)", pdk_gpu_list_save (record->gpus), pdk_token_matcher_save (record->matcher),
                        pdk_token_tally_dup_rest (record->tokens));
}

/**
 * pdk_server_record_load:
 * @record: a record
 * @saved: what pdk_server_record_save() made; anything else is taken for nothing
 */
void
pdk_server_record_load (PdkServerRecord *record, GVariant *saved)
{
  g_autoptr (GVariant) gpus = NULL;
  g_autoptr (GVariant) matcher = NULL;
  g_autoptr (GVariant) tokens = NULL;

  if (!g_variant_is_of_type (saved, G_VARIANT_TYPE ("(vvv)")))
    return;
  g_variant_get (saved, "(vvv)", &gpus, &matcher, &tokens);
  pdk_gpu_list_load (record->gpus, gpus);
  pdk_token_matcher_load (record->matcher, matcher);
  pdk_token_tally_load_rest (record->tokens, tokens);
}

/**
 * pdk_server_record_load_past:
 * @record: a record of a log that is to be read from its start
 * @saved: what pdk_server_record_save() made; anything else is taken for nothing
 *
 * Takes over what the log may not tell any more: the devices, and since when there are tokens.
 */
void
pdk_server_record_load_past (PdkServerRecord *record, GVariant *saved)
{
  g_autoptr (GVariant) gpus = NULL;
  g_autoptr (GVariant) tokens = NULL;

  if (!g_variant_is_of_type (saved, G_VARIANT_TYPE ("(vvv)")))
    return;
  g_variant_get_child (saved, 0, "v", &gpus);
  g_variant_get_child (saved, 2, "v", &tokens);
  pdk_gpu_list_load (record->gpus, gpus);
  pdk_token_tally_load_rest (record->tokens, tokens);
  pdk_token_tally_drop_future (record->tokens, G_MININT64, G_MAXINT64);
}

/** pdk_server_record_get_gpus: Returns: (transfer none): the devices of the last start */
const PdkGpuList *
pdk_server_record_get_gpus (PdkServerRecord *record)
{
  return record->gpus;
}

/** pdk_server_record_get_tokens: Returns: (transfer none): the tokens counted so far */
PdkTokenTally *
pdk_server_record_get_tokens (PdkServerRecord *record)
{
  return record->tokens;
}
