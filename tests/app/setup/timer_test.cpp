#include "app/setup/timer.h"

#include "app/setup_world.h"

using namespace postq;
using namespace postq::test;

namespace {

constexpr const char* kUnits = "/home/anna/.config/systemd/user/";

ProgramEnd good(std::string output = {}) {
  return {0, std::move(output)};
}

// A systemd that answers, with the timer running once it was enabled.
void give_systemd(SetupWorld& world) {
  world.box.program = [&world](const std::string& line) -> Result<ProgramEnd> {
    const auto enabled = [&world] {
      for (const auto& done : world.box.ran) {
        if (done == "systemctl --user enable --now postq.timer") return true;
      }
      return false;
    };
    if (line == "crontab -l") return ProgramEnd{1, "no crontab for anna\n"};
    if (line.find("is-enabled") != std::string::npos || line.find("is-active") != std::string::npos) {
      return ProgramEnd{enabled() ? 0 : 1, ""};
    }
    if (line.starts_with("loginctl")) return good("no\n");
    return good();
  };
}

bool ran(const SetupWorld& world, const std::string& line) {
  return std::find(world.box.ran.begin(), world.box.ran.end(), line) != world.box.ran.end();
}

}  // namespace

TEST_CASE("the timer is installed as two units that start this very program") {
  SetupWorld world;
  give_systemd(world);
  world.box.path = "/opt/50% off/postq";

  REQUIRE(install_timer(world));

  const auto& service = world.box.files.at(kUnits + std::string("postq.service"));
  CHECK(service.find("ExecStart=\"/opt/50%% off/postq\" flush\n") != std::string::npos);
  const auto& timer = world.box.files.at(kUnits + std::string("postq.timer"));
  CHECK(timer.find("OnCalendar=*:0/5\n") != std::string::npos);
  CHECK(timer.find("Persistent=true\n") != std::string::npos);
  CHECK(ran(world, "systemctl --user daemon-reload"));
  CHECK(ran(world, "systemctl --user enable --now postq.timer"));
}

TEST_CASE("the timer finds the queue that this shell uses") {
  SetupWorld world;
  world.variables = {{"POSTQ_DB", "/srv/my $posts.db"}, {"XDG_DATA_HOME", ""}};

  CHECK(must(units_for(world)).service.find("Environment=\"POSTQ_DB=/srv/my $posts.db\"\nExecStart=") !=
        std::string::npos);
  CHECK(must(crontab_line(world)) == "*/5 * * * * POSTQ_DB='/srv/my $posts.db' /usr/bin/postq flush");
}

TEST_CASE("the timer finds the queue and the memory of the machine wherever it is started") {
  SetupWorld world;
  world.variables = {{"POSTQ_DB", "o.db"}, {"POSTQ_CONFIG", "my.toml"}, {"POSTQ_MACHINE_DIR", "/m"}};

  CHECK(must(crontab_line(world)) ==
        "*/5 * * * * POSTQ_CONFIG=/here/my.toml POSTQ_DB=/here/o.db POSTQ_MACHINE_DIR=/m /usr/bin/postq flush");
}

TEST_CASE("the timer of another queue is neither replaced nor removed, and doesn't count for this one") {
  SetupWorld world;
  give_systemd(world);
  world.variables = {{"POSTQ_DB", "/srv/other.db"}};
  REQUIRE(install_timer(world));
  const auto unit = world.box.files.at(kUnits + std::string("postq.service"));
  CHECK_FALSE(timer_state(world).installed);  // the world's own queue lies at its usual place
  world.variables.clear();

  const auto refused = install_timer(world);

  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("flushes another queue") != std::string::npos);
  CHECK(refused.error().hint.find("/usr/bin/postq flush") != std::string::npos);
  CHECK_FALSE(must(remove_timer(world)));
  CHECK(world.box.files.at(kUnits + std::string("postq.service")) == unit);
}

TEST_CASE("a unit that runs nobody's commands can't gain rights, and the others are told why they can") {
  SetupWorld world;
  const auto service = [&world] { return must(units_for(world)).service; };
  const auto with = [&](const std::string& text) { return service().find(text) != std::string::npos; };

  CHECK(with("\nNoNewPrivileges=yes\n"));
  CHECK(with("\nLimitCORE=0\n"));
  CHECK(with("\nTimeoutStartSec=15min\n"));

  world.settings->notify_command = "mail -s postq anna";
  CHECK_FALSE(with("\nNoNewPrivileges=yes\n"));
  CHECK_FALSE(with("\nRestrict"));
  CHECK(with("such as sendmail"));
  CHECK(with("\nLimitCORE=0\n"));
}

TEST_CASE("a unit that was written before a command was configured is noticed") {
  SetupWorld world;
  give_systemd(world);
  REQUIRE(install_timer(world));
  CHECK_FALSE(timer_state(world).bars_commands);

  world.settings->notify_command = "mail -s postq anna";
  CHECK(timer_state(world).bars_commands);

  REQUIRE(install_timer(world));
  CHECK_FALSE(timer_state(world).bars_commands);
}

TEST_CASE("without systemd nothing is written and the crontab line is the way out") {
  SetupWorld world;

  const auto installed = install_timer(world);

  REQUIRE_FALSE(installed);
  CHECK(installed.error().kind == ErrorKind::config);
  CHECK(installed.error().hint.find("*/5 * * * * /usr/bin/postq flush") != std::string::npos);
  CHECK(world.box.files.empty());
}

TEST_CASE("a timer that can't be enabled leaves no unit behind") {
  SetupWorld world;
  world.box.program = [](const std::string& line) -> Result<ProgramEnd> {
    if (line.find("enable --now") != std::string::npos) return ProgramEnd{1, "Failed to enable unit\n"};
    return good();
  };

  const auto installed = install_timer(world);

  REQUIRE_FALSE(installed);
  CHECK(installed.error().message.find("Failed to enable unit") != std::string::npos);
  CHECK(installed.error().message.find("nothing was installed") != std::string::npos);
  CHECK(world.box.files.empty());
}

TEST_CASE("removing the timer stops it, and says when there was none") {
  SetupWorld world;
  give_systemd(world);
  REQUIRE(install_timer(world));

  CHECK(remove_timer(world).value());

  CHECK(ran(world, "systemctl --user disable --now postq.timer"));
  CHECK(world.box.files.empty());
  CHECK_FALSE(remove_timer(world).value());
}

TEST_CASE("the timer's state tells what runs flush, and which program") {
  SetupWorld world;
  give_systemd(world);
  CHECK_FALSE(timer_state(world).runs());
  REQUIRE(install_timer(world));
  world.state_folder().write_mark("last-flush", unix_seconds(kNoon));
  world.box.path = "/home/anna/postq";

  const auto state = timer_state(world);

  CHECK(state.runs());
  CHECK(state.installed);
  CHECK(state.enabled);
  CHECK(state.active);
  CHECK_FALSE(state.lingers);
  CHECK_FALSE(state.in_crontab);
  CHECK(state.unit_path == "/usr/bin/postq");
  CHECK(state.own_path == "/home/anna/postq");
  CHECK(state.last_flush == kNoon);
}

TEST_CASE("flush runs by hand only where no timer is and it never ran without a terminal of late") {
  SetupWorld world;
  give_systemd(world);
  world.state_folder().write_mark("last-flush", unix_seconds(kNoon));
  CHECK(runs_by_hand_only(world));

  note_own_run(world, world.state_folder());  // typed at a terminal
  CHECK(runs_by_hand_only(world));

  world.state_folder().write_mark("flush-ran-alone", unix_seconds(kNoon - std::chrono::hours{3}));
  CHECK_FALSE(runs_by_hand_only(world));
  world.clock += std::chrono::hours{30};
  CHECK(runs_by_hand_only(world));

  REQUIRE(install_timer(world));
  CHECK_FALSE(runs_by_hand_only(world));
}

TEST_CASE("a line of the crontab counts for the queue that it flushes") {
  SetupWorld world;
  const auto counts = [&](const std::string& crontab) {
    world.box.program = [&](const std::string& line) -> Result<ProgramEnd> {
      return ProgramEnd{line == "crontab -l" ? 0 : 1, crontab};
    };
    return timer_state(world).in_crontab;
  };
  CHECK(counts("*/5 * * * * postq flush\n"));
  CHECK(counts("*/5 * * * * postq --db " + world.folder() + "/postq.db flush\n"));
  CHECK_FALSE(counts("*/5 * * * * postq --db /srv/o.db flush\n"));
  CHECK_FALSE(counts("*/5 * * * * POSTQ_DB=/srv/o.db postq flush\n"));
}

TEST_CASE("only a line of the crontab that runs flush counts") {
  const auto [crontab, counts] = GENERATE(table<std::string, bool>({
      {"*/5 * * * * /usr/bin/postq flush\n", true},
      {"# comment\n*/5 * * * * postq flush --json", true},
      {"#*/5 * * * * postq flush\n", false},
      {"0 8 * * * postq status\n", false},
      {"", false},
  }));
  SetupWorld world;
  world.box.program = [text = crontab](const std::string& line) -> Result<ProgramEnd> {
    if (line == "crontab -l") return good(text);
    return fail(ErrorKind::not_found, "there is no program " + line);
  };

  CHECK(timer_state(world).in_crontab == counts);
}

TEST_CASE("the crontab line survives cron and the shell") {
  SetupWorld world;

  CHECK(crontab_line(world).value() == "*/5 * * * * /usr/bin/postq flush");

  world.box.path = "/home/o'neil/50% off/postq";
  CHECK(crontab_line(world).value() == "*/5 * * * * '/home/o'\\''neil/50\\% off/postq' flush");
}

TEST_CASE("the timer is advised only where this user's systemd can be reached, and nothing is run to find out") {
  SetupWorld world;
  CHECK(timer_advice(world).command == "postq timer show");

  world.variables["XDG_RUNTIME_DIR"] = "/run/user/1000";
  CHECK(timer_advice(world).command == "postq timer show");  // as in a container

  world.box.files["/run/user/1000/systemd/private"] = "";
  CHECK(timer_advice(world).command == "postq timer install");
  CHECK(world.box.ran.empty());
}
