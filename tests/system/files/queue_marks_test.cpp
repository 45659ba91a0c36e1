#include "system/files/queue_marks.h"

#include "support/catch.h"
#include "system/files/state_files.h"
#include "system/files/temporary_folder.h"

using namespace postq;

namespace {

QueueMarks marks_of(const TemporaryFolder& folder, const std::string& database) {
  return {folder / "state", folder / database, folder / "machine"};
}

using Memory = QueueMarks::Memory;
constexpr auto kNo = QueueMarks::UsualPlace::no;
constexpr auto kYes = QueueMarks::UsualPlace::yes;

}  // namespace

TEST_CASE("a queue that was at a path is remembered for that path, until it is forgotten") {
  const TemporaryFolder folder;
  auto marks = marks_of(folder, "data/postq.db");
  auto same = marks_of(folder, "data/./x/../postq.db");
  CHECK(marks.had_queue(kNo) == Memory::none);

  REQUIRE(marks.remember());
  REQUIRE(marks.remember());

  CHECK(marks.had_queue(kNo) == Memory::home);
  CHECK(same.had_queue(kNo) == Memory::home);
  CHECK(marks_of(folder, "other.db").had_queue(kNo) == Memory::none);
  REQUIRE(same.forget());
  CHECK(marks.had_queue(kNo) == Memory::none);
  REQUIRE(marks.forget());
}

TEST_CASE("the machine remembers a queue whose whole home is away, and a home one whose machine forgot it") {
  const TemporaryFolder folder;
  auto marks = marks_of(folder, "data/postq.db");
  REQUIRE(marks.remember());

  SECTION("the home is away") {
    std::filesystem::remove_all(folder / "state");
    CHECK(marks.had_queue(kNo) == Memory::machine);
  }
  SECTION("the machine's folder was cleared") {
    std::filesystem::remove_all(folder / "machine");
    CHECK(marks.had_queue(kNo) == Memory::home);
    REQUIRE(marks.remember());
    std::filesystem::remove_all(folder / "state");
    CHECK(marks.had_queue(kNo) == Memory::machine);
  }
  REQUIRE(marks.forget());
  CHECK(marks.had_queue(kNo) == Memory::none);
}

TEST_CASE("before queues were remembered, the identity that is kept was that of the one at the usual place") {
  const TemporaryFolder folder;
  auto usual = marks_of(folder, "postq.db");
  CHECK(usual.had_queue(kYes) == Memory::none);

  REQUIRE(StateFolder{folder / "state", folder / "postq.db"}.write_store_id({"0123", 1, ""}));

  CHECK(usual.had_queue(kYes) == Memory::home);
  CHECK(usual.had_queue(kNo) == Memory::none);
  REQUIRE(usual.forget());
  CHECK(usual.had_queue(kYes) == Memory::none);
}
