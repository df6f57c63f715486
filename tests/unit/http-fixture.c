/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What the tests of the client share: a client on a main context that holds nothing but its sources, a
 * server, and libc functions that the test program takes the place of. Waits end with an event, and fail the
 * test after WAIT_SECONDS. fixture_init() names proxies, one that refuses for http and one that is mute for
 * https: whoever asks them is found out.
 */

#include "config.h"

#include "http-fixture.h"

#include <dlfcn.h>
#include <netdb.h>
#include <string.h>

#define WAIT_SECONDS 20

/* --- libc's functions that this program takes the place of --- */

static struct
{
  GMutex lock;
  GCond changed;
  guint n_calls;
  guint n_stalled;
  gboolean released;
} resolver;

static guint n_tokens_wiped;
static GMutex log_lock;
static GString *logged;
static GSocketListener *proxy;

/* *.stall.test stalls until released, *.gone.test does not exist. */
int
getaddrinfo (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
  int (*real) (const char *, const char *, const struct addrinfo *, struct addrinfo **);
  gint64 deadline = g_get_monotonic_time () + WAIT_SECONDS * G_TIME_SPAN_SECOND;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&resolver.lock);

  resolver.n_calls++;
  if (node != NULL && g_str_has_suffix (node, ".gone.test"))
    return EAI_NONAME;
  if (node != NULL && g_str_has_suffix (node, ".stall.test"))
    {
      resolver.n_stalled++;
      while (!resolver.released)
        {
          if (!g_cond_wait_until (&resolver.changed, &resolver.lock, deadline))
            g_error ("somebody waited for the resolver");
        }
      resolver.n_stalled--;
      g_cond_broadcast (&resolver.changed);
      return EAI_AGAIN;
    }
  g_clear_pointer (&locker, g_mutex_locker_free);
  real = dlsym (RTLD_NEXT, "getaddrinfo");
  return real (node, service, hints, result);
}

/* Not inlined: the compiler would take explicit_bzero() for one that never looks at what it wipes. */
G_NO_INLINE static void
wipe (void *data, size_t n_bytes)
{
  volatile char *bytes = data;

  if (g_strstr_len (data, (gssize) n_bytes, TOKEN) != NULL)
    n_tokens_wiped++;
  for (size_t i = 0; i < n_bytes; i++)
    bytes[i] = '\0';
}

void
explicit_bzero (void *data, size_t n_bytes)
{
  wipe (data, n_bytes);
}

/* What fortified builds call, in which libc's header declares it. */
#if !defined(__USE_FORTIFY_LEVEL) || __USE_FORTIFY_LEVEL == 0
void __explicit_bzero_chk (void *data, size_t n_bytes, size_t room);
#endif

void
__explicit_bzero_chk (void *data, size_t n_bytes, size_t room)
{
  wipe (data, n_bytes);
}

guint
resolver_count_calls (void)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&resolver.lock);

  return resolver.n_calls;
}

gboolean
resolver_is_stalled (gpointer data)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&resolver.lock);

  return resolver.n_stalled > 0;
}

void
resolver_release (void)
{
  g_mutex_lock (&resolver.lock);
  resolver.released = TRUE;
  g_cond_broadcast (&resolver.changed);
  while (resolver.n_stalled > 0)
    g_cond_wait (&resolver.changed, &resolver.lock);
  resolver.released = FALSE;
  g_mutex_unlock (&resolver.lock);
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  g_mutex_lock (&log_lock);
  for (gsize i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, "MESSAGE") == 0)
        g_string_append_printf (logged, "%s\n", (const char *) fields[i].value);
    }
  g_mutex_unlock (&log_lock);
  return g_log_writer_default (level, fields, n_fields, user_data);
}

/* GLib's own for tests keeps messages from the writer, from some release on. */
static void
pass_log_on (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  g_log_default_handler (domain, level, message, NULL);
}

/* --- the fixture --- */

void
exchange_clear (Exchange *exchange)
{
  g_clear_pointer (&exchange->response, pdk_http_response_free);
  g_clear_error (&exchange->error);
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  resolver.n_calls = 0;
  fixture->context = g_main_context_new ();
  g_main_context_push_thread_default (fixture->context);
  fixture->client = pdk_http_client_new ();
  fixture->server = http_server_new (NULL);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->client != NULL)
    {
      g_object_add_weak_pointer (G_OBJECT (fixture->client), (gpointer *) &fixture->client);
      g_object_unref (fixture->client);
      g_assert_null (fixture->client);
    }
  http_server_free (fixture->server);
  g_main_context_pop_thread_default (fixture->context);
  g_main_context_unref (fixture->context);
}

static gboolean
on_alarm (gpointer data)
{
  g_error ("nothing happened");
  return G_SOURCE_REMOVE;
}

void
wait_until (Fixture *fixture, gboolean (*happened) (gpointer), gpointer data)
{
  g_autoptr (GSource) alarm = g_timeout_source_new_seconds (WAIT_SECONDS);

  g_source_set_callback (alarm, on_alarm, NULL, NULL);
  g_source_attach (alarm, fixture->context);
  while (!happened (data))
    g_main_context_iteration (fixture->context, TRUE);
  g_source_destroy (alarm);
}

gboolean
is_answered (gpointer data)
{
  Exchange *exchange = data;

  return exchange->n_answers > 0;
}

static gboolean
on_beat (gpointer data)
{
  guint *n_beats = data;

  (*n_beats)++;
  return G_SOURCE_CONTINUE;
}

GSource *
start_beating (Fixture *fixture)
{
  GSource *beat = g_timeout_source_new (1);

  fixture->n_beats = 0;
  g_source_set_callback (beat, on_beat, &fixture->n_beats, NULL);
  g_source_attach (beat, fixture->context);
  return beat;
}

gboolean
has_beaten (gpointer data)
{
  guint *n_beats = data;

  return *n_beats >= 20;
}

void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Exchange *exchange = data;

  exchange->response = pdk_http_client_send_finish (PDK_HTTP_CLIENT (source), result, &exchange->error);
  g_assert_true ((exchange->response == NULL) == (exchange->error != NULL));
  exchange->n_answers++;
}

PdkHttpRequest
get_request (const char *url)
{
  PdkHttpRequest request = {
    .method = "GET", .url = url, .connect_msec = 10000, .answer_msec = 10000, .max_body_bytes = 1024
  };

  return request;
}

/* Sends, and waits for the end. */
void
exchange_run (Fixture *fixture, const PdkHttpRequest *request, Exchange *exchange)
{
  exchange_clear (exchange);
  exchange->n_answers = 0;
  pdk_http_client_send_async (fixture->client, request, NULL, on_answer, exchange);
  g_assert_cmpuint (exchange->n_answers, ==, 0);
  wait_until (fixture, is_answered, exchange);
  g_assert_cmpuint (exchange->n_answers, ==, 1);
}

void
exchange_get (Fixture *fixture, const char *path, Exchange *exchange)
{
  g_autofree char *url = http_server_get_url (fixture->server, path);
  PdkHttpRequest request = get_request (url);

  exchange_run (fixture, &request, exchange);
}

void
assert_body (Exchange *exchange, const char *text)
{
  GBytes *body;

  g_assert_no_error (exchange->error);
  body = pdk_http_response_get_body (exchange->response);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), text, strlen (text));
}

/* Nothing of the client's is left that could ever wake its context: no timeout, no descriptor but its own. */
void
assert_idle (Fixture *fixture)
{
  GPollFD fds[8];
  int timeout_msec = 0;
  int priority;

  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_true (g_main_context_acquire (fixture->context));
  g_assert_false (g_main_context_prepare (fixture->context, &priority));
  g_assert_cmpint (
      g_main_context_query (fixture->context, G_PRIORITY_LOW, &timeout_msec, fds, G_N_ELEMENTS (fds)), ==, 1);
  g_assert_cmpint (timeout_msec, ==, -1);
  g_main_context_check (fixture->context, G_PRIORITY_LOW, fds, 1);
  g_main_context_release (fixture->context);
}

guint
count_tokens_wiped (void)
{
  return n_tokens_wiped;
}

gboolean
was_logged (const char *text)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&log_lock);

  return strstr (logged->str, text) != NULL;
}

/* Where https connections to elsewhere arrive. Nobody accepts them unless a test does. */
GSocketListener *
get_proxy (void)
{
  return proxy;
}

/* To be called before anything else in main(). */
void
fixture_init (int *argc, char ***argv)
{
  g_autofree char *https_proxy = NULL;
  guint16 port;

  proxy = g_socket_listener_new ();
  port = g_socket_listener_add_any_inet_port (proxy, NULL, NULL);
  https_proxy = g_strdup_printf ("http://127.0.0.1:%u", port);
  g_setenv ("http_proxy", "http://127.0.0.1:1", TRUE);
  g_setenv ("https_proxy", https_proxy, TRUE);
  g_setenv ("no_proxy", "stall.test,gone.test", TRUE);
  g_unsetenv ("NO_PROXY");
  g_unsetenv ("HTTPS_PROXY");
  g_test_init (argc, argv, NULL);
  logged = g_string_new (NULL);
  g_log_set_default_handler (pass_log_on, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
}

int
fixture_run (void)
{
  int status = g_test_run ();

  g_string_free (logged, TRUE);
  g_object_unref (proxy);
  return status;
}
