/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * An HTTP response, and the bounds on what a server may make us keep. The client feeds it the header lines
 * and the body as they come; once sealed, it is immutable and may go to any thread.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-http-response-private.h"

#include <string.h>

#define MAX_HEADERS 64
#define MAX_HEADER_BYTES (16 * 1024) /* what is kept, of the final answer */
#define MAX_RECEIVED_BYTES                                                                                   \
  (64 * 1024) /* what is read: interim answers, status lines and trailers count too */

typedef struct
{
  char *name;
  char *value;
} Header;

typedef enum
{
  BLOCK_NONE,    /* before a status line */
  BLOCK_INTERIM, /* in a 1xx answer, which precedes the final one */
  BLOCK_FINAL,   /* in the header of the final answer */
  BLOCK_OVER,    /* past it: whatever comes now is a trailer */
} Block;

struct _PdkHttpResponse
{
  guint status;
  gboolean is_new_connection;
  GArray *headers;      /* Header */
  gsize header_bytes;   /* kept */
  gsize received_bytes; /* read, of header lines */
  Block block;
  gsize max_body_bytes;
  GByteArray *collected; /* the body until sealed, then NULL */
  GBytes *body;          /* NULL until sealed */
};

static void
header_clear (gpointer data)
{
  Header *header = data;

  g_free (header->name);
  g_free (header->value);
}

/* "HTTP/1.1 200 OK" and "HTTP/2 200": a status of 1xx announces that the real answer is still to come. */
static gboolean
is_interim_status_line (const char *line)
{
  const char *space = strchr (line, ' ');

  return space != NULL && g_ascii_strtoull (space, NULL, 10) / 100 == 1;
}

/* Takes @line, without its line end, as "Name: value". A folded line (RFC 9112, 5.2, obsolete) and whatever
 * else is none is left out, and so is what goes over the bounds: a header that is not there is nothing that
 * any caller could not live with. */
static void
keep_header (PdkHttpResponse *self, const char *line)
{
  const char *colon = strchr (line, ':');
  gsize n_bytes = strlen (line);
  Header header;

  if (colon == NULL || colon == line || g_ascii_isspace (*line))
    return;
  if (self->headers->len >= MAX_HEADERS || n_bytes > MAX_HEADER_BYTES - self->header_bytes)
    return;

  header.name = g_strndup (line, colon - line);
  header.value = g_strstrip (g_utf8_make_valid (colon + 1, -1));
  g_array_append_val (self->headers, header);
  self->header_bytes += n_bytes;
}

/**
 * pdk_http_response_new:
 * @max_body_bytes: the longest body to accept
 *
 * Returns: (transfer full): a response to be filled in and sealed
 */
PdkHttpResponse *
pdk_http_response_new (gsize max_body_bytes)
{
  PdkHttpResponse *self = g_new0 (PdkHttpResponse, 1);

  self->headers = g_array_new (FALSE, FALSE, sizeof (Header));
  g_array_set_clear_func (self->headers, header_clear);
  /* A GByteArray counts in 32 bits. */
  self->max_body_bytes = MIN (max_body_bytes, G_MAXINT32);
  self->collected = g_byte_array_new ();
  return self;
}

/**
 * pdk_http_response_add_header_line:
 * @line: one line with its line end, not terminated: a status line, a header, the empty line behind them (RFC
 *   9112, 2.1), or a trailer
 * @n_bytes: its length
 *
 * Returns: %FALSE when the server sends more than anybody could want, and the transfer should be given up
 */
gboolean
pdk_http_response_add_header_line (PdkHttpResponse *self, const char *line, gsize n_bytes)
{
  g_autofree char *text = NULL;

  if (n_bytes > MAX_RECEIVED_BYTES - self->received_bytes)
    return FALSE;
  self->received_bytes += n_bytes;

  text = g_strchomp (g_strndup (line, n_bytes));
  if (self->block == BLOCK_NONE)
    self->block = is_interim_status_line (text) ? BLOCK_INTERIM : BLOCK_FINAL;
  else if (*text == '\0')
    self->block = self->block == BLOCK_INTERIM ? BLOCK_NONE : BLOCK_OVER;
  else if (self->block == BLOCK_FINAL)
    keep_header (self, text);
  return TRUE;
}

/**
 * pdk_http_response_add_body:
 * @data: the next piece of the body
 * @n_bytes: its length
 *
 * Returns: %FALSE when the body is longer than allowed, and the transfer should be given up
 */
gboolean
pdk_http_response_add_body (PdkHttpResponse *self, gconstpointer data, gsize n_bytes)
{
  if (n_bytes > self->max_body_bytes - self->collected->len)
    return FALSE;
  g_byte_array_append (self->collected, data, (guint) n_bytes);
  return TRUE;
}

/**
 * pdk_http_response_seal:
 * @status: the status of the final answer
 * @is_new_connection: whether a connection was opened for it
 *
 * Ends the filling in. From here on the response does not change.
 */
void
pdk_http_response_seal (PdkHttpResponse *self, guint status, gboolean is_new_connection)
{
  g_return_if_fail (self->body == NULL);

  self->status = status;
  self->is_new_connection = is_new_connection;
  self->body = g_byte_array_free_to_bytes (g_steal_pointer (&self->collected));
}

/** pdk_http_response_free: frees @response */
void
pdk_http_response_free (PdkHttpResponse *response)
{
  g_return_if_fail (response != NULL);

  g_array_unref (response->headers);
  g_clear_pointer (&response->collected, g_byte_array_unref);
  g_clear_pointer (&response->body, g_bytes_unref);
  g_free (response);
}

/**
 * pdk_http_response_get_status:
 *
 * Returns: the status of the answer, 200 to 999; a redirect is one like any other
 */
guint
pdk_http_response_get_status (PdkHttpResponse *response)
{
  g_return_val_if_fail (response != NULL, 0);

  return response->status;
}

/** pdk_http_response_is_new_connection: Returns: whether no connection was left open that could be used again
 */
gboolean
pdk_http_response_is_new_connection (PdkHttpResponse *response)
{
  g_return_val_if_fail (response != NULL, FALSE);

  return response->is_new_connection;
}

/**
 * pdk_http_response_get_body:
 *
 * Returns: (transfer none) (not nullable): the body as it came, without any decoding of its content; empty
 * where there is none
 */
GBytes *
pdk_http_response_get_body (PdkHttpResponse *response)
{
  g_return_val_if_fail (response != NULL, NULL);

  return response->body;
}

/**
 * pdk_http_response_get_header:
 * @name: a header's name, in any case
 *
 * Returns: (transfer none) (nullable): the value of the first header of that name, without the space around
 * it, made valid UTF-8; or %NULL when there is none. Of an answer's headers the first 64 are kept, up to 16
 * KiB.
 */
const char *
pdk_http_response_get_header (PdkHttpResponse *response, const char *name)
{
  g_return_val_if_fail (response != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < response->headers->len; i++)
    {
      const Header *header = &g_array_index (response->headers, Header, i);

      if (g_ascii_strcasecmp (header->name, name) == 0)
        return header->value;
    }
  return NULL;
}
