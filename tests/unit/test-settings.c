/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-error.h"
#include "pdk-settings.h"

#define BASE_DIR "/etc/paddock"

static PdkSettings *
parse_with_host (const char *text, const char *ollama_host)
{
  g_autoptr (GError) error = NULL;
  PdkSettings *settings = pdk_settings_parse (text, strlen (text), BASE_DIR, ollama_host, &error);

  g_assert_no_error (error);
  g_assert_nonnull (settings);
  return settings;
}

static PdkSettings *
parse (const char *text)
{
  return parse_with_host (text, NULL);
}

/* One account whose members are @members. */
static PdkSettings *
parse_account (const char *members)
{
  g_autofree char *text = g_strdup_printf ("{\"accounts\": [{%s}]}", members);
  PdkSettings *settings = parse (text);

  g_assert_cmpuint (settings->accounts->len, ==, 1);
  return settings;
}

static void
test_detected (void)
{
  static const char *const documents[] = {
    "{}",
    "{\"accounts\": []}",
    "{\"accounts\": [{\"provider\": \"claude\"}]}",
    "\xef\xbb\xbf{}\r\n",
    "{\"other\": {\"deep\": [1, {\"id\": 7}]}, \"label\": null}",
    "{\"accounts\": null, \"poll_interval_seconds\": null, \"history_days\": null, \"read_only\": null}",
  };

  for (gsize i = 0; i <= G_N_ELEMENTS (documents); i++)
    {
      g_autoptr (PdkSettings) settings = i < G_N_ELEMENTS (documents)
                                             ? parse_with_host (documents[i], "gpu.example:1234")
                                             : pdk_settings_new_detected ("gpu.example:1234");
      const PdkAccount *account;

      g_assert_cmpuint (settings->accounts->len, ==, 1);
      account = pdk_settings_get_account (settings, 0);
      g_assert_cmpstr (account->id, ==, "ollama");
      g_assert_cmpstr (account->base_url, ==, "http://gpu.example:1234");
      g_assert_cmpstr (account->api_key_env, ==, "OLLAMA_API_KEY");
      g_assert_null (account->logs_dir);
      g_assert_true (account->is_detected);
      g_assert_true (account->owns_default_paths);
      g_assert_false (account->is_cloud_only);
      g_assert_cmpuint (settings->poll_interval_msec, ==, 30000);
      g_assert_cmpint (settings->label, ==, PDK_LABEL_STATUS);
      g_assert_cmpint (settings->tray_icon, ==, PDK_TRAY_ICON_AUTO);
    }
}

/* The block of the documentation. */
static void
test_documented (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "settings", "documented.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (PdkSettings) settings = NULL;
  const PdkAccount *account;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  settings = parse (text);
  g_assert_cmpuint (settings->accounts->len, ==, 1);
  account = pdk_settings_get_account (settings, 0);
  g_assert_cmpuint (settings->poll_interval_msec, ==, 30000);
  g_assert_cmpstr (account->id, ==, "ollama");
  g_assert_cmpstr (account->base_url, ==, "http://127.0.0.1:11434");
  g_assert_cmpstr (account->api_key_env, ==, "OLLAMA_API_KEY");
  g_assert_cmpstr (account->logs_dir, ==, "/srv/ollama/logs");
  g_assert_null (account->server_config);
  g_assert_false (account->is_cloud_only);
  g_assert_false (account->is_detected);
}

static void
test_general (void)
{
  static const struct
  {
    const char *text;
    guint poll_interval_msec;
    PdkLabelMode label;
    PdkTrayIconStyle tray_icon;
  } cases[] = {
    { "{\"poll_interval_seconds\": 1}", 1000, PDK_LABEL_STATUS, PDK_TRAY_ICON_AUTO },
    { "{\"poll_interval_seconds\": 1.5}", 1500, PDK_LABEL_STATUS, PDK_TRAY_ICON_AUTO },
    { "{\"poll_interval_seconds\": 86400}", 86400000, PDK_LABEL_STATUS, PDK_TRAY_ICON_AUTO },
    { "{\"label\": \"none\"}", 30000, PDK_LABEL_NONE, PDK_TRAY_ICON_AUTO },
    { "{\"label\": \"status\"}", 30000, PDK_LABEL_STATUS, PDK_TRAY_ICON_AUTO },
    { "{\"tray_icon\": \"auto\"}", 30000, PDK_LABEL_STATUS, PDK_TRAY_ICON_AUTO },
    { "{\"tray_icon\": \"symbolic\"}", 30000, PDK_LABEL_STATUS, PDK_TRAY_ICON_SYMBOLIC },
    { "{\"tray_icon\": \"color\"}", 30000, PDK_LABEL_STATUS, PDK_TRAY_ICON_COLOR },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkSettings) settings = parse (cases[i].text);

      g_assert_cmpuint (settings->poll_interval_msec, ==, cases[i].poll_interval_msec);
      g_assert_cmpint (settings->label, ==, cases[i].label);
      g_assert_cmpint (settings->tray_icon, ==, cases[i].tray_icon);
    }
}

/* Every hint is read in each of the three places, and the nearest is right. */
static void
test_hints (void)
{
  static const struct
  {
    const char *key;
    gsize offset;
    gboolean is_path;
  } hints[] = {
    { "logs_dir", G_STRUCT_OFFSET (PdkAccount, logs_dir), TRUE },
    { "server_config", G_STRUCT_OFFSET (PdkAccount, server_config), TRUE },
    { "db_path", G_STRUCT_OFFSET (PdkAccount, db_path), TRUE },
    { "app_db", G_STRUCT_OFFSET (PdkAccount, db_path), TRUE },
    { "journal_dir", G_STRUCT_OFFSET (PdkAccount, journal_dir), TRUE },
    { "journal_unit", G_STRUCT_OFFSET (PdkAccount, journal_unit), FALSE },
    { "container", G_STRUCT_OFFSET (PdkAccount, container), FALSE },
    { "cloud_base_url", G_STRUCT_OFFSET (PdkAccount, cloud_base_url), FALSE },
  };
  static const struct
  {
    const char *format, *expected;
  } places[] = {
    { "\"%1$s\": \"/a\"", "/a" },
    { "\"provider_paths\": {\"%1$s\": \"/b\"}", "/b" },
    { "\"paths\": {\"%1$s\": \"/c\"}", "/c" },
    { "\"paths\": {\"%1$s\": \"/c\"}, \"provider_paths\": {\"%1$s\": \"/b\"}", "/b" },
    { "\"provider_paths\": {\"%1$s\": \"/b\"}, \"%1$s\": \"/a\", \"paths\": {\"%1$s\": \"/c\"}", "/a" },
    { "\"%1$s\": null, \"provider_paths\": null, \"paths\": {\"%1$s\": \"/c\"}", "/c" },
    { "\"%1$s\": \"\", \"paths\": {\"%1$s\": \"/c\"}", "" },
    { "\"provider_paths\": {\"other\": {\"%1$s\": \"/d\"}}", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (hints); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (places); j++)
        {
          g_auto (GStrv) parts = g_strsplit (places[j].format, "%1$s", -1);
          g_autofree char *members = g_strjoinv (hints[i].key, parts);
          g_autoptr (PdkSettings) settings = parse_account (members);
          const char *expected = places[j].expected;

          /* An empty path is none; an empty unit is one that switches the journal off. */
          if (g_strcmp0 (expected, "") == 0 && hints[i].is_path)
            expected = NULL;
          g_test_message ("%s", members);
          g_assert_cmpstr (G_STRUCT_MEMBER (char *, pdk_settings_get_account (settings, 0), hints[i].offset),
                           ==, expected);
        }
    }
}

static void
test_paths (void)
{
  g_autofree char *in_home = g_build_filename (g_get_home_dir (), "logs", NULL);
  const struct
  {
    const char *members, *logs_dir, *server_config, *db_path;
  } cases[] = {
    { "\"config_dir\": \"/c\"", "/c/logs", "/c/server.json", NULL },
    { "\"config_dir\": \"/c\", \"logs_dir\": \"/l\"", "/l", "/c/server.json", NULL },
    { "\"paths\": {\"logs_dir\": \"/l\"}, \"config_dir\": \"/c\"", "/l", "/c/server.json", NULL },
    { "\"config_dir\": \"/c\", \"server_config\": \"/s\"", "/c/logs", "/s", NULL },
    { "\"app_db\": \"/a\", \"paths\": {\"db_path\": \"/d\"}", NULL, NULL, "/d" },
    { "\"db_path\": \"\", \"app_db\": \"/a\"", NULL, NULL, "/a" },
    { "\"logs_dir\": \"logs\"", BASE_DIR "/logs", NULL, NULL },
    { "\"logs_dir\": \"../x/./logs/\"", "/etc/x/logs", NULL, NULL },
    { "\"logs_dir\": \"~/logs\"", in_home, NULL, NULL },
    { "\"logs_dir\": \"~\"", g_get_home_dir (), NULL, NULL },
    { "\"logs_dir\": \"~other\"", BASE_DIR "/~other", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkSettings) settings = parse_account (cases[i].members);
      const PdkAccount *account = pdk_settings_get_account (settings, 0);
      g_autofree char *logs_dir =
          account->logs_dir != NULL ? g_canonicalize_filename (account->logs_dir, NULL) : NULL;

      g_test_message ("%s", cases[i].members);
      g_assert_cmpstr (logs_dir, ==, cases[i].logs_dir);
      g_assert_cmpstr (account->server_config, ==, cases[i].server_config);
      g_assert_cmpstr (account->db_path, ==, cases[i].db_path);
    }
}

static void
test_timezones (void)
{
  static const char *const good[] = { "local", "UTC", "Europe/Berlin", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *members = g_strdup_printf ("\"log_timezone\": \"%s\"", good[i]);
      g_autoptr (PdkSettings) settings = parse_account (members);

      g_assert_cmpstr (pdk_settings_get_account (settings, 0)->log_timezone, ==, good[i]);
    }
}

static void
test_servers (void)
{
  static const struct
  {
    const char *members, *base_url, *api_key_env;
    gboolean is_cloud_only;
  } cases[] = {
    { "", "http://env.example:11434", "OLLAMA_API_KEY", FALSE },
    { "\"base_url\": \"\"", "http://env.example:11434", "OLLAMA_API_KEY", FALSE },
    { "\"base_url\": \"gpu\"", "http://gpu:11434", "OLLAMA_API_KEY", FALSE },
    { "\"base_url\": \"https://gpu/x/\", \"auth\": \"local\"", "https://gpu:443/x", "OLLAMA_API_KEY", FALSE },
    { "\"api_key_env\": \"WORK_KEY\"", "http://env.example:11434", "WORK_KEY", FALSE },
    { "\"api_key_env\": null", "http://env.example:11434", "OLLAMA_API_KEY", FALSE },
    { "\"auth\": \"api_key\"", NULL, "OLLAMA_API_KEY", TRUE },
    { "\"auth\": \"api_key\", \"base_url\": \"http://gpu\"", NULL, "OLLAMA_API_KEY", TRUE },
    { "\"base_url\": \"https://ollama.com\"", NULL, "OLLAMA_API_KEY", TRUE },
    { "\"base_url\": \"ollama.com\"", NULL, "OLLAMA_API_KEY", TRUE },
    { "\"base_url\": \"https://OLLAMA.com/\"", NULL, "OLLAMA_API_KEY", TRUE },
    { "\"base_url\": \"https://ollama.com.example\"", "https://ollama.com.example:443", "OLLAMA_API_KEY",
      FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"accounts\": [{%s}]}", cases[i].members);
      g_autoptr (PdkSettings) settings = parse_with_host (text, "env.example");
      const PdkAccount *account = pdk_settings_get_account (settings, 0);

      g_test_message ("%s", cases[i].members);
      g_assert_cmpstr (account->base_url, ==, cases[i].base_url);
      g_assert_cmpstr (account->api_key_env, ==, cases[i].api_key_env);
      g_assert_cmpint (account->is_cloud_only, ==, cases[i].is_cloud_only);
      g_assert_false (account->is_detected);
    }
}

/* Accounts of others are passed over; one without an id gets one that is free in the whole file. */
static void
test_accounts (void)
{
  static const char text[] =
      "{\"accounts\": [{}, {\"id\": \"claude\", \"provider\": \"claude\", \"auth\": 7},"
      "{\"id\": \"ollama\"}, {\"id\": \"claude\", \"provider\": \"ollama\"},"
      "{\"id\": \"\", \"provider\": null}, {\"id\": \"ollama-3\"}, {\"id\": null}]}";
  static const char *const ids[] = { "ollama-2", "ollama", "claude", "ollama-4", "ollama-3", "ollama-5" };
  g_autoptr (PdkSettings) settings = parse (text);

  g_assert_cmpuint (settings->accounts->len, ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_cmpstr (pdk_settings_get_account (settings, i)->id, ==, ids[i]);
}

static void
test_default_paths (void)
{
  static const struct
  {
    const char *urls[3];
    int owner; /* -1 for none */
  } cases[] = {
    { { "http://127.0.0.1:11434", "http://localhost:11435" }, 0 },
    { { "http://gpu", "http://[::1]:11434", "http://127.0.0.1:11434" }, 1 },
    { { "http://gpu", "http://cpu" }, 0 },
    { { "https://ollama.com", "http://gpu" }, 1 },
    { { "https://ollama.com" }, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new ("{\"accounts\": [");
      g_autoptr (PdkSettings) settings = NULL;

      for (gsize j = 0; j < 3 && cases[i].urls[j] != NULL; j++)
        g_string_append_printf (text, "%s{\"base_url\": \"%s\"}", j > 0 ? "," : "", cases[i].urls[j]);
      g_string_append (text, "]}");
      settings = parse (text->str);
      for (guint j = 0; j < settings->accounts->len; j++)
        g_assert_cmpint (pdk_settings_get_account (settings, j)->owns_default_paths, ==,
                         (int) j == cases[i].owner);
    }
}

/* What a complaint starts with. */
static const struct
{
  const char *text, *place;
} complaints[] = {
  { "", "1: must be" },
  { "  \n", "1: must be" },
  { "null", "1: must be" },
  { "[]", "1: must be" },
  { "\"x\"", "1: must be" },
  { "{\n\"poll_interval_seconds\": 0\n}", "2: poll_interval_seconds: " },
  { "{\n\"poll_interval_seconds\": 0.99,\n\n\"label\": \"none\"}", "2: poll_interval_seconds: " },
  { "{\n\n\"poll_interval_seconds\": 86401}", "3: poll_interval_seconds: " },
  { "{\"poll_interval_seconds\":\n\"30\"}", "1: poll_interval_seconds: " },
  { "{\"poll_interval_seconds\": 1e999}", "1: poll_interval_seconds: " },
  { "{\n\"poll_interval_seconds\": {\n\"a\": 1\n}\n}", "2: poll_interval_seconds: " },
  { "{\n\"label\": 1\n\n\n}", "2: label: " },
  { "{\n\n\"label\": \"large\"\n,\n\"x\": 1}", "3: label: " },
  { "{\n\"tray_icon\":\n[\n1,\n2\n]\n}", "2: tray_icon: " },
  { "{\n\"tray_icon\": \"Color\"}", "2: tray_icon: " },
  { "{\n\"tray_account\": 1}", "2: tray_account: " },
  { "{\n\n\"read_only\": \"yes\"}", "3: read_only: " },
  { "{\n\"notifications\": [\n80\n]\n}", "2: notifications: " },
  { "{\n\"notifications\": {\n\"silent\": 1\n}\n}", "3: silent: " },
  { "{\n\"notifications\": {\n\"silent\": true,\n\"thresholds\": [\n80,\n100\n]\n}\n}", "4: thresholds: " },
  { "{\n\"notifications\": {\"thresholds\": [80, \"95\"]}}", "2: thresholds: " },
  { "{\n\"accounts\": {\n\"id\": \"x\"\n}\n}", "2: accounts: " },
  { "{\n\"accounts\": false}", "2: accounts: " },
  { "{\n\"accounts\": [\n{},\n\"x\"\n]}", "2: accounts: " },
  { "{\n\"accounts\": [\n{\n\"id\": 7\n}\n]}", "4: id: " },
  { "{\n\"accounts\": [\n{\n\"id\": \"a\"\n},\n{\n\"label\": 1,\n\"id\": \"a\"\n}\n]}", "8: id: " },
  { "{\"accounts\": [{\n\"provider\": {\n}\n}]}", "2: provider: " },
  { "{\"accounts\": [{},\n{\n\"auth\": \"none\"}]}", "3: auth: " },
  { "{\"accounts\": [{},\n{\n\"auth\": true}]}", "3: auth: " },
  { "{\"accounts\": [{\n\"base_url\": \"ftp://x\"\n,\"paths\":{\n}}]}", "2: base_url: " },
  { "{\"accounts\": [{\n\"base_url\": [\n\n]}]}", "2: base_url: " },
  { "{\"accounts\": [{\n\"api_key_env\": false}]}", "2: api_key_env: " },
  { "{\"accounts\": [{\n\"api_key_env\": \"2c9f.Key\"}]}", "2: api_key_env: must be the name of an " },
  { "{\"accounts\": [{\n\"api_key_env\": \"2c9fKey\"}]}", "2: api_key_env: must be the name of an " },
  { "{\"accounts\": [{\n\"api_key_env\": \"$KEY\"}]}", "2: api_key_env: must be the name of an " },
  { "{\"accounts\": [{\n\"paths\": {\n\n\"logs_dir\": [\n\"a\",\n\"b\"\n]\n}\n}]}", "4: logs_dir: " },
  { "{\"accounts\": [{\n\"logs_dir\": \"/a\",\n\"provider_paths\": {\n\"logs_dir\": 1}}]}", "4: logs_dir: " },
  { "{\"accounts\": [{\n\"provider_paths\": \"/a\"\n}]}", "2: provider_paths: " },
  { "{\"accounts\": [{\n\"x\": 1,\n\"paths\": [\n]\n}]}", "3: paths: " },
  { "{\"accounts\": [{\n\"config_dir\": {}}]}", "2: config_dir: " },
  { "{\"accounts\": [{\n\"server_config\": {}}]}", "2: server_config: " },
  { "{\"accounts\": [{\n\"db_path\": {}}]}", "2: db_path: " },
  { "{\"accounts\": [{\n\"db_path\": \"/x\",\n\"app_db\": {}}]}", "3: app_db: " },
  { "{\"accounts\": [{\n\"journal_dir\": 1}]}", "2: journal_dir: " },
  { "{\"accounts\": [{\n\"journal_unit\": 1}]}", "2: journal_unit: " },
  { "{\"accounts\": [{\n\"container\": 1}]}", "2: container: " },
  { "{\"accounts\": [{\n\"cloud_base_url\": 1}]}", "2: cloud_base_url: " },
  { "{\"accounts\": [{\n\"log_timezone\": 1}]}", "2: log_timezone: " },
  { "{\"accounts\": [{\n\"log_timezone\": \"Mars/Base\"}]}", "2: log_timezone: " },
  { "{\"accounts\": [{\n\"paths\": {\n\"log_timezone\": \"Mars/Base\"}}]}", "3: log_timezone: " },
  { "{\r\n\"accounts\": [{\r\n\"auth\": \"none\"}]}", "3: auth: " },
  { "\xef\xbb\xbf{\n\"label\": 1}", "2: label: " },
  /* Not JSON. */
  { "{\n\"label\": \"none\" \"x\": 1\n}", "2: not valid JSON: " },
  { "{\n\"label\" \"none\"\n}", "2: not valid JSON: " },
  { "{\n\"label\": none\n}", "2: not valid JSON: a value " },
  { "{\n\"label\": 1.2.3\n}", "2: not valid JSON: " },
  { "{\n\"label\": \"\\ud800\"\n}", "2: not valid JSON: " },
  { "{\n\"accounts\": [\n{\n\"id\": \"a\",\n}\n]\n}", "4: not valid JSON: a comma has nothing " },
  { "{\n\"accounts\": [\n{\n\"id\": \"a\"\n}\n", "5: not valid JSON: it ends before " },
  { "{\n\"label\": \"none,\n\"tray_icon\": \"auto\"\n}", "2: not valid JSON: a text " },
  { "{\n\"label\": 'none'\n}", "2: not valid JSON: " },
  { "{\n\"x\": 1,\n// comment\n\"y\": 2}", "3: not valid JSON: " },
  { "{\n\"x\": 1\n}\n{}", "4: not valid JSON: " },
  { "{\n\"x\": 1\n}}", "3: not valid JSON: " },
  { "{\n\"x\": \"\xff\"\n}", "2: not valid JSON: " },
  { "# settings\n{}", "1: not valid JSON: " },
};

static void
test_complaints (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (complaints); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *block = g_memdup2 (complaints[i].text, strlen (complaints[i].text));

      g_assert_null (pdk_settings_parse (block != NULL ? block : "", strlen (complaints[i].text), BASE_DIR,
                                         NULL, &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_SETTINGS);
      g_test_message ("case %" G_GSIZE_FORMAT ": %s", i, error->message);
      g_assert_true (g_str_has_prefix (error->message, complaints[i].place));
      g_assert_cmpuint (strlen (error->message), >, strlen (complaints[i].place));
      g_assert_null (strchr (error->message, '\n'));
    }
}

/* Files that were cut short: the line is that of the cut, or of what was not closed. */
static void
test_cut_short (void)
{
  static const char text[] = "{\n\"label\": \"none\",\n\"accounts\": [\n{\n\"id\": \"a\"\n}\n]\n}";

  for (gsize length = 0; length < strlen (text); length++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *block = g_memdup2 (text, length);
      guint64 line;
      guint n_lines = 1;

      for (gsize i = 0; i < length; i++)
        n_lines += text[i] == '\n';
      g_assert_null (pdk_settings_parse (block != NULL ? block : "", length, BASE_DIR, NULL, &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_SETTINGS);
      line = g_ascii_strtoull (error->message, NULL, 10);
      g_test_message ("%s", error->message);
      g_assert_cmpuint (line, >=, 1);
      g_assert_cmpuint (line, <=, n_lines);
    }
}

static void
test_deep (void)
{
  g_autoptr (GString) text = g_string_new ("{\n\"x\":\n");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  g_assert_null (pdk_settings_parse (text->str, text->len, BASE_DIR, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, "3: "));
}

/* Every key of an account makes another account of it; what is said in another way, and what is said of the
 * tray, does not. */
static void
test_same_accounts (void)
{
  static const char *const others[] = {
    "\"base_url\": \"http://b\"", "\"api_key_env\": \"K\"",    "\"cloud_base_url\": \"https://c\"",
    "\"logs_dir\": \"/l\"",       "\"server_config\": \"/s\"", "\"db_path\": \"/d\"",
    "\"journal_unit\": \"u\"",    "\"journal_dir\": \"/j\"",   "\"container\": \"c\"",
    "\"log_timezone\": \"UTC\"",  "\"auth\": \"api_key\"",
  };
  g_autoptr (PdkSettings) detected = parse ("{}");
  g_autoptr (PdkSettings) plain = parse ("{\"accounts\": [{\"id\": \"ollama\"}]}");
  g_autoptr (PdkSettings) same =
      parse ("{\"label\": \"none\", \"accounts\":\n[{\"x\": 1, \"id\": \"ollama\"}]}");
  g_autoptr (PdkSettings) two = parse ("{\"accounts\": [{\"id\": \"ollama\"}, {\"id\": \"b\"}]}");

  g_assert_true (pdk_settings_has_same_accounts (plain, same));
  g_assert_false (pdk_settings_has_same_accounts (plain, detected));
  g_assert_false (pdk_settings_has_same_accounts (plain, two));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"accounts\": [{\"id\": \"ollama\", %s}]}", others[i]);
      g_autoptr (PdkSettings) other = parse (text);

      g_test_message ("%s", others[i]);
      g_assert_false (pdk_settings_has_same_accounts (plain, other));
    }
}

/* Settings outlive the text, and may be dropped by another thread than the one that read them. */
static gpointer
drop (gpointer settings)
{
  pdk_settings_unref (settings);
  return NULL;
}

static void
test_lifetime (void)
{
  g_autofree char *text = g_strdup ("{\"accounts\": [{\"id\": \"a\", \"logs_dir\": \"/l\"}]}");
  PdkSettings *settings = parse (text);

  memset (text, 'x', strlen (text));
  g_assert_true (pdk_settings_ref (settings) == settings);
  g_thread_join (g_thread_new ("drop", drop, settings));
  g_assert_cmpstr (pdk_settings_get_account (settings, 0)->id, ==, "a");
  g_assert_cmpstr (pdk_settings_get_account (settings, 0)->logs_dir, ==, "/l");
  pdk_settings_unref (settings);
}

static void
test_tray_account_and_rights (void)
{
  static const char given[] = "{\"tray_account\": \"b\", \"read_only\": true}";
  g_autoptr (PdkSettings) usual = pdk_settings_new_detected (NULL);
  g_autoptr (PdkSettings) settings = pdk_settings_parse (given, strlen (given), "/", NULL, NULL);

  g_assert_cmpstr (usual->tray_account, ==, "");
  g_assert_false (usual->read_only);
  g_assert_nonnull (settings);
  g_assert_cmpstr (settings->tray_account, ==, "b");
  g_assert_true (settings->read_only);
}

static void
assert_label (const char *label, PdkLabelMode mode, const char *label_template)
{
  g_autofree char *text = g_strdup_printf ("{\"label\": \"%s\"}", label);
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkSettings) settings = pdk_settings_parse (text, strlen (text), "/", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (settings->label, ==, mode);
  g_assert_cmpstr (settings->label_template, ==, label_template);
}

static void
test_labels (void)
{
  static const char *const bad[] = { "", "loud", "{", "}", "{}", "a {b", "a} b", "{a{b}}", "Requests_today" };

  assert_label ("status", PDK_LABEL_STATUS, NULL);
  assert_label ("short", PDK_LABEL_SHORT, NULL);
  assert_label ("none", PDK_LABEL_NONE, NULL);
  assert_label ("requests_5h", PDK_LABEL_TEMPLATE, "{requests_5h}");
  assert_label ("{requests_5h} req, {a}", PDK_LABEL_TEMPLATE, "{requests_5h} req, {a}");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"label\": \"%s\"}", bad[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (pdk_settings_parse (text, strlen (text), "/", NULL, &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_SETTINGS);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/tray-account-and-rights", test_tray_account_and_rights);
  g_test_add_func ("/settings/detected", test_detected);
  g_test_add_func ("/settings/documented", test_documented);
  g_test_add_func ("/settings/general", test_general);
  g_test_add_func ("/settings/hints", test_hints);
  g_test_add_func ("/settings/paths", test_paths);
  g_test_add_func ("/settings/timezones", test_timezones);
  g_test_add_func ("/settings/servers", test_servers);
  g_test_add_func ("/settings/accounts", test_accounts);
  g_test_add_func ("/settings/default-paths", test_default_paths);
  g_test_add_func ("/settings/complaints", test_complaints);
  g_test_add_func ("/settings/cut-short", test_cut_short);
  g_test_add_func ("/settings/deep", test_deep);
  g_test_add_func ("/settings/same-accounts", test_same_accounts);
  g_test_add_func ("/settings/lifetime", test_lifetime);
  g_test_add_func ("/settings/labels", test_labels);
  return g_test_run ();
}
