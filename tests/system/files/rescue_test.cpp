#include "system/files/rescue.h"

#include <csignal>
#include <fstream>
#include <sys/resource.h>

#include "support/catch.h"
#include "system/files/bytes_on_disk.h"
#include "system/files/temporary_folder.h"

namespace postq {

namespace {
constexpr const char* kStamp = "20261122-214012";
}

TEST_CASE("a text is saved for its owner only and read back") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder / "state"};

  const auto path = rescue.save("what was typed\n", kStamp);

  REQUIRE(path);
  CHECK(*path == folder / "state/rescue/20261122-214012.md");
  CHECK(mode_of(*path) == 0600);
  CHECK(mode_of(folder / "state/rescue") == 0700);
  CHECK(rescue.load(*path).value() == "what was typed\n");
}

TEST_CASE("a rescued text is secured, and what can't be is said") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder / "state"};
  const auto path = rescue.save("what was typed", kStamp).value();

  CHECK(rescue.secure(path));

  rescue.drop(path);
  const auto gone = rescue.secure(path);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().kind == ErrorKind::storage);
  CHECK(gone.error().message.find(path) != std::string::npos);
}

TEST_CASE("texts of one second get numbers and the last one is the newest") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder.path()};
  std::string last;
  for (int i = 1; i <= 11; ++i) last = rescue.save("text " + std::to_string(i), kStamp).value();
  folder.file("rescue/.hidden.md", "x");
  folder.file("rescue/29991231-000000.txt", "x");

  CHECK(last == folder / "rescue/20261122-214012-11.md");
  CHECK(rescue.newest().value() == last);
  CHECK(rescue.load(last).value() == "text 11");

  const auto later = rescue.save("later", "20261122-214013").value();
  CHECK(rescue.newest().value() == later);
}

TEST_CASE("a saved text never takes the place of another, not even through a link") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder.path()};
  std::filesystem::create_directory(folder / "rescue");
  std::filesystem::create_symlink(folder / "elsewhere", folder / "rescue/20261122-214012.md");

  CHECK(rescue.save("text", kStamp).value() == folder / "rescue/20261122-214012-2.md");
  CHECK_FALSE(std::filesystem::exists(folder / "elsewhere"));
}

TEST_CASE("where its folder takes no text, it goes elsewhere, for its owner only") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "elsewhere");
  folder.file("state", "a file where the folder should be");
  RescueFolder rescue{folder / "state", {folder / "missing", folder / "elsewhere"}};

  const auto path = rescue.save("what was typed", kStamp);

  REQUIRE(path);
  CHECK(folder_of(*path) == folder / "elsewhere");
  CHECK(mode_of(*path) == 0600);
  CHECK(rescue.load(*path).value() == "what was typed");
  rescue.drop(*path);
  CHECK_FALSE(std::filesystem::exists(*path));
}

TEST_CASE("where no folder takes a text, the first one's reason is given") {
  const TemporaryFolder folder;
  folder.file("state", "a file where the folder should be");
  RescueFolder rescue{folder / "state", {folder / "missing"}};

  const auto path = rescue.save("text", kStamp);

  REQUIRE_FALSE(path);
  CHECK(path.error().message.find(folder / "state") != std::string::npos);
  CHECK(path.error().hint.ends_with("no file can hold your text; copy it from here:\n\ntext"));
}

TEST_CASE("a text whose row is committed is dropped, and nobody else's file is") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder.path()};
  const auto path = rescue.save("text", kStamp).value();
  const auto other = folder.file("notes.md", "mine");

  rescue.drop(path);
  rescue.drop(path);
  rescue.drop(other);

  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(bytes_of(other) == "mine");
}

TEST_CASE("the rescued texts are listed, oldest first, and one that is dropped no more") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder / "state"};
  CHECK(rescue.list().value().empty());
  const auto second = rescue.save("two", "20261122-214013").value();
  const auto first = rescue.save("one one", kStamp).value();
  std::ofstream(folder / "state/rescue/notes.txt") << "not ours";

  const auto texts = rescue.list().value();

  REQUIRE(texts.size() == 2);
  CHECK(texts[0].path == first);
  CHECK(texts[0].bytes == 7);
  CHECK(texts[0].saved_at > 1'700'000'000);
  CHECK(texts[1].path == second);
  rescue.drop(first);
  CHECK(rescue.list().value().size() == 1);
}

TEST_CASE("the same words that are rescued again and again take one file") {
  const TemporaryFolder folder;
  const auto first = RescueFolder{folder / "state"}.save("what was typed", kStamp).value();

  const auto again = RescueFolder{folder / "state"}.save("what was typed", "20261122-214512");
  const auto other = RescueFolder{folder / "state"}.save("what else was typed", "20261122-214513");

  CHECK(again.value() == first);
  CHECK(other.value() != first);
  CHECK(RescueFolder{folder / "state"}.list().value().size() == 2);
}

TEST_CASE("each finds what they wrote themselves, by whatever name") {
  const TemporaryFolder folder;
  std::optional<Actor> who;
  RescueFolder rescue{folder / "state", {}, {}, [&who] { return who; }};
  const auto hers = rescue.save("hers", kStamp).value();
  who = Actor{"claude/2.0", true, "anna"};
  const auto its = rescue.save("its", "20261122-214013").value();

  CHECK(mode_of(its) == 0600);
  CHECK(rescue.newest().value() == its);
  CHECK(rescue.recoverable().value().size() == 1);
  CHECK(rescue.list().value().back().author == "claude/2.0, for anna");
  who = Actor{"max", false};
  CHECK_FALSE(rescue.newest());
  who = std::nullopt;
  CHECK(rescue.newest().value() == hers);
  CHECK_FALSE(rescue.list().value().back().mine);
}

TEST_CASE("a value that was kept is no text to go on with") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder / "state", {}};
  rescue.save("a description", kValueStamp).value();

  CHECK_FALSE(rescue.newest());
  CHECK(rescue.recoverable().value().empty());
  CHECK_FALSE(rescue.list().value().front().is_post);
}

TEST_CASE("what lies elsewhere is listed and deleted as well, and a stranger's file is not") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "elsewhere");
  folder.file("state", "a file where the folder should be");
  const std::vector<std::string> elsewhere{folder / "elsewhere"};
  const auto path = RescueFolder{folder / "state", elsewhere}.save("what was typed", kStamp).value();
  folder.file("elsewhere/postq-rescue-stranger.md", "not ours");
  RescueFolder later{folder / "state", elsewhere};

  REQUIRE(later.list().value().size() == 1);
  CHECK(later.list().value().front().path == path);
  CHECK(later.recoverable().value().size() == 1);
  later.drop(path);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a text that became a post goes with all its copies") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder / "state", {}};
  rescue.save("typed twice", kStamp).value();
  rescue.save("something else", "20261122-214013").value();
  const auto last = rescue.save("typed twice", "20261122-214014").value();

  rescue.drop_with_copies(last);

  REQUIRE(rescue.list().value().size() == 1);
  CHECK(rescue.load(rescue.list().value().front().path).value() == "something else");
}

TEST_CASE("without a rescued text there is nothing to recover") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder.path()};

  CHECK(rescue.newest().error().kind == ErrorKind::not_found);
  std::filesystem::create_directory(folder / "rescue");
  CHECK(rescue.newest().error().message == "no rescued text lies in " + folder / "rescue");
  CHECK(rescue.load(folder / "rescue/none.md").error().kind == ErrorKind::not_found);
  CHECK(rescue.load(folder.path()).error().kind == ErrorKind::usage);
}

TEST_CASE("a file as large as a disk is not loaded as a text") {
  const TemporaryFolder folder;
  RescueFolder rescue{folder.path()};
  const auto path = folder.file("huge.md", "");
  std::filesystem::resize_file(path, 1 << 30);

  CHECK(rescue.load(path).error().kind == ErrorKind::usage);
}

TEST_CASE("where the rescue folder can't be made, saving says so") {
  const TemporaryFolder folder;
  folder.file("rescue", "in the way");
  RescueFolder rescue{folder.path(), {}};

  const auto saved = rescue.save("text", kStamp);

  REQUIRE_FALSE(saved);
  CHECK(saved.error().kind == ErrorKind::config);
  CHECK(saved.error().message == folder / "rescue" + " is in the way: it is not a folder");
}

TEST_CASE("a text that the disk refuses leaves no half of itself behind") {
  const TemporaryFolder folder;

  CHECK(holds_without_rights(::geteuid(), [&] {
    // A file size limit stands in for a full disk: the first bytes are written, the rest is refused.
    const rlimit limit{1000, 1000};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    RescueFolder rescue{folder.path(), {}};
    const auto saved = rescue.save(std::string(5000, 'x'), kStamp);
    return !saved && saved.error().kind == ErrorKind::storage && files_in(folder / "rescue") == 0;
  }));
}

}  // namespace postq
