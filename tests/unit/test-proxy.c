/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-proxy.h"

static const char *const variables[] = { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                         "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY" };

static const struct
{
  const char *url, *name, *value, *no_proxy, *found;
} cases[] = {
  { "http://box.example:11434", NULL, NULL, NULL, NULL },
  { "http://box.example:11434", "http_proxy", "http://proxy:8080", NULL, "http_proxy" },
  { "http://box.example:11434", "HTTP_PROXY", "http://proxy:8080", NULL, NULL },
  { "http://box.example:11434", "https_proxy", "http://proxy:8080", NULL, NULL },
  { "http://box.example:11434", "all_proxy", "socks5://proxy", NULL, "all_proxy" },
  { "http://box.example:11434", "ALL_PROXY", "socks5://proxy", NULL, "ALL_PROXY" },
  { "http://box.example:11434", "http_proxy", "", NULL, NULL },
  { "https://box.example", "http_proxy", "http://proxy:8080", NULL, NULL },
  { "https://box.example", "https_proxy", "http://proxy:8080", NULL, "https_proxy" },
  { "https://box.example", "HTTPS_PROXY", "http://proxy:8080", NULL, "HTTPS_PROXY" },
  { "http://127.0.0.1:11434", "http_proxy", "http://proxy:8080", NULL, NULL },
  { "http://localhost:11434", "all_proxy", "http://proxy:8080", NULL, NULL },
  { "http://[::1]:11434", "http_proxy", "http://proxy:8080", NULL, NULL },
  { "http://box.example", "http_proxy", "http://proxy:8080", "*", NULL },
  { "http://box.example", "http_proxy", "http://proxy:8080", "other.example, box.example", NULL },
  { "http://box.example", "http_proxy", "http://proxy:8080", ".example", NULL },
  { "http://Box.Example", "http_proxy", "http://proxy:8080", "box.example", NULL },
  { "http://box.example", "http_proxy", "http://proxy:8080", "ox.example", "http_proxy" },
  { "http://box.example", "http_proxy", "http://proxy:8080", "a.box.example", "http_proxy" },
  { "http://box.example", "http_proxy", "http://proxy:8080", "", "http_proxy" },
  { "http://192.168.1.20:11434", "http_proxy", "http://proxy:8080", "192.168.1.20", NULL },
  { "http://192.168.1.20:11434", "http_proxy", "http://proxy:8080", "192.168.0.0/16", NULL },
  { "http://192.168.1.20:11434", "http_proxy", "http://proxy:8080", "10.0.0.0/8", "http_proxy" },
  { "http://[fd00::2]:11434", "http_proxy", "http://proxy:8080", "fd00::/8", NULL },
  { "no address", "http_proxy", "http://proxy:8080", NULL, NULL },
};

static void
test_variable (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (variables); j++)
        g_unsetenv (variables[j]);
      if (cases[i].name != NULL)
        g_setenv (cases[i].name, cases[i].value, TRUE);
      if (cases[i].no_proxy != NULL)
        g_setenv (i % 2 == 0 ? "no_proxy" : "NO_PROXY", cases[i].no_proxy, TRUE);
      g_test_message ("%s", cases[i].url);
      g_assert_cmpstr (pdk_proxy_find_variable (cases[i].url), ==, cases[i].found);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/variable", test_variable);
  return g_test_run ();
}
