/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GtkScrolledWindow asks for the height that its content has at its natural width, where text does not wrap,
 * and calls less than that enough. A window that is as high as what is in it needs the height at the width
 * that it has, and all of it. Main thread, logical pixels. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-fitted-scroller.h"

/* What the details window is designed for. Texts wrap or are cut at this width. Larger text gets more. */
#define MIN_CONTENT_WIDTH 420
#define CONTENT_WIDTH_EM 31.5

struct _PdkFittedScroller
{
  GtkScrolledWindow parent_instance;

  int max_height;
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

static void
pdk_fitted_scroller_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (widget));
  int width = MAX (MIN_CONTENT_WIDTH, (int) (CONTENT_WIDTH_EM * get_em (widget)));
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

static void
pdk_fitted_scroller_class_init (PdkFittedScrollerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->get_preferred_width = pdk_fitted_scroller_get_preferred_width;
  widget_class->get_preferred_height = pdk_fitted_scroller_get_preferred_height;
  widget_class->get_preferred_height_for_width = pdk_fitted_scroller_get_preferred_height_for_width;
  widget_class->get_request_mode = pdk_fitted_scroller_get_request_mode;
}

static void
pdk_fitted_scroller_init (PdkFittedScroller *self)
{
  self->max_height = G_MAXINT;
}

/** pdk_fitted_scroller_set_max_height: sets the height from which on @self scrolls */
void
pdk_fitted_scroller_set_max_height (PdkFittedScroller *self, int height)
{
  if (self->max_height == height)
    return;
  self->max_height = height;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
