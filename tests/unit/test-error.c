/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-error.h"

static void
test_domain (void)
{
  g_autoptr (GError) error = g_error_new (PDK_ERROR, PDK_ERROR_REFUSED, "refused");

  g_assert_cmpstr (g_quark_to_string (error->domain), ==, "pdk-error-quark");
  g_assert_error (error, PDK_ERROR, PDK_ERROR_REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/domain", test_domain);
  return g_test_run ();
}
