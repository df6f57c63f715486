/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-settings-edit.h"

G_BEGIN_DECLS

gboolean pdk_settings_writer_write (const char *path,
                                    gboolean may_be_missing,
                                    const PdkSettingsEdit *edit,
                                    GError **error);

G_END_DECLS
