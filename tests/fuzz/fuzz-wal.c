/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a write-ahead log. Besides that nothing breaks, every page that is found must lie in the file
 * as a whole, and a file that nobody writes to must look the same when it is looked at again. */

#include "config.h"

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "pdk-wal.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  int fd = memfd_create ("wal", MFD_CLOEXEC);
  g_autoptr (PdkWal) wal = NULL;
  GHashTableIter iter;
  gpointer page;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  wal = pdk_wal_read (fd);
  g_assert_cmpint (wal->page_bytes > 0, ==, g_hash_table_size (wal->frames) > 0);
  g_assert_cmpint (wal->page_bytes > 0, ==, wal->n_pages > 0);
  g_hash_table_iter_init (&iter, wal->frames);
  while (g_hash_table_iter_next (&iter, &page, NULL))
    {
      goffset offset = pdk_wal_find_page (wal, GPOINTER_TO_UINT (page));

      g_assert_cmpint (offset, >=, PDK_WAL_HEADER_BYTES + PDK_WAL_FRAME_HEADER_BYTES);
      g_assert_cmpint (offset + wal->page_bytes, <=, (goffset) size);
    }
  if (size >= PDK_WAL_HEADER_BYTES)
    g_assert_true (pdk_wal_is_same_log (wal));
  g_assert_cmpint (pdk_wal_has_no_more (wal), ==, wal->page_bytes > 0);
  close (fd);
  return 0;
}
