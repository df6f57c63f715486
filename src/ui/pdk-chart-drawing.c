/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all kinds of chart draw alike: axis, times, legend, the slot that is chosen, and the sentence in place
 * of it all. Where text runs from right to left, so does time. Edges are on whole logical pixels, which are
 * whole device pixels at every scale. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chart-private.h"

#include <math.h>

#define TEXT_GAP 4
#define LEGEND_GAP 12
#define BUBBLE_PADDING 5
#define BUBBLE_RADIUS 4.0

/* Of the axis; and how far apart its lines are, in lines of text. */
#define MAX_STEPS 4
#define STEP_LINES 1.3

static PangoLayout *
create_text (PdkChart *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

/* pdk_chart_get_text_height: Returns: the height of a line of text */
int
pdk_chart_get_text_height (PdkChart *self)
{
  g_autoptr (PangoLayout) layout = create_text (self, "0");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

/* pdk_chart_has_legend: Returns: whether series have to be told apart */
gboolean
pdk_chart_has_legend (PdkChart *self)
{
  const PdkChartData *data = pdk_chart_get_data (self);

  return data != NULL && data->empty == NULL && data->legend[0] != NULL;
}

/* How much room the marks of the axis take. */
static int
measure_marks (PdkChart *self, guint n_steps)
{
  int widest = 0;

  for (guint line = 0; line <= n_steps; line++)
    {
      g_autofree char *mark = pdk_chart_data_format_mark (pdk_chart_get_data (self), line, n_steps);
      g_autoptr (PangoLayout) layout = create_text (self, mark);
      int width;

      pango_layout_get_pixel_size (layout, &width, NULL);
      widest = MAX (widest, width);
    }
  return widest;
}

/* pdk_chart_get_frame: Returns: where things are drawn as the chart is now, which has data */
PdkChartFrame
pdk_chart_get_frame (PdkChart *self)
{
  const PdkChartData *data = pdk_chart_get_data (self);
  int text_height = pdk_chart_get_text_height (self);
  PdkChartFrame frame;
  int most_steps;

  frame.width = gtk_widget_get_allocated_width (GTK_WIDGET (self));
  frame.is_mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  frame.n_slots = data->slots->len;
  frame.top =
      PDK_CHART_EDGE + text_height / 2 + 1 + (pdk_chart_has_legend (self) ? text_height + TEXT_GAP : 0);
  frame.bottom =
      gtk_widget_get_allocated_height (GTK_WIDGET (self)) - PDK_CHART_EDGE - text_height - TEXT_GAP;
  most_steps = (int) ((frame.bottom - frame.top) / (STEP_LINES * MAX (text_height, 1)));
  frame.n_steps = pdk_chart_data_count_steps (data, (guint) CLAMP (most_steps, 1, MAX_STEPS));
  frame.left = PDK_CHART_EDGE;
  frame.right = frame.width - PDK_CHART_EDGE - measure_marks (self, frame.n_steps) - 2 * TEXT_GAP;
  return frame;
}

/* pdk_chart_frame_get_column: finds the place of a slot's column. Widths differ by one pixel where the plot's
 * does not divide evenly. */
void
pdk_chart_frame_get_column (const PdkChartFrame *frame, guint slot, int *x, int *width)
{
  int n = (int) frame->n_slots;
  int plot = MAX (frame->right - frame->left, n);
  int start = frame->left + plot * (int) slot / n;
  int end = frame->left + plot * ((int) slot + 1) / n;

  *width = end - start;
  *x = frame->is_mirrored ? frame->width - end : start;
}

/* pdk_chart_frame_find_slot: Returns: the slot whose column is at @x, or PDK_CHART_NO_SLOT */
int
pdk_chart_frame_find_slot (const PdkChartFrame *frame, double x)
{
  for (guint slot = 0; slot < frame->n_slots; slot++)
    {
      int column, width;

      pdk_chart_frame_get_column (frame, slot, &column, &width);
      if (x >= column && x < column + width)
        return (int) slot;
    }
  return PDK_CHART_NO_SLOT;
}

/* pdk_chart_get_color: finds the colour that the style sheet has for a part of the chart, NULL for its text
 */
void
pdk_chart_get_color (PdkChart *self, const char *part, double alpha, GdkRGBA *color)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_save (context);
  if (part != NULL)
    gtk_style_context_add_class (context, part);
  gtk_style_context_get_color (context, gtk_style_context_get_state (context), color);
  gtk_style_context_restore (context);
  color->alpha *= alpha;
}

static void
set_source (PdkChart *self, cairo_t *cr, const char *part, double alpha)
{
  GdkRGBA color;

  pdk_chart_get_color (self, part, alpha, &color);
  gdk_cairo_set_source_rgba (cr, &color);
}

static void
draw_text (
    PdkChart *self, cairo_t *cr, const char *text, double x, double y, double align, gboolean is_strong)
{
  g_autoptr (PangoLayout) layout = create_text (self, text);
  int width;

  set_source (self, cr, is_strong ? NULL : "mark", 1.0);
  pango_layout_get_pixel_size (layout, &width, NULL);
  cairo_move_to (cr, floor (x - align * width), y);
  pango_cairo_show_layout (cr, layout);
}

/* The lines are below the values, and the one at zero is the ground on which they stand. */
static void
draw_axis (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame)
{
  int text_height = pdk_chart_get_text_height (self);
  int plot = frame->bottom - frame->top;

  for (guint line = 0; line <= frame->n_steps; line++)
    {
      g_autofree char *mark = pdk_chart_data_format_mark (pdk_chart_get_data (self), line, frame->n_steps);
      double y = frame->bottom - round ((double) plot * line / frame->n_steps);

      set_source (self, cr, line == 0 ? NULL : "grid", line == 0 ? 0.35 : 1.0);
      cairo_rectangle (cr, frame->is_mirrored ? frame->width - frame->right : frame->left, y,
                       frame->right - frame->left, 1);
      cairo_fill (cr);
      draw_text (self, cr, mark, frame->is_mirrored ? PDK_CHART_EDGE : frame->width - PDK_CHART_EDGE,
                 y - text_height / 2, frame->is_mirrored ? 0.0 : 1.0, FALSE);
    }
}

static void
draw_times (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame)
{
  const PdkChartData *data = pdk_chart_get_data (self);
  const guint slots[] = { 0, (frame->n_slots - 1) / 2, frame->n_slots - 1 };
  const double aligns[] = { 0.0, 0.5, 1.0 };

  for (gsize i = 0; i < G_N_ELEMENTS (slots); i++)
    {
      double align = frame->is_mirrored ? 1.0 - aligns[i] : aligns[i];
      int x, width;

      if (data->marks[i] == NULL)
        continue;
      pdk_chart_frame_get_column (frame, slots[i], &x, &width);
      draw_text (self, cr, data->marks[i], x + align * width, frame->bottom + TEXT_GAP, align,
                 slots[i] == frame->n_slots - 1);
    }
}

static void
draw_legend (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame)
{
  const PdkChartData *data = pdk_chart_get_data (self);
  int text_height = pdk_chart_get_text_height (self);
  int side = text_height * 2 / 3;
  int x = PDK_CHART_EDGE;

  for (guint i = 0; i < data->n_series && data->legend[i] != NULL; i++)
    {
      g_autoptr (PangoLayout) layout = create_text (self, data->legend[i]);
      GdkRectangle swatch = { x, PDK_CHART_EDGE + (text_height - side) / 2, side * 3 / 2, side };
      int width;

      pango_layout_get_pixel_size (layout, &width, NULL);
      if (frame->is_mirrored)
        swatch.x = frame->width - x - swatch.width;
      PDK_CHART_GET_CLASS (self)->draw_swatch (self, cr, i, &swatch);
      x += swatch.width + TEXT_GAP;
      draw_text (self, cr, data->legend[i], frame->is_mirrored ? frame->width - x : x, PDK_CHART_EDGE,
                 frame->is_mirrored ? 1.0 : 0.0, FALSE);
      x += width + LEGEND_GAP;
    }
}

static void
draw_column_mark (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame, int slot)
{
  int x, width;

  pdk_chart_frame_get_column (frame, (guint) slot, &x, &width);
  set_source (self, cr, NULL, 0.12);
  cairo_rectangle (cr, x, frame->top, width, frame->bottom - frame->top);
  cairo_fill (cr);
}

static void
add_bubble_path (cairo_t *cr, double x, double y, double width, double height)
{
  double radius = BUBBLE_RADIUS;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

/* The toolkit has tooltips for the pointer alone, so the keyboard's is drawn here. */
static void
draw_bubble (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame, int slot)
{
  g_autofree char *text = pdk_chart_data_describe_slot (pdk_chart_get_data (self), (guint) slot);
  g_autoptr (PangoLayout) layout = create_text (self, text);
  int x, y, column, column_width, width, height;

  pango_layout_set_width (layout, (frame->width - 4 * BUBBLE_PADDING) * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_get_pixel_size (layout, &width, &height);
  /* A width is only there to wrap, and not to align at. */
  pango_layout_set_width (layout, width * PANGO_SCALE);
  width += 2 * BUBBLE_PADDING;
  height += 2 * BUBBLE_PADDING;
  pdk_chart_frame_get_column (frame, (guint) slot, &column, &column_width);
  x = CLAMP (column + column_width / 2 - width / 2, 1, MAX (frame->width - width - 1, 1));
  y = frame->top + 2;

  add_bubble_path (cr, x + 0.5, y + 0.5, width - 1, height - 1);
  set_source (self, cr, "bubble", 1.0);
  cairo_fill_preserve (cr);
  set_source (self, cr, NULL, 0.5);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
  set_source (self, cr, NULL, 1.0);
  cairo_move_to (cr, x + BUBBLE_PADDING, y + BUBBLE_PADDING);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_sentence (PdkChart *self, cairo_t *cr, const char *sentence)
{
  g_autoptr (PangoLayout) layout = create_text (self, sentence);
  int width = gtk_widget_get_allocated_width (GTK_WIDGET (self));
  int height;

  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_get_pixel_size (layout, NULL, &height);
  set_source (self, cr, "mark", 1.0);
  cairo_move_to (cr, 0, MAX ((gtk_widget_get_allocated_height (GTK_WIDGET (self)) - height) / 2, 0));
  pango_cairo_show_layout (cr, layout);
}

/* pdk_chart_draw: draws all of the chart; @marked_slot may be PDK_CHART_NO_SLOT */
void
pdk_chart_draw (PdkChart *self, cairo_t *cr, int marked_slot, gboolean has_bubble)
{
  const PdkChartData *data = pdk_chart_get_data (self);
  GtkWidget *widget = GTK_WIDGET (self);

  if (data != NULL && data->empty != NULL)
    draw_sentence (self, cr, data->empty);
  else if (data != NULL && data->slots->len > 0)
    {
      PdkChartFrame frame = pdk_chart_get_frame (self);

      if (marked_slot != PDK_CHART_NO_SLOT)
        draw_column_mark (self, cr, &frame, marked_slot);
      draw_axis (self, cr, &frame);
      PDK_CHART_GET_CLASS (self)->draw_values (self, cr, &frame);
      draw_times (self, cr, &frame);
      draw_legend (self, cr, &frame);
      if (marked_slot != PDK_CHART_NO_SLOT && has_bubble)
        draw_bubble (self, cr, &frame, marked_slot);
    }
  if (gtk_widget_has_visible_focus (widget))
    gtk_render_focus (gtk_widget_get_style_context (widget), cr, 0, 0,
                      gtk_widget_get_allocated_width (widget), gtk_widget_get_allocated_height (widget));
}
