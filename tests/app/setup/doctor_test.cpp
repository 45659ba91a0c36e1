#include "app/setup/doctor.h"

#include "app/compose/rescued.h"
#include "app/compose/rescued_text.h"
#include "app/flush/clock_guard.h"
#include "app/setup_world.h"

using namespace postq;
using namespace postq::test;

namespace {

Finding finding_of(SetupWorld& world, const std::string& subject, bool full = false) {
  for (auto& finding : examine(world, {full})) {
    if (finding.subject == subject) return finding;
  }
  return {Health::ok, subject, "NOT LOOKED AT", {}};
}

bool says(const Finding& finding, const std::string& words) {
  return finding.text.find(words) != std::string::npos;
}

// A timer that runs, and a flush a minute ago.
void let_flush_run(SetupWorld& world) {
  world.box.program = [](const std::string& line) -> Result<ProgramEnd> {
    if (line == "crontab -l") return ProgramEnd{0, "*/5 * * * * /usr/bin/postq flush\n"};
    return fail(ErrorKind::not_found, "there is no program " + line);
  };
  world.state_folder().write_mark("last-flush", unix_seconds(kNoon - std::chrono::minutes{1}));
}

Account add_slate(SetupWorld& world, bool with_token = true) {
  NewAccount added;
  added.account.name = "wall";
  added.account.platform = "slate";
  added.account.remote_id = "slate:anna";
  added.account.remote_name = "anna";
  added.account.secret_from = SecretFrom::file;
  must(world.queue().add_account(added, by_ann()));
  if (with_token) world.keys.kept["wall"].emplace("token", Secret("a key"));
  return must(world.queue().account("wall"));
}

}  // namespace

TEST_CASE("doctor finds nothing wrong where nothing is") {
  SetupWorld world;
  let_flush_run(world);
  add_slate(world);

  for (const auto& finding : examine(world, {})) {
    INFO(finding.subject << ": " << finding.text);
    CHECK(finding.health == Health::ok);
  }
}

TEST_CASE("doctor names the line of a broken configuration, and looks at the rest") {
  SetupWorld world;
  world.settings = fail(ErrorKind::config, "config.toml:3:1: there is no key rati", "did you mean ratio?");

  const auto config = finding_of(world, "config");

  CHECK(config.health == Health::problem);
  CHECK(says(config, "config.toml:3:1"));
  CHECK(config.remedies == std::vector<std::string>{"did you mean ratio?"});
  CHECK(finding_of(world, "database").health == Health::ok);
}

TEST_CASE("doctor names each mistake of the configuration by itself, and the file's folder once") {
  SetupWorld world;
  const auto path = world.folder() + "/config.toml";
  world.settings = fail(ErrorKind::config, path + ":3:1: there is no key rati",
                        "did you mean ratio?\n" + path + ":4:1: there is no key zon\n  did you mean zone?\n" + path +
                            ":5:1: there is no key x");
  std::vector<Finding> config;
  for (auto& finding : examine(world, {})) {
    if (finding.subject == "config") config.push_back(finding);
  }
  REQUIRE(config.size() == 3);
  CHECK(config[0].text == path + ":3:1: there is no key rati");
  CHECK(config[0].remedies == std::vector<std::string>{"did you mean ratio?"});
  CHECK(config[1].text == "config.toml:4:1: there is no key zon");
  CHECK(config[1].remedies == std::vector<std::string>{"did you mean zone?"});
  CHECK(config[2].text == "config.toml:5:1: there is no key x");
}

TEST_CASE("events that were made with POSTQ_NOW are no sign that the clock went back") {
  SetupWorld world;
  add_slate(world);
  world.clock = kNoon - std::chrono::days{1200};
  REQUIRE(must(step_doubt(world, world.queue())));

  remember_fixed_clock(world.queue(), world.state_folder());

  CHECK_FALSE(must(step_doubt(world, world.queue())));
  const auto clock = finding_of(world, "clock");
  CHECK(clock.health == Health::ok);
  CHECK(says(clock, "POSTQ_NOW"));
  // Time passes again with the next event.
  must(world.queue().set_zone("UTC", {{"anna", false}, kNoon}));
  CHECK(must(step_doubt(world, world.queue())));
}

TEST_CASE("doctor says that TZ names no zone") {
  SetupWorld world;
  add_slate(world);
  world.variables["TZ"] = "CET-1CEST";
  const auto zone = finding_of(world, "zone");
  CHECK(zone.health == Health::warn);
  CHECK(says(zone, "TZ is CET-1CEST, which is no zone's name"));
  for (const auto* const fine : {"", ":UTC", "Europe/Berlin", "/usr/share/zoneinfo/UTC"}) {
    CAPTURE(fine);
    world.variables["TZ"] = fine;
    CHECK(finding_of(world, "zone").health == Health::ok);
  }
}

TEST_CASE("doctor names what the configuration says of accounts that aren't there") {
  SetupWorld world;
  add_slate(world);
  world.settings->account_policies["wal"] = {};
  world.settings->account_policies["wall"] = {};
  world.settings->groups["home"] = {"wall", "house"};
  world.settings->accounts = {"home", "nobody"};

  std::string said;
  for (const auto& finding : examine(world, {})) {
    if (finding.subject == "config" && finding.health == Health::warn) said += finding.text + "\n";
  }

  CHECK(said ==
        "policy.accounts names no account: wal; is it wall?\n"
        "groups.home names no account: house\n"
        "accounts names no account: nobody\n");
}

TEST_CASE("doctor sees that nothing runs flush") {
  SetupWorld world;

  const auto timer = finding_of(world, "timer");

  CHECK(timer.health == Health::problem);
  CHECK(says(timer, "nothing runs flush"));
  REQUIRE_FALSE(timer.remedies.empty());
  CHECK(timer.remedies.front().starts_with("postq timer show"));
}

TEST_CASE("doctor sees that flush has not run although a line says so") {
  SetupWorld world;
  let_flush_run(world);
  world.clock = kNoon + std::chrono::days{3};

  const auto timer = finding_of(world, "timer");

  CHECK(timer.health == Health::problem);
  CHECK(says(timer, "3 days ago"));
}

TEST_CASE("doctor says that everything is paused, and why") {
  SetupWorld world;
  let_flush_run(world);
  must(world.queue().pause_all("fire", by_ann()));

  const auto pause = finding_of(world, "pause");

  CHECK(pause.health == Health::warn);
  CHECK(says(pause, "fire"));
  CHECK(pause.remedies.front() == "postq resume");
}

TEST_CASE("doctor sees the file STOP also without a database") {
  SetupWorld world;
  must(world.state_folder().write_stop(""));
  world.store_trouble = Error{ErrorKind::storage, "the database is damaged", "postq restore FILE", {}};

  CHECK(says(finding_of(world, "pause"), "STOP"));
  const auto database = finding_of(world, "database");
  CHECK(database.health == Health::problem);
  CHECK(database.remedies.front() == "postq restore FILE");
}

TEST_CASE("doctor sees a clock that went back") {
  SetupWorld world;
  add_slate(world);
  world.clock = kNoon - std::chrono::hours{5};

  const auto clock = finding_of(world, "clock");

  CHECK(clock.health == Health::problem);
  CHECK(says(clock, "went back"));
}

TEST_CASE("doctor tells that a fixed clock approves nothing") {
  SetupWorld world;
  world.fixed = true;

  CHECK(finding_of(world, "clock").health == Health::warn);
}

TEST_CASE("doctor sees a database that was copied or restored") {
  SetupWorld world;
  SECTION("another one lived here") {
    must(world.state_folder().write_store_id({"another", 1, world.state_folder().machine_id()}));
  }
  SECTION("a newer one sent from here") {
    const auto identity = must(world.queue().identity());
    must(world.state_folder().write_store_id({identity.uuid, identity.epoch + 1, world.state_folder().machine_id()}));
  }
  SECTION("the state folder was copied along to another machine") {
    const auto identity = must(world.queue().identity());
    must(world.state_folder().write_store_id({identity.uuid, identity.epoch, "ffffffffffffffffffffffffffffffff"}));
  }

  const auto place = finding_of(world, "place");

  CHECK(place.health == Health::warn);
  CHECK(says(place, "back to review"));
}

TEST_CASE("doctor sees files that others can read, own, or reach over a network") {
  SetupWorld world;
  const auto database = world.folder() + "/postq.db";
  FileFacts facts{true, 0600, false, true, false};
  SECTION("others can read it") {
    facts.mode = 0644;
  }
  SECTION("it belongs to another user") {
    facts.ours = false;
  }
  SECTION("it is on a network disk") {
    facts.on_network_disk = true;
  }
  world.box.facts[database] = facts;

  const auto files = finding_of(world, "files");

  CHECK(files.health == Health::problem);
  CHECK(says(files, database));
  CHECK_FALSE(files.remedies.empty());
}

TEST_CASE("doctor sees a home that can't be written before anything is lost in it") {
  SetupWorld world;
  world.box.facts[world.folder()] = FileFacts{true, 0700, true, false, false};

  const auto files = finding_of(world, "files");

  CHECK(files.health == Health::problem);
  CHECK(says(files, world.folder() + " can't be written"));
}

TEST_CASE("doctor sees a token that is missing and says where it would come from") {
  SetupWorld world;
  add_slate(world, false);

  const auto account = finding_of(world, "wall");

  CHECK(account.health == Health::problem);
  CHECK(says(account, "no token"));
}

TEST_CASE("doctor sees an account on a platform it doesn't know") {
  SetupWorld world;
  add_account(world.queue(), "old");

  CHECK(finding_of(world, "old").health == Health::problem);
}

TEST_CASE("doctor sees that an account is paused") {
  SetupWorld world;
  const auto account = add_slate(world);
  must(world.queue().pause_account(account.id, kUntilResumed, by_ann()));

  const auto finding = finding_of(world, "wall");

  CHECK(finding.health == Health::warn);
  CHECK(finding.remedies == std::vector<std::string>{"postq resume wall"});
}

TEST_CASE("doctor sees that what people say to an account can't be read") {
  SetupWorld world;
  add_slate(world);
  world.state_folder().write_mark("items-unreadable-wall", unix_seconds(kNoon - std::chrono::hours{2}));
  CHECK(finding_of(world, "wall").health == Health::ok);  // its platform tells nobody's words
  world.known_platforms.slate.facts.items = true;

  const auto finding = finding_of(world, "wall");

  CHECK(finding.health == Health::warn);
  CHECK(says(finding, "what people say can't be read since"));
  CHECK(finding.remedies == std::vector<std::string>{"postq sync wall"});
}

TEST_CASE("doctor sees a picture that a queued post needs and that is gone or damaged") {
  SetupWorld world;
  const auto picture = world.folder() + "/dot.gif";
  std::string gif("GIF89a\x02\x00\x01\x00\x80\x00\x00", 13);
  gif += std::string("\x00\x00\x00\xff\xff\xff", 6);
  gif += std::string(",\x00\x00\x00\x00\x02\x00\x01\x00\x00\x02\x02\x44\x0a\x00;", 16);
  std::ofstream(picture, std::ios::binary) << gif;
  auto* const media = must(world.media());
  const auto kept = must(media->keep(picture));
  PostSpec spec;
  spec.accounts = {add_slate(world)};
  spec.media = {{kept.digest, "dot.gif", kept.mime, kept.bytes, kept.width, kept.height, "a dot", false}};
  add_post(world.queue(), spec);
  const auto file = media->path_of(kept.digest);

  CHECK(finding_of(world, "pictures", true).health == Health::ok);

  SECTION("gone") {
    std::filesystem::remove(file);
    const auto finding = finding_of(world, "pictures");
    CHECK(finding.health == Health::problem);
    CHECK(says(finding, "dot.gif"));
  }
  SECTION("damaged: only --full reads every byte") {
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    std::ofstream(file, std::ios::binary | std::ios::in | std::ios::out).seekp(14).put('x');
    CHECK(finding_of(world, "pictures", true).health == Health::problem);
  }
}

TEST_CASE("doctor says nothing of rescued texts where there are none") {
  SetupWorld world;

  CHECK(says(finding_of(world, "rescued"), "NOT LOOKED AT"));
}

TEST_CASE("doctor names rescued texts, and warns once one of them is old") {
  SetupWorld world;
  save_text(world, "20261023-120100", kNoon - kRescuedIsOld + Seconds{60});
  save_text(world, "20261122-090000", kNoon - Seconds{60});

  const auto fresh = finding_of(world, "rescued");
  CHECK(fresh.health == Health::ok);
  CHECK(says(fresh, "2 texts that could not be queued: postq rescue"));

  world.clock += Seconds{59};
  CHECK(finding_of(world, "rescued").health == Health::ok);
  world.clock += Seconds{1};
  const auto old = finding_of(world, "rescued");
  CHECK(old.health == Health::warn);
  CHECK(old.text ==
        "2 texts that could not be queued, the oldest from 23 Oct 12:01, 30 days ago; after half a year they are "
        "deleted");
  CHECK(old.remedies == std::vector<std::string>{"postq rescue", "postq rescue rm --older-than 30"});
}

TEST_CASE("doctor finds the text that is old behind one that was begun earlier and written to since") {
  SetupWorld world;
  save_text(world, "20260901-090000", kNoon - Seconds{60});
  save_text(world, "20261001-090000", kNoon - kRescuedIsOld);

  CHECK(finding_of(world, "rescued").health == Health::warn);
}

TEST_CASE("doctor says that there is no account yet, and how to add one") {
  SetupWorld world;

  const auto accounts = finding_of(world, "accounts");

  CHECK(accounts.health == Health::warn);
  CHECK(accounts.remedies.front().starts_with("postq account add"));
}
