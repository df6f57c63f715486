/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One request on its way through curl, as the client sees it. Users of the client see "pdk-http-client.h"
 * alone. */

#pragma once

#include "pdk-curl.h"
#include "pdk-http-response-private.h"

G_BEGIN_DECLS

typedef struct _PdkHttpTransfer PdkHttpTransfer;

PdkHttpTransfer *pdk_http_transfer_new (const PdkCurl *curl, const PdkHttpRequest *wanted, GError **error);
void pdk_http_transfer_free (PdkHttpTransfer *self);

const char *pdk_http_transfer_get_label (PdkHttpTransfer *self);
CURL *pdk_http_transfer_open (PdkHttpTransfer *self);
CURL *pdk_http_transfer_get_handle (PdkHttpTransfer *self);
PdkHttpResponse *pdk_http_transfer_take_response (PdkHttpTransfer *self, CURLcode code, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkHttpTransfer, pdk_http_transfer_free)

G_END_DECLS
