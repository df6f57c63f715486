/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-step.h"

static PdkStep *
new_step (PdkStepState state, const char *name, const char *text, PdkStepKind kind, const char *target)
{
  PdkStep *step = pdk_step_new (state, name, g_strdup (text));

  pdk_step_add_way (step, kind, "Do it", g_strdup (target));
  return step;
}

/* Each differs from the first in one thing that can be seen. */
static void
test_equal (void)
{
  PdkStep *steps[] = {
    new_step (PDK_STEP_NEEDED, "Log", "It is so.", PDK_STEP_WAY_COMMAND, "do it"),
    new_step (PDK_STEP_FOUND, "Log", "It is so.", PDK_STEP_WAY_COMMAND, "do it"),
    new_step (PDK_STEP_NEEDED, "Server", "It is so.", PDK_STEP_WAY_COMMAND, "do it"),
    new_step (PDK_STEP_NEEDED, "Log", "It is not.", PDK_STEP_WAY_COMMAND, "do it"),
    new_step (PDK_STEP_NEEDED, "Log", "It is so.", PDK_STEP_WAY_LINK, "do it"),
    new_step (PDK_STEP_NEEDED, "Log", "It is so.", PDK_STEP_WAY_COMMAND, NULL),
    new_step (PDK_STEP_NEEDED, "Log", "It is so.", PDK_STEP_WAY_COMMAND, "do it"),
    new_step (PDK_STEP_NEEDED, "Log", "It is so.", PDK_STEP_WAY_COMMAND, "do it"),
    new_step (PDK_STEP_NEEDED, "Log", "It is so.", PDK_STEP_WAY_COMMAND, "do it"),
  };
  const guint last = G_N_ELEMENTS (steps) - 1;

  pdk_step_add_way (steps[6], PDK_STEP_WAY_PREFERENCES, "Or else", NULL);
  steps[7]->then = "Then rest.";
  for (guint i = 0; i <= last; i++)
    g_assert_cmpint (pdk_step_equal (steps[0], steps[i]), ==, i == 0 || i == last);
  for (guint i = 0; i <= last; i++)
    pdk_step_free (steps[i]);
}

/* Who hears the symbols tells them apart. */
static void
test_states (void)
{
  g_assert_cmpstr (pdk_step_state_describe (PDK_STEP_FOUND), ==, "Found");
  g_assert_cmpstr (pdk_step_state_describe (PDK_STEP_NEEDED), ==, "A step is needed");
  g_assert_cmpstr (pdk_step_state_describe (PDK_STEP_OPTIONAL), ==, "Not there");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/step/equal", test_equal);
  g_test_add_func ("/step/states", test_states);
  return g_test_run ();
}
