/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-account.h"
#include "pdk-alert-rules.h"

G_BEGIN_DECLS

/* What stands beside the tray icon. */
typedef enum
{
  PDK_LABEL_STATUS,   /* all of it */
  PDK_LABEL_SHORT,    /* a few words */
  PDK_LABEL_NONE,     /* nothing */
  PDK_LABEL_TEMPLATE, /* what the user has put together */
} PdkLabelMode;

/* How the tray icon is drawn. */
typedef enum
{
  PDK_TRAY_ICON_AUTO,     /* as the desktop is known to need it */
  PDK_TRAY_ICON_SYMBOLIC, /* one colour, the panel's own */
  PDK_TRAY_ICON_COLOR,    /* readable on light and on dark without the panel's help */
} PdkTrayIconStyle;

/* The settings file, read. Immutable; may cross threads. */
typedef struct
{
  guint history_days; /* 0 for no history; each account has it, too */
  guint poll_interval_msec;
  PdkLabelMode label;
  char *label_template; /* (nullable): for PDK_LABEL_TEMPLATE, with names of metrics in braces */
  PdkTrayIconStyle tray_icon;
  gboolean read_only; /* nothing is ever changed at a server: there is no way to unload a model */
  char *tray_account; /* the id of the only account that the tray shows, "" for all together */
  PdkAlertRules alerts;
  GPtrArray *accounts; /* PdkAccount */
} PdkSettings;

PdkSettings *pdk_settings_parse (
    const char *text, gsize length, const char *base_dir, const char *ollama_host, GError **error);
PdkSettings *pdk_settings_new_detected (const char *ollama_host);
PdkSettings *pdk_settings_ref (PdkSettings *settings);
void pdk_settings_unref (PdkSettings *settings);
const PdkAccount *pdk_settings_get_account (const PdkSettings *settings, guint index);
gboolean pdk_settings_has_same_accounts (const PdkSettings *settings, const PdkSettings *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkSettings, pdk_settings_unref)

G_END_DECLS
