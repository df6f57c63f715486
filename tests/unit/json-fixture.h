/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonNode *json_fixture_parse (const char *text);
JsonNode *json_fixture_load (const char *name);

G_END_DECLS
