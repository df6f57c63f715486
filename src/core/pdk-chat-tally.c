/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums over chats, kept chat by chat, so that one that was saved anew can be counted anew alone. Of the last
 * weeks, each message is kept in twelve bytes, for windows of time and days. Pure data. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chat-tally.h"

#include <string.h>

#include "pdk-text.h"

#define MAX_NAMES 4096
#define DAY_SEC 86400

static void
chat_free (gpointer data)
{
  PdkChat *chat = data;

  pdk_chat_clear (chat);
  g_free (chat->id);
  g_free (chat);
}

static guint16
intern (PdkChatTally *tally, const char *name)
{
  g_autofree char *bounded = NULL;
  gpointer found;

  if (name == NULL || *name == '\0')
    return PDK_CHAT_NO_NAME;
  bounded = pdk_text_dup_bounded (name, -1, PDK_TEXT_NAME_MAX_BYTES);
  found = g_hash_table_lookup (tally->name_indices, bounded);
  if (found != NULL)
    return (guint16) (GPOINTER_TO_UINT (found) - 1);
  if (tally->names->len >= MAX_NAMES)
    return PDK_CHAT_NO_NAME;
  g_ptr_array_add (tally->names, bounded);
  g_hash_table_insert (tally->name_indices, bounded, GUINT_TO_POINTER (tally->names->len));
  g_steal_pointer (&bounded);
  return (guint16) (tally->names->len - 1);
}

/* Grows by a quarter: there may be a million of them. */
static void
add_event (PdkChat *chat, const PdkChatEvent *event)
{
  if (chat->n_events == chat->max_events)
    {
      chat->max_events += MAX (4, chat->max_events / 4);
      chat->events = g_renew (PdkChatEvent, chat->events, chat->max_events);
    }
  chat->first_event_sec =
      chat->n_events == 0 ? event->time_sec : MIN (chat->first_event_sec, event->time_sec);
  chat->last_event_sec = chat->n_events == 0 ? event->time_sec : MAX (chat->last_event_sec, event->time_sec);
  chat->events[chat->n_events++] = *event;
}

/* What is too far ahead for its type is as far as it goes. */
static gboolean
is_recent (const PdkChatTally *tally, double time_sec, guint32 *time)
{
  if (time_sec < (double) tally->oldest_sec)
    return FALSE;
  *time = (guint32) CLAMP (time_sec, 0, (double) G_MAXUINT32);
  return TRUE;
}

/* Grows by one: most chats have one model, and there may be many chats. */
static void
add_sum (PdkChatSum **sums, guint *n_sums, const PdkChatSum *more)
{
  for (guint i = 0; i < *n_sums; i++)
    {
      PdkChatSum *sum = &(*sums)[i];

      if (sum->name != more->name)
        continue;
      sum->is_cloud |= more->is_cloud;
      sum->count += more->count;
      sum->input_chars += more->input_chars;
      sum->output_chars += more->output_chars;
      sum->thinking_sec += more->thinking_sec;
      return;
    }
  *sums = g_renew (PdkChatSum, *sums, *n_sums + 1);
  (*sums)[(*n_sums)++] = *more;
}

static void
add_answer (PdkChat *chat, const PdkChatMessage *message, guint16 model)
{
  PdkChatSum sum = { .name = model,
                     .is_cloud = message->is_cloud ? 1 : 0,
                     .count = 1,
                     .input_chars = chat->pending_chars,
                     .output_chars = message->chars,
                     .thinking_sec = (float) MAX (message->thinking_sec, 0) };

  chat->pending_chars = 0;
  chat->totals.assistant_messages++;
  if (message->has_thought)
    chat->totals.thinking++;
  if (message->has_thought && message->thinking_sec >= 0)
    {
      chat->totals.thinking_timed++;
      chat->totals.thinking_sec += message->thinking_sec;
    }
  add_sum (&chat->models, &chat->n_models, &sum);
}

/** pdk_chat_tally_new: Returns: (transfer full): a tally of no chats */
PdkChatTally *
pdk_chat_tally_new (void)
{
  PdkChatTally *tally = g_new0 (PdkChatTally, 1);

  tally->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  tally->chats = g_ptr_array_new_with_free_func (chat_free);
  tally->names = g_ptr_array_new_with_free_func (g_free);
  tally->name_indices = g_hash_table_new (g_str_hash, g_str_equal);
  return tally;
}

/** pdk_chat_tally_free: frees @tally and its chats */
void
pdk_chat_tally_free (PdkChatTally *tally)
{
  g_hash_table_unref (tally->by_id);
  g_ptr_array_unref (tally->chats);
  g_hash_table_unref (tally->name_indices);
  g_ptr_array_unref (tally->names);
  g_free (tally);
}

/** pdk_chat_tally_find: Returns: (transfer none) (nullable): the chat that is called @id */
PdkChat *
pdk_chat_tally_find (PdkChatTally *tally, const char *id)
{
  return g_hash_table_lookup (tally->by_id, id);
}

/** pdk_chat_tally_ensure: Returns: (transfer none): the chat that is called @id, made if it is not there */
PdkChat *
pdk_chat_tally_ensure (PdkChatTally *tally, const char *id)
{
  PdkChat *chat = pdk_chat_tally_find (tally, id);

  if (chat != NULL)
    return chat;
  chat = g_new0 (PdkChat, 1);
  chat->id = g_strdup (id);
  chat->index = tally->chats->len;
  g_ptr_array_add (tally->chats, chat);
  g_hash_table_insert (tally->by_id, chat->id, chat);
  return chat;
}

/** pdk_chat_tally_remove: forgets and frees @chat */
void
pdk_chat_tally_remove (PdkChatTally *tally, PdkChat *chat)
{
  PdkChat *last = g_ptr_array_index (tally->chats, tally->chats->len - 1);
  guint index = chat->index;

  g_hash_table_remove (tally->by_id, chat->id);
  last->index = index;
  g_ptr_array_remove_index_fast (tally->chats, index);
}

/**
 * pdk_chat_tally_expire:
 * @now_sec: the time
 *
 * Forgets single messages that no window or day will ask for, and from now on does not keep such.
 *
 * Returns: FALSE when windows and days may ask for some that were forgotten, as the clock has been set back
 */
gboolean
pdk_chat_tally_expire (PdkChatTally *tally, gint64 now_sec)
{
  gint64 oldest_sec = (now_sec / DAY_SEC - PDK_CHAT_TALLY_DAYS) * DAY_SEC;

  /* One day more than is asked for is kept, so that a clock may go back a little over midnight. */
  if (tally->oldest_sec >= oldest_sec && tally->oldest_sec <= oldest_sec + DAY_SEC)
    return TRUE;
  if (tally->oldest_sec > oldest_sec && tally->chats->len > 0)
    return FALSE;
  tally->oldest_sec = oldest_sec;
  for (guint i = 0; i < tally->chats->len; i++)
    {
      PdkChat *chat = g_ptr_array_index (tally->chats, i);
      guint n = 0;

      for (guint j = 0; j < chat->n_events; j++)
        {
          if (chat->events[j].time_sec >= oldest_sec)
            chat->events[n++] = chat->events[j];
        }
      chat->n_events = n;
      if (n == 0)
        {
          g_clear_pointer (&chat->events, g_free);
          chat->max_events = 0;
        }
      for (guint j = chat->tool_events != NULL ? chat->tool_events->len : 0; j > 0; j--)
        {
          if (g_array_index (chat->tool_events, PdkChatToolEvent, j - 1).time_sec < oldest_sec)
            g_array_remove_index_fast (chat->tool_events, j - 1);
        }
    }
  return TRUE;
}

/** pdk_chat_clear: forgets what was counted of @chat; what the reader keeps there stays */
void
pdk_chat_clear (PdkChat *chat)
{
  memset (&chat->totals, 0, sizeof chat->totals);
  g_clear_pointer (&chat->models, g_free);
  g_clear_pointer (&chat->tools, g_free);
  chat->n_models = chat->n_tools = 0;
  g_clear_pointer (&chat->tool_events, g_array_unref);
  g_clear_pointer (&chat->events, g_free);
  chat->n_events = chat->max_events = 0;
  chat->pending_chars = 0;
}

/**
 * pdk_chat_add_message:
 * @tally: the tally that @chat is of
 * @chat: the chat
 * @message: the next message of the chat
 *
 * What was said since the answer before is the input of an answer. That a model is given the whole of the
 * chat again with each message is not counted.
 */
void
pdk_chat_add_message (PdkChatTally *tally, PdkChat *chat, const PdkChatMessage *message)
{
  PdkChatEvent event = { .chars = (guint32) MIN (message->chars, G_MAXUINT32),
                         .model = PDK_CHAT_NO_NAME,
                         .role = (guint8) message->role,
                         .attachments = (guint8) MIN (message->attachments, G_MAXUINT8) };

  chat->totals.messages++;
  chat->totals.odd += message->is_odd ? 1 : 0;
  chat->totals.chars += message->chars;
  chat->totals.attachments += message->attachments;
  if (message->role == PDK_CHAT_ROLE_ASSISTANT)
    {
      event.model = intern (tally, message->model);
      add_answer (chat, message, event.model);
    }
  else
    chat->pending_chars += message->chars;
  if (message->role == PDK_CHAT_ROLE_USER)
    chat->totals.user_messages++;
  if (is_recent (tally, message->time_sec, &event.time_sec))
    add_event (chat, &event);
}

/**
 * pdk_chat_add_tool_call:
 * @tally: the tally that @chat is of
 * @chat: the chat
 * @tool: (nullable): what was called
 * @time_sec: the time of the message that called it
 */
void
pdk_chat_add_tool_call (PdkChatTally *tally, PdkChat *chat, const char *tool, double time_sec)
{
  PdkChatSum sum = { .name = intern (tally, tool), .count = 1 };
  PdkChatToolEvent event = { .tool = sum.name };

  chat->totals.tool_calls++;
  add_sum (&chat->tools, &chat->n_tools, &sum);
  if (!is_recent (tally, time_sec, &event.time_sec))
    return;
  if (chat->tool_events == NULL)
    chat->tool_events = g_array_new (FALSE, FALSE, sizeof event);
  g_array_append_val (chat->tool_events, event);
}
