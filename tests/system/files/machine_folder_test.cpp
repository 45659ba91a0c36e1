#include "system/files/machine_folder.h"

#include <unistd.h>

#include <sys/stat.h>

#include "support/catch.h"
#include "system/files/machine_memory.h"
#include "system/files/state_files.h"
#include "system/files/temporary_folder.h"

using namespace postq;

namespace {

std::unique_ptr<StateFiles> remembered(const TemporaryFolder& folder, const std::string& home,
                                       const std::string& machine) {
  return with_machine_memory(std::make_unique<StateFolder>(folder / home, folder / "postq.db"), machine);
}

}  // namespace

TEST_CASE("a machine remembers how far a database had come outside of its home, for its owner alone") {
  const TemporaryFolder folder;
  const auto state = remembered(folder, "state", folder / "machine");
  REQUIRE(state->write_store_id({"abc", 1'000'000, "m"}));
  REQUIRE(state->write_store_id({"abc", 12, "m"}));
  CHECK(mode_of(folder / "machine") == 0700);
  CHECK(mode_of(folder / "machine/epoch-abc") == 0600);
  CHECK(files_in(folder / "machine") == 1);

  // The home is put back as it was.
  REQUIRE(StateFolder{folder / "state", folder / "postq.db"}.write_store_id({"abc", 7, "m"}));
  CHECK(state->read_store_id().value()->epoch == 12);

  // A later home than the machine remembers, and another database.
  REQUIRE(StateFolder{folder / "state", folder / "postq.db"}.write_store_id({"abc", 15, "m"}));
  CHECK(state->read_store_id().value()->epoch == 15);
  REQUIRE(StateFolder{folder / "state", folder / "postq.db"}.write_store_id({"../abc", 3, "m"}));
  CHECK(state->read_store_id().value()->epoch == 3);
  REQUIRE(state->write_store_id({"../abc", 4, "m"}));
  CHECK(files_in(folder / "machine") == 2);
}

TEST_CASE("without such a place the home alone remembers") {
  const TemporaryFolder folder;
  const auto state = remembered(folder, "state", GENERATE("", "/nonexistent/place"));
  CHECK_FALSE(state->read_store_id().value());

  REQUIRE(state->write_store_id({"abc", 12, "m"}));

  CHECK(state->read_store_id().value()->epoch == 12);
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("what is not its owner's alone is not believed and not written to") {
  const TemporaryFolder folder;
  MachineFolder machine{folder / "machine"};
  REQUIRE(machine.write("fact", "12"));
  const std::string context = folder.file("outside", "precious");

  SECTION("a folder that others may look into") {
    ::chmod((folder / "machine").c_str(), 0755);
    CHECK_FALSE(machine.read("fact"));
    CHECK_FALSE(machine.write("fact", "13"));
  }
  SECTION("a folder that is a link") {
    MachineFolder linked{folder / "link"};
    REQUIRE(::symlink((folder / "machine").c_str(), (folder / "link").c_str()) == 0);
    CHECK_FALSE(linked.read("fact"));
    CHECK_FALSE(linked.write("fact", "13"));
  }
  SECTION("a file that others may write to") {
    ::chmod((folder / "machine/fact").c_str(), 0666);
    CHECK_FALSE(machine.read("fact"));
    CHECK_FALSE(machine.write("fact", "13"));
  }
  SECTION("a link to somebody's file") {
    REQUIRE(::symlink(context.c_str(), (folder / "machine/planted").c_str()) == 0);
    CHECK_FALSE(machine.read("planted"));
    CHECK_FALSE(machine.write("planted", "13"));
  }
  SECTION("a second name of somebody's file") {
    ::chmod(context.c_str(), 0600);
    REQUIRE(::link(context.c_str(), (folder / "machine/planted").c_str()) == 0);
    CHECK_FALSE(machine.read("planted"));
    CHECK_FALSE(machine.write("planted", "13"));
  }
  SECTION("a FIFO") {
    REQUIRE(::mkfifo((folder / "machine/pipe").c_str(), 0600) == 0);
    CHECK_FALSE(machine.read("pipe"));
    CHECK_FALSE(machine.write("pipe", "13"));
  }
  CHECK(bytes_of(context) == "precious");
}
