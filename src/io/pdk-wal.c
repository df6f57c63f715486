/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads the write-ahead log of a SQLite database that belongs to another program, without the shared memory
 * that SQLite itself would create beside it: which page is newest in which frame, as of the last commit.
 * The format: https://www.sqlite.org/fileformat2.html#walformat. Any thread, one at a time per log. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-wal.h"

#include <string.h>
#include <unistd.h>

#define MAGIC 0x377f0682u /* the lowest bit says that checksums are of big-endian words */
#define VERSION 3007000u
#define MIN_PAGE_BYTES 512
#define MAX_PAGE_BYTES 65536

typedef struct
{
  guint32 page;
  guint32 frame;
} Pending;

/* Reads one frame after the other. */
typedef struct
{
  const PdkWal *wal;
  guint32 page_bytes;
  gboolean is_big_endian;
  guint32 sums[2]; /* over all frames so far */
  guint32 number;  /* of the next frame, from 1 */
  guint8 *frame;
} Scan;

static guint32
get_be32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_BE (value);
}

static void
add_to_sums (guint32 sums[2], gboolean is_big_endian, const guint8 *bytes, gsize n_bytes)
{
  guint32 s0 = sums[0], s1 = sums[1];

  for (gsize i = 0; i < n_bytes; i += 8)
    {
      guint32 words[2];

      memcpy (words, bytes + i, sizeof words);
      s0 += (is_big_endian ? GUINT32_FROM_BE (words[0]) : GUINT32_FROM_LE (words[0])) + s1;
      s1 += (is_big_endian ? GUINT32_FROM_BE (words[1]) : GUINT32_FROM_LE (words[1])) + s0;
    }
  sums[0] = s0;
  sums[1] = s1;
}

static gboolean
sums_are (const guint32 sums[2], const guint8 *bytes)
{
  return sums[0] == get_be32 (bytes) && sums[1] == get_be32 (bytes + 4);
}

static gboolean
read_at (int fd, guint8 *bytes, gsize n_bytes, goffset offset)
{
  return pread (fd, bytes, n_bytes, offset) == (gssize) n_bytes;
}

static void
scan_begin (Scan *scan, const PdkWal *wal, guint32 page_bytes, guint32 number, const guint32 sums[2])
{
  scan->wal = wal;
  scan->page_bytes = page_bytes;
  scan->is_big_endian = get_be32 (wal->header) & 1;
  scan->number = number;
  memcpy (scan->sums, sums, sizeof scan->sums);
  scan->frame = g_malloc0 (PDK_WAL_FRAME_HEADER_BYTES + page_bytes);
}

static void
scan_end (Scan *scan)
{
  g_free (scan->frame);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scan, scan_end)

/* Returns: whether there is a whole frame of this log */
static gboolean
scan_read (Scan *scan)
{
  gsize frame_bytes = PDK_WAL_FRAME_HEADER_BYTES + scan->page_bytes;
  goffset offset = PDK_WAL_HEADER_BYTES + ((goffset) scan->number - 1) * (goffset) frame_bytes;

  scan->number++;
  return read_at (scan->wal->fd, scan->frame, frame_bytes, offset) && get_be32 (scan->frame) != 0 &&
         memcmp (scan->frame + 8, scan->wal->header + 16, 8) == 0;
}

/* Takes the frame that was read into @sums. Returns: whether it says the same */
static gboolean
scan_sum (const Scan *scan, guint32 sums[2])
{
  add_to_sums (sums, scan->is_big_endian, scan->frame, 8);
  add_to_sums (sums, scan->is_big_endian, scan->frame + PDK_WAL_FRAME_HEADER_BYTES, scan->page_bytes);
  return sums_are (sums, scan->frame + 16);
}

static gboolean
scan_next (Scan *scan)
{
  return scan_read (scan) && scan_sum (scan, scan->sums);
}

/* The size of the database in pages when the frame ends a transaction, otherwise 0. */
static guint32
scan_get_commit (const Scan *scan)
{
  return get_be32 (scan->frame + 4);
}

static void
commit (PdkWal *wal, GArray *pending, const Scan *scan)
{
  for (guint i = 0; i < pending->len; i++)
    {
      const Pending *one = &g_array_index (pending, Pending, i);

      g_hash_table_insert (wal->frames, GUINT_TO_POINTER (one->page), GUINT_TO_POINTER (one->frame));
    }
  g_array_set_size (pending, 0);
  wal->page_bytes = scan->page_bytes;
  wal->n_pages = scan_get_commit (scan);
  wal->next_frame = scan->number;
  memcpy (wal->next_sums, scan->sums, sizeof wal->next_sums);
}

static gboolean
finds_commit (const PdkWal *wal, guint32 page_bytes)
{
  g_auto (Scan) scan = { 0 };

  scan_begin (&scan, wal, page_bytes, wal->next_frame, wal->next_sums);
  while (scan_next (&scan))
    {
      if (scan_get_commit (&scan) != 0)
        return TRUE;
    }
  return FALSE;
}

/* Looks behind a frame that cannot be trusted, which @scan has just read. Each frame has the sum of all
 * before it in its own, so that the next one tells whether it was once written behind this one. A transaction
 * that was given up leaves such frames as well, but none that ends it. */
static gboolean
has_commit_behind (Scan *scan)
{
  guint32 stored[2] = { get_be32 (scan->frame + 16), get_be32 (scan->frame + 20) };
  guint32 from_computed[2], from_stored[2];

  if (!scan_read (scan))
    return FALSE;
  memcpy (from_computed, scan->sums, sizeof from_computed);
  memcpy (from_stored, stored, sizeof from_stored);
  if (scan_sum (scan, from_computed))
    memcpy (scan->sums, from_computed, sizeof from_computed);
  else if (scan_sum (scan, from_stored))
    memcpy (scan->sums, from_stored, sizeof from_stored);
  else
    return FALSE;
  do
    {
      if (scan_get_commit (scan) != 0)
        return TRUE;
    }
  while (scan_next (scan));
  return FALSE;
}

static void
read_frames (PdkWal *wal, guint32 page_bytes, const guint32 sums[2])
{
  g_autoptr (GArray) pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  g_auto (Scan) scan = { 0 };

  scan_begin (&scan, wal, page_bytes, 1, sums);
  while (scan_next (&scan))
    {
      Pending one = { get_be32 (scan.frame), scan.number - 1 };

      g_array_append_val (pending, one);
      if (scan_get_commit (&scan) != 0)
        commit (wal, pending, &scan);
    }
  /* A writer that was just there makes it look the same, until it is looked at once more. */
  wal->is_damaged = has_commit_behind (&scan) && !finds_commit (wal, page_bytes);
}

/**
 * pdk_wal_read:
 * @fd: an open log, which stays the caller's and must outlive the answer; -1 for none
 *
 * What SQLite would not trust is not read: a log without a valid header, or what follows a frame whose salt
 * or checksum is wrong, is as if it were not there.
 *
 * Returns: (transfer full): what is committed in the log
 */
PdkWal *
pdk_wal_read (int fd)
{
  PdkWal *wal = g_new0 (PdkWal, 1);
  guint32 sums[2] = { 0, 0 };
  guint32 page_bytes;

  wal->fd = fd;
  wal->next_frame = 1;
  wal->frames = g_hash_table_new (NULL, NULL);
  if (fd < 0 || !read_at (fd, wal->header, sizeof wal->header, 0))
    return wal;
  page_bytes = get_be32 (wal->header + 8);
  add_to_sums (sums, get_be32 (wal->header) & 1, wal->header, 24);
  memcpy (wal->next_sums, sums, sizeof sums);
  if ((get_be32 (wal->header) & ~1u) == MAGIC && get_be32 (wal->header + 4) == VERSION &&
      page_bytes >= MIN_PAGE_BYTES && page_bytes <= MAX_PAGE_BYTES && (page_bytes & (page_bytes - 1)) == 0 &&
      sums_are (sums, wal->header + 24))
    read_frames (wal, page_bytes, sums);
  return wal;
}

/** pdk_wal_free: frees @wal; its file stays open */
void
pdk_wal_free (PdkWal *wal)
{
  g_hash_table_unref (wal->frames);
  g_free (wal);
}

/** pdk_wal_find_page: Returns: where in the log the latest version of @page is, or 0 when it is not there */
goffset
pdk_wal_find_page (const PdkWal *wal, guint32 page)
{
  guint32 frame = GPOINTER_TO_UINT (g_hash_table_lookup (wal->frames, GUINT_TO_POINTER (page)));

  if (frame == 0)
    return 0;
  return PDK_WAL_HEADER_BYTES + ((goffset) frame - 1) * (PDK_WAL_FRAME_HEADER_BYTES + wal->page_bytes) +
         PDK_WAL_FRAME_HEADER_BYTES;
}

/** pdk_wal_is_same_log: Returns: whether the frames that were read are still in their places: the writer
 * gives the header another salt before it begins anew */
gboolean
pdk_wal_is_same_log (const PdkWal *wal)
{
  guint8 header[PDK_WAL_HEADER_BYTES] = { 0 };

  if (wal->fd >= 0 && pread (wal->fd, header, sizeof header, 0) < 0)
    return FALSE;
  return memcmp (header, wal->header, sizeof header) == 0;
}

/** pdk_wal_has_no_more: Returns: whether nothing was committed since it was read. Asked of a log that is the
 * same, and in which something is committed. */
gboolean
pdk_wal_has_no_more (const PdkWal *wal)
{
  return wal->fd >= 0 && wal->page_bytes > 0 && !finds_commit (wal, wal->page_bytes);
}
