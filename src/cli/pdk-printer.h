/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-alert-rules.h"
#include "pdk-command-line.h"
#include "pdk-snapshot.h"

G_BEGIN_DECLS

char *
pdk_printer_format (const PdkSnapshot *snapshot, const PdkAlertRules *rules, const PdkCommandLine *line);
gboolean pdk_printer_is_news (const char *text, const char *former, PdkOutput output);
gboolean pdk_printer_write (const char *text, GError **error);

G_END_DECLS
