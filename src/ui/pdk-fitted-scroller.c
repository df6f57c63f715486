/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GtkScrolledWindow asks for the height that its content has at its natural width, where text does not wrap,
 * and calls less than that enough. A window that is as high as what is in it needs the height at the width
 * that it has, and all of it.
 *
 * What comes and goes above of what somebody looks at does not move it: after a layout, the block that has
 * the focus, or is in the middle, is where it was. At the top nothing is held, so that news there are seen.
 * Main thread, logical pixels. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-fitted-scroller.h"

/* What the details window is designed for. Texts wrap or are cut at this width. Larger text gets more. */
#define MIN_CONTENT_WIDTH 420
#define CONTENT_WIDTH_EM 31.5

struct _PdkFittedScroller
{
  GtkScrolledWindow parent_instance;

  int max_width;
  int max_height;
  GtkContainer *blocks; /* (nullable) (weak) */
};

G_DEFINE_FINAL_TYPE (PdkFittedScroller, pdk_fitted_scroller, GTK_TYPE_SCROLLED_WINDOW)

/* The size of the text, which the user may have scaled. */
static double
get_em (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double size = pango_units_to_double (pango_font_description_get_size (font));

  if (pango_font_description_get_size_is_absolute (font))
    return size;
  return size * pango_cairo_context_get_resolution (context) / 72.0;
}

static int
get_wanted_width (PdkFittedScroller *self)
{
  return MAX (MIN_CONTENT_WIDTH, (int) (CONTENT_WIDTH_EM * get_em (GTK_WIDGET (self))));
}

static void
pdk_fitted_scroller_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (widget));
  PdkFittedScroller *self = PDK_FITTED_SCROLLER (widget);
  int width = MIN (get_wanted_width (self), self->max_width);
  int child_minimum = 0;

  if (child != NULL)
    gtk_widget_get_preferred_width (child, &child_minimum, NULL);
  *minimum = *natural = MAX (width, child_minimum);
}

static void
pdk_fitted_scroller_get_preferred_height_for_width (GtkWidget *widget, int width, int *minimum, int *natural)
{
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (widget));
  int height = 0;

  if (child != NULL)
    gtk_widget_get_preferred_height_for_width (child, width, NULL, &height);
  *minimum = *natural = MIN (height, PDK_FITTED_SCROLLER (widget)->max_height);
}

static void
pdk_fitted_scroller_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  int width;

  pdk_fitted_scroller_get_preferred_width (widget, &width, &width);
  pdk_fitted_scroller_get_preferred_height_for_width (widget, width, minimum, natural);
}

static GtkSizeRequestMode
pdk_fitted_scroller_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Returns: where @widget begins in what is scrolled, or -1 if it cannot be seen */
static int
get_top (PdkFittedScroller *self, GtkWidget *widget)
{
  GtkWidget *viewport = gtk_bin_get_child (GTK_BIN (self));
  int top = -1;

  if (!gtk_widget_is_visible (widget) ||
      !gtk_widget_translate_coordinates (widget, gtk_bin_get_child (GTK_BIN (viewport)), 0, 0, NULL, &top))
    return -1;
  return top;
}

/* The block with the keyboard focus, if something of it is seen, or else the one in the middle of what is. */
static GtkWidget *
find_anchor (PdkFittedScroller *self, double value)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));
  GtkWidget *focus = GTK_IS_WINDOW (window) ? gtk_window_get_focus (GTK_WINDOW (window)) : NULL;
  double height = gtk_widget_get_allocated_height (GTK_WIDGET (self));
  g_autoptr (GList) blocks = gtk_container_get_children (self->blocks);
  GtkWidget *anchor = NULL;

  for (GList *l = blocks; l != NULL; l = l->next)
    {
      int top = get_top (self, l->data);
      int bottom = top + gtk_widget_get_allocated_height (l->data);

      if (top < 0 || bottom <= value || top >= value + height)
        continue;
      if (focus != NULL && gtk_widget_is_ancestor (focus, l->data))
        return l->data;
      if (anchor == NULL || top <= value + height / 2)
        anchor = l->data;
    }
  return anchor;
}

static void
pdk_fitted_scroller_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  PdkFittedScroller *self = PDK_FITTED_SCROLLER (widget);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self));
  double value = gtk_adjustment_get_value (adjustment);
  GtkWidget *anchor = self->blocks != NULL && value > 0 ? find_anchor (self, value) : NULL;
  int former_top = anchor != NULL ? get_top (self, anchor) : 0;

  GTK_WIDGET_CLASS (pdk_fitted_scroller_parent_class)->size_allocate (widget, allocation);
  if (anchor != NULL)
    gtk_adjustment_set_value (adjustment, value + get_top (self, anchor) - former_top);
}

static void
pdk_fitted_scroller_dispose (GObject *object)
{
  PdkFittedScroller *self = PDK_FITTED_SCROLLER (object);

  g_clear_weak_pointer (&self->blocks);
  G_OBJECT_CLASS (pdk_fitted_scroller_parent_class)->dispose (object);
}

static void
pdk_fitted_scroller_class_init (PdkFittedScrollerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_fitted_scroller_dispose;
  widget_class->size_allocate = pdk_fitted_scroller_size_allocate;
  widget_class->get_preferred_width = pdk_fitted_scroller_get_preferred_width;
  widget_class->get_preferred_height = pdk_fitted_scroller_get_preferred_height;
  widget_class->get_preferred_height_for_width = pdk_fitted_scroller_get_preferred_height_for_width;
  widget_class->get_request_mode = pdk_fitted_scroller_get_request_mode;
}

static void
pdk_fitted_scroller_init (PdkFittedScroller *self)
{
  self->max_width = self->max_height = G_MAXINT;
}

/**
 * pdk_fitted_scroller_set_max_size:
 * @self: the scroller
 * @width: what there is room for
 * @height: from which on @self scrolls
 *
 * Has the style class "narrow" where @width is less than the size of the text asks for.
 */
void
pdk_fitted_scroller_set_max_size (PdkFittedScroller *self, int width, int height)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  if (self->max_width == width && self->max_height == height)
    return;
  self->max_width = width;
  self->max_height = height;
  if (get_wanted_width (self) > width)
    gtk_style_context_add_class (context, "narrow");
  else
    gtk_style_context_remove_class (context, "narrow");
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * pdk_fitted_scroller_set_blocks:
 * @self: the scroller
 * @blocks: (transfer none): a container in what is scrolled; to be set once
 *
 * Holds what is seen of the children of @blocks where it is while others change their height.
 */
void
pdk_fitted_scroller_set_blocks (PdkFittedScroller *self, GtkContainer *blocks)
{
  g_set_weak_pointer (&self->blocks, blocks);
}
