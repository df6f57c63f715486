/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For programs that are linked with libcurl. */

#include "config.h"

#include "pdk-curl.h"

/** pdk_curl_find_functions: Returns: (transfer none): the functions, which are always there */
const PdkCurl *
pdk_curl_find_functions (GError **error)
{
  return &pdk_curl_functions;
}
