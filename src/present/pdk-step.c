/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One line of a list of what was found and what was not. Text is translated by whoever makes it. Plain data;
 * any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-step.h"

#include <glib/gi18n-lib.h>

static void
way_free (gpointer data)
{
  PdkStepWay *way = data;

  g_free (way->target);
  g_free (way);
}

/** pdk_step_state_describe: Returns: (transfer none): the state in words, for who hears its symbol */
const char *
pdk_step_state_describe (PdkStepState state)
{
  switch (state)
    {
    case PDK_STEP_FOUND:
      return _ ("Found");
    case PDK_STEP_NEEDED:
      return _ ("A step is needed");
    case PDK_STEP_OPTIONAL:
    default:
      return _ ("Not there");
    }
}

/**
 * pdk_step_new:
 * @state: how it is
 * @name: what it is, which lives for ever
 * @text: (transfer full) (nullable): how it is in words; to be set later if it is %NULL
 *
 * Returns: (transfer full): a step with nothing to do
 */
PdkStep *
pdk_step_new (PdkStepState state, const char *name, char *text)
{
  PdkStep *step = g_new0 (PdkStep, 1);

  step->state = state;
  step->name = name;
  step->text = text;
  step->ways = g_ptr_array_new_with_free_func (way_free);
  return step;
}

/** pdk_step_free: frees @step (transfer full) */
void
pdk_step_free (PdkStep *step)
{
  g_free (step->text);
  g_ptr_array_unref (step->ways);
  g_free (step);
}

/**
 * pdk_step_add_way:
 * @step: a step
 * @kind: what is to be done
 * @title: the same in words, which live for ever
 * @target: (transfer full) (nullable): the command, the address or the account's id
 *
 * Adds something to do, which is less likely than all before.
 */
void
pdk_step_add_way (PdkStep *step, PdkStepKind kind, const char *title, char *target)
{
  PdkStepWay *way = g_new0 (PdkStepWay, 1);

  way->kind = kind;
  way->title = title;
  way->target = target;
  g_ptr_array_add (step->ways, way);
}

/** pdk_step_equal: Returns: whether @a and @b look the same */
gboolean
pdk_step_equal (const PdkStep *a, const PdkStep *b)
{
  if (a->state != b->state || g_strcmp0 (a->name, b->name) != 0 || g_strcmp0 (a->text, b->text) != 0 ||
      g_strcmp0 (a->then, b->then) != 0 || a->ways->len != b->ways->len)
    return FALSE;
  for (guint i = 0; i < a->ways->len; i++)
    {
      const PdkStepWay *one = g_ptr_array_index (a->ways, i);
      const PdkStepWay *other = g_ptr_array_index (b->ways, i);

      if (one->kind != other->kind || g_strcmp0 (one->title, other->title) != 0 ||
          g_strcmp0 (one->target, other->target) != 0)
        return FALSE;
    }
  return TRUE;
}
