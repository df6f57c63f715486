/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "api-server.h"

#include <string.h>

struct _ApiServer
{
  GSocketService *service;
  guint16 port;
  GCancellable *stop;

  GMutex lock;
  GCond left;
  guint n_connections; /* that are open */
  GHashTable *answers; /* path -> a whole answer */
  GPtrArray *calls;    /* "GET /path", or "POST /path body" */
};

static void
server_clear (gpointer data)
{
  ApiServer *self = data;

  g_object_unref (self->stop);
  g_hash_table_unref (self->answers);
  g_ptr_array_unref (self->calls);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->left);
}

/* Returns: (nullable): "GET /path" or "POST /path body" of the next request, NULL when the peer has left */
static char *
read_call (ApiServer *self, GDataInputStream *input)
{
  g_autofree char *line = g_data_input_stream_read_line (input, NULL, self->stop, NULL);
  g_auto (GStrv) words = g_strsplit (line != NULL ? line : "", " ", 3);
  g_autofree char *body = NULL;
  gsize length = 0;

  if (g_strv_length (words) < 2)
    return NULL;
  for (;;)
    {
      g_autofree char *header = g_data_input_stream_read_line (input, NULL, self->stop, NULL);

      if (header == NULL)
        return NULL;
      if (*header == '\0')
        break;
      if (g_ascii_strncasecmp (header, "Content-Length:", strlen ("Content-Length:")) == 0)
        length = g_ascii_strtoull (header + strlen ("Content-Length:"), NULL, 10);
    }
  body = g_malloc0 (length + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (input), body, length, NULL, self->stop, NULL))
    return NULL;
  return g_strjoin (" ", words[0], words[1], length > 0 ? body : NULL, NULL);
}

/* Returns: (transfer full): what to send */
static char *
note_call (ApiServer *self, const char *call)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  g_auto (GStrv) words = g_strsplit (call, " ", 3);
  const char *answer = g_hash_table_lookup (self->answers, words[1]);

  g_ptr_array_add (self->calls, g_strdup (call));
  return g_strdup (answer != NULL ? answer
                                  : "HTTP/1.1 404 Not Found\r\nContent-Length: 18\r\n\r\n404 page not found");
}

static gboolean
on_connection (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  ApiServer *self = data;
  g_autoptr (GDataInputStream) input =
      g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  gboolean is_open = TRUE;

  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  while (is_open)
    {
      g_autofree char *call = read_call (self, input);
      g_autofree char *answer = call != NULL ? note_call (self, call) : NULL;

      is_open = answer != NULL &&
                g_output_stream_write_all (output, answer, strlen (answer), NULL, self->stop, NULL);
    }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_mutex_lock (&self->lock);
  self->n_connections--;
  g_cond_signal (&self->left);
  g_mutex_unlock (&self->lock);
  g_atomic_rc_box_release_full (self, server_clear);
  return TRUE;
}

/* Counted in the thread that also frees the server, before the connection's own thread runs. */
static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  ApiServer *self = g_atomic_rc_box_acquire (data);

  g_mutex_lock (&self->lock);
  self->n_connections++;
  g_mutex_unlock (&self->lock);
  return FALSE;
}

ApiServer *
api_server_new (void)
{
  ApiServer *self = g_atomic_rc_box_new0 (ApiServer);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;

  g_mutex_init (&self->lock);
  g_cond_init (&self->left);
  self->stop = g_cancellable_new ();
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->calls = g_ptr_array_new_with_free_func (g_free);
  self->service = g_threaded_socket_service_new (64);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), wanted, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_signal_connect (self->service, "run", G_CALLBACK (on_connection), self);
  g_socket_service_start (self->service);
  return self;
}

/* Closes every connection, as a restart does. */
void
api_server_drop_connections (ApiServer *self)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_cancellable_cancel (self->stop);
  g_mutex_lock (&self->lock);
  while (self->n_connections > 0)
    g_assert_true (g_cond_wait_until (&self->left, &self->lock, deadline));
  g_mutex_unlock (&self->lock);
  g_cancellable_reset (self->stop);
}

void
api_server_free (ApiServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  api_server_drop_connections (self);
  g_object_unref (self->service);
  g_atomic_rc_box_release_full (self, server_clear);
}

char *
api_server_get_url (ApiServer *self)
{
  return g_strdup_printf ("http://127.0.0.1:%u", self->port);
}

/* @status: 0 takes the answer away, so that the path is not found */
void
api_server_set_answer (ApiServer *self, const char *path, guint status, const char *body)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (status == 0)
    g_hash_table_remove (self->answers, path);
  else
    g_hash_table_replace (self->answers, g_strdup (path),
                          g_strdup_printf ("HTTP/1.1 %u Status\r\nContent-Length: %" G_GSIZE_FORMAT
                                           "\r\n\r\n%s",
                                           status, strlen (body), body));
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* Returns: what was asked since the last time, sorted, one call a line */
char *
api_server_take_calls (ApiServer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GString *calls = g_string_new (NULL);

  g_ptr_array_sort (self->calls, compare_texts);
  for (guint i = 0; i < self->calls->len; i++)
    g_string_append_printf (calls, "%s\n", (const char *) g_ptr_array_index (self->calls, i));
  g_ptr_array_set_size (self->calls, 0);
  return g_string_free (calls, FALSE);
}
