/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A chart as assistive technology has it: a child for each slot, with its time for a name, and its number for
 * a value. Children are made when they are asked for, and look up what they say in the chart's data. Main
 * thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include <gtk/gtk-a11y.h>

#include "pdk-chart-private.h"

#define PDK_TYPE_CHART_SLOT_ACCESSIBLE (pdk_chart_slot_accessible_get_type ())
G_DECLARE_FINAL_TYPE (
    PdkChartSlotAccessible, pdk_chart_slot_accessible, PDK, CHART_SLOT_ACCESSIBLE, AtkObject)

struct _PdkChartSlotAccessible
{
  AtkObject parent_instance;

  guint index;
};

static PdkChart *
get_chart (PdkChartSlotAccessible *self)
{
  AtkObject *parent = atk_object_get_parent (ATK_OBJECT (self));
  GtkWidget *widget = parent != NULL ? gtk_accessible_get_widget (GTK_ACCESSIBLE (parent)) : NULL;

  return widget != NULL ? PDK_CHART (widget) : NULL;
}

/* NULL when it is gone, which whoever holds the child may not have heard of yet. */
static const PdkChartSlot *
get_slot (PdkChartSlotAccessible *self)
{
  PdkChart *chart = get_chart (self);
  const PdkChartData *data = chart != NULL ? pdk_chart_get_data (chart) : NULL;

  return data != NULL && self->index < data->slots->len ? pdk_chart_data_get_slot (data, self->index) : NULL;
}

static const char *
get_name (AtkObject *object)
{
  const PdkChartSlot *slot = get_slot (PDK_CHART_SLOT_ACCESSIBLE (object));

  return slot != NULL ? slot->name : NULL;
}

static const char *
get_description (AtkObject *object)
{
  const PdkChartSlot *slot = get_slot (PDK_CHART_SLOT_ACCESSIBLE (object));

  return slot != NULL && slot->is_known ? slot->text : NULL;
}

static int
get_index_in_parent (AtkObject *object)
{
  return (int) PDK_CHART_SLOT_ACCESSIBLE (object)->index;
}

static AtkStateSet *
ref_state_set (AtkObject *object)
{
  static const AtkStateType shared[] = { ATK_STATE_ENABLED, ATK_STATE_SENSITIVE, ATK_STATE_SHOWING,
                                         ATK_STATE_VISIBLE };
  AtkObject *parent = atk_object_get_parent (object);
  g_autoptr (AtkStateSet) of_parent = parent != NULL ? atk_object_ref_state_set (parent) : NULL;
  AtkStateSet *states = atk_state_set_new ();
  PdkChart *chart = get_chart (PDK_CHART_SLOT_ACCESSIBLE (object));

  for (gsize i = 0; of_parent != NULL && i < G_N_ELEMENTS (shared); i++)
    {
      if (atk_state_set_contains_state (of_parent, shared[i]))
        atk_state_set_add_state (states, shared[i]);
    }
  atk_state_set_add_state (states, ATK_STATE_FOCUSABLE);
  atk_state_set_add_state (states, ATK_STATE_TRANSIENT);
  if (chart != NULL && gtk_widget_has_focus (GTK_WIDGET (chart)) &&
      pdk_chart_is_marked (chart, PDK_CHART_SLOT_ACCESSIBLE (object)->index))
    atk_state_set_add_state (states, ATK_STATE_FOCUSED);
  return states;
}

static void
get_value_and_text (AtkValue *value, double *number, char **text)
{
  const PdkChartSlot *slot = get_slot (PDK_CHART_SLOT_ACCESSIBLE (value));

  *number = slot != NULL ? slot->values[0] : 0;
  /* What it means is the description; the bridge to assistive technology would not free it here. */
  if (text != NULL)
    *text = NULL;
}

static AtkRange *
get_range (AtkValue *value)
{
  PdkChart *chart = get_chart (PDK_CHART_SLOT_ACCESSIBLE (value));
  const PdkChartData *data = chart != NULL ? pdk_chart_get_data (chart) : NULL;

  return atk_range_new (0, data != NULL ? data->axis_max : 0, NULL);
}

static void
value_interface_init (AtkValueIface *iface)
{
  iface->get_value_and_text = get_value_and_text;
  iface->get_range = get_range;
}

static void
get_extents (AtkComponent *component, int *x, int *y, int *width, int *height, AtkCoordType type)
{
  PdkChartSlotAccessible *self = PDK_CHART_SLOT_ACCESSIBLE (component);
  PdkChart *chart = get_chart (self);
  PdkChartFrame frame;
  int column, chart_width, chart_height;

  *x = *y = *width = *height = 0;
  if (get_slot (self) == NULL)
    return;
  atk_component_get_extents (ATK_COMPONENT (atk_object_get_parent (ATK_OBJECT (self))), x, y, &chart_width,
                             &chart_height, type);
  frame = pdk_chart_get_frame (chart);
  pdk_chart_frame_get_column (&frame, self->index, &column, width);
  *x += column;
  *y += frame.top;
  *height = frame.bottom - frame.top;
}

static void
component_interface_init (AtkComponentIface *iface)
{
  iface->get_extents = get_extents;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PdkChartSlotAccessible,
                               pdk_chart_slot_accessible,
                               ATK_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ATK_TYPE_VALUE, value_interface_init)
                                   G_IMPLEMENT_INTERFACE (ATK_TYPE_COMPONENT, component_interface_init))

static void
pdk_chart_slot_accessible_class_init (PdkChartSlotAccessibleClass *klass)
{
  AtkObjectClass *object_class = ATK_OBJECT_CLASS (klass);

  object_class->get_name = get_name;
  object_class->get_description = get_description;
  object_class->get_index_in_parent = get_index_in_parent;
  object_class->ref_state_set = ref_state_set;
}

static void
pdk_chart_slot_accessible_init (PdkChartSlotAccessible *self)
{
  atk_object_set_role (ATK_OBJECT (self), ATK_ROLE_STATIC);
}

typedef struct
{
  GtkWidgetAccessible parent_instance;

  GPtrArray *slots; /* (element-type AtkObject) (nullable elements): those that were asked for */
} PdkChartAccessible;

typedef struct
{
  GtkWidgetAccessibleClass parent_class;
} PdkChartAccessibleClass;

G_DEFINE_TYPE (PdkChartAccessible, pdk_chart_accessible, GTK_TYPE_WIDGET_ACCESSIBLE)

static PdkChartAccessible *
as_chart (AtkObject *object)
{
  return G_TYPE_CHECK_INSTANCE_CAST (object, pdk_chart_accessible_get_type (), PdkChartAccessible);
}

static int
pdk_chart_accessible_get_n_children (AtkObject *object)
{
  return (int) as_chart (object)->slots->len;
}

static AtkObject *
pdk_chart_accessible_ref_child (AtkObject *object, int index)
{
  PdkChartAccessible *self = as_chart (object);

  if (index < 0 || index >= (int) self->slots->len)
    return NULL;
  if (g_ptr_array_index (self->slots, index) == NULL)
    {
      PdkChartSlotAccessible *slot = g_object_new (PDK_TYPE_CHART_SLOT_ACCESSIBLE, NULL);

      slot->index = (guint) index;
      atk_object_set_parent (ATK_OBJECT (slot), object);
      g_ptr_array_index (self->slots, index) = slot;
    }
  return g_object_ref (g_ptr_array_index (self->slots, index));
}

static AtkStateSet *
pdk_chart_accessible_ref_state_set (AtkObject *object)
{
  AtkStateSet *states = ATK_OBJECT_CLASS (pdk_chart_accessible_parent_class)->ref_state_set (object);

  atk_state_set_add_state (states, ATK_STATE_MANAGES_DESCENDANTS);
  return states;
}

static void
unref_slot (gpointer slot)
{
  if (slot != NULL)
    {
      /* A parent holds its children, and they hold their parent. */
      atk_object_set_parent (slot, NULL);
      g_object_unref (slot);
    }
}

static void
pdk_chart_accessible_widget_unset (GtkAccessible *accessible)
{
  g_ptr_array_set_size (as_chart (ATK_OBJECT (accessible))->slots, 0);
  GTK_ACCESSIBLE_CLASS (pdk_chart_accessible_parent_class)->widget_unset (accessible);
}

static void
pdk_chart_accessible_finalize (GObject *object)
{
  g_ptr_array_unref (as_chart (ATK_OBJECT (object))->slots);
  G_OBJECT_CLASS (pdk_chart_accessible_parent_class)->finalize (object);
}

static void
pdk_chart_accessible_class_init (PdkChartAccessibleClass *klass)
{
  AtkObjectClass *object_class = ATK_OBJECT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pdk_chart_accessible_finalize;
  GTK_ACCESSIBLE_CLASS (klass)->widget_unset = pdk_chart_accessible_widget_unset;
  object_class->get_n_children = pdk_chart_accessible_get_n_children;
  object_class->ref_child = pdk_chart_accessible_ref_child;
  object_class->ref_state_set = pdk_chart_accessible_ref_state_set;
}

static void
pdk_chart_accessible_init (PdkChartAccessible *self)
{
  self->slots = g_ptr_array_new_with_free_func (unref_slot);
}

/* pdk_chart_accessible_data_changed: tells that there are other slots than before; does nothing when nobody
 * listens */
void
pdk_chart_accessible_data_changed (AtkObject *accessible, guint n_slots)
{
  PdkChartAccessible *self;

  if (!G_TYPE_CHECK_INSTANCE_TYPE (accessible, pdk_chart_accessible_get_type ()))
    return;
  self = as_chart (accessible);
  /* Nobody knows of those that were never asked for. */
  for (guint i = self->slots->len; i > 0; i--)
    {
      if (g_ptr_array_index (self->slots, i - 1) != NULL)
        g_signal_emit_by_name (accessible, "children-changed::remove", i - 1,
                               g_ptr_array_index (self->slots, i - 1));
    }
  g_ptr_array_set_size (self->slots, 0);
  g_ptr_array_set_size (self->slots, (int) n_slots);
}

/* pdk_chart_accessible_choose: tells which slot the keyboard is at */
void
pdk_chart_accessible_choose (AtkObject *accessible, int slot)
{
  g_autoptr (AtkObject) child = atk_object_ref_accessible_child (accessible, slot);

  if (child != NULL)
    g_signal_emit_by_name (accessible, "active-descendant-changed", child);
}
