/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-error.h"
#include "pdk-ollama-host.h"

/* Up to "ollama.com" these are the cases of envconfig/config_test.go of Ollama's source, with the addresses
 * that its client then connects to. */
static const struct
{
  const char *value, *expected;
} value_cases[] = {
  { NULL, "http://127.0.0.1:11434" },
  { "", "http://127.0.0.1:11434" },
  { "1.2.3.4", "http://1.2.3.4:11434" },
  { ":1234", "http://127.0.0.1:1234" },
  { "1.2.3.4:1234", "http://1.2.3.4:1234" },
  { "user:secret@1.2.3.4:1234", "http://1.2.3.4:1234" },
  { "https://user:secret@host/a@b", "https://host:443/a@b" },
  { "example.com", "http://example.com:11434" },
  { "example.com:1234", "http://example.com:1234" },
  { ":0", "http://127.0.0.1:0" },
  { ":66000", "http://127.0.0.1:11434" },
  { ":-1", "http://127.0.0.1:11434" },
  { "[::1]", "http://[::1]:11434" },
  { "[::]", "http://[::1]:11434" },
  { "::1", "http://[::1]:11434" },
  { "[::1]:1337", "http://[::1]:1337" },
  { " 1.2.3.4 ", "http://1.2.3.4:11434" },
  { "\"1.2.3.4\"", "http://1.2.3.4:11434" },
  { " \" 1.2.3.4 \" ", "http://1.2.3.4:11434" },
  { "'1.2.3.4'", "http://1.2.3.4:11434" },
  { "http://1.2.3.4", "http://1.2.3.4:80" },
  { "http://1.2.3.4:4321", "http://1.2.3.4:4321" },
  { "https://1.2.3.4", "https://1.2.3.4:443" },
  { "https://1.2.3.4:4321", "https://1.2.3.4:4321" },
  { "https://example.com/ollama", "https://example.com:443/ollama" },
  { "ollama.com", "https://ollama.com:443" },
  { "https://example.com/ollama/", "https://example.com:443/ollama" },
  { "https://example.com:8443/a/b//", "https://example.com:8443/a/b" },
  { "example.com/ollama", "http://example.com:11434/ollama" },
  { "http://", "http://127.0.0.1:80" },
  { "http://:1234", "http://127.0.0.1:1234" },
  { "0.0.0.0", "http://127.0.0.1:11434" },
  { "0.0.0.0:1234", "http://127.0.0.1:1234" },
  { "http://0.0.0.0", "http://127.0.0.1:80" },
  { "::", "http://[::1]:11434" },
  { "[::]:1234", "http://[::1]:1234" },
  { "0:0:0:0:0:0:0:0", "http://[::1]:11434" },
  { "2001:db8::1", "http://[2001:db8::1]:11434" },
  { "https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x" },
  { "example.com:", "http://example.com:11434" },
  { "example.com:port", "http://example.com:11434" },
  { "https://example.com:port", "https://example.com:443" },
  { "\"\"", "http://127.0.0.1:11434" },
};

static void
test_value (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (value_cases); i++)
    {
      g_autofree char *url = pdk_ollama_host_to_base_url (value_cases[i].value);

      g_test_message ("%s", value_cases[i].value != NULL ? value_cases[i].value : "NULL");
      g_assert_cmpstr (url, ==, value_cases[i].expected);
    }
}

static const struct
{
  const char *url, *expected; /* NULL for an error */
} url_cases[] = {
  { "http://127.0.0.1:11434", "http://127.0.0.1:11434" },
  { "http://127.0.0.1:11434/", "http://127.0.0.1:11434" },
  { "HTTP://Example.COM", "http://Example.COM:80" },
  { "https://ollama.example", "https://ollama.example:443" },
  { "https://ollama.example/proxy/", "https://ollama.example:443/proxy" },
  { "https://user:secret@ollama.example/x?key=1#top", "https://ollama.example:443/x" },
  { "http://[::1]:11434", "http://[::1]:11434" },
  { "http://0.0.0.0:11434", "http://127.0.0.1:11434" },
  { "http://[::]:11434", "http://[::1]:11434" },
  { "localhost", "http://localhost:11434" },
  { "localhost:8080", "http://localhost:8080" },
  { "::1", "http://[::1]:11434" },
  { "http://host/a%20b%0D%0AX", "http://host:80/a%20b%0D%0AX" },
  { "http://host%2Fpath", NULL },
  { "http://host%0d%0aX-Header:1/", NULL },
  { "two words", NULL },
  { "user@host", "http://host:11434" },
  { "user:secret@host:80", "http://host:80" },
  { "http://", NULL },
  { "http:///path", NULL },
  { "https://:443", NULL },
  { "ftp://host", NULL },
  { "file:///etc/passwd", NULL },
  { "http://host:99999", NULL },
  { "http://host:port", NULL },
  { "://host", NULL },
  { "", NULL },
};

static void
test_url (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (url_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *url = pdk_ollama_host_normalize_base_url (url_cases[i].url, &error);

      g_test_message ("%s", url_cases[i].url);
      g_assert_cmpstr (url, ==, url_cases[i].expected);
      if (url_cases[i].expected == NULL)
        g_assert_error (error, PDK_ERROR, PDK_ERROR_SETTINGS);
      else
        g_assert_no_error (error);
    }
}

static const struct
{
  const char *url;
  gboolean is_loopback;
} loopback_cases[] = {
  { "http://127.0.0.1:11434", TRUE },
  { "http://127.8.9.10:1/x", TRUE },
  { "http://[::1]:11434", TRUE },
  { "https://localhost:443", TRUE },
  { "http://LocalHost:80", TRUE },
  { "http://192.168.0.2:11434", FALSE },
  { "http://[2001:db8::1]:11434", FALSE },
  { "http://localhost.example:80", FALSE },
  { "http://127.0.0.1.example:80", FALSE },
  { "http://example:80/127.0.0.1", FALSE },
  { "http://127.0.0.1@example:80", FALSE },
  { "not a url", FALSE },
  { "", FALSE },
};

static void
test_loopback (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (loopback_cases); i++)
    {
      g_test_message ("%s", loopback_cases[i].url);
      g_assert_cmpint (pdk_ollama_host_is_loopback (loopback_cases[i].url), ==,
                       loopback_cases[i].is_loopback);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ollama-host/value", test_value);
  g_test_add_func ("/ollama-host/url", test_url);
  g_test_add_func ("/ollama-host/loopback", test_loopback);
  return g_test_run ();
}
