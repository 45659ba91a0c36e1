#include "system/files/state_files.h"

#include <limits>

#include "support/catch.h"
#include "system/files/temporary_folder.h"

namespace postq {

TEST_CASE("the file STOP stops, whoever made it") {
  const TemporaryFolder folder;
  StateFolder state{folder / "state", folder / "postq.db"};
  CHECK_FALSE(state.stop_requested());

  REQUIRE(state.write_stop("ada: paused everything"));
  CHECK(state.stop_requested());
  CHECK(bytes_of(folder / "state/STOP") == "ada: paused everything\n");
  CHECK(mode_of(folder / "state/STOP") == 0600);
  REQUIRE(state.write_stop("again"));

  REQUIRE(state.remove_stop());
  CHECK_FALSE(state.stop_requested());
  CHECK(state.remove_stop());

  std::filesystem::create_symlink("nowhere", folder / "state/STOP");
  CHECK(state.stop_requested());
}

TEST_CASE("a state folder that can't be looked at counts as stopped") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "state");
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  REQUIRE(::chmod((folder / "state").c_str(), 0000) == 0);

  CHECK(holds_without_rights(kNobody, [&] {
    StateFolder state{folder / "state", folder / "postq.db"};
    return state.stop_requested() && !state.write_stop("x") && !state.remove_stop() && !state.read_store_id();
  }));
  REQUIRE(::chmod((folder / "state").c_str(), 0700) == 0);
}

TEST_CASE("stopping works where the folder is missing, and says why it can't") {
  const TemporaryFolder folder;
  folder.file("state", "in the way");
  StateFolder state{folder / "state", folder / "postq.db"};

  CHECK_FALSE(state.stop_requested());
  CHECK(state.write_stop("x").error().kind == ErrorKind::config);
}

TEST_CASE("a STOP that is a folder can't be removed and goes on stopping") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "STOP");
  StateFolder state{folder.path(), folder / "postq.db"};

  CHECK(state.remove_stop().error().kind == ErrorKind::storage);
  CHECK(state.stop_requested());
}

TEST_CASE("the database's identity is remembered") {
  const TemporaryFolder folder;
  StateFolder state{folder / "state", folder / "postq.db"};
  CHECK(state.read_store_id().value() == std::nullopt);

  REQUIRE(state.write_store_id({"1b4e28ba-2fa1-11d2-883f-0016d3cca427", 3, "0123456789abcdef0123456789abcdef"}));
  REQUIRE(state.write_store_id({"1b4e28ba-2fa1-11d2-883f-0016d3cca427", 4, ""}));

  const auto id = state.read_store_id().value();
  REQUIRE(id);
  CHECK(id->uuid == "1b4e28ba-2fa1-11d2-883f-0016d3cca427");
  CHECK(id->epoch == 4);
  CHECK(id->machine.empty());
  CHECK(mode_of(folder / "state/store-id") == 0600);
  CHECK(files_in(folder / "state") == 1);
}

TEST_CASE("each queue remembers by itself, and all are stopped at once") {
  const TemporaryFolder folder;
  StateFolder usual{folder / "state", folder / "postq.db"};
  REQUIRE(usual.write_store_id({"usual", 3, "m"}));
  usual.write_mark("last-flush", 5);
  StateFolder other{{folder / "state", folder / "state/queue-1"}, folder / "o.db"};

  CHECK_FALSE(other.read_store_id().value());
  CHECK_FALSE(other.read_mark("last-flush"));
  REQUIRE(other.write_store_id({"other", 1, "m"}));
  other.write_mark("last-flush", 9);
  CHECK(usual.read_store_id().value()->uuid == "usual");
  CHECK(usual.read_mark("last-flush") == 5);
  REQUIRE(other.write_stop("a fire"));
  CHECK(usual.stop_requested());
}

TEST_CASE("what an older postq remembered of the only queue is read until it has a folder of its own") {
  const TemporaryFolder folder;
  REQUIRE(StateFolder(folder / "state", folder / "o.db").write_store_id({"only", 3, "m"}));
  StateFolder state{{folder / "state", folder / "state/queue-1", folder / "state"}, folder / "o.db"};

  CHECK(state.read_store_id().value()->uuid == "only");
  REQUIRE(state.write_store_id({"only", 4, "m"}));
  CHECK(state.read_store_id().value()->epoch == 4);
  CHECK(StateFolder(folder / "state", folder / "o.db").read_store_id().value()->epoch == 3);
}

TEST_CASE("a damaged identity is not taken for none") {
  const TemporaryFolder folder;
  StateFolder state{folder.path(), folder / "postq.db"};
  const auto* text = GENERATE("", "uuid only", "epoch 3\n", "uuid a\nepoch many\n", "uuid a\nepoch 3 or 4\n");
  folder.file("store-id", text);

  const auto id = state.read_store_id();

  REQUIRE_FALSE(id);
  CHECK(id.error().kind == ErrorKind::storage);
  CHECK(id.error().message == folder / "store-id" + " is damaged");
}

TEST_CASE("a machine has an id or none") {
  const TemporaryFolder folder;
  const auto id_from = [&](const std::string& text) {
    return StateFolder{folder.path(), folder / "postq.db", folder.file("machine-id", text)}.machine_id();
  };
  CHECK(id_from("0123456789abcdef0123456789abcdef\n") == "0123456789abcdef0123456789abcdef");
  CHECK(id_from("uninitialized\n").empty());
  CHECK(id_from("").empty());
  CHECK(StateFolder{folder.path(), folder / "postq.db", folder / "none"}.machine_id().empty());
}

TEST_CASE("marks remember a time and forgive") {
  const TemporaryFolder folder;
  StateFolder state{folder / "state", folder / "postq.db"};
  CHECK(state.read_mark("reminded") == std::nullopt);

  state.write_mark("reminded", 1'795'000'000);
  state.write_mark("flushed", -5);

  CHECK(state.read_mark("reminded") == 1'795'000'000);
  CHECK(state.read_mark("flushed") == -5);
  folder.file("state/marks/reminded", "garbage");
  CHECK(state.read_mark("reminded") == std::nullopt);
  StateFolder nowhere{folder.file("file", ""), folder / "postq.db"};
  nowhere.write_mark("reminded", 1);
  CHECK(nowhere.read_mark("reminded") == std::nullopt);
}

TEST_CASE("free space is that of the database's disk, also before its folder is there") {
  const TemporaryFolder folder;
  StateFolder state{folder.path(), folder / "not/yet/postq.db"};

  CHECK(state.free_bytes() > 0);
  CHECK(state.free_bytes() < std::numeric_limits<std::uint64_t>::max());
}

}  // namespace postq
