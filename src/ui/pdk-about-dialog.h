/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-snapshot.h"

G_BEGIN_DECLS

GtkWindow *pdk_about_dialog_new (GtkApplication *application, const PdkSnapshot *snapshot);

G_END_DECLS
