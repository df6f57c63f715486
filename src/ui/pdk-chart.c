/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A chart as a widget: a slot is chosen by pointing at it, or with the arrow keys, and told to whoever
 * listens. How it is drawn is in pdk-chart-drawing.c, how it is read aloud in pdk-chart-accessible.c. Main
 * thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chart.h"

#include "pdk-chart-private.h"

#define CHART_HEIGHT 112
#define MIN_WIDTH 240
#define LEGEND_GAP 4

/* In lines of text: the axis has room for four marks, however large they are. */
#define MIN_LINES 4.8

typedef struct
{
  PdkChartData *data; /* (nullable) */
  int pointed_slot;
  int chosen_slot; /* with the keyboard */
} PdkChartPrivate;

enum
{
  SIGNAL_SLOT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PdkChart, pdk_chart, GTK_TYPE_DRAWING_AREA)

static PdkChartPrivate *
get_private (PdkChart *self)
{
  return pdk_chart_get_instance_private (self);
}

/* How many slots there are to choose from. */
static int
count_slots (PdkChart *self)
{
  const PdkChartData *data = get_private (self)->data;

  return data != NULL && data->empty == NULL ? (int) data->slots->len : 0;
}

static int
get_marked_slot (PdkChart *self)
{
  PdkChartPrivate *priv = get_private (self);

  if (priv->pointed_slot != PDK_CHART_NO_SLOT)
    return priv->pointed_slot;
  return gtk_widget_has_visible_focus (GTK_WIDGET (self)) ? priv->chosen_slot : PDK_CHART_NO_SLOT;
}

static int
find_slot (PdkChart *self, double x)
{
  PdkChartFrame frame;

  if (count_slots (self) == 0)
    return PDK_CHART_NO_SLOT;
  frame = pdk_chart_get_frame (self);
  return pdk_chart_frame_find_slot (&frame, x);
}

static void
announce (PdkChart *self)
{
  PdkChartPrivate *priv = get_private (self);
  int slot = priv->pointed_slot != PDK_CHART_NO_SLOT ? priv->pointed_slot : priv->chosen_slot;
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  /* The slot that the keyboard is at speaks for itself: it would be heard twice. */
  g_autofree char *text = pdk_chart_dup_text (self, priv->pointed_slot);

  if (g_strcmp0 (atk_object_get_description (accessible), text) != 0)
    atk_object_set_description (accessible, text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SIGNAL_SLOT_CHANGED], 0, slot);
}

static gboolean
pdk_chart_real_draw (GtkWidget *widget, cairo_t *cr)
{
  PdkChart *self = PDK_CHART (widget);
  int marked_slot = get_marked_slot (self);

  pdk_chart_draw (self, cr, marked_slot, get_private (self)->pointed_slot == PDK_CHART_NO_SLOT);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
pdk_chart_motion_notify_event (GtkWidget *widget, GdkEventMotion *event)
{
  PdkChart *self = PDK_CHART (widget);
  PdkChartPrivate *priv = get_private (self);
  int slot = find_slot (self, event->x);

  if (slot != priv->pointed_slot)
    {
      priv->pointed_slot = slot;
      announce (self);
    }
  return GDK_EVENT_PROPAGATE;
}

static gboolean
pdk_chart_leave_notify_event (GtkWidget *widget, GdkEventCrossing *event)
{
  PdkChart *self = PDK_CHART (widget);

  get_private (self)->pointed_slot = PDK_CHART_NO_SLOT;
  announce (self);
  return GDK_EVENT_PROPAGATE;
}

static void
choose (PdkChart *self, int slot)
{
  PdkChartPrivate *priv = get_private (self);

  priv->chosen_slot = CLAMP (slot, 0, count_slots (self) - 1);
  priv->pointed_slot = PDK_CHART_NO_SLOT;
  announce (self);
  pdk_chart_accessible_choose (gtk_widget_get_accessible (GTK_WIDGET (self)), priv->chosen_slot);
}

static gboolean
pdk_chart_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  PdkChart *self = PDK_CHART (widget);
  int chosen = get_private (self)->chosen_slot;
  int last = count_slots (self) - 1;
  int from = chosen == PDK_CHART_NO_SLOT ? last : chosen;
  int forward = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? -1 : 1;

  if (last < 0)
    return GTK_WIDGET_CLASS (pdk_chart_parent_class)->key_press_event (widget, event);
  switch (event->keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      choose (self, from - forward);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      choose (self, from + forward);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      choose (self, 0);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      choose (self, last);
      return GDK_EVENT_STOP;
    default:
      return GTK_WIDGET_CLASS (pdk_chart_parent_class)->key_press_event (widget, event);
    }
}

static gboolean
pdk_chart_focus_in_event (GtkWidget *widget, GdkEventFocus *event)
{
  PdkChart *self = PDK_CHART (widget);

  if (gtk_widget_has_visible_focus (widget) && get_private (self)->chosen_slot == PDK_CHART_NO_SLOT &&
      count_slots (self) > 0)
    choose (self, count_slots (self) - 1);
  else
    announce (self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
pdk_chart_focus_out_event (GtkWidget *widget, GdkEventFocus *event)
{
  PdkChart *self = PDK_CHART (widget);

  get_private (self)->chosen_slot = PDK_CHART_NO_SLOT;
  announce (self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
pdk_chart_query_tooltip (GtkWidget *widget, int x, int y, gboolean is_keyboard, GtkTooltip *tooltip)
{
  PdkChart *self = PDK_CHART (widget);
  int slot = is_keyboard ? PDK_CHART_NO_SLOT : find_slot (self, x);
  g_autofree char *text = NULL;
  PdkChartFrame frame;
  GdkRectangle area;

  if (slot == PDK_CHART_NO_SLOT)
    return FALSE;
  frame = pdk_chart_get_frame (self);
  text = pdk_chart_dup_text (self, slot);
  pdk_chart_frame_get_column (&frame, (guint) slot, &area.x, &area.width);
  area.y = frame.top;
  area.height = frame.bottom - frame.top;
  gtk_tooltip_set_text (tooltip, text);
  gtk_tooltip_set_tip_area (tooltip, &area);
  return TRUE;
}

static void
pdk_chart_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = *natural = MIN_WIDTH;
}

static void
pdk_chart_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  PdkChart *self = PDK_CHART (widget);
  int text_height = pdk_chart_get_text_height (self);

  /* Larger text takes its room on top of the plot's. */
  *minimum = *natural = MAX (CHART_HEIGHT, (int) (MIN_LINES * text_height)) + 2 * PDK_CHART_EDGE +
                        text_height + (pdk_chart_has_legend (self) ? text_height + LEGEND_GAP : 0);
}

static void
pdk_chart_finalize (GObject *object)
{
  g_clear_pointer (&get_private (PDK_CHART (object))->data, pdk_chart_data_unref);
  G_OBJECT_CLASS (pdk_chart_parent_class)->finalize (object);
}

static void
pdk_chart_class_init (PdkChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pdk_chart_finalize;
  widget_class->draw = pdk_chart_real_draw;
  widget_class->motion_notify_event = pdk_chart_motion_notify_event;
  widget_class->leave_notify_event = pdk_chart_leave_notify_event;
  widget_class->key_press_event = pdk_chart_key_press_event;
  widget_class->focus_in_event = pdk_chart_focus_in_event;
  widget_class->focus_out_event = pdk_chart_focus_out_event;
  widget_class->query_tooltip = pdk_chart_query_tooltip;
  widget_class->get_preferred_width = pdk_chart_get_preferred_width;
  widget_class->get_preferred_height = pdk_chart_get_preferred_height;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_type (widget_class, pdk_chart_accessible_get_type ());
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_CHART);
  signals[SIGNAL_SLOT_CHANGED] = g_signal_new ("slot-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
pdk_chart_init (PdkChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  get_private (self)->pointed_slot = PDK_CHART_NO_SLOT;
  get_private (self)->chosen_slot = PDK_CHART_NO_SLOT;
  gtk_widget_set_can_focus (widget, TRUE);
  gtk_widget_set_has_tooltip (widget, TRUE);
  gtk_widget_add_events (widget, GDK_POINTER_MOTION_MASK | GDK_LEAVE_NOTIFY_MASK | GDK_KEY_PRESS_MASK |
                                     GDK_FOCUS_CHANGE_MASK);
}

/* pdk_chart_is_marked: Returns: whether @slot is the one that is pointed at or chosen */
gboolean
pdk_chart_is_marked (PdkChart *self, guint slot)
{
  return get_marked_slot (self) == (int) slot;
}

/* pdk_chart_get_part: Returns: what the style sheet calls a series */
const char *
pdk_chart_get_part (PdkChart *self, guint series)
{
  if (series == 0)
    return "first";
  return get_private (self)->data->has_errors ? "errors" : "second";
}

/**
 * pdk_chart_set_data:
 * @self: the chart
 * @data: (transfer none): what to show; a reference is kept
 *
 * Shows @data. A slot that is pointed at or chosen stays so, if there are as many as before.
 */
void
pdk_chart_set_data (PdkChart *self, PdkChartData *data)
{
  PdkChartPrivate *priv = get_private (self);
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  int n_former = count_slots (self);
  gboolean had_legend = pdk_chart_has_legend (self);

  pdk_chart_data_ref (data);
  g_clear_pointer (&priv->data, pdk_chart_data_unref);
  priv->data = data;
  if (count_slots (self) != n_former)
    {
      priv->pointed_slot = PDK_CHART_NO_SLOT;
      priv->chosen_slot = PDK_CHART_NO_SLOT;
      pdk_chart_accessible_data_changed (accessible, (guint) count_slots (self));
    }
  if (pdk_chart_has_legend (self) != had_legend)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  if (g_strcmp0 (atk_object_get_name (accessible), data->title) != 0)
    atk_object_set_name (accessible, data->title);
  announce (self);
}

/** pdk_chart_get_data: Returns: (transfer none) (nullable): what is shown */
const PdkChartData *
pdk_chart_get_data (PdkChart *self)
{
  return get_private (self)->data;
}

/** pdk_chart_dup_text: Returns: (transfer full): one line on @slot, or on all that is in the window of time
 * if it is -1, or why there is nothing */
char *
pdk_chart_dup_text (PdkChart *self, int slot)
{
  const PdkChartData *data = get_private (self)->data;

  if (data == NULL)
    return g_strdup ("");
  if (data->empty != NULL)
    return g_strdup (data->empty);
  return slot >= 0 && slot < count_slots (self) ? pdk_chart_data_describe_slot (data, (guint) slot)
                                                : g_strdup (data->summary);
}
