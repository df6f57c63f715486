/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An API key from standard input: typed on a terminal, which does not show it, or from a pipe or a file.
 *
 * While the terminal is silent, all signals that could end or stop us come through a descriptor. Each gives
 * the terminal back first, and then does what it would have done anyway; after a stop, the question is asked
 * again. To be used before there are threads, which would get the signals in our place. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-key-reader.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "pdk-error.h"

/* A key, a line break of two bytes, and one byte more, by which it is seen that there is more. */
#define BUFFER_BYTES (PDK_SECRET_MAX_BYTES + 3)

typedef struct
{
  char text[BUFFER_BYTES];
  gsize length;
} Input;

static void
input_clear (Input *input)
{
  explicit_bzero (input, sizeof *input);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Input, input_clear)

typedef struct
{
  const char *prompt;
  struct termios shown; /* as it was */
  sigset_t blocked, before;
  int signals; /* a descriptor */
} Terminal;

static gboolean
set_read_error (GError **error, int code)
{
  g_set_error (error, PDK_ERROR, PDK_ERROR_FAILED, _ ("standard input cannot be read: %s"),
               g_strerror (code));
  return FALSE;
}

/* What goes to a terminal beside the output. If it does not arrive, the key can be typed nonetheless. */
static void
say (const char *text)
{
  gssize n = write (STDERR_FILENO, text, strlen (text));

  (void) n;
}

static gboolean
hide_typing (const Terminal *terminal)
{
  struct termios hidden = terminal->shown;

  hidden.c_lflag &= ~(tcflag_t) (ECHO | ECHOE | ECHOK);
  hidden.c_lflag |= ECHONL | ICANON | ISIG;
  if (tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden) != 0)
    return FALSE;
  say (terminal->prompt);
  return TRUE;
}

/* What was typed beyond the line is dropped: a shell would run it, and show it. */
static void
show_typing (const Terminal *terminal)
{
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &terminal->shown);
}

/* Lets a signal do what it does. Comes back from those that only stop us, and those that are ignored. */
static void
pass_on_signal (const Terminal *terminal)
{
  struct signalfd_siginfo info;

  if (read (terminal->signals, &info, sizeof info) != sizeof info)
    return;
  show_typing (terminal);
  say ("\n");
  raise ((int) info.ssi_signo);
  sigprocmask (SIG_SETMASK, &terminal->before, NULL);
  sigprocmask (SIG_BLOCK, &terminal->blocked, NULL);
}

/* Faults are ours to die of at once. Touching the terminal from the background stops us before anything is
 * changed, and a change of size is nothing to us. */
static void
choose_signals (sigset_t *signals)
{
  static const int others[] = { SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,   SIGABRT, SIGTRAP, SIGSYS,
                                SIGTTIN, SIGTTOU, SIGCONT, SIGWINCH, SIGCHLD, SIGURG,  SIGPIPE };

  sigfillset (signals);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    sigdelset (signals, others[i]);
}

/* Whether there is something to read, FALSE when a signal came in between. */
static gboolean
wait_for_line (const Terminal *terminal)
{
  struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
                          { .fd = terminal->signals, .events = POLLIN } };

  return poll (fds, G_N_ELEMENTS (fds), -1) > 0 && fds[1].revents == 0;
}

/* Takes one line; a longer one is cut, and then too long to be a key. */
static gboolean
read_line (const Terminal *terminal, Input *input, GError **error)
{
  while (input->length < sizeof input->text && memchr (input->text, '\n', input->length) == NULL)
    {
      gssize n;

      if (!wait_for_line (terminal))
        {
          input_clear (input);
          pass_on_signal (terminal);
          if (!hide_typing (terminal))
            return set_read_error (error, errno);
          continue;
        }
      n = read (STDIN_FILENO, input->text + input->length, sizeof input->text - input->length);
      if (n == 0)
        break;
      if (n < 0 && errno != EINTR && errno != EAGAIN)
        return set_read_error (error, errno);
      input->length += (gsize) MAX (n, 0);
    }
  return TRUE;
}

static gboolean
read_terminal (const char *prompt, Input *input, GError **error)
{
  Terminal terminal = { .prompt = prompt };
  gboolean is_read = FALSE;

  choose_signals (&terminal.blocked);
  terminal.signals = signalfd (-1, &terminal.blocked, SFD_CLOEXEC | SFD_NONBLOCK);
  if (terminal.signals < 0 || tcgetattr (STDIN_FILENO, &terminal.shown) != 0)
    set_read_error (error, errno);
  else
    {
      sigprocmask (SIG_BLOCK, &terminal.blocked, &terminal.before);
      if (hide_typing (&terminal))
        is_read = read_line (&terminal, input, error);
      else
        set_read_error (error, errno);
      show_typing (&terminal);
      sigprocmask (SIG_SETMASK, &terminal.before, NULL);
    }
  if (terminal.signals >= 0)
    close (terminal.signals);
  return is_read;
}

/* Reads to the end, or as far as there is room. */
static gboolean
read_stream (Input *input, GError **error)
{
  while (input->length < sizeof input->text)
    {
      gssize n = read (STDIN_FILENO, input->text + input->length, sizeof input->text - input->length);

      if (n == 0)
        return TRUE;
      if (n < 0 && errno == EAGAIN) /* somebody else has made it so */
        poll (&(struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN }, 1, -1);
      else if (n < 0 && errno != EINTR)
        return set_read_error (error, errno);
      input->length += (gsize) MAX (n, 0);
    }
  return TRUE;
}

/**
 * pdk_key_reader_read:
 * @prompt: what to ask on a terminal
 * @error: return location for the errors of pdk_secret_new(), and PDK_ERROR_FAILED when standard input cannot
 *   be read
 *
 * Waits for a key. On a terminal it is one line; otherwise all there is.
 *
 * Returns: (transfer full) (nullable): the key
 */
PdkSecret *
pdk_key_reader_read (const char *prompt, GError **error)
{
  g_auto (Input) input = { .length = 0 };
  gboolean is_read =
      isatty (STDIN_FILENO) ? read_terminal (prompt, &input, error) : read_stream (&input, error);

  return is_read ? pdk_secret_new (input.text, input.length, error) : NULL;
}
