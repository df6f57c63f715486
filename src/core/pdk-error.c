/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The error domain that all of Paddock shares. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-error.h"

G_DEFINE_QUARK (pdk-error-quark, pdk_error)
