/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A server on 127.0.0.1 for tests of HTTP. One thread accepts, and one for each connection reads requests and
 * answers as their path tells. Nothing waits for a time: a server that stalls waits for its peer to leave.
 */

#include "config.h"

#include "http-server.h"

#include <string.h>

struct _HttpServer
{
  GSocketListener *listener;
  guint16 port;
  GTlsCertificate *certificate; /* (nullable) */
  GCancellable *stop;
  GThread *accepting;
  GPtrArray *threads; /* GThread, of the connections; of the accepting thread */

  GMutex lock;
  GCond closed;
  guint n_connections;
  guint n_closed;
  guint n_requests;
  char *last_request;
};

typedef struct
{
  HttpServer *server;
  GIOStream *stream;
  GDataInputStream *input;
  GOutputStream *output;
  guint n_requests; /* on this connection, this one included */
} Connection;

/* Answers one request. Returns whether the connection stays open. */
typedef gboolean (*Behaviour) (Connection *connection);

static gboolean
send_bytes (Connection *connection, gconstpointer bytes, gsize n_bytes)
{
  return g_output_stream_write_all (connection->output, bytes, n_bytes, NULL, connection->server->stop, NULL);
}

static gboolean
send_text (Connection *connection, const char *text)
{
  return send_bytes (connection, text, strlen (text));
}

static void
wait_for_leave (Connection *connection)
{
  char byte;

  while (g_input_stream_read (G_INPUT_STREAM (connection->input), &byte, 1, connection->server->stop, NULL) >
         0)
    ;
}

static gboolean
answer (Connection *connection)
{
  return send_text (connection, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Case:  Some value \r\n"
                                "X-Twice: one\r\nX-Twice: two\r\n\r\nhello");
}

static gboolean
answer_and_close (Connection *connection)
{
  answer (connection);
  return FALSE;
}

static gboolean
answer_first (Connection *connection)
{
  return connection->n_requests == 1 && answer (connection);
}

static gboolean
answer_empty (Connection *connection)
{
  return send_text (connection, "HTTP/1.1 204 No Content\r\n\r\n");
}

static gboolean
answer_failure (Connection *connection)
{
  return send_text (connection, "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nRetry-After: 7\r\n\r\nbusy");
}

static gboolean
redirect (Connection *connection)
{
  return send_text (connection, "HTTP/1.1 302 Found\r\nLocation: /answer\r\nContent-Length: 0\r\n\r\n");
}

static gboolean
answer_chunked (Connection *connection)
{
  return send_text (connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n\r\n"
                                "2\r\nhe\r\n3\r\nllo\r\n0\r\nX-Trailer: late\r\n\r\n");
}

static gboolean
answer_huge (Connection *connection)
{
  static const char block[4096];

  send_text (connection, "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n");
  while (send_bytes (connection, block, sizeof block))
    ;
  return FALSE;
}

static gboolean
answer_huge_in_chunks (Connection *connection)
{
  send_text (connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  while (send_text (connection, "8\r\n01234567\r\n"))
    ;
  return FALSE;
}

static gboolean
answer_endless_headers (Connection *connection)
{
  send_text (connection, "HTTP/1.1 200 OK\r\n");
  while (send_text (connection, "X-More: and more\r\n"))
    ;
  return FALSE;
}

static gboolean
answer_endless_interims (Connection *connection)
{
  while (send_text (connection, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"))
    ;
  return FALSE;
}

static gboolean
answer_endless_line (Connection *connection)
{
  send_text (connection, "HTTP/1.1 200 OK\r\nX-Line: ");
  while (send_text (connection, "0123456789abcdef"))
    ;
  return FALSE;
}

static gboolean
answer_many_headers (Connection *connection)
{
  g_autoptr (GString) text = g_string_new ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
  g_autofree char *long_value = g_strnfill (20000, 'x');

  g_string_append_printf (text, "X-Long: %s\r\n", long_value);
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "X-%u: v\r\n", i);
  g_string_append (text, "\r\n");
  return send_text (connection, text->str);
}

static gboolean
stall (Connection *connection)
{
  wait_for_leave (connection);
  return FALSE;
}

static gboolean
stall_in_body (Connection *connection)
{
  send_text (connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
  wait_for_leave (connection);
  return FALSE;
}

static gboolean
cut_off (Connection *connection)
{
  send_text (connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
  return FALSE;
}

static gboolean
close_at_once (Connection *connection)
{
  return FALSE;
}

static gboolean
send_garbage (Connection *connection)
{
  send_text (connection, "220 mail.example ESMTP\r\n\r\n");
  return FALSE;
}

static gboolean
answer_after_interims (Connection *connection)
{
  return send_text (connection, "HTTP/1.1 100 Continue\r\nX-Interim: yes\r\n\r\n"
                                "HTTP/1.1 103 Early Hints\r\nX-Case: interim\r\n\r\n") &&
         answer (connection);
}

static gboolean
answer_compressed (Connection *connection)
{
  static const guint8 hello[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                  0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
                                  0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00 };

  return send_text (connection, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n") &&
         send_bytes (connection, hello, sizeof hello);
}

static const struct
{
  const char *path;
  Behaviour behaviour;
} behaviours[] = {
  { "/answer", answer },
  { "/answer-and-close", answer_and_close },
  { "/answer-first", answer_first },
  { "/empty", answer_empty },
  { "/failure", answer_failure },
  { "/redirect", redirect },
  { "/chunked", answer_chunked },
  { "/huge", answer_huge },
  { "/huge-in-chunks", answer_huge_in_chunks },
  { "/endless-headers", answer_endless_headers },
  { "/endless-interims", answer_endless_interims },
  { "/endless-line", answer_endless_line },
  { "/many-headers", answer_many_headers },
  { "/stall", stall },
  { "/stall-in-body", stall_in_body },
  { "/cut-off", cut_off },
  { "/close", close_at_once },
  { "/garbage", send_garbage },
  { "/interims", answer_after_interims },
  { "/compressed", answer_compressed },
};

static Behaviour
find_behaviour (const char *request)
{
  g_auto (GStrv) words = g_strsplit_set (request, " ?", 3);

  for (guint i = 0; i < G_N_ELEMENTS (behaviours); i++)
    {
      if (g_strcmp0 (words[1], behaviours[i].path) == 0)
        return behaviours[i].behaviour;
    }
  g_error ("no behaviour for: %s", request);
}

/* Returns: (nullable): the next request with its body, lines ending in \n; %NULL when the peer has left */
static char *
read_request (Connection *connection)
{
  GCancellable *stop = connection->server->stop;
  g_autoptr (GString) request = g_string_new (NULL);
  gsize body_bytes = 0;

  for (;;)
    {
      gsize n_bytes;
      g_autofree char *line = g_data_input_stream_read_line (connection->input, &n_bytes, stop, NULL);

      if (line == NULL)
        return NULL;
      g_string_append_printf (request, "%s\n", line);
      if (n_bytes == 0)
        break;
      if (g_str_has_prefix (line, "Content-Length: "))
        body_bytes = g_ascii_strtoull (line + strlen ("Content-Length: "), NULL, 10);
    }
  if (body_bytes > 0)
    {
      g_autofree char *body = g_malloc0 (body_bytes + 1);

      if (!g_input_stream_read_all (G_INPUT_STREAM (connection->input), body, body_bytes, NULL, stop, NULL))
        return NULL;
      g_string_append (request, body);
    }
  return g_string_free (g_steal_pointer (&request), FALSE);
}

static void
count_request (HttpServer *self, const char *request)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->n_requests++;
  g_free (self->last_request);
  self->last_request = g_strdup (request);
}

static void
serve (Connection *connection)
{
  gboolean open = TRUE;

  while (open)
    {
      g_autofree char *request = read_request (connection);

      if (request == NULL)
        return;
      connection->n_requests++;
      count_request (connection->server, request);
      open = find_behaviour (request) (connection);
    }
}

static gpointer
run_connection (gpointer data)
{
  Connection *connection = data;
  HttpServer *self = connection->server;

  connection->output = g_io_stream_get_output_stream (connection->stream);
  connection->input = g_data_input_stream_new (g_io_stream_get_input_stream (connection->stream));
  g_data_input_stream_set_newline_type (connection->input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (connection->input), FALSE);
  serve (connection);
  g_object_unref (connection->input);
  g_io_stream_close (connection->stream, NULL, NULL);
  g_object_unref (connection->stream);
  g_free (connection);

  g_mutex_lock (&self->lock);
  self->n_closed++;
  g_cond_broadcast (&self->closed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

static GIOStream *
wrap (HttpServer *self, GSocketConnection *connection)
{
  GIOStream *stream;

  if (self->certificate == NULL)
    return G_IO_STREAM (g_object_ref (connection));
  stream = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  g_assert_nonnull (stream);
  return stream;
}

static gpointer
run_accepting (gpointer data)
{
  HttpServer *self = data;

  for (;;)
    {
      g_autoptr (GSocketConnection) accepted =
          g_socket_listener_accept (self->listener, NULL, self->stop, NULL);
      Connection *connection;

      if (accepted == NULL)
        return NULL;
      g_mutex_lock (&self->lock);
      self->n_connections++;
      g_mutex_unlock (&self->lock);

      connection = g_new0 (Connection, 1);
      connection->server = self;
      connection->stream = wrap (self, accepted);
      g_ptr_array_add (self->threads, g_thread_new ("http-connection", run_connection, connection));
    }
}

/* @certificate: (nullable): speak TLS with it, instead of plain HTTP */
HttpServer *
http_server_new (GTlsCertificate *certificate)
{
  HttpServer *self = g_new0 (HttpServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->listener = g_socket_listener_new ();
  g_socket_listener_set_backlog (self->listener, 64);
  g_socket_listener_add_address (self->listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                 &address, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_set_object (&self->certificate, certificate);
  self->stop = g_cancellable_new ();
  self->threads = g_ptr_array_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->closed);
  self->accepting = g_thread_new ("http-server", run_accepting, self);
  return self;
}

void
http_server_free (HttpServer *self)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->accepting);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_ptr_array_unref (self->threads);
  g_object_unref (self->listener);
  g_clear_object (&self->certificate);
  g_object_unref (self->stop);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->closed);
  g_free (self->last_request);
  g_free (self);
}

char *
http_server_get_url (HttpServer *self, const char *path)
{
  return g_strdup_printf ("%s://127.0.0.1:%u%s", self->certificate != NULL ? "https" : "http", self->port,
                          path);
}

guint
http_server_count_connections (HttpServer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->n_connections;
}

guint
http_server_count_requests (HttpServer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->n_requests;
}

char *
http_server_get_last_request (HttpServer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return g_strdup (self->last_request);
}

/* Waits until every connection accepted so far is closed at this end. */
void
http_server_wait_closed (HttpServer *self)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&self->lock);
  while (self->n_closed < self->n_connections)
    g_assert_true (g_cond_wait_until (&self->closed, &self->lock, deadline));
  g_mutex_unlock (&self->lock);
}
