/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "pdk-settings.h"

/* What pdk-settings.c and pdk-settings-accounts.c share. */

G_BEGIN_DECLS

/* What the parse of one document shares. */
typedef struct
{
  const char *base_dir;    /* relative paths start here */
  const char *ollama_host; /* (nullable) */
  GHashTable *lines;       /* JsonNode * of a member's value -> line of the file */
  GError **error;
} PdkSettingsParse;

gboolean
pdk_settings_complain (PdkSettingsParse *parse, JsonObject *object, const char *key, const char *what);
gboolean
pdk_settings_read_string (PdkSettingsParse *parse, JsonObject *object, const char *key, const char **value);

gboolean pdk_settings_read_accounts (PdkSettingsParse *parse, JsonObject *root, PdkSettings *settings);
void pdk_settings_add_detected_account (PdkSettings *settings, const char *ollama_host);

G_END_DECLS
