/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A Background portal on a bus of the test's own, in the test's main context. */

#pragma once

#include "mock-bus.h"

G_BEGIN_DECLS

/* How it answers RequestBackground. */
typedef enum
{
  MOCK_PORTAL_GRANTS,        /* as asked */
  MOCK_PORTAL_ANSWERS_EARLY, /* the response comes before the request */
  MOCK_PORTAL_REFUSES,       /* response 1, nothing is started */
  MOCK_PORTAL_IGNORES,       /* response 0, but autostart is the opposite */
  MOCK_PORTAL_WAITS,         /* no response */
  MOCK_PORTAL_FAILS,         /* an error instead of a request */
} MockPortalManner;

typedef struct
{
  MockBus bus; /* without a connection there is no portal */
  guint object_id, closer_id;
  MockPortalManner manner;

  guint requests;
  gboolean starts_at_login; /* what was asked for last */
  char *command;            /* its words, joined by spaces */
  guint closed;
} MockPortal;

MockPortal *mock_portal_new (MockPortalManner manner);
MockPortal *mock_portal_new_without (void);
void mock_portal_leave (MockPortal *self);
void mock_portal_free (MockPortal *self);

G_END_DECLS
