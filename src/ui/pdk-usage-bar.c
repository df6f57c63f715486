/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GTK shows a tooltip to who has a pointer. Who comes by keyboard sees the same in a bubble, which neither
 * takes the focus nor anything that is typed. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-usage-bar.h"

#include "pdk-section.h"

#define BUBBLE_MARGIN 8

struct _PdkUsageBar
{
  GtkProgressBar parent_instance;

  GtkWidget *bubble; /* (unowned) (nullable): made when it is needed first, and gone with the bar */
  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (PdkUsageBar, pdk_usage_bar, GTK_TYPE_PROGRESS_BAR)

static void
make_bubble (PdkUsageBar *self)
{
  GtkWidget *text = gtk_label_new (NULL);

  self->text = GTK_LABEL (text);
  g_object_set (text, "margin", BUBBLE_MARGIN, "wrap", TRUE, "max-width-chars", 40, "xalign", 0.0, NULL);
  gtk_widget_show (text);
  self->bubble = gtk_popover_new (GTK_WIDGET (self));
  /* What stands over a bar says what it is of. */
  gtk_popover_set_position (GTK_POPOVER (self->bubble), GTK_POS_BOTTOM);
  gtk_popover_set_modal (GTK_POPOVER (self->bubble), FALSE);
  gtk_container_add (GTK_CONTAINER (self->bubble), text);
  g_signal_connect (self->bubble, "destroy", G_CALLBACK (gtk_widget_destroyed), &self->bubble);
}

static gboolean
pdk_usage_bar_focus_in_event (GtkWidget *widget, GdkEventFocus *event)
{
  PdkUsageBar *self = PDK_USAGE_BAR (widget);
  g_autofree char *details = gtk_widget_get_tooltip_text (widget);

  if (details != NULL)
    {
      if (self->bubble == NULL)
        make_bubble (self);
      pdk_label_set_text (self->text, details);
      gtk_widget_show (self->bubble);
    }
  return GTK_WIDGET_CLASS (pdk_usage_bar_parent_class)->focus_in_event (widget, event);
}

static gboolean
pdk_usage_bar_focus_out_event (GtkWidget *widget, GdkEventFocus *event)
{
  PdkUsageBar *self = PDK_USAGE_BAR (widget);

  if (self->bubble != NULL)
    gtk_widget_hide (self->bubble);
  return GTK_WIDGET_CLASS (pdk_usage_bar_parent_class)->focus_out_event (widget, event);
}

static void
pdk_usage_bar_class_init (PdkUsageBarClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus_in_event = pdk_usage_bar_focus_in_event;
  GTK_WIDGET_CLASS (klass)->focus_out_event = pdk_usage_bar_focus_out_event;
}

static void
pdk_usage_bar_init (PdkUsageBar *self)
{
  gtk_widget_set_can_focus (GTK_WIDGET (self), TRUE);
}

/**
 * pdk_usage_bar_set:
 * @self: the bar
 * @fraction: how much of it is full, from 0 to 1
 * @details: what that is in words and numbers, plain text
 *
 * Shows @fraction, changing only what is different, so that an open tooltip stays.
 */
void
pdk_usage_bar_set (PdkUsageBar *self, double fraction, const char *details)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autofree char *before = gtk_widget_get_tooltip_text (widget);

  pdk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self), fraction);
  if (g_strcmp0 (before, details) == 0)
    return;
  gtk_widget_set_tooltip_text (widget, details);
  atk_object_set_description (gtk_widget_get_accessible (widget), details);
  if (self->bubble != NULL)
    pdk_label_set_text (self->text, details);
}
