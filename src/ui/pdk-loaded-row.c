/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One loaded model: its name, the graphics memory that it holds, how much of it is there, its context and how
 * long it stays. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-loaded-row.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"
#include "pdk-text.h"

#include "pdk-section.h"
#include "pdk-usage-bar.h"

struct _PdkLoadedRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *name;
  GtkLabel *size;
  PdkUsageBar *share;
  GtkLabel *facts;
  GtkButton *unload;
  GtkPopover *question;
  GtkLabel *outcome;

  char *model_name;      /* (nullable): as the server writes it */
  gboolean is_answering; /* as far as the server lets that be known */
};

enum
{
  SIGNAL_UNLOAD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PdkLoadedRow, pdk_loaded_row, GTK_TYPE_LIST_BOX_ROW)

static gboolean
get_gpu_fraction (const PdkRunningModel *model, double *fraction)
{
  if (model->size_bytes <= 0 || model->vram_bytes < 0)
    return FALSE;
  *fraction = CLAMP ((double) model->vram_bytes / (double) model->size_bytes, 0.0, 1.0);
  return TRUE;
}

static void
append_fact (GString *facts, const char *fact)
{
  if (facts->len > 0)
    g_string_append (facts, " · ");
  g_string_append (facts, fact);
}

static void
append_share (GString *facts, const PdkRunningModel *model)
{
  g_autofree char *percent = NULL;
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;
  double fraction;

  if (!get_gpu_fraction (model, &fraction))
    return;
  if (fraction > 0.0)
    {
      percent = pdk_format_percent (fraction);
      /* Translators: how much of a model is in graphics memory. */
      text = g_strdup_printf (_ ("%s on GPU"), percent);
    }
  else
    {
      size = pdk_format_gigabytes ((double) model->size_bytes);
      /* Translators: no part of a model is in graphics memory; %s is the memory that it takes. */
      text = g_strdup_printf (_ ("on CPU, %s of RAM"), size);
    }
  append_fact (facts, text);
}

static char *
describe_facts (const PdkRunningModel *model, gint64 now_usec)
{
  GString *facts = g_string_new (NULL);

  append_share (facts, model);
  if (model->context_length > 0)
    {
      g_autofree char *context = pdk_format_context (model->context_length);
      /* Translators: the length of a model's context window, such as "32k context". */
      g_autofree char *text = g_strdup_printf (_ ("%s context"), context);

      append_fact (facts, text);
    }
  if (model->is_kept_loaded)
    append_fact (facts, _ ("stays loaded"));
  else if (model->expires_at_usec != PDK_TIME_UNKNOWN)
    {
      g_autofree char *left = pdk_format_time_left (model->expires_at_usec - now_usec);

      append_fact (facts, left);
    }
  return g_string_free (facts, FALSE);
}

/* Of the memory that all models share, so that the bars of the rows add up to that of the section. */
static void
set_share (PdkLoadedRow *self, const PdkRunningModel *model, double vram_total_bytes)
{
  gboolean is_known = model->vram_bytes > 0 && vram_total_bytes > 0;

  if (is_known)
    {
      g_autofree char *vram = pdk_format_gigabytes ((double) model->vram_bytes);
      g_autofree char *total = pdk_format_gigabytes (vram_total_bytes);
      g_autofree char *details = g_strdup_printf (_ ("%s of %s"), vram, total);

      pdk_usage_bar_set (self->share, (double) model->vram_bytes / vram_total_bytes, details);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->share), is_known);
}

/* The server does not say whether a request is running. But it keeps a model until the last request has been
 * over for a while, and moves that moment on only at the end of a request: once it has passed, one is
 * running. */
static gboolean
is_answering (const PdkRunningModel *model, gint64 now_usec)
{
  return !model->is_kept_loaded && model->expires_at_usec != PDK_TIME_UNKNOWN &&
         model->expires_at_usec <= now_usec;
}

static void
on_confirmed (PdkLoadedRow *self)
{
  gtk_popover_popdown (self->question);
  g_signal_emit (self, signals[SIGNAL_UNLOAD], 0, self->model_name);
}

static void
on_unload_clicked (PdkLoadedRow *self)
{
  if (self->is_answering)
    gtk_popover_popup (self->question);
  else
    on_confirmed (self);
}

static const char *
describe_outcome (PdkUnloadState state, const char *sentence)
{
  switch (state)
    {
    case PDK_UNLOAD_RUNNING:
      return _ ("unloading…");
    case PDK_UNLOAD_BUSY:
      return _ ("It is unloaded as soon as its request has been answered.");
    case PDK_UNLOAD_FAILED:
      return sentence;
    case PDK_UNLOAD_NONE:
    case PDK_UNLOAD_DONE:
    default:
      return "";
    }
}

static void
pdk_loaded_row_finalize (GObject *object)
{
  g_free (PDK_LOADED_ROW (object)->model_name);
  G_OBJECT_CLASS (pdk_loaded_row_parent_class)->finalize (object);
}

static void
pdk_loaded_row_class_init (PdkLoadedRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pdk_loaded_row_finalize;
  signals[SIGNAL_UNLOAD] = g_signal_new ("unload", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_type_ensure (PDK_TYPE_USAGE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/paddock/Paddock/pdk-loaded-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedRow, name);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedRow, size);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedRow, share);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedRow, facts);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedRow, unload);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedRow, question);
  gtk_widget_class_bind_template_child (widget_class, PdkLoadedRow, outcome);
  gtk_widget_class_bind_template_callback (widget_class, on_confirmed);
  gtk_widget_class_bind_template_callback (widget_class, on_unload_clicked);
}

static void
pdk_loaded_row_init (PdkLoadedRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** pdk_loaded_row_new: Returns: (transfer floating): a row without a model */
GtkWidget *
pdk_loaded_row_new (void)
{
  return g_object_new (PDK_TYPE_LOADED_ROW, NULL);
}

/**
 * pdk_loaded_row_set_model:
 * @self: the row
 * @model: (transfer none): the model, which is not kept
 * @vram_total_bytes: how much graphics memory the server has, or 0 if that is not known
 * @now_usec: the time now, since the epoch
 *
 * Shows @model, changing only what is different.
 */
void
pdk_loaded_row_set_model (PdkLoadedRow *self,
                          const PdkRunningModel *model,
                          double vram_total_bytes,
                          gint64 now_usec)
{
  g_autofree char *name = pdk_text_dup_for_display (model->name);
  g_autofree char *size =
      model->vram_bytes > 0 ? pdk_format_gigabytes ((double) model->vram_bytes) : g_strdup ("");
  g_autofree char *facts = describe_facts (model, now_usec);

  g_free (self->model_name);
  self->model_name = g_strdup (model->name);
  self->is_answering = is_answering (model, now_usec);
  pdk_label_set_text (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  pdk_label_set_text (self->size, size);
  pdk_label_set_text (self->facts, facts);
  gtk_widget_set_visible (GTK_WIDGET (self->facts), *facts != '\0');
  set_share (self, model, vram_total_bytes);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), name);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)), facts);
}

/** pdk_loaded_row_get_model_name: Returns: (transfer none) (nullable): the model, as the server writes it */
const char *
pdk_loaded_row_get_model_name (PdkLoadedRow *self)
{
  return self->model_name;
}

/** pdk_loaded_row_is_answering: Returns: whether a request of the model seems to be running */
gboolean
pdk_loaded_row_is_answering (PdkLoadedRow *self)
{
  return self->is_answering;
}

/**
 * pdk_loaded_row_set_unload:
 * @self: a row with a model
 * @can_unload: whether there is a button for it
 * @state: how it stands with that
 * @sentence: (nullable): why it failed
 *
 * Shows what became of the wish to have the model unloaded.
 */
void
pdk_loaded_row_set_unload (PdkLoadedRow *self,
                           gboolean can_unload,
                           PdkUnloadState state,
                           const char *sentence)
{
  gboolean can_press = state == PDK_UNLOAD_NONE || state == PDK_UNLOAD_FAILED;
  const char *outcome = describe_outcome (state, sentence);
  const char *name = gtk_label_get_text (self->name);
  /* Translators: %s is a model's name. */
  g_autofree char *label = g_strdup_printf (_ ("Unload %s"), name);
  const char *facts = gtk_label_get_text (self->facts);
  g_autofree char *description =
      *outcome != '\0' ? g_strdup_printf ("%s · %s", facts, outcome) : g_strdup (facts);

  gtk_widget_set_visible (GTK_WIDGET (self->unload), can_unload);
  /* Who pressed it by keyboard stays here, and hears of the row what becomes of it. */
  if (!can_press && gtk_widget_has_focus (GTK_WIDGET (self->unload)))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->unload), can_press);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->unload)), label);
  pdk_label_set_text (self->outcome, outcome);
  gtk_widget_set_visible (GTK_WIDGET (self->outcome), *outcome != '\0');
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)), description);
}
