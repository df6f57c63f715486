/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fake-source.h"

typedef struct
{
  GTask *task; /* (nullable): the question that is open */
  guint n_polls;
  gint64 now_usec;
} FakeSourcePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (FakeSource, fake_source, PDK_TYPE_SOURCE)

/* A source's name belongs to its class, so each name gets one. */
typedef struct
{
  const char *name;
  gboolean is_last;
} ClassData;

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  FakeSourcePrivate *priv = fake_source_get_instance_private (FAKE_SOURCE (source));

  g_assert_null (priv->task);
  priv->task = g_task_new (source, cancellable, callback, user_data);
  priv->now_usec = now_usec;
  priv->n_polls++;
}

static void
fake_source_dispose (GObject *object)
{
  FakeSourcePrivate *priv = fake_source_get_instance_private (FAKE_SOURCE (object));

  g_assert_null (priv->task);
  G_OBJECT_CLASS (fake_source_parent_class)->dispose (object);
}

static void
fake_source_class_init (FakeSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fake_source_dispose;
  PDK_SOURCE_CLASS (klass)->poll_async = poll_async;
}

static void
fake_source_init (FakeSource *self)
{
}

static void
named_class_init (gpointer klass, gpointer data)
{
  const ClassData *class_data = data;

  PDK_SOURCE_CLASS (klass)->name = class_data->name;
  PDK_SOURCE_CLASS (klass)->is_last = class_data->is_last;
}

/* @name: a literal; it tells whether the source is a last one, once and for all */
FakeSource *
fake_source_new (const char *name, gboolean is_last)
{
  g_autofree char *type_name = g_strconcat ("FakeSource-", name, NULL);
  GType type = g_type_from_name (type_name);

  if (type == G_TYPE_INVALID)
    {
      const ClassData class_data = { name, is_last };
      GTypeInfo info = { .class_size = sizeof (FakeSourceClass),
                         .class_init = named_class_init,
                         .class_data = g_memdup2 (&class_data, sizeof class_data),
                         .instance_size = sizeof (FakeSource) };

      type = g_type_register_static (FAKE_TYPE_SOURCE, type_name, &info, 0);
    }
  return g_object_new (type, NULL);
}

guint
fake_source_count_polls (FakeSource *self)
{
  return ((FakeSourcePrivate *) fake_source_get_instance_private (self))->n_polls;
}

gboolean
fake_source_is_asked (FakeSource *self)
{
  return ((FakeSourcePrivate *) fake_source_get_instance_private (self))->task != NULL;
}

gint64
fake_source_get_now_usec (FakeSource *self)
{
  return ((FakeSourcePrivate *) fake_source_get_instance_private (self))->now_usec;
}

/* Answers the open question: with a metric of the source's name when @state is OK, a diagnostic when it
 * failed. */
void
fake_source_answer (FakeSource *self, PdkSourceState state, double value)
{
  FakeSourcePrivate *priv = fake_source_get_instance_private (self);
  g_autoptr (GTask) task = g_steal_pointer (&priv->task);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  const char *name = pdk_source_get_name (PDK_SOURCE (self));

  g_assert_nonnull (task);
  if (state == PDK_SOURCE_STATE_OK || state == PDK_SOURCE_STATE_STALE)
    pdk_facts_set_metric (facts, name, value, "x", NULL);
  else if (state == PDK_SOURCE_STATE_FAILED)
    pdk_facts_set_diagnostic (facts, name, "It failed.");
  g_task_return_pointer (task, pdk_reading_new (state, priv->now_usec, facts),
                         (GDestroyNotify) pdk_reading_unref);
  g_clear_object (&task);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
