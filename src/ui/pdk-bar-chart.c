/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A bar for each of the trailing days. Server errors stand on top of what went well, in a colour and a hatch
 * of their own, so that they do not depend on the eye for colours. Where text runs from right to left, so
 * does time. A day is chosen by pointing at it, or with the arrow keys. Lengths are in logical pixels, edges
 * on whole ones, which are whole device pixels at every scale. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-bar-chart.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "pdk-format.h"

#define CHART_HEIGHT 112
#define MIN_WIDTH 240
#define TEXT_GAP 4
#define BAR_GAP 3
#define BAR_RADIUS 2.0
#define HATCH_STEP 4.0
#define MIN_BAR_HEIGHT 2
#define NO_DAY (-1)
#define TODAY (PDK_DAY_CHART_N_DAYS - 1)

struct _PdkBarChart
{
  GtkDrawingArea parent_instance;

  PdkDayChart days;
  int pointed_day;
  int chosen_day; /* with the keyboard */
};

enum
{
  SIGNAL_DAY_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PdkBarChart, pdk_bar_chart, GTK_TYPE_DRAWING_AREA)

/* Where things are drawn; x runs from the side where reading begins. */
typedef struct
{
  int width;
  int left;   /* of the plot */
  int right;  /* of the plot */
  int top;    /* of the plot */
  int bottom; /* of the plot */
  gboolean is_mirrored;
} Frame;

static PangoLayout *
create_text (PdkBarChart *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

static int
get_text_height (PdkBarChart *self)
{
  g_autoptr (PangoLayout) layout = create_text (self, "0");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static Frame
get_frame (PdkBarChart *self)
{
  g_autofree char *maximum = pdk_day_chart_format_mark (&self->days, self->days.axis_max);
  g_autoptr (PangoLayout) layout = create_text (self, maximum);
  int text_width, text_height;
  Frame frame;

  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  frame.width = gtk_widget_get_allocated_width (GTK_WIDGET (self));
  frame.is_mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  frame.left = 0;
  frame.right = frame.width - text_width - 2 * TEXT_GAP;
  frame.top = text_height / 2 + 1;
  frame.bottom = gtk_widget_get_allocated_height (GTK_WIDGET (self)) - text_height - TEXT_GAP;
  return frame;
}

/* The place of a day's column. Widths differ by one pixel where the plot's does not divide evenly. */
static void
get_column (const Frame *frame, int day, int *x, int *width)
{
  int plot = MAX (frame->right - frame->left, PDK_DAY_CHART_N_DAYS);
  int start = frame->left + plot * day / PDK_DAY_CHART_N_DAYS;
  int end = frame->left + plot * (day + 1) / PDK_DAY_CHART_N_DAYS;

  *width = end - start;
  *x = frame->is_mirrored ? frame->width - end : start;
}

static int
find_day (PdkBarChart *self, double pointer_x)
{
  Frame frame = get_frame (self);

  for (int day = 0; day < PDK_DAY_CHART_N_DAYS; day++)
    {
      int x, width;

      get_column (&frame, day, &x, &width);
      if (pointer_x >= x && pointer_x < x + width)
        return day;
    }
  return NO_DAY;
}

/* The colour that the style sheet has for a part of the chart. */
static void
get_color (PdkBarChart *self, const char *part, GdkRGBA *color)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_save (context);
  gtk_style_context_add_class (context, part);
  gtk_style_context_get_color (context, gtk_style_context_get_state (context), color);
  gtk_style_context_restore (context);
}

static void
get_faint_color (PdkBarChart *self, double alpha, GdkRGBA *color)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_get_color (context, gtk_style_context_get_state (context), color);
  color->alpha *= alpha;
}

static void
draw_text (
    PdkBarChart *self, cairo_t *cr, const char *text, double x, double y, double align, gboolean is_strong)
{
  g_autoptr (PangoLayout) layout = create_text (self, text);
  GdkRGBA color;
  int width;

  get_faint_color (self, is_strong ? 0.9 : 0.55, &color);
  gdk_cairo_set_source_rgba (cr, &color);
  pango_layout_get_pixel_size (layout, &width, NULL);
  cairo_move_to (cr, floor (x - align * width), y);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_axis (PdkBarChart *self, cairo_t *cr, const Frame *frame)
{
  double values[] = { 0.0, self->days.axis_max };
  int text_height = get_text_height (self);
  GdkRGBA color;

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *text = pdk_day_chart_format_mark (&self->days, values[i]);
      double y = i == 0 ? frame->bottom : frame->top;
      double text_y = y - text_height / 2;

      get_faint_color (self, i == 0 ? 0.35 : 0.15, &color);
      gdk_cairo_set_source_rgba (cr, &color);
      cairo_rectangle (cr, frame->is_mirrored ? frame->width - frame->right : frame->left, y,
                       frame->right - frame->left, 1);
      cairo_fill (cr);
      draw_text (self, cr, text, frame->is_mirrored ? 0 : frame->width, text_y,
                 frame->is_mirrored ? 0.0 : 1.0, FALSE);
    }
}

static void
draw_dates (PdkBarChart *self, cairo_t *cr, const Frame *frame)
{
  static const int dated_days[] = { 0, PDK_DAY_CHART_N_DAYS / 2 - 1, TODAY };

  for (gsize i = 0; i < G_N_ELEMENTS (dated_days); i++)
    {
      int day = dated_days[i];
      g_autofree char *text =
          day == TODAY ? g_strdup (_ ("Today")) : pdk_format_day_short (self->days.bars[day].julian_day);
      double align = day == 0 ? 0.0 : day == TODAY ? 1.0 : 0.5;
      int x, width;

      get_column (frame, day, &x, &width);
      if (frame->is_mirrored)
        align = 1.0 - align;
      draw_text (self, cr, text, x + align * width, frame->bottom + TEXT_GAP, align, day == TODAY);
    }
}

static void
add_bar_path (cairo_t *cr, double x, double y, double width, double height, gboolean is_round)
{
  double radius = is_round ? MIN (MIN (BAR_RADIUS, width / 2.0), height) : 0.0;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_arc (cr, x + width - radius, y + radius, radius, 1.5 * G_PI, 2.0 * G_PI);
  cairo_line_to (cr, x + width, y + height);
  cairo_line_to (cr, x, y + height);
  cairo_close_path (cr);
}

static void
fill_hatched (PdkBarChart *self, cairo_t *cr, double x, double y, double width, double height)
{
  GdkRGBA line;

  cairo_fill_preserve (cr);
  cairo_save (cr);
  cairo_clip (cr);
  get_color (self, "hatch", &line);
  gdk_cairo_set_source_rgba (cr, &line);
  cairo_set_line_width (cr, 1.2);
  for (double offset = -height; offset < width; offset += HATCH_STEP)
    {
      cairo_move_to (cr, x + offset, y + height);
      cairo_line_to (cr, x + offset + height, y);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

static int
to_pixels (const PdkBarChart *self, const Frame *frame, double value)
{
  if (value <= 0.0)
    return 0;
  /* Few among many are still seen. */
  return MAX ((int) round ((frame->bottom - frame->top) * value / self->days.axis_max), MIN_BAR_HEIGHT);
}

static void
draw_bar (PdkBarChart *self, cairo_t *cr, const Frame *frame, int day)
{
  const PdkDayBar *bar = &self->days.bars[day];
  int errors_height = to_pixels (self, frame, bar->errors);
  int height =
      MAX (to_pixels (self, frame, pdk_day_chart_get_value (&self->days, (guint) day)), errors_height);
  int x, width;
  GdkRGBA color;

  get_column (frame, day, &x, &width);
  x += BAR_GAP / 2;
  width = MAX (width - BAR_GAP, 1);
  if (height == 0)
    return;

  if (height > errors_height)
    {
      get_color (self, "requests", &color);
      if (day != TODAY && day != self->pointed_day && day != self->chosen_day)
        color.alpha *= 0.7;
      gdk_cairo_set_source_rgba (cr, &color);
      add_bar_path (cr, x, frame->bottom - height + errors_height, width, height - errors_height,
                    errors_height == 0);
      cairo_fill (cr);
    }
  if (errors_height > 0)
    {
      get_color (self, "errors", &color);
      gdk_cairo_set_source_rgba (cr, &color);
      add_bar_path (cr, x, frame->bottom - height, width, errors_height, TRUE);
      fill_hatched (self, cr, x, frame->bottom - height, width, errors_height);
    }
}

static void
draw_marks (PdkBarChart *self, cairo_t *cr, const Frame *frame)
{
  int marked_day = self->pointed_day != NO_DAY ? self->pointed_day : self->chosen_day;
  GtkWidget *widget = GTK_WIDGET (self);
  int x, width;
  GdkRGBA color;

  if (marked_day != NO_DAY && (self->pointed_day != NO_DAY || gtk_widget_has_visible_focus (widget)))
    {
      get_column (frame, marked_day, &x, &width);
      get_faint_color (self, 0.1, &color);
      gdk_cairo_set_source_rgba (cr, &color);
      cairo_rectangle (cr, x, frame->top, width, frame->bottom - frame->top);
      cairo_fill (cr);
    }
  if (gtk_widget_has_visible_focus (widget))
    gtk_render_focus (gtk_widget_get_style_context (widget), cr, 0, 0, frame->width,
                      gtk_widget_get_allocated_height (widget));
}

static gboolean
pdk_bar_chart_draw (GtkWidget *widget, cairo_t *cr)
{
  PdkBarChart *self = PDK_BAR_CHART (widget);
  Frame frame = get_frame (self);

  draw_marks (self, cr, &frame);
  draw_axis (self, cr, &frame);
  for (int day = 0; day < PDK_DAY_CHART_N_DAYS; day++)
    draw_bar (self, cr, &frame, day);
  draw_dates (self, cr, &frame);
  return GDK_EVENT_PROPAGATE;
}

static void
announce (PdkBarChart *self)
{
  int day = self->pointed_day != NO_DAY ? self->pointed_day : self->chosen_day;
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  g_autofree char *text = day != NO_DAY ? pdk_day_chart_describe_day (&self->days, (guint) day)
                                        : pdk_day_chart_describe (&self->days);

  if (g_strcmp0 (atk_object_get_description (accessible), text) != 0)
    atk_object_set_description (accessible, text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SIGNAL_DAY_CHANGED], 0, day);
}

static gboolean
pdk_bar_chart_motion_notify_event (GtkWidget *widget, GdkEventMotion *event)
{
  PdkBarChart *self = PDK_BAR_CHART (widget);
  int day = find_day (self, event->x);

  if (day != self->pointed_day)
    {
      self->pointed_day = day;
      announce (self);
    }
  return GDK_EVENT_PROPAGATE;
}

static gboolean
pdk_bar_chart_leave_notify_event (GtkWidget *widget, GdkEventCrossing *event)
{
  PdkBarChart *self = PDK_BAR_CHART (widget);

  self->pointed_day = NO_DAY;
  announce (self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
pdk_bar_chart_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  PdkBarChart *self = PDK_BAR_CHART (widget);
  gboolean is_mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int from = self->chosen_day == NO_DAY ? TODAY : self->chosen_day;
  int to;

  switch (event->keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      to = from + (is_mirrored ? 1 : -1);
      break;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      to = from + (is_mirrored ? -1 : 1);
      break;
    case GDK_KEY_Home:
      to = 0;
      break;
    case GDK_KEY_End:
      to = TODAY;
      break;
    default:
      return GTK_WIDGET_CLASS (pdk_bar_chart_parent_class)->key_press_event (widget, event);
    }
  self->chosen_day = CLAMP (to, 0, TODAY);
  self->pointed_day = NO_DAY;
  announce (self);
  return GDK_EVENT_STOP;
}

static gboolean
pdk_bar_chart_focus_in_event (GtkWidget *widget, GdkEventFocus *event)
{
  PdkBarChart *self = PDK_BAR_CHART (widget);

  if (gtk_widget_has_visible_focus (widget) && self->chosen_day == NO_DAY)
    self->chosen_day = TODAY;
  announce (self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
pdk_bar_chart_focus_out_event (GtkWidget *widget, GdkEventFocus *event)
{
  PdkBarChart *self = PDK_BAR_CHART (widget);

  self->chosen_day = NO_DAY;
  announce (self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
pdk_bar_chart_query_tooltip (GtkWidget *widget, int x, int y, gboolean is_keyboard, GtkTooltip *tooltip)
{
  PdkBarChart *self = PDK_BAR_CHART (widget);
  int day = is_keyboard ? self->chosen_day : find_day (self, x);
  g_autofree char *text = NULL;
  Frame frame;
  GdkRectangle area;

  if (day == NO_DAY)
    return FALSE;
  frame = get_frame (self);
  text = pdk_day_chart_describe_day (&self->days, (guint) day);
  get_column (&frame, day, &area.x, &area.width);
  area.y = frame.top;
  area.height = frame.bottom - frame.top;
  gtk_tooltip_set_text (tooltip, text);
  gtk_tooltip_set_tip_area (tooltip, &area);
  return TRUE;
}

static void
pdk_bar_chart_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = *natural = MIN_WIDTH;
}

static void
pdk_bar_chart_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  /* Larger text takes its room on top of the plot's. */
  *minimum = *natural = CHART_HEIGHT + get_text_height (PDK_BAR_CHART (widget));
}

static void
pdk_bar_chart_class_init (PdkBarChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->draw = pdk_bar_chart_draw;
  widget_class->motion_notify_event = pdk_bar_chart_motion_notify_event;
  widget_class->leave_notify_event = pdk_bar_chart_leave_notify_event;
  widget_class->key_press_event = pdk_bar_chart_key_press_event;
  widget_class->focus_in_event = pdk_bar_chart_focus_in_event;
  widget_class->focus_out_event = pdk_bar_chart_focus_out_event;
  widget_class->query_tooltip = pdk_bar_chart_query_tooltip;
  widget_class->get_preferred_width = pdk_bar_chart_get_preferred_width;
  widget_class->get_preferred_height = pdk_bar_chart_get_preferred_height;
  gtk_widget_class_set_css_name (widget_class, "barchart");
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_CHART);
  signals[SIGNAL_DAY_CHANGED] = g_signal_new ("day-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                              NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
pdk_bar_chart_init (PdkBarChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->pointed_day = NO_DAY;
  self->chosen_day = NO_DAY;
  self->days.axis_max = 1.0;
  gtk_widget_set_can_focus (widget, TRUE);
  gtk_widget_set_has_tooltip (widget, TRUE);
  gtk_widget_add_events (widget, GDK_POINTER_MOTION_MASK | GDK_LEAVE_NOTIFY_MASK | GDK_KEY_PRESS_MASK |
                                     GDK_FOCUS_CHANGE_MASK);
  atk_object_set_name (gtk_widget_get_accessible (widget), pdk_day_chart_get_title (&self->days));
}

/**
 * pdk_bar_chart_set_days:
 * @self: the chart
 * @days: (transfer none): the days, which are copied
 *
 * Shows @days. A day that is pointed at or chosen stays so.
 */
void
pdk_bar_chart_set_days (PdkBarChart *self, const PdkDayChart *days)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));

  self->days = *days;
  if (g_strcmp0 (atk_object_get_name (accessible), pdk_day_chart_get_title (days)) != 0)
    atk_object_set_name (accessible, pdk_day_chart_get_title (days));
  announce (self);
}
