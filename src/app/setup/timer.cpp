#include "app/setup/timer.h"

#include <algorithm>

namespace postq {

namespace {

constexpr std::string_view kService = "/postq.service";
constexpr std::string_view kTimer = "/postq.timer";
constexpr const char* kOwnRun = "flush-ran-alone";         // when flush last ran without a terminal
constexpr Seconds kOwnRunCounts = std::chrono::hours{24};  // longer than a night in which the machine sleeps
constexpr const char* kDatabaseVariable = "POSTQ_DB";

Result<std::string> unit_folder(World& world, Machine& machine) {
  const auto named = world.environment("XDG_CONFIG_HOME");
  const std::string config = named && named->starts_with('/') ? *named : "~/.config";
  return machine.absolute_path(config + "/systemd/user");
}

// What says where postq's things are, in this shell; systemd and cron wouldn't know.
Result<std::vector<std::pair<std::string, std::string>>> carried_environment(World& world, const Machine& machine) {
  std::vector<std::pair<std::string, std::string>> carried;
  for (const std::string name : {"POSTQ_CONFIG", kDatabaseVariable, "POSTQ_MACHINE_DIR", "POSTQ_NOTIFY_TIMEOUT",
                                 "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"}) {
    auto value = world.environment(name);
    if (!value || value->empty()) continue;
    // These two may be relative, and nothing of this folder is known there.
    if (name == "POSTQ_CONFIG" || name == kDatabaseVariable) {
      POSTQ_TRY(value, machine.absolute_path(*value));
    }
    carried.emplace_back(name, *std::move(value));
  }
  return carried;
}

Result<ProgramEnd> systemctl(Machine& machine, std::vector<std::string> words) {
  words.insert(words.begin(), {"systemctl", "--user"});
  return machine.run(words);
}

// Whether this user's systemd can be asked at all: not in a container, not under plain su.
bool systemd_answers(Machine& machine) {
  const auto shown = systemctl(machine, {"show-environment"});
  return shown && shown->succeeded();
}

bool says(Machine& machine, std::vector<std::string> words) {
  const auto end = systemctl(machine, std::move(words));
  return end && end->succeeded();
}

// systemd expands $ in command lines and not in Environment= (systemd.service(5), systemd.exec(5)).
enum class Dollar : std::uint8_t { doubled, plain };

// A word of a unit: systemd expands %, and ends words at spaces.
std::string unit_word(std::string_view text, Dollar dollar = Dollar::doubled) {
  std::string word = "\"";
  for (const char c : text) {
    if (c == '%' || (c == '$' && dollar == Dollar::doubled)) word += c;
    if (c == '"' || c == '\\') word += '\\';
    word += c;
  }
  return word + "\"";
}

// crontab(5): cron hands the line to sh, after it has read % as a line's end.
std::string cron_word(std::string_view path) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+,:@";
  if (path.find_first_not_of(kPlain) == std::string_view::npos) return std::string(path);
  std::string word = "'";
  for (const char c : path) {
    if (c == '%') {
      word += "\\%";
    } else if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

// The queue that a timer or a crontab line is looked at for.
struct QueueOfTimer {
  std::string database;
  bool is_usual = true;  // it lies where every command looks for it
};

QueueOfTimer queue_of_timer(World& world, const Machine& machine) {
  const auto places = world.places();
  if (!places) return {};
  return {machine.absolute_path(places->database).value_or(places->database),
          places->database == places->data_dir + "/postq.db"};
}

// A line or unit that names a database flushes that one, any other the usual one.
bool flushes(const QueueOfTimer& queue, std::string_view text) {
  const bool names_one =
      text.find("POSTQ_DB=") != std::string_view::npos || text.find(" --db") != std::string_view::npos;
  if (!names_one) return queue.is_usual;
  const auto in_unit = unit_word(queue.database, Dollar::plain);
  return text.find(queue.database) != std::string_view::npos ||
         text.find(cron_word(queue.database)) != std::string_view::npos ||
         text.find(std::string_view(in_unit).substr(1)) != std::string_view::npos;
}

bool has_flush_line(const std::string& crontab, const QueueOfTimer& queue) {
  // A crontab may set the variable for all its lines.
  const bool set_for_all = crontab.find("\nPOSTQ_DB=") != std::string::npos || crontab.starts_with("POSTQ_DB=");
  for (std::size_t at = 0; at < crontab.size();) {
    const auto end = std::min(crontab.find('\n', at), crontab.size());
    std::string_view line = std::string_view(crontab).substr(at, end - at);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with('#') && line.find("postq") != std::string_view::npos &&
        line.find(" flush") != std::string_view::npos &&
        (flushes(queue, line) || (set_for_all && flushes(queue, crontab)))) {
      return true;
    }
    at = end + 1;
  }
  return false;
}

// A configuration or queue that can't be read may name some.
bool runs_commands(World& world) {
  const auto config = world.config();
  if (!config || !(*config)->notify_command.empty()) return true;
  const auto store = world.store(StoreUse::read);
  if (!store) return true;
  const auto accounts = (*store)->accounts();
  return !accounts || std::any_of(accounts->begin(), accounts->end(),
                                  [](const Account& account) { return account.secret_from == SecretFrom::command; });
}

constexpr std::string_view kNoNewRights = "\nNoNewPrivileges=yes\n";

// In a user's unit each of these but the first two takes away the right to gain rights (NoNewPrivileges), as setuid
// programs do.
std::string closed_in(bool with_commands) {
  const std::string always =
      "# A run claims nothing new after four minutes and then ends what it began; longer than this it hangs.\n"
      "TimeoutStartSec=15min\n"
      "# A core file would hold tokens.\n"
      "LimitCORE=0\n";
  if (with_commands) {
    return always +
           "# No NoNewPrivileges, and nothing that implies it: notify_command and token commands may need a program "
           "with\n"
           "# more rights, such as sendmail. Without such commands `postq timer install` writes a stricter unit.\n";
  }
  return always +
         "# Neither notify_command nor a token command is configured. When you add one: postq timer install\n"
         "NoNewPrivileges=yes\n"
         "LockPersonality=yes\n"
         "MemoryDenyWriteExecute=yes\n"
         "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK\n"
         "RestrictNamespaces=yes\n"
         "RestrictRealtime=yes\n"
         "RestrictSUIDSGID=yes\n"
         "SystemCallArchitectures=native\n"
         "# Named is what no program of this kind calls. A list of what it may call would be wrong with the next "
         "release\n"
         "# of the C library, and then nothing goes out.\n"
         "SystemCallFilter=~@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap\n"
         "SystemCallErrorNumber=EPERM\n"
         "# No ProtectSystem, ProtectHome, PrivateTmp and the like: a feed may lie anywhere, and in a user's unit they "
         "need\n"
         "# user namespaces, which many machines don't allow.\n";
}

// "/usr/bin/postq" out of the line ExecStart="/usr/bin/postq" flush.
std::string started_by(const std::string& service) {
  constexpr std::string_view kExec = "\nExecStart=";
  const auto at = service.find(kExec);
  if (at == std::string::npos) return "";
  auto line = service.substr(at + kExec.size(), service.find('\n', at + kExec.size()) - at - kExec.size());
  const auto flush = line.rfind(" flush");
  if (flush != std::string::npos) line.erase(flush);
  if (line.size() > 1 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  return line;
}

}  // namespace

Result<Units> units_for(World& world) {
  POSTQ_TRY(auto* const machine, world.machine());
  POSTQ_TRY(const auto path, machine->own_path());
  Units units;
  POSTQ_TRY(units.folder, unit_folder(world, *machine));
  std::string environment;
  POSTQ_TRY(const auto carried, carried_environment(world, *machine));
  for (const auto& [name, value] : carried) {
    environment += "Environment=" + unit_word(name + "=" + value, Dollar::plain) + "\n";
  }
  units.service =
      "# Written by `postq timer install`; `postq timer remove` takes it away.\n"
      "[Unit]\n"
      "Description=Send what is due, approved and within the rules\n"
      "Documentation=man:postq(1)\n"
      "\n"
      "[Service]\n"
      "Type=oneshot\n" +
      environment + "ExecStart=" + unit_word(path) +
      " flush\n"
      "UMask=0077\n" +
      closed_in(runs_commands(world)) +
      "# \"Try later\" mends itself. Everything else flush returns wants a person, so the unit shows it as failed.\n"
      "SuccessExitStatus=75\n";
  units.timer =
      "# Written by `postq timer install`; `postq timer remove` takes it away.\n"
      "[Unit]\n"
      "Description=Look every five minutes for posts that are due\n"
      "Documentation=man:postq(1)\n"
      "\n"
      "[Timer]\n"
      "OnCalendar=*:0/5\n"
      "# Some seconds off the full minute, when everybody posts.\n"
      "RandomizedDelaySec=30\n"
      "# After a sleep: at once. What is late then is decided by the rule `late`, never sent in a burst.\n"
      "Persistent=true\n"
      "\n"
      "[Install]\n"
      "WantedBy=timers.target\n";
  return units;
}

Result<std::string> crontab_line(World& world) {
  POSTQ_TRY(auto* const machine, world.machine());
  POSTQ_TRY(const auto path, machine->own_path());
  std::string line = "*/5 * * * * ";
  POSTQ_TRY(const auto carried, carried_environment(world, *machine));
  for (const auto& [name, value] : carried) line += name + "=" + cron_word(value) + " ";
  return line + cron_word(path) + " flush";
}

TimerState timer_state(World& world) {
  TimerState state;
  if (const auto files = world.state()) {
    if (const auto mark = (*files)->read_mark("last-flush")) state.last_flush = time_point(*mark);
  }
  const auto machine = world.machine();
  if (!machine) return state;
  state.own_path = (*machine)->own_path().value_or("");
  const auto queue = queue_of_timer(world, **machine);
  bool is_of_other = false;
  if (const auto crontab = (*machine)->run({"crontab", "-l"}); crontab && crontab->succeeded()) {
    state.in_crontab = has_flush_line(crontab->output, queue);
  }
  if (const auto folder = unit_folder(world, **machine)) {
    state.installed = (*machine)->look_at(*folder + std::string(kTimer)).has_value();
    if (const auto service = world.read_file(*folder + std::string(kService))) {
      is_of_other = !flushes(queue, *service);
      state.unit_path = started_by(*service);
      state.bars_commands = service->find(kNoNewRights) != std::string::npos && runs_commands(world);
    }
  }
  state.systemd = systemd_answers(**machine);
  if (is_of_other) {  // there is one timer, and it flushes another queue
    state.installed = false;
    state.unit_path.clear();
    state.bars_commands = false;
    return state;
  }
  if (!state.systemd) return state;
  state.enabled = says(**machine, {"is-enabled", "--quiet", "postq.timer"});
  state.active = says(**machine, {"is-active", "--quiet", "postq.timer"});
  const auto linger = (*machine)->run({"loginctl", "show-user", world.actor().name, "--property=Linger", "--value"});
  state.lingers = linger && linger->succeeded() && linger->output.starts_with("yes");
  return state;
}

bool runs_by_hand_only(World& world) {
  const auto files = world.state();
  const auto ran = files ? (*files)->read_mark(kOwnRun) : std::nullopt;
  if (ran && world.now() - time_point(*ran) < kOwnRunCounts) return false;
  return !timer_state(world).runs();
}

void note_own_run(World& world, StateFiles& state) {
  if (!world.stdin_is_terminal()) state.write_mark(kOwnRun, unix_seconds(world.now()));
}

TimerAdvice timer_advice(bool systemd) {
  if (systemd) return {"postq timer install", "runs flush every five minutes"};
  return {"postq timer show", "prints the line for crontab -e"};
}

TimerAdvice timer_advice(World& world) {
  // The socket that `systemctl --user` talks through (org.freedesktop.systemd1(5)).
  constexpr std::string_view kSocket = "/systemd/private";
  const auto machine = world.machine();
  const auto folder = world.environment("XDG_RUNTIME_DIR").value_or("");
  return timer_advice(machine && !folder.empty() && (*machine)->look_at(folder + std::string(kSocket)).has_value());
}

Status install_timer(World& world) {
  POSTQ_TRY(auto* const machine, world.machine());
  POSTQ_TRY(const auto units, units_for(world));
  POSTQ_TRY(const auto line, crontab_line(world));
  if (!systemd_answers(*machine)) {
    return fail(ErrorKind::config, "no systemd of yours runs here, so nothing was installed",
                "type `crontab -e` and put this line there:\n" + line);
  }
  const auto installed = world.read_file(units.folder + std::string(kService));
  if (installed && !flushes(queue_of_timer(world, *machine), *installed)) {
    return fail(ErrorKind::config, "the timer flushes another queue, and there is one timer",
                "type `crontab -e` and put this line there:\n" + line);
  }
  POSTQ_CHECK(machine->write_file(units.folder + std::string(kService), units.service));
  auto status = machine->write_file(units.folder + std::string(kTimer), units.timer);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"daemon-reload"}, {"enable", "--now", "postq.timer"}}) {
    if (!status) break;
    const auto end = systemctl(*machine, words);
    if (!end) {
      status = pass_on(end.error());
    } else if (!end->succeeded()) {
      status = fail(ErrorKind::config, "systemctl --user " + words.front() + " failed: " + end->output);
    }
  }
  if (status) return {};
  (void)remove_timer(world);
  auto problem = status.error();
  while (!problem.message.empty() && problem.message.back() == '\n') problem.message.pop_back();
  problem.message += "; nothing was installed";
  if (problem.hint.empty()) problem.hint = "type `crontab -e` and put this line there:\n" + line;
  return pass_on(std::move(problem));
}

Result<bool> remove_timer(World& world) {
  POSTQ_TRY(auto* const machine, world.machine());
  POSTQ_TRY(const auto folder, unit_folder(world, *machine));
  const auto installed = world.read_file(folder + std::string(kService));
  if (installed && !flushes(queue_of_timer(world, *machine), *installed)) return false;
  const bool systemd = systemd_answers(*machine);
  if (systemd) (void)systemctl(*machine, {"disable", "--now", "postq.timer"});
  POSTQ_TRY(const bool timer, machine->remove_file(folder + std::string(kTimer)));
  POSTQ_TRY(const bool service, machine->remove_file(folder + std::string(kService)));
  if (systemd) (void)systemctl(*machine, {"daemon-reload"});
  return timer || service;
}

}  // namespace postq
