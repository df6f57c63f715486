/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The frame that all sections of the details window share. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-section.h"

typedef struct
{
  GtkWidget *heading;
  GtkLabel *title;
  GtkLabel *summary;
  gboolean is_folded; /* somebody wants it so */
  gboolean is_urgent;
  gboolean is_applying; /* what changes now is nobody's wish */
} PdkSectionPrivate;

enum
{
  PROP_TITLE = 1,
  PROP_SUMMARY,
  PROP_FOLDED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_TYPE_WITH_PRIVATE (PdkSection, pdk_section, GTK_TYPE_EXPANDER)

static PdkSectionPrivate *
get_private (PdkSection *self)
{
  return pdk_section_get_instance_private (self);
}

static void
describe (PdkSection *self)
{
  PdkSectionPrivate *priv = get_private (self);
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));

  atk_object_set_name (accessible, gtk_label_get_text (priv->title));
  atk_object_set_description (accessible, gtk_label_get_text (priv->summary));
}

static void
apply_fold (PdkSection *self)
{
  PdkSectionPrivate *priv = get_private (self);

  priv->is_applying = TRUE;
  gtk_expander_set_expanded (GTK_EXPANDER (self), !priv->is_folded || priv->is_urgent);
  priv->is_applying = FALSE;
}

/* What is folded while it is urgent is so for the moment only. */
static void
on_expanded (PdkSection *self)
{
  PdkSectionPrivate *priv = get_private (self);

  if (!priv->is_applying && !priv->is_urgent)
    pdk_section_set_folded (self, !gtk_expander_get_expanded (GTK_EXPANDER (self)));
}

static void
pdk_section_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PdkSectionPrivate *priv = get_private (PDK_SECTION (object));

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, gtk_label_get_text (priv->title));
      break;
    case PROP_SUMMARY:
      g_value_set_string (value, gtk_label_get_text (priv->summary));
      break;
    case PROP_FOLDED:
      g_value_set_boolean (value, priv->is_folded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pdk_section_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  PdkSection *self = PDK_SECTION (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      pdk_section_set_title (self, g_value_get_string (value));
      break;
    case PROP_SUMMARY:
      pdk_section_set_summary (self, g_value_get_string (value));
      break;
    case PROP_FOLDED:
      pdk_section_set_folded (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* The expander's own construct properties would undo what is set before. */
static void
pdk_section_constructed (GObject *object)
{
  GtkExpander *expander = GTK_EXPANDER (object);

  G_OBJECT_CLASS (pdk_section_parent_class)->constructed (object);
  gtk_expander_set_label_widget (expander, get_private (PDK_SECTION (object))->heading);
  gtk_expander_set_label_fill (expander, TRUE);
  apply_fold (PDK_SECTION (object));
  g_signal_connect (object, "notify::expanded", G_CALLBACK (on_expanded), NULL);
}

/* Where text runs from right to left, GTK's expander looks for something on the left without end: from its
 * child to its label, and back. */
static gboolean
pdk_section_focus (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (widget));

  if (direction != GTK_DIR_LEFT || gtk_widget_get_direction (widget) != GTK_TEXT_DIR_RTL)
    return GTK_WIDGET_CLASS (pdk_section_parent_class)->focus (widget, direction);
  return child != NULL && gtk_widget_get_mapped (child) && gtk_widget_child_focus (child, direction);
}

/* Text that wraps can need more than a box has left, until the window has grown. GTK's expander does not bear
 * less than its margins. */
static void
pdk_section_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  GtkAllocation fitted = *allocation;
  int minimum = 0;

  gtk_widget_get_preferred_height_for_width (widget, fitted.width, &minimum, NULL);
  fitted.height = MAX (fitted.height, minimum);
  GTK_WIDGET_CLASS (pdk_section_parent_class)->size_allocate (widget, &fitted);
}

static void
pdk_section_dispose (GObject *object)
{
  PdkSectionPrivate *priv = get_private (PDK_SECTION (object));

  g_clear_object (&priv->heading);
  G_OBJECT_CLASS (pdk_section_parent_class)->dispose (object);
}

static void
pdk_section_class_init (PdkSectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = pdk_section_constructed;
  object_class->dispose = pdk_section_dispose;
  object_class->get_property = pdk_section_get_property;
  object_class->set_property = pdk_section_set_property;
  GTK_WIDGET_CLASS (klass)->focus = pdk_section_focus;
  GTK_WIDGET_CLASS (klass)->size_allocate = pdk_section_size_allocate;
  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SUMMARY] =
      g_param_spec_string ("summary", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FOLDED] = g_param_spec_boolean (
      "folded", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pdk_section_init (PdkSection *self)
{
  PdkSectionPrivate *priv = get_private (self);
  GtkWidget *heading = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  priv->title = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_xalign (priv->title, 0.0f);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (priv->title)), "section-title");
  priv->summary = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_xalign (priv->summary, 1.0f);
  gtk_label_set_ellipsize (priv->summary, PANGO_ELLIPSIZE_END);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (priv->summary)), "dim-label");
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (priv->summary)), "caption");

  gtk_box_pack_start (GTK_BOX (heading), GTK_WIDGET (priv->title), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (heading), GTK_WIDGET (priv->summary), TRUE, TRUE, 0);
  gtk_widget_set_hexpand (heading, TRUE);
  gtk_widget_show_all (heading);
  priv->heading = g_object_ref_sink (heading);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "section");
}

/** pdk_section_set_title: sets the heading, plain text */
void
pdk_section_set_title (PdkSection *self, const char *title)
{
  pdk_label_set_text (get_private (self)->title, title);
  describe (self);
}

/** pdk_section_set_summary: sets what stands at the end of the heading, plain text */
void
pdk_section_set_summary (PdkSection *self, const char *summary)
{
  pdk_label_set_text (get_private (self)->summary, summary);
  describe (self);
}

/** pdk_section_get_folded: Returns: whether somebody wants @self folded, whatever it is at the moment */
gboolean
pdk_section_get_folded (PdkSection *self)
{
  return get_private (self)->is_folded;
}

/** pdk_section_set_folded: folds @self or opens it, unless it is urgent, and then as soon as it is not */
void
pdk_section_set_folded (PdkSection *self, gboolean is_folded)
{
  PdkSectionPrivate *priv = get_private (self);

  if (priv->is_folded == is_folded)
    return;
  priv->is_folded = is_folded;
  if (!priv->is_urgent)
    apply_fold (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLDED]);
}

/** pdk_section_set_urgent: says whether there is something in @self that somebody has to see: it opens when
 * that begins, and folds again, if it was, when that is over */
void
pdk_section_set_urgent (PdkSection *self, gboolean is_urgent)
{
  PdkSectionPrivate *priv = get_private (self);

  if (priv->is_urgent == is_urgent)
    return;
  priv->is_urgent = is_urgent;
  apply_fold (self);
}

/** pdk_label_set_text: sets plain text if it is another one, so that a selection in @label survives an update
 */
void
pdk_label_set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

/** pdk_progress_bar_set_fraction: sets how full it is if that is another value; GTK tells a screen reader of
 * each that is set, also of the same */
void
pdk_progress_bar_set_fraction (GtkProgressBar *bar, double fraction)
{
  double wanted = CLAMP (fraction, 0.0, 1.0);

  if (gtk_progress_bar_get_fraction (bar) != wanted)
    gtk_progress_bar_set_fraction (bar, wanted);
}
