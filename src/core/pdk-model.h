/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Marks a time that is not known. */
#define PDK_TIME_UNKNOWN G_MININT64

/* A model that a server has, as its list of models tells. Immutable once it is in a PdkFacts. */
typedef struct
{
  char *name;
  char *digest;            /* (nullable) */
  char *family;            /* (nullable) */
  char *parameter_size;    /* (nullable): as the server writes it, such as "3.2B" */
  char *quantization;      /* (nullable) */
  GStrv capabilities;      /* (nullable): NULL when not known, empty when the model has none */
  gint64 size_bytes;       /* on disk; -1 when not known */
  gint64 context_length;   /* tokens; 0 when not known */
  gint64 modified_at_usec; /* since the epoch, or PDK_TIME_UNKNOWN */
  gboolean is_cloud;       /* runs at a remote host; what is on disk is only a stub */
} PdkModel;

PdkModel *pdk_model_new (const char *name);
PdkModel *pdk_model_copy (const PdkModel *model);
PdkModel *pdk_model_ref (PdkModel *model);
void pdk_model_unref (PdkModel *model);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkModel, pdk_model_unref)

/* A model that a server holds in memory. Immutable once it is in a PdkFacts. */
typedef struct
{
  char *name;
  char *digest;            /* (nullable) */
  gint64 size_bytes;       /* in memory, GPUs and RAM together; -1 when not known */
  gint64 vram_bytes;       /* the part on GPUs; -1 when not known */
  gint64 context_length;   /* tokens; 0 when not known */
  gint64 expires_at_usec;  /* when it is unloaded unless used, or PDK_TIME_UNKNOWN */
  gboolean is_kept_loaded; /* it stays until somebody unloads it */
} PdkRunningModel;

PdkRunningModel *pdk_running_model_new (const char *name);
PdkRunningModel *pdk_running_model_ref (PdkRunningModel *model);
void pdk_running_model_unref (PdkRunningModel *model);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkRunningModel, pdk_running_model_unref)

G_END_DECLS
