#include "os/environment.h"

#include <algorithm>
#include <cstdlib>

#include "support/catch.h"

using namespace postq;

TEST_CASE("secrets are known by their names") {
  for (const auto* const name : {"BSKY_TOKEN", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "MYPASS", "OPENAI_API_KEY",
                                 "GITHUB_PAT", "MYSQL_PWD", "SENTRY_DSN", "REDIS_AUTH", "npm_config__auth", "ssh_key",
                                 "JWT", "AGE_PRIVATEKEY", "SSHPASS", "DB_CREDENTIALS"}) {
    CAPTURE(name);
    CHECK(holds_a_secret(name, "x"));
  }
}

TEST_CASE("secrets are known by their values") {
  for (const auto* const value :
       {"postgres://u:canary@h/", "http://anna:s3cret@proxy.example:3128", "amqp://:s3cret@h", "ghp_abcdef", "glpat-x",
        "github_pat_11AA", "xoxb-1", "whsec_MfKQ", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "sk-proj-1",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n"}) {
    CAPTURE(value);
    CHECK(holds_a_secret("PLAIN", value));
  }
}

TEST_CASE("what a child needs, and what says where a secret lies, is no secret") {
  const std::vector<std::pair<std::string, std::string>> kept{
      {"HOME", "/home/anna"},
      {"PATH", "/usr/bin:/bin"},
      {"TERM", "xterm"},
      {"LC_ALL", "C.UTF-8"},
      {"EDITOR", "vim"},
      {"DISPLAY", ":0"},
      {"WAYLAND_DISPLAY", "wayland-0"},
      {"DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus,guid=0123"},
      {"XDG_RUNTIME_DIR", "/run/user/1000"},
      {"XAUTHORITY", "/home/anna/.Xauthority"},
      {"SSH_AUTH_SOCK", "/run/user/1000/keyring/ssh"},
      {"SSH_ASKPASS", "/usr/bin/ksshaskpass"},
      {"PASSWORD_STORE_DIR", "/home/anna/.password-store"},
      {"GOOGLE_APPLICATION_CREDENTIALS", "/etc/hostname"},
      {"PGPASSFILE", "/home/anna/.pgpass"},
      {"PWD", "/home/anna"},
      {"http_proxy", "http://proxy.example:3128"},
      {"KEYMAP", "de"},
      {"MAILTO", "anna@example.org"},
      {"LESSOPEN", "|lesspipe %s"},
  };
  for (const auto& [name, value] : kept) {
    CAPTURE(name);
    CHECK_FALSE(holds_a_secret(name, value));
  }
}

TEST_CASE(
    "a child's environment is ours without secrets, and without postq's own variables where they are not wanted") {
  ::setenv("POSTQ_TEST_MARK", "kept", 1);
  ::setenv("DEMO_TOKEN", "s3cret", 1);
  const auto has = [](const std::vector<std::string>& all, const std::string& pair) {
    return std::find(all.begin(), all.end(), pair) != all.end();
  };

  const auto with = environment_for_child(OwnVariables::kept);
  const auto without = environment_for_child(OwnVariables::dropped);
  ::unsetenv("POSTQ_TEST_MARK");
  ::unsetenv("DEMO_TOKEN");

  CHECK(has(with, "POSTQ_TEST_MARK=kept"));
  CHECK_FALSE(has(with, "DEMO_TOKEN=s3cret"));
  CHECK_FALSE(has(without, "POSTQ_TEST_MARK=kept"));
  CHECK(has(without, std::string("PATH=") + std::getenv("PATH")));
}
