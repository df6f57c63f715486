/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line for each thing: its name, a bar, a number. Lines are changed in place, so that an update closes no
 * tooltip. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-share-list.h"

#include "pdk-text.h"

#include "pdk-section.h"

#define BAR_WIDTH 110

typedef struct
{
  GtkLabel *name;
  GtkProgressBar *bar;
  GtkLabel *number;
} Row;

struct _PdkShareList
{
  GtkGrid parent_instance;

  GArray *rows; /* (element-type Row) */
};

G_DEFINE_FINAL_TYPE (PdkShareList, pdk_share_list, GTK_TYPE_GRID)

static GtkLabel *
attach_label (PdkShareList *self, int row, int column)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, column == 0 ? 0.0f : 1.0f);
  gtk_label_set_ellipsize (label, column == 0 ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_hexpand (GTK_WIDGET (label), column == 0);
  gtk_widget_show (GTK_WIDGET (label));
  gtk_grid_attach (GTK_GRID (self), GTK_WIDGET (label), column, row, 1, 1);
  return label;
}

static void
add_row (PdkShareList *self)
{
  int index = (int) self->rows->len;
  GtkWidget *bar = gtk_progress_bar_new ();
  Row row = { .name = attach_label (self, index, 0), .bar = GTK_PROGRESS_BAR (bar) };

  gtk_widget_set_size_request (bar, BAR_WIDTH, -1);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_widget_show (bar);
  gtk_grid_attach (GTK_GRID (self), bar, 1, index, 1, 1);
  row.number = attach_label (self, index, 2);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (row.number)), "number");
  g_array_append_val (self->rows, row);
}

static void
pdk_share_list_finalize (GObject *object)
{
  g_array_unref (PDK_SHARE_LIST (object)->rows);
  G_OBJECT_CLASS (pdk_share_list_parent_class)->finalize (object);
}

static void
pdk_share_list_class_init (PdkShareListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_share_list_finalize;
}

static void
pdk_share_list_init (PdkShareList *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  gtk_grid_set_column_spacing (GTK_GRID (self), 12);
  gtk_grid_set_row_spacing (GTK_GRID (self), 3);
}

/** pdk_share_list_set_length: has @n_rows lines from now on, the new ones of which are to be set, and is
 * hidden without any */
void
pdk_share_list_set_length (PdkShareList *self, guint n_rows)
{
  while (self->rows->len < n_rows)
    add_row (self);
  while (self->rows->len > n_rows)
    {
      g_array_set_size (self->rows, self->rows->len - 1);
      gtk_grid_remove_row (GTK_GRID (self), (int) self->rows->len);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), n_rows > 0);
}

/**
 * pdk_share_list_set_row:
 * @self: the list
 * @index: a line, less than the length
 * @name: what it is of, as it came from outside
 * @fraction: how long its bar is, from 0 to 1
 * @number: how much it is, in few letters
 * @details: (nullable): the same in words, for the tooltip and for who does not see the bar
 *
 * Sets what one line says, changing only what is different.
 */
void
pdk_share_list_set_row (PdkShareList *self,
                        guint index,
                        const char *name,
                        double fraction,
                        const char *number,
                        const char *details)
{
  const Row *row = &g_array_index (self->rows, Row, index);
  g_autofree char *shown = pdk_text_dup_for_display (name);
  AtkObject *bar = gtk_widget_get_accessible (GTK_WIDGET (row->bar));

  pdk_label_set_text (row->name, shown);
  pdk_label_set_text (row->number, number);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->name), shown);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->bar), details);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->number), details);
  pdk_progress_bar_set_fraction (row->bar, fraction);
  atk_object_set_name (bar, shown);
  atk_object_set_description (bar, details != NULL ? details : number);
}
