/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-snapshot.h"

G_BEGIN_DECLS

/* Something that can be asked for what it knows. A source reports what goes wrong in its reading: only being
 * cancelled is an error. It is asked by one caller at a time, in the main context. */
#define PDK_TYPE_SOURCE (pdk_source_get_type ())
G_DECLARE_DERIVABLE_TYPE (PdkSource, pdk_source, PDK, SOURCE, GObject)

struct _PdkSourceClass
{
  GObjectClass parent_class;

  const char *name; /* the name of the source in a snapshot */
  /* Asked only after all others have answered, and waited for with little patience: it depends on a network
   * that is not ours. */
  gboolean is_last;

  /* (nullable): whether what is under way was lost the time before, for want of patience. */
  gboolean (*was_lost) (PdkSource *self);

  void (*poll_async) (PdkSource *self,
                      gint64 now_usec,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
  PdkReading *(*poll_finish) (PdkSource *self, GAsyncResult *result, GError **error);
};

const char *pdk_source_get_name (PdkSource *self);
gboolean pdk_source_is_last (PdkSource *self);
gboolean pdk_source_was_lost (PdkSource *self);
void pdk_source_poll_async (PdkSource *self,
                            gint64 now_usec,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
PdkReading *pdk_source_poll_finish (PdkSource *self, GAsyncResult *result, GError **error);

G_END_DECLS
