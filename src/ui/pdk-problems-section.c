/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The diagnostics as sentences that can be selected, as they name files and commands. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-problems-section.h"

#include <glib/gi18n-lib.h>

#include "pdk-main-problem.h"

struct _PdkProblemsSection
{
  PdkSection parent_instance;

  GtkBox *box;
};

G_DEFINE_FINAL_TYPE (PdkProblemsSection, pdk_problems_section, PDK_TYPE_SECTION)

typedef struct
{
  const PdkAccountSnapshot *account;
  const PdkSteps *steps;
  GPtrArray *sentences; /* const char *, of the facts */
} Collection;

static void
collect (const char *name, const char *sentence, gpointer user_data)
{
  Collection *collection = user_data;

  if (pdk_main_problem_explains (collection->account, name) || pdk_steps_tell (collection->steps, name) ||
      g_ptr_array_find_with_equal_func (collection->sentences, sentence, g_str_equal, NULL))
    return;
  g_ptr_array_add (collection->sentences, (gpointer) sentence);
}

static void
add_sentence (PdkProblemsSection *self)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "card-line");
  gtk_widget_show (label);
  gtk_container_add (GTK_CONTAINER (self->box), label);
}

static void
show_sentences (PdkProblemsSection *self, const GPtrArray *sentences)
{
  g_autoptr (GList) labels = gtk_container_get_children (GTK_CONTAINER (self->box));

  for (guint n_labels = g_list_length (labels); n_labels < sentences->len; n_labels++)
    add_sentence (self);
  g_list_free (labels);
  labels = gtk_container_get_children (GTK_CONTAINER (self->box));

  for (guint i = 0; i < g_list_length (labels); i++)
    {
      GtkWidget *label = g_list_nth_data (labels, i);

      gtk_widget_set_visible (label, i < sentences->len);
      if (i < sentences->len)
        pdk_label_set_text (GTK_LABEL (label), g_ptr_array_index (sentences, i));
    }
}

static void
pdk_problems_section_class_init (PdkProblemsSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-problems-section.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkProblemsSection, box);
}

static void
pdk_problems_section_init (PdkProblemsSection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* GTK asks a hidden box once whether its height goes by its width; without a label it would not. */
  add_sentence (self);
}

/**
 * pdk_problems_section_set_account:
 * @self: the section
 * @account: (transfer none): the account, which is not kept
 * @steps: (transfer none): which tell diagnostics that are left out, as is the main problem, which the banner
 *   tells
 *
 * Shows the other diagnostics of @account, each sentence once, and hides when there is none.
 */
void
pdk_problems_section_set_account (PdkProblemsSection *self,
                                  const PdkAccountSnapshot *account,
                                  const PdkSteps *steps)
{
  g_autoptr (GPtrArray) sentences = g_ptr_array_new ();
  Collection collection = { account, steps, sentences };

  pdk_facts_foreach_diagnostic (account->facts, collect, &collection);
  gtk_widget_set_visible (GTK_WIDGET (self), sentences->len > 0);
  show_sentences (self, sentences);
}
