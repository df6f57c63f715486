/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The models in memory, one row each, and how much graphics memory is in use. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-loaded-section.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"
#include "pdk-text.h"

#include "pdk-loaded-row.h"
#include "pdk-usage-bar.h"

/* A server holds a handful of models. A list without end would only come from a broken one. */
#define MAX_ROWS 8

struct _PdkLoadedSection
{
  PdkSection parent_instance;

  GtkWidget *card;
  GtkListBox *list;
  GtkLabel *more;
  GtkWidget *total;
  GtkLabel *total_size;
  PdkUsageBar *total_share;
  GtkLabel *devices;
  GtkWidget *unload_all;
  GtkPopover *question;
  GtkLabel *outcome;
  GtkLabel *empty;

  PdkUnloader *unloader; /* (nullable): none where nothing may be changed */
  char *account_id;      /* (nullable): with an unloader */
  gboolean has_failed;   /* one of the models was not unloaded as somebody wanted */
};

G_DEFINE_FINAL_TYPE (PdkLoadedSection, pdk_loaded_section, PDK_TYPE_SECTION)

static void
on_unload (PdkLoadedSection *self, const char *name)
{
  g_autofree char *copy = g_strdup (name);

  if (self->unloader != NULL)
    pdk_unloader_start (self->unloader, self->account_id, copy);
}

static void
on_all_confirmed (PdkLoadedSection *self)
{
  gtk_popover_popdown (self->question);
  if (self->unloader != NULL)
    pdk_unloader_start_all (self->unloader, self->account_id);
}

static void
on_unload_all (PdkLoadedSection *self)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->list));

  for (GList *l = rows; l != NULL; l = l->next)
    {
      if (pdk_loaded_row_is_answering (l->data))
        {
          gtk_popover_popup (self->question);
          return;
        }
    }
  on_all_confirmed (self);
}

static PdkLoadedRow *
add_row (PdkLoadedSection *self)
{
  GtkWidget *row = pdk_loaded_row_new ();

  g_signal_connect_object (row, "unload", G_CALLBACK (on_unload), self, G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (self->list), row);
  return PDK_LOADED_ROW (row);
}

static GtkWidget *
get_focus (PdkLoadedSection *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));

  return GTK_IS_WINDOW (window) ? gtk_window_get_focus (GTK_WINDOW (window)) : NULL;
}

/* Returns: the place of the row that the focus is in; that after the last one if it is in the card below the
 * rows; or -1 */
static int
find_focused_row (PdkLoadedSection *self)
{
  GtkWidget *focus = get_focus (self);
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, PDK_TYPE_LOADED_ROW) : NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, self->card))
    return -1;
  return row != NULL ? gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) : MAX_ROWS;
}

/* Where what had the focus has gone with its model, it is in the row that has taken its place, or in the last
 * one, or at the heading; without it, who goes by keyboard would begin again at the top of the window. */
static void
hold_focus (PdkLoadedSection *self, int former_row)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->list));
  int n_rows = (int) g_list_length (rows);

  if (former_row < 0 || get_focus (self) != NULL)
    return;
  if (n_rows > 0)
    gtk_widget_grab_focus (g_list_nth_data (rows, (guint) MIN (former_row, n_rows - 1)));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
set_row (PdkLoadedSection *self,
         PdkLoadedRow *row,
         const PdkRunningModel *model,
         double vram_total_bytes,
         gint64 now_usec)
{
  const char *sentence = NULL;
  PdkUnloadState state = PDK_UNLOAD_NONE;

  if (self->unloader != NULL)
    state = pdk_unloader_get_state (self->unloader, self->account_id, model->name, &sentence);
  self->has_failed |= state == PDK_UNLOAD_FAILED;
  pdk_loaded_row_set_model (row, model, vram_total_bytes, now_usec);
  pdk_loaded_row_set_unload (row, self->unloader != NULL, state, sentence);
}

/* What was unloaded has no row any more. */
static void
set_outcome (PdkLoadedSection *self)
{
  const char *name =
      self->unloader != NULL ? pdk_unloader_get_last_done (self->unloader, self->account_id) : NULL;

  if (name != NULL)
    {
      g_autofree char *shown = pdk_text_dup_for_display (name);
      /* Translators: %s is a model's name. */
      g_autofree char *text = g_strdup_printf (_ ("%s was unloaded."), shown);

      pdk_label_set_text (self->outcome, text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->outcome), name != NULL);
}

static PdkLoadedRow *
find_row (PdkLoadedSection *self, const char *name)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->list));

  for (GList *l = rows; l != NULL; l = l->next)
    {
      if (g_strcmp0 (pdk_loaded_row_get_model_name (l->data), name) == 0)
        return l->data;
    }
  return NULL;
}

static void
remove_rows_without_model (PdkLoadedSection *self, const GPtrArray *running, guint n_rows)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->list));

  for (GList *l = rows; l != NULL; l = l->next)
    {
      const char *name = pdk_loaded_row_get_model_name (l->data);
      gboolean is_there = FALSE;

      for (guint i = 0; i < n_rows && !is_there; i++)
        is_there = g_str_equal (((const PdkRunningModel *) g_ptr_array_index (running, i))->name, name);
      if (!is_there)
        gtk_widget_destroy (GTK_WIDGET (l->data));
    }
}

/* The server lists first what it keeps longest, so each request may change its order. A row stays where it
 * is, and with its model: whoever is about to press its button, or was asked by it, means no other. */
static void
set_rows (PdkLoadedSection *self, const PdkFacts *facts, gint64 now_usec)
{
  const GPtrArray *running = pdk_facts_get_running (facts);
  guint n_rows = running != NULL ? MIN (running->len, MAX_ROWS) : 0;
  guint n_more = running != NULL ? running->len - n_rows : 0;
  double vram_total_bytes = 0;

  /* A single one's share is what the section shows of all. */
  if (n_rows > 1)
    pdk_facts_get_number (facts, "vram_total_bytes", &vram_total_bytes);
  self->has_failed = FALSE;
  remove_rows_without_model (self, running, n_rows);
  for (guint i = 0; i < n_rows; i++)
    {
      const PdkRunningModel *model = g_ptr_array_index (running, i);
      PdkLoadedRow *row = find_row (self, model->name);

      set_row (self, row != NULL ? row : add_row (self), model, vram_total_bytes, now_usec);
    }

  if (n_more > 0)
    {
      g_autofree char *text =
          g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "and %u more", "and %u more", n_more), n_more);

      pdk_label_set_text (self->more, text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->more), n_more > 0);
  gtk_widget_set_visible (self->unload_all, self->unloader != NULL && n_rows > 1);
}

/* What the graphics memory is used for: a line for each model, and one for what is left. */
static char *
describe_use (const GPtrArray *running, double used, double total)
{
  GString *text = g_string_new (NULL);
  g_autofree char *rest = pdk_format_gigabytes (MAX (total - used, 0));

  for (guint i = 0; running != NULL && i < MIN (running->len, MAX_ROWS); i++)
    {
      const PdkRunningModel *model = g_ptr_array_index (running, i);
      g_autofree char *name = pdk_text_dup_for_display (model->name);
      g_autofree char *size = NULL;

      if (model->vram_bytes <= 0)
        continue;
      size = pdk_format_gigabytes ((double) model->vram_bytes);
      g_string_append_printf (text, _ ("%s · %s"), name, size);
      g_string_append_c (text, '\n');
    }
  /* Translators: how much graphics memory Ollama does not use. */
  g_string_append_printf (text, _ ("%s not used by Ollama"), rest);
  return g_string_free (text, FALSE);
}

static void
set_total (PdkLoadedSection *self, const PdkFacts *facts)
{
  double used, total;
  gboolean knows_used = pdk_facts_get_number (facts, "loaded_vram_bytes", &used);
  gboolean knows_total = pdk_facts_get_number (facts, "vram_total_bytes", &total) && total > 0;
  g_autofree char *used_text = NULL;
  g_autofree char *text = NULL;
  g_autofree char *details = NULL;

  gtk_widget_set_visible (self->total, knows_used);
  if (!knows_used)
    return;
  used_text = pdk_format_gigabytes (used);
  if (knows_total)
    {
      g_autofree char *total_text = pdk_format_gigabytes (total);

      /* Translators: how much graphics memory is in use, of how much there is. */
      text = g_strdup_printf (_ ("%s of %s"), used_text, total_text);
      details = describe_use (pdk_facts_get_running (facts), used, total);
      pdk_usage_bar_set (self->total_share, used / total, details);
    }
  pdk_label_set_text (self->total_size, knows_total ? text : used_text);
  gtk_widget_set_visible (GTK_WIDGET (self->total_share), knows_total);
}

/* One line each: what the memory is in. */
static void
set_devices (PdkLoadedSection *self, const GPtrArray *gpus)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; gpus != NULL && i < MIN (gpus->len, MAX_ROWS); i++)
    {
      const PdkGpu *gpu = g_ptr_array_index (gpus, i);
      g_autofree char *name = pdk_text_dup_for_display (gpu->name);
      /* That of a single one stands above. */
      gboolean has_size = gpus->len > 1 && gpu->total_bytes > 0;
      g_autofree char *size = has_size ? pdk_format_gigabytes ((double) gpu->total_bytes) : NULL;

      if (text->len > 0)
        g_string_append_c (text, '\n');
      if (size != NULL)
        /* Translators: a graphics card's name, and how much memory it has. */
        g_string_append_printf (text, _ ("%s · %s"), name, size);
      else
        g_string_append (text, name);
    }
  pdk_label_set_text (self->devices, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->devices), text->len > 0);
}

static void
pdk_loaded_section_dispose (GObject *object)
{
  PdkLoadedSection *self = PDK_LOADED_SECTION (object);

  g_clear_object (&self->unloader);
  g_clear_pointer (&self->account_id, g_free);
  G_OBJECT_CLASS (pdk_loaded_section_parent_class)->dispose (object);
}

static void
pdk_loaded_section_class_init (PdkLoadedSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_loaded_section_dispose;
  g_type_ensure (PDK_TYPE_USAGE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-loaded-section.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, card);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, list);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, more);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, total);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, total_size);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, total_share);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, devices);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, empty);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, unload_all);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, question);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedSection, outcome);
  gtk_widget_class_bind_template_callback (widget_class, on_unload_all);
  gtk_widget_class_bind_template_callback (widget_class, on_all_confirmed);
}

static void
pdk_loaded_section_init (PdkLoadedSection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pdk_loaded_section_set_unloader:
 * @self: the section
 * @unloader: (transfer none) (nullable): what unloads models, or NULL where nothing may be changed
 * @account_id: the account whose models are shown
 *
 * To be called before the facts of an account are set.
 */
void
pdk_loaded_section_set_unloader (PdkLoadedSection *self, PdkUnloader *unloader, const char *account_id)
{
  g_set_object (&self->unloader, unloader);
  if (g_strcmp0 (self->account_id, account_id) == 0)
    return;
  g_free (self->account_id);
  self->account_id = g_strdup (account_id);
}

/**
 * pdk_loaded_section_set_facts:
 * @self: the section
 * @facts: what is known of the account
 * @now_usec: the time now, since the epoch
 *
 * Shows the loaded models of @facts, and hides when it is not known which are loaded, or there are none that
 * could be.
 */
void
pdk_loaded_section_set_facts (PdkLoadedSection *self, const PdkFacts *facts, gint64 now_usec)
{
  const GPtrArray *running = pdk_facts_get_running (facts);
  gboolean is_empty = running == NULL || running->len == 0;
  int focused_row = find_focused_row (self);
  double n_models = 1;

  pdk_facts_get_number (facts, "models_total", &n_models);
  /* Without a model none is loaded at the next request either. */
  gtk_widget_set_visible (GTK_WIDGET (self), running != NULL && !(is_empty && n_models <= 0));
  gtk_widget_set_visible (self->card, !is_empty);
  gtk_widget_set_visible (GTK_WIDGET (self->empty), is_empty);
  set_rows (self, facts, now_usec);
  pdk_section_set_urgent (PDK_SECTION (self), self->has_failed);
  set_outcome (self);
  set_total (self, facts);
  set_devices (self, pdk_facts_get_gpus (facts));
  hold_focus (self, focused_row);
}

/** pdk_loaded_section_has_countdown: Returns: whether what is shown of @facts changes as time passes */
gboolean
pdk_loaded_section_has_countdown (const PdkFacts *facts)
{
  const GPtrArray *running = pdk_facts_get_running (facts);

  for (guint i = 0; running != NULL && i < MIN (running->len, MAX_ROWS); i++)
    {
      const PdkRunningModel *model = g_ptr_array_index (running, i);

      if (!model->is_kept_loaded && model->expires_at_usec != PDK_TIME_UNKNOWN)
        return TRUE;
    }
  return FALSE;
}
