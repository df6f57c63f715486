/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A descriptor that is closed when it goes out of scope: g_auto (PdkOwnedFd) fd = -1. */

#pragma once

#include <glib.h>

#include <unistd.h>

G_BEGIN_DECLS

typedef int PdkOwnedFd;

static inline void
pdk_owned_fd_clear (PdkOwnedFd *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PdkOwnedFd, pdk_owned_fd_clear)

G_END_DECLS
