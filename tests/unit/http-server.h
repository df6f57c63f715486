/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server on loopback that does what the path of a request says, good or bad. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HttpServer HttpServer;

HttpServer *http_server_new (GTlsCertificate *certificate);
void http_server_free (HttpServer *self);
char *http_server_get_url (HttpServer *self, const char *path);
guint http_server_count_connections (HttpServer *self);
guint http_server_count_requests (HttpServer *self);
char *http_server_get_last_request (HttpServer *self);
void http_server_wait_closed (HttpServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpServer, http_server_free)

G_END_DECLS
