/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Steps change seldom. As long as they do not, their widgets stay, and with them the focus. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-steps-section.h"

#include <glib/gi18n-lib.h>

#include "pdk-steps.h"

struct _PdkStepsSection
{
  GtkBox parent_instance;

  GArray *steps;     /* PdkStep: those that are shown */
  GtkButton *copied; /* (nullable) (unowned): a child, whose command was copied last */
};

G_DEFINE_FINAL_TYPE (PdkStepsSection, pdk_steps_section, GTK_TYPE_BOX)

static gboolean
are_shown (PdkStepsSection *self, const GArray *steps)
{
  if (steps->len != self->steps->len)
    return FALSE;
  for (guint i = 0; i < steps->len; i++)
    {
      const PdkStep *step = &g_array_index (steps, PdkStep, i);
      const PdkStep *shown = &g_array_index (self->steps, PdkStep, i);

      if (g_strcmp0 (step->command, shown->command) != 0 || g_strcmp0 (step->link, shown->link) != 0)
        return FALSE;
    }
  return TRUE;
}

/* The button's own text tells that it is done, so that a screen reader says it of what has the focus. */
static void
on_copy_clicked (GtkButton *button, gpointer user_data)
{
  PdkStepsSection *self = PDK_STEPS_SECTION (user_data);
  const char *command = gtk_label_get_text (g_object_get_data (G_OBJECT (button), "command"));
  GtkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD);

  gtk_clipboard_set_text (clipboard, command, -1);
  gtk_clipboard_store (clipboard);
  if (self->copied != NULL)
    gtk_button_set_label (self->copied, _ ("Copy"));
  self->copied = button;
  gtk_button_set_label (button, _ ("Copied"));
}

static void
add_command (PdkStepsSection *self, const PdkStep *step)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = gtk_label_new (step->title);
  GtkWidget *command = gtk_label_new (step->command);
  GtkWidget *button = gtk_button_new_with_label (_ ("Copy"));

  gtk_label_set_xalign (GTK_LABEL (title), 0.0f);
  gtk_label_set_line_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_xalign (GTK_LABEL (command), 0.0f);
  gtk_label_set_line_wrap (GTK_LABEL (command), TRUE);
  gtk_label_set_selectable (GTK_LABEL (command), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (command), "monospace");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (button), "command", command);
  atk_object_set_description (gtk_widget_get_accessible (button), step->command);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_copy_clicked), self, 0);

  gtk_box_pack_start (GTK_BOX (row), command, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (row), button, FALSE, FALSE, 0);
  gtk_widget_show (title);
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (self), title);
  gtk_container_add (GTK_CONTAINER (self), row);
}

static void
add_link (PdkStepsSection *self, const PdkStep *step)
{
  GtkWidget *button = gtk_link_button_new_with_label (step->link, step->title);

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_show (button);
  gtk_container_add (GTK_CONTAINER (self), button);
}

static void
remove_all (PdkStepsSection *self)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (self));

  self->copied = NULL;
  for (GList *child = children; child != NULL; child = child->next)
    gtk_widget_destroy (child->data);
}

static void
pdk_steps_section_finalize (GObject *object)
{
  g_array_unref (PDK_STEPS_SECTION (object)->steps);
  G_OBJECT_CLASS (pdk_steps_section_parent_class)->finalize (object);
}

static void
pdk_steps_section_class_init (PdkStepsSectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_steps_section_finalize;
}

static void
pdk_steps_section_init (PdkStepsSection *self)
{
  self->steps = g_array_new (FALSE, FALSE, sizeof (PdkStep));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 3);
}

/**
 * pdk_steps_section_set_account:
 * @self: the section
 * @account: (transfer none): the account, which is not kept
 *
 * Shows what can be done for @account's server, and hides when there is nothing.
 */
void
pdk_steps_section_set_account (PdkStepsSection *self, const PdkAccountSnapshot *account)
{
  g_autoptr (GArray) steps = pdk_steps_of_account (account);

  if (are_shown (self, steps))
    return;
  remove_all (self);
  for (guint i = 0; i < steps->len; i++)
    {
      const PdkStep *step = &g_array_index (steps, PdkStep, i);

      if (step->command != NULL)
        add_command (self, step);
      else
        add_link (self, step);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), steps->len > 0);
  g_array_unref (self->steps);
  self->steps = g_steal_pointer (&steps);
}
