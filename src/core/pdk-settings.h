/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the settings say of one account. Immutable. */
typedef struct
{
  char *id;
  char *base_url;       /* of the local server, normalised; NULL for a cloud-only account */
  char *api_key_env;    /* the environment variable that holds the cloud's key */
  char *cloud_base_url; /* (nullable) */
  char *logs_dir;       /* (nullable): folder, or one file, of the server's log */
  char *server_config;  /* (nullable): path of server.json */
  char *db_path;        /* (nullable): path of the desktop app's database */
  char *journal_unit;   /* (nullable): NULL for the default, "" turns the journal off */
  char *journal_dir;    /* (nullable) */
  char *container;      /* (nullable) */
  char *log_timezone;   /* (nullable): "local", "UTC" or an IANA name */
  gboolean is_cloud_only;
  gboolean is_detected;        /* no settings name it: it was found */
  gboolean owns_default_paths; /* the files in the user's home belong to this account's server */
} PdkAccount;

/* How much of the message stands beside the tray icon. */
typedef enum
{
  PDK_LABEL_STATUS, /* all of it */
  PDK_LABEL_NONE,   /* nothing */
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
  guint poll_interval_msec;
  PdkLabelMode label;
  PdkTrayIconStyle tray_icon;
  GPtrArray *accounts; /* PdkAccount */
} PdkSettings;

PdkSettings *pdk_settings_parse (
    const char *text, gsize length, const char *base_dir, const char *ollama_host, GError **error);
PdkSettings *pdk_settings_new_detected (const char *ollama_host);
PdkSettings *pdk_settings_ref (PdkSettings *settings);
void pdk_settings_unref (PdkSettings *settings);
const PdkAccount *pdk_settings_get_account (const PdkSettings *settings, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkSettings, pdk_settings_unref)

G_END_DECLS
