/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the client fills in a response. Users of the client see "pdk-http-client.h" alone. */

#pragma once

#include "pdk-http-client.h"

G_BEGIN_DECLS

PdkHttpResponse *pdk_http_response_new (gsize max_body_bytes);
gboolean pdk_http_response_add_header_line (PdkHttpResponse *self, const char *line, gsize n_bytes);
gboolean pdk_http_response_add_body (PdkHttpResponse *self, gconstpointer data, gsize n_bytes);
void pdk_http_response_seal (PdkHttpResponse *self, guint status, gboolean is_new_connection);

G_END_DECLS
