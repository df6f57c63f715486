/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What came back: status, headers, and the body, whole and bounded. Immutable. */
typedef struct _PdkHttpResponse PdkHttpResponse;

void pdk_http_response_free (PdkHttpResponse *response);
guint pdk_http_response_get_status (PdkHttpResponse *response);
gboolean pdk_http_response_is_new_connection (PdkHttpResponse *response);
GBytes *pdk_http_response_get_body (PdkHttpResponse *response);
const char *pdk_http_response_get_header (PdkHttpResponse *response, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkHttpResponse, pdk_http_response_free)

/* A request, filled in by the caller on its stack; everything is copied before send_async() returns. */
typedef struct
{
  const char *method;       /* "GET" or "POST" */
  const char *url;          /* http or https; nothing else is spoken */
  const char *body;         /* (nullable): application/json; required for POST, may be ""; none for GET */
  const char *bearer_token; /* (nullable): only over https or to loopback; never logged, wiped after use */
  guint connect_msec;       /* deadline for resolving, connecting and the TLS handshake; not 0 */
  guint answer_msec;        /* deadline for the whole answer, connecting included; not 0 */
  gsize max_body_bytes;     /* a longer body is PDK_ERROR_TOO_LARGE */
} PdkHttpRequest;

#define PDK_TYPE_HTTP_CLIENT (pdk_http_client_get_type ())
G_DECLARE_FINAL_TYPE (PdkHttpClient, pdk_http_client, PDK, HTTP_CLIENT, GObject)

PdkHttpClient *pdk_http_client_new (void);

void pdk_http_client_send_async (PdkHttpClient *self,
                                 const PdkHttpRequest *request,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
PdkHttpResponse *pdk_http_client_send_finish (PdkHttpClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
