/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Steps change seldom. As long as they do not, their widgets stay, and with them the focus. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-steps-section.h"

#include <glib/gi18n-lib.h>

#include "pdk-section.h"

struct _PdkStepsSection
{
  GtkBox parent_instance;

  GtkLabel *title;
  GtkListBox *list;

  PdkSteps *steps;         /* (nullable): those that are shown */
  GtkButton *copied;       /* (nullable) (unowned): a child, whose command was copied last */
  GtkLabel *sign_in_label; /* (nullable) (unowned): a child, beside the button to sign in */
  char *sign_in_text;      /* (nullable): what it says as long as nothing went wrong */
};

G_DEFINE_FINAL_TYPE (PdkStepsSection, pdk_steps_section, GTK_TYPE_BOX)

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

static GtkWidget *
new_label (const char *text, const char *style_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 36);
  if (style_class != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), style_class);
  return label;
}

/* A command reads from left to right in every language. */
static GtkWidget *
new_command (PdkStepsSection *self, const PdkStepWay *way)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *command = new_label (way->target, "monospace");
  GtkWidget *button = gtk_button_new_with_label (_ ("Copy"));

  gtk_widget_set_direction (command, GTK_TEXT_DIR_LTR);
  gtk_label_set_xalign (GTK_LABEL (command),
                        gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? 1.0f : 0.0f);
  gtk_label_set_selectable (GTK_LABEL (command), TRUE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (button), "command", command);
  atk_object_set_description (gtk_widget_get_accessible (button), way->target);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_copy_clicked), self, 0);

  gtk_box_pack_start (GTK_BOX (line), command, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (line), button, FALSE, FALSE, 0);
  gtk_widget_set_margin_top (box, 4);
  gtk_container_add (GTK_CONTAINER (box), new_label (way->title, "caption"));
  gtk_container_add (GTK_CONTAINER (box), line);
  return box;
}

static GtkWidget *
new_way (PdkStepsSection *self, const PdkStepWay *way)
{
  GtkWidget *button;

  switch (way->kind)
    {
    case PDK_STEP_WAY_LINK:
      button = gtk_link_button_new_with_label (way->target, way->title);
      break;
    case PDK_STEP_WAY_PREFERENCES:
      button = gtk_button_new_with_label (way->title);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "app.preferences");
      break;
    case PDK_STEP_WAY_SIGN_IN:
      button = gtk_button_new_with_mnemonic (way->title);
      gtk_widget_set_tooltip_text (button, _ ("Open the browser to sign in the server to Ollama Cloud"));
      /* The action wants its target first. */
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", way->target);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "app.sign-in");
      break;
    case PDK_STEP_WAY_COMMAND:
    default:
      return new_command (self, way);
    }
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  return button;
}

/* States differ by shape. */
static GtkWidget *
new_symbol (PdkStepState state)
{
  static const char *const names[] = {
    [PDK_STEP_FOUND] = "object-select-symbolic",
    [PDK_STEP_NEEDED] = "dialog-warning-symbolic",
    [PDK_STEP_OPTIONAL] = "list-remove-symbolic",
  };
  GtkWidget *symbol = gtk_image_new_from_icon_name (names[state], GTK_ICON_SIZE_MENU);

  gtk_widget_set_valign (symbol, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (symbol, pdk_step_state_describe (state));
  atk_object_set_name (gtk_widget_get_accessible (symbol), pdk_step_state_describe (state));
  if (state == PDK_STEP_OPTIONAL)
    gtk_style_context_add_class (gtk_widget_get_style_context (symbol), "dim-label");
  return symbol;
}

static GtkWidget *
new_words (PdkStepsSection *self, const PdkStep *step)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *text = new_label (step->text, step->state == PDK_STEP_NEEDED ? NULL : "dim-label");

  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_container_add (GTK_CONTAINER (words), text);
  for (guint i = 0; i < step->ways->len; i++)
    {
      const PdkStepWay *way = g_ptr_array_index (step->ways, i);

      gtk_container_add (GTK_CONTAINER (words), new_way (self, way));
      if (way->kind != PDK_STEP_WAY_SIGN_IN)
        continue;
      self->sign_in_label = GTK_LABEL (text);
      self->sign_in_text = g_strdup (step->text);
    }
  if (step->then != NULL)
    gtk_container_add (GTK_CONTAINER (words), new_label (step->then, NULL));
  return words;
}

static void
add_row (PdkStepsSection *self, const PdkStep *step)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *words = new_words (self, step);
  AtkObject *accessible = gtk_widget_get_accessible (row);
  g_autofree char *description =
      g_strdup_printf ("%s: %s", pdk_step_state_describe (step->state), step->text);

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 9);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 2);
  /* The symbol stands at the middle of the name, however large text is. */
  gtk_grid_attach (GTK_GRID (grid), new_symbol (step->state), 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), new_label (step->name, "strong"), 1, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), words, 1, 1, 1, 1);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_container_add (GTK_CONTAINER (row), grid);
  gtk_widget_show_all (row);
  atk_object_set_name (accessible, step->name);
  atk_object_set_description (accessible, description);
  gtk_container_add (GTK_CONTAINER (self->list), row);
}

static void
remove_all (PdkStepsSection *self)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->list));

  self->copied = NULL;
  self->sign_in_label = NULL;
  g_clear_pointer (&self->sign_in_text, g_free);
  for (GList *row = rows; row != NULL; row = row->next)
    gtk_widget_destroy (row->data);
}

static void
set_ground (PdkStepsSection *self, gboolean is_grave)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_remove_class (context, is_grave ? "card" : "banner");
  gtk_style_context_add_class (context, is_grave ? "banner" : "card");
}

static void
pdk_steps_section_finalize (GObject *object)
{
  PdkStepsSection *self = PDK_STEPS_SECTION (object);

  g_clear_pointer (&self->steps, pdk_steps_free);
  g_free (self->sign_in_text);
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
  self->title = GTK_LABEL (new_label ("", "strong"));
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_show (GTK_WIDGET (self->title));
  gtk_widget_show (GTK_WIDGET (self->list));
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (self->title));
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (self->list));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "steps");
}

/**
 * pdk_steps_section_take_steps:
 * @self: the section
 * @steps: (transfer full): what was found, and what is to be done
 *
 * Shows @steps, and hides when there are none.
 */
void
pdk_steps_section_take_steps (PdkStepsSection *self, PdkSteps *steps)
{
  g_autoptr (PdkSteps) taken = steps;

  if (self->steps != NULL && pdk_steps_equal (self->steps, taken))
    return;
  remove_all (self);
  for (guint i = 0; i < taken->steps->len; i++)
    add_row (self, g_ptr_array_index (taken->steps, i));
  pdk_label_set_text (self->title, taken->title != NULL ? taken->title : "");
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->list)), gtk_label_get_text (self->title));
  set_ground (self, taken->is_grave);
  gtk_widget_set_visible (GTK_WIDGET (self), taken->steps->len > 0);
  g_clear_pointer (&self->steps, pdk_steps_free);
  self->steps = g_steal_pointer (&taken);
}

/** pdk_steps_section_set_sign_in_problem: says @sentence (nullable) beside the button to sign in, in place of
 * the usual */
void
pdk_steps_section_set_sign_in_problem (PdkStepsSection *self, const char *sentence)
{
  if (self->sign_in_label != NULL)
    pdk_label_set_text (self->sign_in_label, sentence != NULL ? sentence : self->sign_in_text);
}
