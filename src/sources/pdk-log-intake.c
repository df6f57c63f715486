/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is read of a log, on its way from bytes to events. A poll mostly brings a few lines, which are parsed
 * and taken as they come. The first poll may bring millions: then all processors parse, and the events still
 * come out in the order of the log (see pdk-pipeline.c). */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-intake.h"

#include "pdk-pipeline.h"

/* Below this, threads cost more than they save. */
#define MIN_BYTES_FOR_THREADS (2 * 1024 * 1024)

/* Beyond, they only wait for the one that counts, and for memory. */
#define MAX_THREADS 4

typedef struct
{
  char *buffer; /* (owned) (nullable): NULL if the lines are somebody else's */
  const char *lines;
  gsize length;
  PdkLogBatch *batch; /* (owned) */
} Block;

struct _PdkLogIntake
{
  char oldest_date[16];
  PdkLogIntakeFunc func;
  gpointer user_data;
  Block *own;            /* for blocks that are parsed at once */
  PdkPipeline *pipeline; /* (nullable) */
  gint64 n_bytes;
};

static Block *
block_new (void)
{
  Block *block = g_new0 (Block, 1);

  block->batch = pdk_log_batch_new ();
  return block;
}

static void
block_free (gpointer data)
{
  Block *block = data;

  g_free (block->buffer);
  pdk_log_batch_free (block->batch);
  g_free (block);
}

static void
parse_block (gpointer item, gpointer user_data)
{
  Block *block = item;
  const PdkLogIntake *intake = user_data;

  pdk_log_batch_parse (block->batch, block->lines, block->length, intake->oldest_date);
}

static void
take_block (gpointer item, gpointer user_data)
{
  const Block *block = item;
  const PdkLogIntake *intake = user_data;

  intake->func (block->batch, intake->user_data);
}

/* Hands @buffer over, and returns another one. */
static char *
push_block (PdkLogIntake *intake, char *buffer, const char *lines, gsize length)
{
  Block *block = pdk_pipeline_pop_spare (intake->pipeline);
  char *next;

  if (block == NULL)
    block = block_new ();
  next = block->buffer != NULL ? block->buffer : g_malloc (PDK_LOG_BUFFER_BYTES);
  block->buffer = buffer;
  block->lines = lines;
  block->length = length;
  pdk_pipeline_push (intake->pipeline, block);
  return next;
}

/**
 * pdk_log_intake_new:
 *
 * Returns: (transfer full): an intake, to be freed with pdk_log_intake_free()
 */
PdkLogIntake *
pdk_log_intake_new (void)
{
  PdkLogIntake *intake = g_new0 (PdkLogIntake, 1);

  intake->own = block_new ();
  return intake;
}

/** pdk_log_intake_start_threads: has all that comes from now on parsed by several threads, which else are
 * started when much has come. Whoever knows that much will come starts them before: while somebody loads a
 * library in another thread, no thread can be started, and whoever wants to waits for milliseconds. */
void
pdk_log_intake_start_threads (PdkLogIntake *intake)
{
  if (intake->pipeline == NULL)
    intake->pipeline =
        pdk_pipeline_new (MIN (g_get_num_processors (), MAX_THREADS) - 1, parse_block, take_block, intake);
}

/**
 * pdk_log_intake_begin:
 * @intake: the intake
 * @oldest_date: requests before this day are told as such, see pdk_log_batch_parse(); copied
 * @func: takes what was read
 * @user_data: for @func
 *
 * Makes it ready for the next log.
 */
void
pdk_log_intake_begin (PdkLogIntake *intake,
                      const char *oldest_date,
                      PdkLogIntakeFunc func,
                      gpointer user_data)
{
  g_strlcpy (intake->oldest_date, oldest_date, sizeof intake->oldest_date);
  intake->func = func;
  intake->user_data = user_data;
  intake->n_bytes = 0;
}

/**
 * pdk_log_intake_take:
 * @buffer: (transfer full): where the lines are
 * @lines: the lines
 * @length: length of @lines in bytes
 * @intake: the intake
 *
 * Takes the next lines: a #PdkLogReaderFunc.
 *
 * Returns: (transfer full): @buffer, or another one
 */
char *
pdk_log_intake_take (char *buffer, const char *lines, gsize length, gpointer intake)
{
  PdkLogIntake *self = intake;

  self->n_bytes += length;
  if (self->n_bytes >= MIN_BYTES_FOR_THREADS)
    pdk_log_intake_start_threads (self);
  if (self->pipeline != NULL)
    return push_block (self, buffer, lines, length);

  self->own->lines = lines;
  self->own->length = length;
  parse_block (self->own, self);
  take_block (self->own, self);
  return buffer;
}

/** pdk_log_intake_end: returns when all lines are taken */
void
pdk_log_intake_end (PdkLogIntake *intake)
{
  if (intake->pipeline != NULL)
    pdk_pipeline_wait (intake->pipeline);
}

/** pdk_log_intake_free: frees @intake (nullable), when all lines are taken */
void
pdk_log_intake_free (PdkLogIntake *intake)
{
  if (intake == NULL)
    return;
  if (intake->pipeline != NULL)
    pdk_pipeline_free (intake->pipeline, block_free);
  block_free (intake->own);
  g_free (intake);
}
