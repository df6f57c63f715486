/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the item in the panel shows of a snapshot, as the settings would have it. Main thread; keeps nothing.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tray-content.h"

#include "pdk-label.h"

#include "pdk-icons.h"

/* Of all accounts, or of the one that the settings choose; %NULL before anything is known. */
static PdkSnapshot *
dup_shown (PdkSnapshot *snapshot, const PdkSettings *settings)
{
  return snapshot != NULL ? pdk_snapshot_dup_only (snapshot, settings != NULL ? settings->tray_account : "")
                          : NULL;
}

/* Before anything is known, the message alone says so. */
static char *
make_label (PdkSnapshot *snapshot, const PdkSettings *settings, const char *message)
{
  g_autoptr (PdkSnapshot) shown = dup_shown (snapshot, settings);

  if (settings == NULL || (shown == NULL && settings->label != PDK_LABEL_NONE))
    return g_strdup (message);
  return pdk_label_for_snapshot (shown, settings->label, settings->label_template, message);
}

/**
 * pdk_tray_content_new_state:
 * @snapshot: (transfer none) (nullable): what is known, or NULL before anything is
 * @settings: (nullable): the settings, or NULL for sample data
 *
 * Returns: (transfer full): the state of what is shown
 */
PdkTrayState *
pdk_tray_content_new_state (PdkSnapshot *snapshot, const PdkSettings *settings)
{
  g_autoptr (PdkSnapshot) shown = dup_shown (snapshot, settings);

  return pdk_tray_state_new (shown, settings != NULL ? &settings->alerts : NULL);
}

/**
 * pdk_tray_content_dup_icon_name:
 * @level: how things stand
 * @settings: (nullable): the settings, or NULL for sample data
 *
 * Returns: (transfer full): the icon for @level on this desktop
 */
char *
pdk_tray_content_dup_icon_name (PdkLevel level, const PdkSettings *settings)
{
  return pdk_icons_dup_name (level, settings != NULL ? settings->tray_icon : PDK_TRAY_ICON_AUTO,
                             g_getenv ("XDG_CURRENT_DESKTOP"));
}

/**
 * pdk_tray_content_show:
 * @tray: the item in the panel
 * @snapshot: (transfer none) (nullable): what is known, or NULL before anything is
 * @settings: (nullable): the settings, or NULL for sample data
 *
 * Brings the item up to date.
 */
void
pdk_tray_content_show (PdkTray *tray, PdkSnapshot *snapshot, const PdkSettings *settings)
{
  g_autoptr (PdkTrayState) state = pdk_tray_content_new_state (snapshot, settings);
  g_autofree char *label = make_label (snapshot, settings, state->message);
  g_autofree char *label_guide = pdk_label_make_guide (label);
  g_autofree char *icon_name = pdk_tray_content_dup_icon_name (state->level, settings);

  pdk_tray_set_state (tray, icon_name, pdk_level_describe (state->level), state->message, label, label_guide,
                      (const char *const *) state->lines);
}
