/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-error.h"

#include <errno.h>

static void
test_domain (void)
{
  g_autoptr (GError) error = g_error_new (PDK_ERROR, PDK_ERROR_REFUSED, "refused");

  g_assert_cmpstr (g_quark_to_string (error->domain), ==, "pdk-error-quark");
  g_assert_error (error, PDK_ERROR, PDK_ERROR_REFUSED);
}

static void
test_from_errno (void)
{
  static const struct
  {
    int number;
    PdkError code;
  } cases[] = {
    { ENOENT, PDK_ERROR_NOT_FOUND }, { ENOTDIR, PDK_ERROR_NOT_FOUND },  { EACCES, PDK_ERROR_PERMISSION },
    { EPERM, PDK_ERROR_PERMISSION }, { EISDIR, PDK_ERROR_NOT_REGULAR }, { ENXIO, PDK_ERROR_NOT_REGULAR },
    { EIO, PDK_ERROR_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (pdk_error_from_errno (cases[i].number), ==, cases[i].code);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/domain", test_domain);
  g_test_add_func ("/error/from-errno", test_from_errno);
  return g_test_run ();
}
