/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The installed models in a list of limited height that scrolls by itself. The list stays as it is, with what
 * is chosen and how far it is scrolled, unless the models are others. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-models-section.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"
#include "pdk-model-order.h"

#include "pdk-model-list.h"

/* From this many on there is a field to search in, and a choice of the order. */
#define SEARCHABLE_FROM 6

/* How many rows are seen at once, and how far a list with more of them shrinks on a small screen, before the
 * window scrolls. What is seen of one more row tells that there are more. */
#define MAX_LIST_ROWS 6
#define MIN_LIST_ROWS 3
#define MORE_ROWS 0.4

/* How many rows a list begins with; the others come soon after. */
#define FIRST_ROWS 500

/* As that of dim labels in the style sheet. */
#define DIM_OPACITY 0.76

/* At each side of a cell, as in the template. */
#define CELL_PADDING 12

struct _PdkModelsSection
{
  PdkSection parent_instance;

  GtkWidget *card;
  GtkWidget *tools;
  GtkSearchEntry *search;
  GtkMenuButton *sort_button;
  GtkScrolledWindow *scroller;
  GtkTreeView *tree;
  GtkCellRenderer *facts_renderer;
  GtkTreeViewColumn *main_column;
  GtkTreeViewColumn *size_column;
  GtkLabel *empty;
  GtkLabel *no_match;

  PdkModelSort sort;
  GPtrArray *models;    /* (nullable): PdkModel */
  GPtrArray *running;   /* (nullable): PdkRunningModel */
  PdkModelOrder *order; /* (nullable): of the models */
  PdkModelList *list;   /* (nullable): what is shown of them */
};

G_DEFINE_FINAL_TYPE (PdkModelsSection, pdk_models_section, PDK_TYPE_SECTION)

static gboolean
get_selected_row (PdkModelsSection *self, guint *row)
{
  GtkTreeModel *model;
  GtkTreeIter iter;
  g_autoptr (GtkTreePath) path = NULL;

  if (!gtk_tree_selection_get_selected (gtk_tree_view_get_selection (self->tree), &model, &iter))
    return FALSE;
  path = gtk_tree_model_get_path (model, &iter);
  *row = (guint) gtk_tree_path_get_indices (path)[0];
  return TRUE;
}

static char *
dup_selected_name (PdkModelsSection *self)
{
  guint row;

  return get_selected_row (self, &row) ? g_strdup (pdk_model_list_get_model (self->list, row)->name) : NULL;
}

static gboolean
is_cursor (PdkModelsSection *self, guint row)
{
  g_autoptr (GtkTreePath) path = NULL;

  gtk_tree_view_get_cursor (self->tree, &path, NULL);
  return path != NULL && gtk_tree_path_get_indices (path)[0] == (int) row;
}

/* The keyboard goes on from there, and a list that has been scrolled stays as it is. */
static void
select_row (PdkModelsSection *self, guint row)
{
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) row, -1);
  GtkAdjustment *scrolled = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->tree));
  double value = gtk_adjustment_get_value (scrolled);

  gtk_tree_view_set_cursor (self->tree, path, NULL, FALSE);
  gtk_adjustment_set_value (scrolled, value);
}

/* A row that has stayed is still selected, but where the order is another one, the keyboard has not come
 * along. In place of one that is gone, the toolkit has selected the next. */
static void
keep_selected (PdkModelsSection *self, const char *name, int place)
{
  g_autofree char *selected = dup_selected_name (self);
  guint row;

  if (place < 0)
    return;
  if (g_strcmp0 (selected, name) != 0 || !get_selected_row (self, &row))
    row = (guint) place;
  else if (is_cursor (self, row))
    return;
  select_row (self, row);
}

/* Returns the place of the model that is called @name (nullable), or -1. */
static int
find_model (const GPtrArray *models, const char *name)
{
  for (guint i = 0; name != NULL && i < models->len; i++)
    {
      if (g_str_equal (((const PdkModel *) g_ptr_array_index (models, i))->name, name))
        return (int) i;
    }
  return -1;
}

static int
get_row_height (PdkModelsSection *self)
{
  int height, separator;

  gtk_tree_view_column_cell_get_size (self->main_column, NULL, NULL, NULL, NULL, &height);
  gtk_widget_style_get (GTK_WIDGET (self->tree), "vertical-separator", &separator, NULL);
  return height + separator;
}

/* The list is as high as so many rows, whatever the size of the text. */
static void
fit_height (PdkModelsSection *self)
{
  guint n_shown = self->list != NULL ? pdk_model_list_get_length (self->list) : 0;
  int row_height = get_row_height (self);
  int most = (int) ((n_shown > MAX_LIST_ROWS ? MAX_LIST_ROWS + MORE_ROWS : MAX_LIST_ROWS) * row_height);
  int least = n_shown > MIN_LIST_ROWS ? (int) ((MIN_LIST_ROWS + MORE_ROWS) * row_height) : -1;

  /* Neither may pass the other at any moment. */
  gtk_scrolled_window_set_min_content_height (self->scroller, -1);
  gtk_scrolled_window_set_max_content_height (self->scroller, most);
  gtk_scrolled_window_set_min_content_height (self->scroller, least);
}

static void
update_order (PdkModelsSection *self)
{
  if (self->order != NULL && pdk_model_order_is_of (self->order, self->models, self->running))
    {
      pdk_model_order_sort (self->order, self->sort);
      return;
    }
  g_clear_pointer (&self->order, pdk_model_order_free);
  self->order = pdk_model_order_new (self->models, self->running, self->sort);
}

/* What is seen is there at once, and so is the selected row, which is at @place unless that is negative. */
static void
show_anew (PdkModelsSection *self, GPtrArray *models, guint n_loaded, int place)
{
  GtkAdjustment *scrolled = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->tree));
  double bottom = gtk_adjustment_get_value (scrolled) + gtk_adjustment_get_page_size (scrolled);
  guint n_seen = (guint) (bottom / get_row_height (self)) + 1;

  g_clear_object (&self->list);
  self->list = pdk_model_list_new (models, n_loaded, MAX (MAX (FIRST_ROWS, n_seen), (guint) (place + 1)));
  gtk_tree_view_set_model (self->tree, GTK_TREE_MODEL (self->list));
}

static void
show_list (PdkModelsSection *self)
{
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *selected = NULL;
  guint n_before, n_loaded;
  int place;

  update_order (self);
  found = pdk_model_order_filter (self->order, gtk_entry_get_text (GTK_ENTRY (self->search)), &n_loaded);
  selected = dup_selected_name (self);
  place = find_model (found, selected);
  n_before = self->list != NULL ? pdk_model_list_get_length (self->list) : G_MAXUINT;
  if (self->list == NULL || !pdk_model_list_update (self->list, found, n_loaded))
    show_anew (self, found, n_loaded, place);
  keep_selected (self, selected, place);
  if (found->len == n_before)
    return;
  fit_height (self);
  gtk_widget_set_visible (GTK_WIDGET (self->scroller), found->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->no_match), found->len == 0);
}

static void
summarize (PdkModelsSection *self, const PdkFacts *facts)
{
  g_autofree char *count = pdk_format_count (self->models->len);
  g_autofree char *bytes_text = NULL;
  g_autofree char *summary = NULL;
  double bytes;

  if (self->models->len > 0 && pdk_facts_get_number (facts, "model_storage_bytes", &bytes))
    {
      bytes_text = pdk_format_bytes (bytes);
      /* Translators: how many models there are, and how much room they take. */
      summary = g_strdup_printf (_ ("%s · %s on disk"), count, bytes_text);
    }
  pdk_section_set_summary (PDK_SECTION (self), summary != NULL ? summary : count);
}

static void
on_search_changed (PdkModelsSection *self)
{
  if (self->models != NULL)
    show_list (self);
}

static void
on_sort_changed (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  static const char *const names[] = { "name", "size", "changed" };
  PdkModelsSection *self = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (!g_str_equal (g_variant_get_string (value, NULL), names[i]))
        continue;
      g_simple_action_set_state (action, value);
      self->sort = (PdkModelSort) i;
    }
  if (self->models != NULL)
    show_list (self);
}

static void
add_sort_menu (PdkModelsSection *self)
{
  static const GActionEntry actions[] = {
    { .name = "sort", .parameter_type = "s", .state = "'name'", .change_state = on_sort_changed },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GMenu) menu = g_menu_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "models", G_ACTION_GROUP (group));
  g_menu_append (menu, _ ("Sort by _Name"), "models.sort::name");
  g_menu_append (menu, _ ("Sort by _Size"), "models.sort::size");
  g_menu_append (menu, _ ("Sort by _Last Change"), "models.sort::changed");
  gtk_menu_button_set_menu_model (self->sort_button, G_MENU_MODEL (menu));
}

static gboolean
on_idle (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* Ten thousand models take some milliseconds to be freed: by themselves, once there is nothing else to do. */
static void
forget_models (PdkModelsSection *self)
{
  if (self->models != NULL)
    g_idle_add_full (G_PRIORITY_LOW, on_idle, g_steal_pointer (&self->models),
                     (GDestroyNotify) g_ptr_array_unref);
  g_clear_pointer (&self->running, g_ptr_array_unref);
}

/* What is typed anywhere in the section, and nobody there has a use for, is searched. */
static gboolean
pdk_models_section_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  PdkModelsSection *self = PDK_MODELS_SECTION (widget);

  if (gtk_widget_is_visible (GTK_WIDGET (self->search)) &&
      !gtk_widget_has_focus (GTK_WIDGET (self->search)) && event->keyval != GDK_KEY_space &&
      gtk_search_entry_handle_event (self->search, (GdkEvent *) event))
    {
      gtk_entry_grab_focus_without_selecting (GTK_ENTRY (self->search));
      return GDK_EVENT_STOP;
    }
  return GTK_WIDGET_CLASS (pdk_models_section_parent_class)->key_press_event (widget, event);
}

/* What is found stands below the field, which alone would be brought into view. */
static void
scroll_into_view (GtkWidget *widget)
{
  GtkWidget *viewport = gtk_widget_get_ancestor (widget, GTK_TYPE_VIEWPORT);
  int y;

  if (viewport == NULL ||
      !gtk_widget_translate_coordinates (widget, gtk_bin_get_child (GTK_BIN (viewport)), 0, 0, NULL, &y))
    return;
  gtk_adjustment_clamp_page (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (viewport)), y,
                             y + gtk_widget_get_allocated_height (widget));
}

/* Rows of one height need columns of fixed width, whatever the size of the text. */
static void
pdk_models_section_style_updated (GtkWidget *widget)
{
  PdkModelsSection *self = PDK_MODELS_SECTION (widget);
  g_autofree char *widest = pdk_format_bytes (888.8e6);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, widest);
  int width;

  GTK_WIDGET_CLASS (pdk_models_section_parent_class)->style_updated (widget);
  pango_layout_get_pixel_size (layout, &width, NULL);
  gtk_tree_view_column_set_fixed_width (self->size_column, width + 2 * CELL_PADDING + 2);
}

static void
pdk_models_section_dispose (GObject *object)
{
  PdkModelsSection *self = PDK_MODELS_SECTION (object);

  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_clear_pointer (&self->running, g_ptr_array_unref);
  g_clear_pointer (&self->order, pdk_model_order_free);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (pdk_models_section_parent_class)->dispose (object);
}

static void
pdk_models_section_class_init (PdkModelsSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_models_section_dispose;
  widget_class->key_press_event = pdk_models_section_key_press_event;
  widget_class->style_updated = pdk_models_section_style_updated;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-models-section.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, card);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, tools);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, search);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, sort_button);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, scroller);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, tree);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, facts_renderer);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, main_column);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, size_column);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, empty);
  gtk_widget_class_bind_template_child (widget_class, PdkModelsSection, no_match);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, fit_height);
}

/* Cells have no style classes. */
static void
dim_facts (PdkModelsSection *self)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes,
                          pango_attr_foreground_alpha_new ((guint16) (DIM_OPACITY * G_MAXUINT16)));
  g_object_set (self->facts_renderer, "attributes", attributes, NULL);
  pango_attr_list_unref (attributes);
}

static void
pdk_models_section_init (PdkModelsSection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  dim_facts (self);
  add_sort_menu (self);
}

/** pdk_models_section_clear_search: Returns: whether there was something to be searched, which is not any
 * more
 */
gboolean
pdk_models_section_clear_search (PdkModelsSection *self)
{
  if (gtk_entry_get_text_length (GTK_ENTRY (self->search)) == 0)
    return FALSE;
  gtk_entry_set_text (GTK_ENTRY (self->search), "");
  return TRUE;
}

/** pdk_models_section_focus_search: lets the user type what to search, if there is enough to be searched */
void
pdk_models_section_focus_search (PdkModelsSection *self)
{
  gtk_expander_set_expanded (GTK_EXPANDER (self), TRUE);
  if (!gtk_widget_is_visible (GTK_WIDGET (self->search)))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
  scroll_into_view (GTK_WIDGET (self));
}

/**
 * pdk_models_section_set_facts:
 * @self: the section
 * @facts: what is known of the account; its lists of models are kept by reference
 *
 * Shows the models of @facts, and hides when it is not known which there are.
 */
void
pdk_models_section_set_facts (PdkModelsSection *self, const PdkFacts *facts)
{
  const GPtrArray *models = pdk_facts_get_models (facts);
  const GPtrArray *running = pdk_facts_get_running (facts);

  gtk_widget_set_visible (GTK_WIDGET (self), models != NULL);
  forget_models (self);
  if (models == NULL)
    return;

  self->models = g_ptr_array_ref ((GPtrArray *) models);
  if (running != NULL)
    self->running = g_ptr_array_ref ((GPtrArray *) running);
  gtk_widget_set_visible (self->card, models->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->empty), models->len == 0);
  gtk_widget_set_visible (self->tools, models->len >= SEARCHABLE_FROM);
  if (models->len < SEARCHABLE_FROM)
    gtk_entry_set_text (GTK_ENTRY (self->search), "");
  show_list (self);
  summarize (self, facts);
}
