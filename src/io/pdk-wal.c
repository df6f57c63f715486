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

typedef struct
{
  guint32 sums[2];
  gboolean is_big_endian;
} Checksum;

static guint32
get_be32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_BE (value);
}

static void
checksum_add (Checksum *sum, const guint8 *bytes, gsize n_bytes)
{
  guint32 s0 = sum->sums[0], s1 = sum->sums[1];

  for (gsize i = 0; i < n_bytes; i += 8)
    {
      guint32 words[2];

      memcpy (words, bytes + i, sizeof words);
      s0 += (sum->is_big_endian ? GUINT32_FROM_BE (words[0]) : GUINT32_FROM_LE (words[0])) + s1;
      s1 += (sum->is_big_endian ? GUINT32_FROM_BE (words[1]) : GUINT32_FROM_LE (words[1])) + s0;
    }
  sum->sums[0] = s0;
  sum->sums[1] = s1;
}

static gboolean
checksum_is (const Checksum *sum, const guint8 *bytes)
{
  return sum->sums[0] == get_be32 (bytes) && sum->sums[1] == get_be32 (bytes + 4);
}

static gboolean
read_at (int fd, guint8 *bytes, gsize n_bytes, goffset offset)
{
  return pread (fd, bytes, n_bytes, offset) == (gssize) n_bytes;
}

/* What stands where nothing was ever written is 0. */
static void
read_next (const PdkWal *wal, guint8 *bytes)
{
  memset (bytes, 0, PDK_WAL_FRAME_HEADER_BYTES);
  if (pread (wal->fd, bytes, PDK_WAL_FRAME_HEADER_BYTES, wal->end) < 0)
    memset (bytes, 0xff, PDK_WAL_FRAME_HEADER_BYTES);
}

static void
commit (PdkWal *wal, GArray *pending)
{
  for (guint i = 0; i < pending->len; i++)
    {
      const Pending *one = &g_array_index (pending, Pending, i);

      g_hash_table_insert (wal->frames, GUINT_TO_POINTER (one->page), GUINT_TO_POINTER (one->frame));
    }
  g_array_set_size (pending, 0);
}

static void
read_frames (PdkWal *wal, guint32 page_bytes, Checksum *sum)
{
  g_autofree guint8 *frame = g_malloc (PDK_WAL_FRAME_HEADER_BYTES + page_bytes);
  g_autoptr (GArray) pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  gsize frame_bytes = PDK_WAL_FRAME_HEADER_BYTES + page_bytes;
  goffset offset = PDK_WAL_HEADER_BYTES;

  for (guint32 i = 1; read_at (wal->fd, frame, frame_bytes, offset); i++)
    {
      Pending one = { get_be32 (frame), i };

      if (one.page == 0 || memcmp (frame + 8, wal->header + 16, 8) != 0)
        break;
      checksum_add (sum, frame, 8);
      checksum_add (sum, frame + PDK_WAL_FRAME_HEADER_BYTES, page_bytes);
      if (!checksum_is (sum, frame + 16))
        break;
      g_array_append_val (pending, one);
      offset += (goffset) frame_bytes;
      if (get_be32 (frame + 4) == 0)
        continue;
      wal->page_bytes = page_bytes;
      wal->n_pages = get_be32 (frame + 4);
      wal->end = offset;
      commit (wal, pending);
    }
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
  Checksum sum = { { 0, 0 }, FALSE };
  guint32 page_bytes;

  wal->fd = fd;
  wal->end = PDK_WAL_HEADER_BYTES;
  wal->frames = g_hash_table_new (NULL, NULL);
  if (fd < 0 || !read_at (fd, wal->header, sizeof wal->header, 0))
    return wal;
  sum.is_big_endian = get_be32 (wal->header) & 1;
  page_bytes = get_be32 (wal->header + 8);
  checksum_add (&sum, wal->header, 24);
  if ((get_be32 (wal->header) & ~1u) == MAGIC && get_be32 (wal->header + 4) == VERSION &&
      page_bytes >= MIN_PAGE_BYTES && page_bytes <= MAX_PAGE_BYTES && (page_bytes & (page_bytes - 1)) == 0 &&
      checksum_is (&sum, wal->header + 24))
    read_frames (wal, page_bytes, &sum);
  read_next (wal, wal->next);
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

/** pdk_wal_has_no_more: Returns: whether nothing was written behind the last commit since it was read. Asked
 * of a log that is the same. */
gboolean
pdk_wal_has_no_more (const PdkWal *wal)
{
  guint8 next[PDK_WAL_FRAME_HEADER_BYTES];

  if (wal->fd < 0)
    return FALSE;
  read_next (wal, next);
  return memcmp (next, wal->next, sizeof next) == 0;
}
