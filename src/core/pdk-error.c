/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The error domain that all of Paddock shares. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-error.h"

#include <errno.h>

/* clang-format off */
G_DEFINE_QUARK (pdk-error-quark, pdk_error)
/* clang-format on */

/**
 * pdk_error_from_errno:
 * @number: why a file could not be opened or read, as in errno
 *
 * Returns: the code that says the same
 */
PdkError
pdk_error_from_errno (int number)
{
  switch (number)
    {
    case ENOENT:
    case ENOTDIR:
      return PDK_ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
      return PDK_ERROR_PERMISSION;
    case ENXIO:
    case EISDIR:
      return PDK_ERROR_NOT_REGULAR;
    default:
      return PDK_ERROR_FAILED;
    }
}
