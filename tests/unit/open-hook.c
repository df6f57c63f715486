/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "open-hook.h"

#include <dlfcn.h>
#include <fcntl.h>

static struct
{
  const char *name; /* (nullable) */
  guint n_before;
  void (*func) (LogFixture *f);
  LogFixture *f;
} before_open;

/* Stands for the C library's in what is tested. */
int
openat (int folder, const char *path, int flags, ...)
{
  int (*real) (int, const char *, int, ...) = dlsym (RTLD_NEXT, "openat");

  if (g_strcmp0 (path, before_open.name) == 0 && before_open.n_before-- == 0)
    {
      before_open.name = NULL;
      before_open.func (before_open.f);
    }
  return real (folder, path, flags);
}

/* Calls @func once, right before the file of that name is opened; not the first @n_before times. */
void
do_before_open (LogFixture *f, const char *name, guint n_before, void (*func) (LogFixture *f))
{
  before_open.n_before = n_before;
  before_open.name = name;
  before_open.func = func;
  before_open.f = f;
}

/* Returns whether it did not happen. */
gboolean
cancel_before_open (void)
{
  return g_steal_pointer (&before_open.name) != NULL;
}
