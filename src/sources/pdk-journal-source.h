/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-request-log-source.h"

G_BEGIN_DECLS

/* What the systemd journal tells of the server's requests. */
#define PDK_TYPE_JOURNAL_SOURCE (pdk_journal_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkJournalSource, pdk_journal_source, PDK, JOURNAL_SOURCE, PdkRequestLogSource)

PdkJournalSource *pdk_journal_source_new (PdkRequestLog *log);

G_END_DECLS
