/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server on loopback that answers each path as the test has set it, and notes what it was asked. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ApiServer ApiServer;

ApiServer *api_server_new (void);
void api_server_free (ApiServer *self);
char *api_server_get_url (ApiServer *self);
void api_server_set_answer (ApiServer *self, const char *path, guint status, const char *body);
void api_server_drop_connections (ApiServer *self);
char *api_server_take_calls (ApiServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApiServer, api_server_free)

G_END_DECLS
