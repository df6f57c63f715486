/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-route.h"

#include <string.h>

typedef struct
{
  const char *target;
  PdkRequestKind kind;
} Case;

static const Case cases[] = {
  { "/api/chat", PDK_REQUEST_CHAT },
  { "/api/chat?stream=true", PDK_REQUEST_CHAT },
  { "/api/chat?", PDK_REQUEST_CHAT },
  { "/v1/chat/completions", PDK_REQUEST_CHAT },
  { "/v1/responses", PDK_REQUEST_CHAT },
  { "/v1/messages", PDK_REQUEST_CHAT },
  { "/v1/messages?beta=true", PDK_REQUEST_CHAT },
  { "/api/generate", PDK_REQUEST_GENERATE },
  { "/api/generate?paddock", PDK_REQUEST_GENERATE },
  { "/api/generate?paddock=unload&more", PDK_REQUEST_GENERATE },
  { "/api/generate?paddock=unload", PDK_REQUEST_NONE },
  { "/api/chat?paddock=unload", PDK_REQUEST_CHAT },
  { "/v1/completions", PDK_REQUEST_GENERATE },
  { "/api/embed", PDK_REQUEST_EMBED },
  { "/api/embeddings", PDK_REQUEST_EMBED },
  { "/v1/embeddings", PDK_REQUEST_EMBED },
  { "/v1/images/generations", PDK_REQUEST_OTHER },
  { "/v1/images/edits", PDK_REQUEST_OTHER },
  { "/v1/audio/transcriptions", PDK_REQUEST_OTHER },
  { "", PDK_REQUEST_NONE },
  { "?", PDK_REQUEST_NONE },
  { "?/api/chat", PDK_REQUEST_NONE },
  { "/", PDK_REQUEST_NONE },
  { "//api/chat", PDK_REQUEST_NONE },
  { "/api/chat/", PDK_REQUEST_NONE },
  { "/api/Chat", PDK_REQUEST_NONE },
  { "/api/chats", PDK_REQUEST_NONE },
  { "/api/cha", PDK_REQUEST_NONE },
  { "/v2/messages", PDK_REQUEST_NONE },
  { "/v1/messages/count_tokens", PDK_REQUEST_NONE },
  { "/api/show", PDK_REQUEST_NONE },
  { "/api/pull", PDK_REQUEST_NONE },
  { "/api/me", PDK_REQUEST_NONE },
};

static void
test_classify (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].target);
      /* An exact copy without a terminator, so that a sanitizer sees a read too far. */
      g_autofree char *target = g_memdup2 (cases[i].target, MAX (length, 1));

      g_test_message ("%s", cases[i].target);
      g_assert_cmpint (pdk_route_classify (target, length), ==, cases[i].kind);
    }
  g_assert_cmpint (pdk_route_classify (NULL, 0), ==, PDK_REQUEST_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/route/classify", test_classify);
  return g_test_run ();
}
