/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one error domain of Paddock. Only causes that some caller tells apart have a code of their own. */
#define PDK_ERROR (pdk_error_quark ())

typedef enum
{
  PDK_ERROR_FAILED,       /* none of the below */
  PDK_ERROR_NOT_FOUND,    /* no such file, folder or account */
  PDK_ERROR_NOT_REGULAR,  /* a folder, a FIFO or a device where a file belongs */
  PDK_ERROR_PERMISSION,   /* the file is there, and we may not read it */
  PDK_ERROR_TOO_LARGE,    /* over the bound for this input */
  PDK_ERROR_MALFORMED,    /* not the format that belongs there */
  PDK_ERROR_SETTINGS,     /* settings that cannot be used */
  PDK_ERROR_USAGE,        /* a wrong call on the command line */
  PDK_ERROR_NOT_RESOLVED, /* the host name has no address, or none was found in time */
  PDK_ERROR_REFUSED,      /* nothing listens at the address */
  PDK_ERROR_TIMED_OUT,    /* connected, or connecting, and no whole answer by the deadline */
  PDK_ERROR_TLS,          /* the certificate or the handshake was not good */
  PDK_ERROR_INTERRUPTED,  /* the peer closed in the middle of its answer */
  PDK_ERROR_HTTP,         /* an answer with a status that is no success, and none of those below */
  PDK_ERROR_REDIRECTED,   /* an answer that points elsewhere, which is never followed */
  PDK_ERROR_NO_ROUTE,     /* an answer that such a thing is not there, status 404 */
  PDK_ERROR_DENIED,       /* an answer that we may not ask, status 401, 403 or 407 */
} PdkError;

GQuark pdk_error_quark (void);
PdkError pdk_error_from_errno (int number);

G_END_DECLS
