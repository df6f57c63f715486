/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An API key in memory. It is wiped when the last reference goes, and from the first one on the process
 * leaves no core dump, since libraries that send a key have copies of their own.
 *
 * Dumps are kept away by the limit on their size, not by PR_SET_DUMPABLE: a process that is not dumpable is
 * closed to xdg-desktop-portal, too, which has to look into /proc to tell who calls, and to a debugger of the
 * user's own. A limit of 0 does not hold where dumps are piped to a program, as systemd-coredump and apport
 * have it; one of 1 byte is no room for a file, and is what the kernel takes for "do not pipe, either"
 * (fs/coredump.c). Programs that we start inherit it. Any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-secret.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/resource.h>

#include "pdk-error.h"

#define NO_DUMP_BYTES 1

struct _PdkSecret
{
  gsize length;
  char text[];
};

static void
prevent_core_dumps (void)
{
  struct rlimit limit;

  /* Where the limit cannot be read or set, the key is worth more than the precaution. A hard limit of 0
   * leaves no room for a 1. */
  if (getrlimit (RLIMIT_CORE, &limit) != 0 || limit.rlim_cur == NO_DUMP_BYTES ||
      limit.rlim_max < NO_DUMP_BYTES)
    return;
  limit.rlim_cur = NO_DUMP_BYTES;
  setrlimit (RLIMIT_CORE, &limit);
}

static gboolean
is_key_character (char c)
{
  return c > ' ' && c <= '~';
}

static gboolean
check (const char *text, gsize length, GError **error)
{
  if (length == 0)
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED,
                           _ ("the key is empty; keys are made at https://ollama.com/settings/keys"));
      return FALSE;
    }
  if (length > PDK_SECRET_MAX_BYTES)
    {
      g_set_error (error, PDK_ERROR, PDK_ERROR_TOO_LARGE, _ ("this is no key: it is longer than %d bytes"),
                   PDK_SECRET_MAX_BYTES);
      return FALSE;
    }
  for (gsize i = 0; i < length; i++)
    {
      if (is_key_character (text[i]))
        continue;
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED,
                           text[i] == '\n' || text[i] == '\r'
                               ? _ ("this is no key: it has more than one line")
                               : _ ("this is no key: it has a space, or a character that no key has"));
      return FALSE;
    }
  return TRUE;
}

static void
wipe (gpointer data)
{
  PdkSecret *self = data;

  explicit_bzero (self->text, self->length);
}

/**
 * pdk_secret_new:
 * @text: what should be a key, with a line break at its end or without; need not end with NUL
 * @length: of @text in bytes
 * @error: return location for PDK_ERROR_MALFORMED and PDK_ERROR_TOO_LARGE, which tell nothing of @text
 *
 * A key is sent as a header, so that it must be one line of printable ASCII without spaces.
 *
 * Returns: (transfer full) (nullable): a copy of it, which the caller's own should be wiped after
 */
PdkSecret *
pdk_secret_new (const char *text, gsize length, GError **error)
{
  PdkSecret *self;

  if (length > 0 && text[length - 1] == '\n')
    length--;
  if (length > 0 && text[length - 1] == '\r')
    length--;
  if (!check (text, length, error))
    return NULL;
  prevent_core_dumps ();
  self = g_atomic_rc_box_alloc0 (sizeof (PdkSecret) + length + 1);
  self->length = length;
  memcpy (self->text, text, length);
  return self;
}

/** pdk_secret_ref: Returns: (transfer full): @self, with one reference more */
PdkSecret *
pdk_secret_ref (PdkSecret *self)
{
  return g_atomic_rc_box_acquire (self);
}

/** pdk_secret_unref: lets a reference go, and wipes @self with the last */
void
pdk_secret_unref (PdkSecret *self)
{
  g_atomic_rc_box_release_full (self, wipe);
}

/** pdk_secret_get_text: Returns: (transfer none): the key; never to be printed, logged or put into an error
 */
const char *
pdk_secret_get_text (const PdkSecret *self)
{
  return self->text;
}
