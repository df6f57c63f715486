/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes one JSON document into a GString, members in the order of the calls. */
typedef struct
{
  GString *out;
  guint depth;
  gboolean is_pretty; /* one member a line, indented by two spaces */
  gboolean needs_comma;
  guint inline_depth; /* from this depth on one line; 0 for never */
} PdkJsonWriter;

void pdk_json_writer_init (PdkJsonWriter *writer, gboolean is_pretty);
char *pdk_json_writer_finish (PdkJsonWriter *writer);

void pdk_json_writer_begin (PdkJsonWriter *writer, const char *name, char bracket);
void pdk_json_writer_begin_inline (PdkJsonWriter *writer, const char *name, char bracket);
void pdk_json_writer_end (PdkJsonWriter *writer, char bracket);
void pdk_json_writer_add_string (PdkJsonWriter *writer, const char *name, const char *value);
void pdk_json_writer_add_number (PdkJsonWriter *writer, const char *name, double value);
void pdk_json_writer_add_boolean (PdkJsonWriter *writer, const char *name, gboolean value);

G_END_DECLS
