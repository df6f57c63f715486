/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The start of the header bar. The icon is the tray's, so that people learn it here. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-state-header.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-text.h"

#include "pdk-icons.h"
#include "pdk-section.h"

struct _PdkStateHeader
{
  GtkBox parent_instance;

  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *subtitle;
};

G_DEFINE_FINAL_TYPE (PdkStateHeader, pdk_state_header, GTK_TYPE_BOX)

static const char *
describe_level (PdkLevel level)
{
  switch (level)
    {
    case PDK_LEVEL_LOADED:
      return _ ("A model is loaded");
    case PDK_LEVEL_UNREACHABLE:
      return _ ("The server does not answer");
    case PDK_LEVEL_ATTENTION:
      return _ ("Something needs your attention");
    case PDK_LEVEL_IDLE:
    default:
      return _ ("No model is loaded");
    }
}

static void
set_level (PdkStateHeader *self, PdkLevel level)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self->icon));
  g_autofree char *name = pdk_icons_dup_name (level, PDK_TRAY_ICON_SYMBOLIC, NULL);

  for (PdkLevel other = PDK_LEVEL_IDLE; other <= PDK_LEVEL_ATTENTION; other++)
    gtk_style_context_remove_class (context, pdk_level_to_string (other));
  gtk_style_context_add_class (context, pdk_level_to_string (level));
  gtk_image_set_from_icon_name (self->icon, name, GTK_ICON_SIZE_LARGE_TOOLBAR);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->icon), describe_level (level));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->icon)), describe_level (level));
}

static const char *
skip_scheme (const char *url)
{
  return g_str_has_prefix (url, "http://") ? url + strlen ("http://") : url;
}

/* Two accounts may be of one server, and a person knows them by their names. */
static char *
dup_where (const PdkAccountSnapshot *account, gboolean is_one_of_several)
{
  g_autofree char *where = NULL;
  g_autofree char *name = NULL;

  if (account != NULL && account->base_url != NULL)
    where = pdk_text_dup_for_display (skip_scheme (account->base_url));
  else
    where = g_strdup (account != NULL && account->is_cloud_only ? _ ("Ollama Cloud") : "");
  if (account == NULL || !is_one_of_several)
    return g_steal_pointer (&where);
  name = pdk_text_dup_for_display (account->id);
  /* Translators: an account, and where its server is. */
  return *where != '\0' ? g_strdup_printf (_ ("%s · %s"), name, where) : g_steal_pointer (&name);
}

static void
pdk_state_header_class_init (PdkStateHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-state-header.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkStateHeader, icon);
  gtk_widget_class_bind_template_child (widget_class, PdkStateHeader, title);
  gtk_widget_class_bind_template_child (widget_class, PdkStateHeader, subtitle);
}

static void
pdk_state_header_init (PdkStateHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pdk_state_header_set_account:
 * @self: the header
 * @account: (transfer none) (nullable): the account, which is not kept; %NULL before anything is known
 * @is_one_of_several: whether it takes the account's name to tell it from others
 * @level: how things stand with it
 *
 * Shows @account.
 */
void
pdk_state_header_set_account (PdkStateHeader *self,
                              const PdkAccountSnapshot *account,
                              gboolean is_one_of_several,
                              PdkLevel level)
{
  const char *version = account != NULL ? pdk_facts_get_attribute (account->facts, "server_version") : NULL;
  g_autofree char *title = NULL;
  g_autofree char *where = dup_where (account, is_one_of_several);

  if (version != NULL)
    {
      g_autofree char *shown = pdk_text_dup_for_display (version);

      /* Translators: the server's name and its version. */
      title = g_strdup_printf (_ ("Ollama %s"), shown);
    }

  pdk_label_set_text (self->title, title != NULL ? title : "Ollama");
  pdk_label_set_text (self->subtitle, where);
  /* Of an address the port tells most, of one of several the name, which stands first. */
  gtk_label_set_ellipsize (self->subtitle, is_one_of_several ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), *where != '\0');
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->subtitle), where);
  set_level (self, level);
}

/**
 * pdk_state_header_dup_spoken:
 * @self: the header
 * @with_place: whether to say which account it is, and where
 *
 * Returns: (transfer full): what it shows, in one line for who does not see it
 */
char *
pdk_state_header_dup_spoken (PdkStateHeader *self, gboolean with_place)
{
  const char *state = atk_object_get_name (gtk_widget_get_accessible (GTK_WIDGET (self->icon)));
  const char *title = gtk_label_get_text (self->title);
  const char *place = gtk_label_get_text (self->subtitle);

  return with_place && *place != '\0' ? g_strdup_printf ("%s · %s · %s", state, title, place)
                                      : g_strdup_printf ("%s · %s", state, title);
}
