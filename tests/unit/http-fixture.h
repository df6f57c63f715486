/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the test programs of the HTTP client share. */

#pragma once

#include "http-server.h"
#include "pdk-http-client.h"

G_BEGIN_DECLS

#define TOKEN "s3cret-t0ken"

typedef struct
{
  GMainContext *context; /* the thread-default while the fixture is set up */
  PdkHttpClient *client;
  HttpServer *server;
  guint n_beats;
} Fixture;

/* One request's end, as its callback finds it. */
typedef struct
{
  PdkHttpResponse *response;
  GError *error;
  guint n_answers;
} Exchange;

void fixture_init (int *argc, char ***argv);
int fixture_run (void);
void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);
void wait_until (Fixture *fixture, gboolean (*happened) (gpointer), gpointer data);
GSource *start_beating (Fixture *fixture);
gboolean has_beaten (gpointer n_beats);
void assert_idle (Fixture *fixture);

PdkHttpRequest get_request (const char *url);
void on_answer (GObject *source, GAsyncResult *result, gpointer exchange);
gboolean is_answered (gpointer exchange);
void exchange_run (Fixture *fixture, const PdkHttpRequest *request, Exchange *exchange);
void exchange_get (Fixture *fixture, const char *path, Exchange *exchange);
void exchange_clear (Exchange *exchange);
void assert_body (Exchange *exchange, const char *text);

/* Names under .stall.test have no answer until released, those under .gone.test have no address. */
guint resolver_count_calls (void);
gboolean resolver_is_stalled (gpointer unused);
void resolver_release (void);

GSocketListener *get_proxy (void);
guint count_tokens_wiped (void);
gboolean was_logged (const char *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Exchange, exchange_clear)

G_END_DECLS
