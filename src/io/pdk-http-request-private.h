/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the client asks about a request before it sends it. */

#pragma once

#include "pdk-http-client.h"

G_BEGIN_DECLS

gboolean pdk_http_request_is_loopback (const char *host);
gboolean
pdk_http_request_check (const PdkHttpRequest *request, const char *scheme, const char *host, GError **error);

PdkHttpRequest *pdk_http_request_copy (const PdkHttpRequest *request);
void pdk_http_request_free (PdkHttpRequest *copy);

G_END_DECLS
