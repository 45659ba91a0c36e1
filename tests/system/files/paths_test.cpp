#include "system/files/paths.h"

#include <filesystem>
#include <map>

#include "support/catch.h"
#include "system/files/temporary_folder.h"

namespace postq {

namespace {

Environment environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

constexpr uid_t kUnknownUser = 54321;

}  // namespace

TEST_CASE("what the machine remembers lies outside of every home, or where a test wants it") {
  const auto place = [](const std::map<std::string, std::string>& set) {
    return find_paths(environment(set)).value().machine_dir;
  };
  CHECK(place({{"HOME", "/home/ada"}}) == "/var/tmp/postq-" + std::to_string(::geteuid()));
  CHECK(place({{"HOME", "/home/ada"}, {"POSTQ_MACHINE_DIR", "/m"}}) == "/m");
  CHECK(place({{"HOME", "/home/ada"}, {"POSTQ_MACHINE_DIR", "m"}}) == "/var/tmp/postq-" + std::to_string(::geteuid()));
}

TEST_CASE("things lie where the XDG specification puts them") {
  const auto paths = find_paths(environment({{"HOME", "/home/ada"}}));

  REQUIRE(paths);
  CHECK(paths->config == "/home/ada/.config/postq/config.toml");
  CHECK(paths->database == "/home/ada/.local/share/postq/postq.db");
  CHECK(paths->data_dir == "/home/ada/.local/share/postq");
  CHECK(paths->state_dir == "/home/ada/.local/state/postq");
}

TEST_CASE("XDG variables move things, relative and empty ones don't") {
  const auto moved = find_paths(environment(
      {{"HOME", "/home/ada"}, {"XDG_CONFIG_HOME", "/c"}, {"XDG_DATA_HOME", "/d"}, {"XDG_STATE_HOME", "/s"}}));
  REQUIRE(moved);
  CHECK(moved->config == "/c/postq/config.toml");
  CHECK(moved->database == "/d/postq/postq.db");
  CHECK(moved->state_dir == "/s/postq");

  const auto stayed = find_paths(
      environment({{"HOME", "/home/ada"}, {"XDG_CONFIG_HOME", "c"}, {"XDG_DATA_HOME", ""}, {"XDG_STATE_HOME", "./s"}}));
  REQUIRE(stayed);
  CHECK(stayed->config == "/home/ada/.config/postq/config.toml");
  CHECK(stayed->data_dir == "/home/ada/.local/share/postq");
  CHECK(stayed->state_dir == "/home/ada/.local/state/postq");
}

TEST_CASE("flags win over POSTQ_CONFIG and POSTQ_DB, and these over the rest") {
  const auto names = environment({{"HOME", "/home/ada"}, {"POSTQ_CONFIG", "my.toml"}, {"POSTQ_DB", "/tmp/my.db"}});

  const auto named = find_paths(names);
  REQUIRE(named);
  CHECK(named->config == "my.toml");
  CHECK(named->database == "/tmp/my.db");
  CHECK(named->data_dir == "/home/ada/.local/share/postq");

  const auto flagged = find_paths(names, {"flag.toml", "flag.db"});
  REQUIRE(flagged);
  CHECK(flagged->config == "flag.toml");
  CHECK(flagged->database == "flag.db");
}

TEST_CASE("a database elsewhere has secrets and state of its own, the usual one those that were always there") {
  const TemporaryFolder folder;
  const auto places = [&](const std::string& database) {
    return find_paths(environment({{"HOME", "/home/ada"}, {"XDG_DATA_HOME", folder.path()}, {"POSTQ_DB", database}}))
        .value();
  };
  const auto usual = places("");
  CHECK(usual.secrets_dir == usual.data_dir + "/secrets");
  CHECK(usual.queue_dir == usual.state_dir);
  CHECK_FALSE(is_apart(usual));
  CHECK_FALSE(is_apart(places(folder / "postq/../postq/postq.db")));

  const auto other = places(folder / "o.db");
  CHECK(is_apart(other));
  CHECK(other.secrets_dir.starts_with(usual.data_dir + "/secrets-"));
  CHECK(other.queue_dir.starts_with(usual.state_dir + "/queue-"));
  CHECK_FALSE(other.beside_usual);
  CHECK(places(folder / "./o.db").queue_dir == other.queue_dir);
  std::filesystem::create_symlink(folder / "o.db", folder / "link.db");
  CHECK(places(folder / "link.db").queue_dir == other.queue_dir);
  CHECK(places(folder / "p.db").queue_dir != other.queue_dir);

  std::filesystem::create_directories(usual.data_dir);
  folder.file("postq/postq.db", "");
  CHECK(places(folder / "o.db").beside_usual);
}

TEST_CASE("cron may have no HOME: the passwd entry knows it") {
  const auto paths = find_paths(environment({}));
  const auto relative = find_paths(environment({{"HOME", "home"}}));

  REQUIRE(paths);
  CHECK(paths->config.front() == '/');
  REQUIRE(relative);
  CHECK(relative->config == paths->config);
}

TEST_CASE("without any home there is a clear answer, unless nothing needs it") {
  if (::geteuid() != 0) {
    WARN("skipped: only root can become a user without a passwd entry");
    return;
  }
  CHECK(holds_without_rights(kUnknownUser, [] {
    const auto paths = find_paths(environment({}));
    return !paths && paths.error().kind == ErrorKind::config &&
           paths.error().message.starts_with("no home folder: HOME is not set");
  }));
  CHECK(holds_without_rights(kUnknownUser, [] {
    return find_paths(environment({{"XDG_CONFIG_HOME", "/c"}, {"XDG_DATA_HOME", "/d"}, {"XDG_STATE_HOME", "/s"}}))
        .has_value();
  }));
}

TEST_CASE("folders are made for their owner only") {
  const TemporaryFolder folder;
  const Paths paths{folder / "c/config.toml", folder / "db/deep/postq.db", folder / "data/postq",
                    folder / "state/postq"};

  REQUIRE(make_folders(paths));
  REQUIRE(make_folders(paths));

  for (const auto* made : {"db", "db/deep", "data", "data/postq", "state/postq"}) CHECK(mode_of(folder / made) == 0700);
  CHECK_FALSE(std::filesystem::exists(folder / "c"));
}

TEST_CASE("a folder others may write to is refused") {
  const TemporaryFolder folder;
  const Paths paths{folder / "config.toml", folder / "postq.db", folder / "data", folder / "state"};
  std::filesystem::create_directory(folder / "data");
  REQUIRE(::chmod((folder / "data").c_str(), 0770) == 0);

  const auto made = make_folders(paths);

  REQUIRE_FALSE(made);
  CHECK(made.error().kind == ErrorKind::config);
  CHECK(made.error().hint == "chmod go-w " + folder / "data");
}

TEST_CASE("a file in the way of a folder is named") {
  const TemporaryFolder folder;
  const Paths paths{folder / "config.toml", folder / "postq.db", folder.file("data", "x"), folder / "state"};
  CHECK(make_folders(paths).error().message == folder / "data" + " is in the way: it is not a folder");

  const Paths below{folder / "config.toml", folder / "postq.db", folder / "data/postq", folder / "state"};
  CHECK(make_folders(below).error().kind == ErrorKind::config);
}

TEST_CASE("a file that others can change is refused with the chmod to type") {
  const TemporaryFolder folder;
  CHECK(check_private(folder.file("mine", "", 0600)));
  CHECK(check_private(folder.file("readable", "", 0644)));
  CHECK(check_private(folder / "none"));

  for (const mode_t mode : {0620U, 0602U, 0666U}) {
    const auto checked = check_private(folder.file("it's open", "", mode));
    REQUIRE_FALSE(checked);
    CHECK(checked.error().kind == ErrorKind::config);
    CHECK(checked.error().message == folder / "it's open" + " can be changed by other users");
    CHECK(checked.error().hint == "chmod go-w '" + folder / "it'\\''s open'");
  }
}

TEST_CASE("what others could read is closed to them, each with a sentence, once") {
  const TemporaryFolder folder;
  const Paths paths{folder / "config.toml", folder / "data/postq.db", folder / "data", folder / "state"};
  CHECK(keep_private(paths)->empty());  // nothing is there yet
  for (const auto* const name : {"data", "state", "state/log"}) std::filesystem::create_directory(folder / name);
  folder.file("data/postq.db", "x", 0644);
  folder.file("state/log/postq.log", "x", 0640);
  folder.file("data/other", "x", 0644);
  REQUIRE(::chmod((folder / "data").c_str(), 0755) == 0);
  REQUIRE(::chmod((folder / "state").c_str(), 0700) == 0);
  REQUIRE(::chmod((folder / "state/log").c_str(), 0750) == 0);

  const auto sentences = keep_private(paths);

  REQUIRE(sentences);
  CHECK(sentences->size() == 3);
  CHECK(sentences->front() == "other users could read " + folder / "data" + "; now only you can");
  CHECK(mode_of(folder / "data") == 0700);
  CHECK(mode_of(folder / "state/log") == 0700);
  CHECK(mode_of(folder / "data/postq.db") == 0644);  // nobody has looked yet whether it is a queue
  CHECK(mode_of(folder / "state/log/postq.log") == 0600);
  CHECK(mode_of(folder / "data/other") == 0644);
  CHECK(keep_private(paths)->empty());

  CHECK(keep_database_private(paths.database) ==
        std::vector{"other users could read " + paths.database + "; now only you can"});
  CHECK(mode_of(paths.database) == 0600);
}

TEST_CASE("what others could write is refused, and stays as it is") {
  const TemporaryFolder folder;
  const Paths paths{folder / "config.toml", folder / "shared/postq.db", folder / "data", folder / "state"};
  for (const auto* const name : {"data", "state", "state/locks", "shared"}) {
    std::filesystem::create_directory(folder / name);
    REQUIRE(::chmod((folder / name).c_str(), 0700) == 0);
  }
  REQUIRE(keep_private(paths));

  for (const auto* const name : {"data", "state", "state/locks"}) {
    REQUIRE(::chmod((folder / name).c_str(), 0720) == 0);
    const auto kept = keep_private(paths);
    REQUIRE_FALSE(kept);
    CHECK(kept.error().kind == ErrorKind::config);
    CHECK(kept.error().hint == "chmod go-w " + folder / name);
    CHECK(mode_of(folder / name) == 0720);
    REQUIRE(::chmod((folder / name).c_str(), 0700) == 0);
  }

  REQUIRE(::chmod((folder / "shared").c_str(), 0777) == 0);
  CHECK(keep_private(paths).error().hint == "chmod o-w " + folder / "shared");
  REQUIRE(::chmod((folder / "shared").c_str(), 01777) == 0);  // as /tmp is
  CHECK(keep_private(paths));
}

TEST_CASE("a file of somebody else is refused, root's is not") {
  if (::geteuid() != 0) {
    WARN("skipped: only root can give a file away");
    return;
  }
  const TemporaryFolder folder;
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  const auto path = folder.file("theirs", "", 0644);
  CHECK(holds_without_rights(kNobody, [&] { return check_private(path).has_value(); }));

  REQUIRE(::chown(path.c_str(), kUnknownUser, 0) == 0);
  const auto checked = check_private(path);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message == path + " belongs to user 54321, who could change it");
}

TEST_CASE("what can't be looked at is not taken for private") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "closed");
  folder.file("closed/file", "");
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  REQUIRE(::chmod((folder / "closed").c_str(), 0000) == 0);

  CHECK(holds_without_rights(kNobody, [&] {
    const auto checked = check_private(folder / "closed/file");
    return !checked && checked.error().kind == ErrorKind::config;
  }));
  REQUIRE(::chmod((folder / "closed").c_str(), 0700) == 0);
}

}  // namespace postq
