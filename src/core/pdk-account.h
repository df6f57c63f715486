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
  guint history_days;   /* how long sums of its requests are kept; 0 for not at all */
  gboolean is_cloud_only;
  gboolean is_detected;        /* no settings name it: it was found */
  gboolean owns_default_paths; /* the files in the user's home belong to this account's server */
} PdkAccount;

void pdk_account_free (PdkAccount *account);
gboolean pdk_account_equal (const PdkAccount *account, const PdkAccount *other);
char *pdk_account_dup_cloud_url (const PdkAccount *account);

G_END_DECLS
