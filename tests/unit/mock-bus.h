/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A bus of the test's own, which is the session's for this process, with a service on it that the test
 * plays. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  GTestDBus *bus;
  GDBusConnection *connection; /* (nullable): the service's, once it is there */
} MockBus;

void mock_bus_up (MockBus *self);
void mock_bus_connect (MockBus *self);
void mock_bus_own_name (MockBus *self, const char *name);
void mock_bus_leave (MockBus *self);
void mock_bus_down (MockBus *self);

char *mock_bus_dup_request_path (const char *sender, GVariant *options);

G_END_DECLS
