/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <curl/curl.h>
#include <glib.h>

G_BEGIN_DECLS

/* What is used of libcurl, under its names; see libcurl(3). Of each function, the type is what the header of
 * the libcurl at hand says: they differ in a const. */
typedef struct
{
  __typeof__ (curl_global_init) *global_init;
  __typeof__ (curl_version_info) *version_info;
  __typeof__ (curl_free) *free;

  __typeof__ (curl_easy_init) *easy_init;
  __typeof__ (curl_easy_cleanup) *easy_cleanup;
  __typeof__ (curl_easy_setopt) *easy_setopt;
  __typeof__ (curl_easy_getinfo) *easy_getinfo;
  __typeof__ (curl_easy_strerror) *easy_strerror;

  __typeof__ (curl_multi_init) *multi_init;
  __typeof__ (curl_multi_cleanup) *multi_cleanup;
  __typeof__ (curl_multi_setopt) *multi_setopt;
  __typeof__ (curl_multi_add_handle) *multi_add_handle;
  __typeof__ (curl_multi_remove_handle) *multi_remove_handle;
  __typeof__ (curl_multi_socket_action) *multi_socket_action;
  __typeof__ (curl_multi_info_read) *multi_info_read;
  __typeof__ (curl_multi_strerror) *multi_strerror;

  __typeof__ (curl_slist_append) *slist_append;
  __typeof__ (curl_slist_free_all) *slist_free_all;

  __typeof__ (curl_url) *url;
  __typeof__ (curl_url_cleanup) *url_cleanup;
  __typeof__ (curl_url_get) *url_get;
  __typeof__ (curl_url_set) *url_set;
} PdkCurl;

/* In pdk-curl-functions.c, which is all that is linked with libcurl: it is a module of its own, or a part of
 * the program. */
extern const PdkCurl pdk_curl_functions;

/* Whoever links the program says which: pdk-curl-module.c, or pdk-curl-linked.c. */
const PdkCurl *pdk_curl_find_functions (GError **error);

const PdkCurl *pdk_curl_get (void);
const PdkCurl *pdk_curl_load (GError **error);
void pdk_curl_finish (void);
gboolean pdk_curl_has_hashed_certificates (void);

G_END_DECLS
