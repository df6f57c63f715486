/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The accounts to choose from, each with how things stand with it: by the shape of its icon, and in words.
 * Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-accounts-popover.h"

#include <glib/gi18n-lib.h>

#include "pdk-text.h"
#include "pdk-tray-state.h"

#include "pdk-icons.h"

#define MAX_CHARS 36

/* What the window has besides the rows: its header, and the popover's arrow and edges. */
#define MARGIN_HEIGHT 125
#define MIN_HEIGHT 130

static const char *
describe_level (PdkLevel level)
{
  switch (level)
    {
    case PDK_LEVEL_LOADED:
      return C_ ("state of an account", "a model is loaded");
    case PDK_LEVEL_UNREACHABLE:
      return C_ ("state of an account", "no answer");
    case PDK_LEVEL_ATTENTION:
      return C_ ("state of an account", "needs attention");
    case PDK_LEVEL_IDLE:
    default:
      return C_ ("state of an account", "idle");
    }
}

static GtkWidget *
new_icon (PdkLevel level)
{
  g_autofree char *name = pdk_icons_dup_name (level, PDK_TRAY_ICON_SYMBOLIC, NULL);
  GtkWidget *icon = gtk_image_new_from_icon_name (name, GTK_ICON_SIZE_MENU);
  GtkStyleContext *context = gtk_widget_get_style_context (icon);

  gtk_style_context_add_class (context, "state-icon");
  gtk_style_context_add_class (context, pdk_level_to_string (level));
  return icon;
}

/* A name of any length fits into the window, beyond whose edge a popover is cut. */
static void
shorten_label (GtkWidget *widget, gpointer unused)
{
  if (GTK_IS_LABEL (widget))
    {
      int n_chars = (int) g_utf8_strlen (gtk_label_get_text (GTK_LABEL (widget)), -1);

      gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_MIDDLE);
      gtk_label_set_xalign (GTK_LABEL (widget), 0.0f);
      gtk_label_set_width_chars (GTK_LABEL (widget), MIN (n_chars, MAX_CHARS));
    }
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), shorten_label, NULL);
}

static GtkWidget *
new_row (GtkPopover *popover, const PdkAccountSnapshot *account, PdkLevel level)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = gtk_model_button_new ();
  g_autofree char *shown = pdk_text_dup_for_display (account->id);
  /* Translators: an account, and how things stand with it. */
  g_autofree char *text = g_strdup_printf (_ ("%s · %s"), shown, describe_level (level));
  g_auto (GStrv) parts = g_strsplit (text, "_", -1);
  /* Labels of menus have mnemonics; an underscore in a name is an underscore. */
  g_autofree char *label = g_strjoinv ("__", parts);

  g_object_set (button, "text", label, NULL);
  shorten_label (button, NULL);
  gtk_widget_set_tooltip_text (button, text);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.account");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", account->id);
  /* One that is one of several leaves its popover open by itself. */
  g_signal_connect_object (button, "clicked", G_CALLBACK (gtk_popover_popdown), popover,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  atk_object_set_name (gtk_widget_get_accessible (button), text);
  gtk_box_pack_start (GTK_BOX (row), new_icon (level), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (row), button, TRUE, TRUE, 0);
  return row;
}

/* As many rows as the window has room for are seen, and the others by scrolling. How high the window is may
 * change until the popover is opened. */
static void
fit_height (GtkScrolledWindow *scroller)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (scroller));
  int room = gtk_widget_get_allocated_height (window) - MARGIN_HEIGHT;

  gtk_scrolled_window_set_max_content_height (scroller, MAX (room, MIN_HEIGHT));
}

static GtkWidget *
new_scroller (GtkWidget *rows)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  g_signal_connect (scroller, "map", G_CALLBACK (fit_height), NULL);
  gtk_container_add (GTK_CONTAINER (scroller), rows);
  /* Whoever goes through them by keyboard sees where. */
  gtk_container_set_focus_vadjustment (GTK_CONTAINER (rows),
                                       gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)));
  return scroller;
}

/**
 * pdk_accounts_popover_fill:
 * @popover: a popover of a window that has the action "account"
 * @snapshot: what is known; not kept
 * @rules: from when on limits need attention
 * @now_usec: the time, in microseconds since the epoch
 *
 * Puts a row into @popover for each account, in place of those that are there.
 */
void
pdk_accounts_popover_fill (GtkPopover *popover,
                           const PdkSnapshot *snapshot,
                           const PdkAlertRules *rules,
                           gint64 now_usec)
{
  GtkWidget *former = gtk_bin_get_child (GTK_BIN (popover));
  GtkWidget *rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller;

  if (former != NULL)
    gtk_widget_destroy (former);
  gtk_container_set_border_width (GTK_CONTAINER (rows), 10);
  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = pdk_snapshot_get_account (snapshot, i);

      gtk_container_add (
          GTK_CONTAINER (rows),
          new_row (popover, account, pdk_level_of_account_with_limits (account, rules, now_usec)));
    }
  scroller = new_scroller (rows);
  gtk_widget_show_all (scroller);
  gtk_container_add (GTK_CONTAINER (popover), scroller);
}
