/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More than that are forgotten, the oldest first. */
#define PDK_LOADED_SPANS_MAX 512

/* From one second to another, both of them included, a model was the only one that was loaded. */
typedef struct
{
  gint64 first_sec; /* Unix seconds */
  gint64 last_sec;
  GRefString *model; /* (nullable): its name; NULL where one says this, and one says that */
} PdkLoadedSpan;

/* Which model was loaded alone, and when: spans that do not overlap. */
typedef struct _PdkLoadedSpans PdkLoadedSpans;

PdkLoadedSpans *pdk_loaded_spans_new (void);
PdkLoadedSpans *pdk_loaded_spans_copy (const PdkLoadedSpans *spans);
void pdk_loaded_spans_free (PdkLoadedSpans *spans);

void pdk_loaded_spans_add (PdkLoadedSpans *spans, gint64 first_sec, gint64 last_sec, const char *model);
void pdk_loaded_spans_merge (PdkLoadedSpans *spans, const PdkLoadedSpans *others);
void pdk_loaded_spans_expire (PdkLoadedSpans *spans, gint64 before_sec);
const GArray *pdk_loaded_spans_get (const PdkLoadedSpans *spans);
gboolean pdk_loaded_spans_equal (const PdkLoadedSpans *spans, const PdkLoadedSpans *others);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLoadedSpans, pdk_loaded_spans_free)

G_END_DECLS
