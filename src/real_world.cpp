#include "real_world.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sys/random.h>
#include <sys/stat.h>

#include <postq/base/command_words.h>
#include <postq/core/actor.h>
#include <postq/ports/secret_settings.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/editing.h"
#include "app/flush/clock_guard.h"
#include "app/process.h"
#include "os/child.h"
#include "platforms/platforms.h"
#include "sqlite/database/secrets_out.h"
#include "sqlite/open_store.h"
#include "system/config/toml_config.h"
#include "system/files/last_words.h"
#include "system/files/locks.h"
#include "system/files/machine_memory.h"
#include "system/files/media_store.h"
#include "system/files/paths.h"
#include "system/files/queue_marks.h"
#include "system/files/rescue.h"
#include "system/files/state_files.h"
#include "system/http/curl_client.h"
#include "system/images/shrink.h"
#include "system/log/file_log.h"
#include "system/machine/machine.h"
#include "system/secrets/secrets.h"
#include "system/terminal/terminal.h"
#include "system/zones/zones.h"

namespace postq {

namespace {

constexpr std::size_t kTextLimit = std::size_t{4} << 20;  // no platform takes a text of 4 MiB
constexpr std::size_t kUuidLength = 32;

std::atomic<bool> interrupt_seen{false};

void on_interrupt(int number) {
  // The second one is meant; but a shell and the system may both say that the terminal is gone.
  if (interrupt_seen && number != SIGHUP) {
    last_words::speak();
    signal(number, SIG_DFL);
    raise(number);
  }
  interrupt_seen = true;
}

std::optional<std::string> read_environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::string login_name() {
  for (const char* const name : {"LOGNAME", "USER"}) {
    if (const auto value = read_environment(name); value && check_actor_name(*value)) return *value;
  }
  const passwd* const entry = getpwuid(getuid());
  return entry != nullptr && check_actor_name(entry->pw_name) ? entry->pw_name : "uid " + std::to_string(getuid());
}

// Who acts, or for whom an agent does.
std::string person() {
  for (const char* const name : {"POSTQ_USER", "SUDO_USER"}) {
    if (const auto user = read_environment(name); user && !user->empty()) return *user;
  }
  return login_name();
}

Actor who_acts() {
  if (const auto agent = read_environment("POSTQ_AGENT"); agent && !agent->empty()) return {*agent, true, person()};
  return {person(), false};
}

// Nothing where the one who acts is the person whose home it is.
std::optional<Actor> other_author() {
  auto actor = who_acts();
  if (!actor.agent && actor.name == login_name()) return std::nullopt;
  return actor;
}

constexpr int kLookAgain = 250;  // ms: a signal may fall between looking for it and waiting

// Whether there is something to read; false: a signal asked to stop.
bool waits_for_bytes(int descriptor) {
  while (!interrupt_seen) {
    pollfd ready{descriptor, POLLIN, 0};
    if (poll(&ready, 1, kLookAgain) > 0) return true;
  }
  return false;
}

enum class Held : std::uint8_t { no, yes };  // what came so far would be lost with this process

// Everything of a file descriptor, up to the limit; after an error, what came before it.
Status read_all(int descriptor, const std::string& name, Held held, std::string& text) {
  constexpr std::size_t kFirst = 4096;  // more than a post: where memory is short, that much is still there
  char buffer[1 << 16];
  while (true) {
    if (!waits_for_bytes(descriptor)) {
      return fail(ErrorKind::interrupted, "interrupted while " + name + " was read");
    }
    // What can't be kept is left where it is.
    if (text.capacity() == text.size()) text.reserve(std::max(2 * text.size(), kFirst));
    if (held == Held::yes) last_words::hold_read(text);
    const ssize_t got = read(descriptor, buffer, std::min(sizeof buffer, text.capacity() - text.size()));
    if (got == 0) return {};
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return fail(ErrorKind::usage, "can't read " + name + ": " + std::strerror(errno));
    text.append(buffer, static_cast<std::size_t>(got));
    if (held == Held::yes) last_words::hold_read(text);
    if (text.size() > kTextLimit) return fail(ErrorKind::usage, name + " is longer than any post: over 4 MiB");
  }
}

// Of a pipe that was opened without waiting. Who is to write into one in a folder may come a moment later; a pipe that
// nobody comes to is none, and isn't waited for.
Status read_pipe(int descriptor, const std::string& name, std::string& text) {
  constexpr int kWriterComes = 2000;  // ms
  for (int waited = 0; waited < kWriterComes && !interrupt_seen; waited += kLookAgain) {
    pollfd ready{descriptor, POLLIN, 0};
    if (poll(&ready, 1, kLookAgain) > 0) break;
  }
  if (interrupt_seen) return fail(ErrorKind::interrupted, "interrupted while " + name + " was read");
  char first = 0;
  const ssize_t got = read(descriptor, &first, 1);
  if (got == 0) return fail(ErrorKind::usage, name + " is a pipe, and nothing is written into it");
  if (got > 0) text += first;
  return read_all(descriptor, name, Held::no, text);
}

class WorldOfProcess final : public RealWorld, public Process {
 public:
  explicit WorldOfProcess(const EarlyFlags& flags) : flags_(flags) {
    if (const auto fixed = read_environment("POSTQ_NOW"); fixed && !fixed->empty()) {
      clock_is_fixed_ = true;
      // One that can't be read ends the command, and what was typed is kept with the time it really is.
      fixed_now_ = parse_rfc3339(*fixed).value_or(std::chrono::floor<Seconds>(std::chrono::system_clock::now()));
    }
  }

  WorldOfProcess(const WorldOfProcess&) = delete;
  WorldOfProcess& operator=(const WorldOfProcess&) = delete;
  ~WorldOfProcess() override {
    if (!clock_is_fixed() || !store_writes_ || !store_) return;
    if (const auto state_files = state()) remember_fixed_clock(*store_, **state_files);
  }

  Terminal& terminal() override {
    if (!terminal_) {
      // A configuration that can't be read must not keep its error from being shown.
      TerminalSettings settings;
      settings.color = flags_.color;
      if (const auto read = config()) settings.ui = (*read)->ui;
      terminal_ = make_terminal(settings);
    }
    return *terminal_;
  }

  Result<Store*> store(StoreUse use) override { return open_queue(use, Begin::no); }

  Result<Store*> begin_queue(StoreUse use) override { return open_queue(use, Begin::yes); }

  Result<bool> had_queue() override {
    POSTQ_TRY(const auto* const marks, queue_marks());
    if (marks->had_queue(usual_place()) != QueueMarks::Memory::none) return true;
    return is_cut_off();
  }
  Status forget_queue() override {
    POSTQ_TRY(const auto places, paths());
    const auto& path = places->database;
    struct stat file {};
    struct stat waiting {};
    if (::stat(path.c_str(), &file) == 0) {
      // All of a queue may lie in its write-ahead log.
      const bool may_be_whole = !S_ISREG(file.st_mode) || file.st_size > 0 ||
                                (::stat((path + "-wal").c_str(), &waiting) == 0 && waiting.st_size > 0);
      if (may_be_whole) return fail(ErrorKind::refused, path + " is there, so it can't be forgotten", "postq status");
      if (::unlink(path.c_str()) != 0) {
        return fail(ErrorKind::storage, "can't remove the empty " + path + ": " + std::strerror(errno));
      }
    }
    POSTQ_TRY(auto* const marks, queue_marks());
    return marks->forget();
  }

  bool only_read() const override { return !store_writes_ && !http_ && !log_; }

  Result<const Config*> config() override {
    if (!config_) {
      POSTQ_TRY(const auto places, paths());
      config_ = read_named_config(places->config);
    }
    if (!*config_) return pass_on(config_->error());
    return &**config_;
  }

  const Platforms& platforms() override { return all_platforms(); }

  Zones& zones() override {
    if (!zones_) zones_ = make_zones();
    return *zones_;
  }

  Result<const Zone*> zone() override {
    if (zone_ != nullptr) return zone_;
    POSTQ_TRY(const auto* const read, config());
    std::string name = read->zone;
    if (name.empty()) {
      POSTQ_TRY(auto* const queue, store(StoreUse::read));
      POSTQ_TRY(name, queue->zone());
    }
    if (name.empty()) {
      zone_ = &zones().machine();
      return zone_;
    }
    auto found = zones().find(name);
    if (!found && !read->zone.empty()) {
      POSTQ_TRY(const auto places, paths());
      return fail(ErrorKind::config, places->config + ": zone: " + found.error().message, found.error().hint);
    }
    POSTQ_TRY(zone_, std::move(found));
    return zone_;
  }

  Result<MediaStore*> media() override {
    return made(media_, [](const Paths& p) { return std::make_unique<MediaFolder>(p.data_dir + "/media"); });
  }
  Result<Rescue*> rescue() override {
    return made(rescue_, [](const Paths& p) {
      return std::make_unique<RescueFolder>(p.state_dir, RescueFolder::elsewhere_by_default(), last_words::is_saved,
                                            other_author);
    });
  }
  Result<Locks*> locks() override {
    return made(locks_, [](const Paths& p) { return std::make_unique<LockFolder>(p.queue_dir); });
  }
  Result<StateFiles*> state() override {
    return made(state_, [](const Paths& p) {
      StatePlaces places{p.state_dir, p.queue_dir};
      if (is_apart(p) && !p.beside_usual) places.before = p.state_dir;
      return with_machine_memory(std::make_unique<StateFolder>(std::move(places), p.database), p.machine_dir);
    });
  }
  Result<Secrets*> secrets() override {
    return made(secrets_, [](const Paths& p) {
      SecretsSettings settings;
      settings.dir = p.secrets_dir;
      if (is_apart(p)) settings.before = p.data_dir + "/secrets";
      settings.before_is_shared = p.beside_usual;
      return make_secrets(std::move(settings));
    });
  }

  Result<HttpClient*> http() override {
    if (!http_) {
      POSTQ_TRY(const auto* const read, config());
      CurlSettings settings;
      settings.proxy = read->proxy;
      http_ = make_curl_client(settings);
      if (clock_is_fixed_) http_ = loopback_only(std::move(http_));
    }
    return http_.get();
  }

  Log& log() override {
    if (!log_) {
      const auto places = paths();
      log_ = make_file_log((places ? (*places)->state_dir : std::string("/nonexistent")) + "/log/postq.log",
                           [this] { return now(); });
    }
    return *log_;
  }

  Result<Places> places() override {
    POSTQ_TRY(const auto found, paths());
    return Places{found->config, found->database, found->data_dir, found->state_dir};
  }

  Actor actor() override { return who_acts(); }

  TimePoint now() override {
    if (clock_is_fixed_ && shows_fixed_now_) return fixed_now_;
    return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  }
  bool clock_is_fixed() const override { return clock_is_fixed_ && shows_fixed_now_; }
  void go_by_the_real_clock() override { shows_fixed_now_ = false; }

  std::chrono::nanoseconds since_boot() override {
    timespec at{};
    clock_gettime(CLOCK_BOOTTIME, &at);
    return std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec};
  }

  std::string random_word(std::size_t length) override {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";  // 32 of them: no bias
    std::string bytes(length, '\0');
    std::size_t filled = 0;
    while (filled < length) {
      const ssize_t got = getrandom(bytes.data() + filled, length - filled, 0);
      if (got > 0) filled += static_cast<std::size_t>(got);
    }
    for (auto& byte : bytes) byte = kLetters[static_cast<unsigned char>(byte) % kLetters.size()];
    return bytes;
  }

  // What a flag said of a place is as good as its variable, to those who pass it on: the timer, and programs.
  std::optional<std::string> environment(const std::string& name) override {
    if (name == "POSTQ_DB" && flags_.database) return flags_.database;
    if (name == "POSTQ_CONFIG" && flags_.config) return flags_.config;
    return read_environment(name);
  }
  bool interrupted() const override { return interrupt_seen; }

  Status run_command(const std::string& command, const std::string& input) override;
  Result<std::string> read_file(const std::string& path) override;
  Result<std::string> read_stdin() override;
  void hold(std::string text) override {
    holds_text_ = true;
    typed_ = std::move(text);
    if (const auto places = paths()) {
      last_words::keep_in((*places)->state_dir + "/rescue", RescueFolder::mark_of(other_author()));
    }
    last_words::hold_typed(typed_);
  }
  bool save_held() override { return last_words::speak(); }
  bool stdin_is_terminal() const override { return isatty(STDIN_FILENO) == 1; }

  Result<Machine*> machine() override {
    if (!machine_) machine_ = make_machine();
    return machine_.get();
  }
  Result<Pictures*> pictures() override {
    if (!pictures_) pictures_ = make_pictures();
    return pictures_.get();
  }
  Result<std::string> network_library() override { return curl_version_text(); }

 private:
  // Somebody who names a file means its rules, and not the defaults.
  Result<Config> read_named_config(const std::string& path) {
    std::string named_by;
    if (!read_environment("POSTQ_CONFIG").value_or("").empty()) named_by = "POSTQ_CONFIG";
    if (flags_.config) named_by = "--config";
    if (named_by.empty() || access(path.c_str(), F_OK) == 0 || errno != ENOENT) {
      return read_config(path, [this](const std::string& zone) { return zones().find(zone).map([](const Zone*) {}); });
    }
    return fail(ErrorKind::config, "there is no " + path + ", which " + named_by + " names",
                "make it, or leave " + named_by + " out");
  }

  Result<const Paths*> paths() {
    if (!paths_) {
      paths_ = find_paths(read_environment, {flags_.config, flags_.database});
    }
    if (!*paths_) return pass_on(paths_->error());
    return &**paths_;
  }

  template <typename Port, typename Make>
  Result<Port*> made(std::unique_ptr<Port>& port, Make make) {
    if (!port) {
      POSTQ_TRY(const auto places, paths());
      port = make(*places);
    }
    return port.get();
  }

  enum class Begin : std::uint8_t { no, yes };

  Result<Store*> open_queue(StoreUse use, Begin begin) {
    const bool writes = use == StoreUse::write;
    if (store_ && (!writes || store_writes_ || (nothing_there_ && begin == Begin::no))) return store_.get();
    POSTQ_TRY(const auto places, paths());
    StoreSettings settings;
    settings.path = places->database;
    settings.new_uuid = [this] { return random_word(kUuidLength); };
    settings.now = now();
    POSTQ_TRY(const bool begins, begins_anew(places->database, begin));
    POSTQ_TRY(const auto closed, keep_private(*places));
    note(closed);
    if (begins && (begin == Begin::no || !writes)) {
      // Nothing is there and nothing is made: what is written here is gone with this process.
      POSTQ_TRY(store_, open_memory_store(settings));
      nothing_there_ = true;
      return store_.get();
    }
    const auto take = [this](Account& account) { return take_secrets(account); };
    settings.mode = StoreSettings::read_only_ok;
    if (writes) {
      POSTQ_CHECK(make_folders(*places));
      settings.mode = begins ? StoreSettings::create : StoreSettings::existing;
      store_.reset();
    }
    POSTQ_TRY(store_, open_store(settings, take));
    store_writes_ = writes;
    if (writes) POSTQ_CHECK(remember_queue(begins));
    note(keep_database_private(places->database));
    return store_.get();
  }

  // There is no queue yet. An empty file where one was used before is no beginning: something has cut it off. Nor is a
  // missing one: a disk that isn't mounted looks like that, and a queue made in its place would hide it.
  Result<bool> begins_anew(const std::string& path, Begin begin) {
    struct stat file {};
    const bool there = ::stat(path.c_str(), &file) == 0;
    if (!there && errno != ENOENT && errno != ENOTDIR) return false;  // opening it says why
    if (there && (!S_ISREG(file.st_mode) || file.st_size > 0)) return false;
    if (there) {
      POSTQ_TRY(auto* const state_files, state());
      POSTQ_TRY(const auto known, state_files->read_store_id());
      return !known.has_value();
    }
    POSTQ_TRY(const auto* const marks, queue_marks());
    const auto memory = marks->had_queue(usual_place());
    if (memory == QueueMarks::Memory::none) return true;
    // Nobody is kept from beginning anew where the rest of the home is gone as well.
    if (memory == QueueMarks::Memory::machine && begin == Begin::yes) return true;
    return fail(ErrorKind::storage, "the queue is missing: there is no " + path + ", where this machine had one",
                "is its disk mounted? Mount it, or put the file back, and type it again\n"
                "when it is gone for good:  postq doctor --forget-queue");
  }

  // Something has left nothing but the name of a queue that was used here.
  Result<bool> is_cut_off() {
    POSTQ_TRY(const auto places, paths());
    struct stat file {};
    if (::stat(places->database.c_str(), &file) != 0 || file.st_size > 0) return false;
    POSTQ_TRY(auto* const state_files, state());
    POSTQ_TRY(const auto known, state_files->read_store_id());
    return known.has_value();
  }

  Result<QueueMarks*> queue_marks() {
    return made(marks_,
                [](const Paths& p) { return std::make_unique<QueueMarks>(p.state_dir, p.database, p.machine_dir); });
  }

  // A path that was typed for this command alone needn't be where an older postq had its queue.
  QueueMarks::UsualPlace usual_place() const {
    return flags_.database ? QueueMarks::UsualPlace::no : QueueMarks::UsualPlace::yes;
  }

  // Of an older queue's account; what was kept of it already stays.
  Status take_secrets(Account& account) {
    const auto* const platform = platforms().find(account.platform);
    const auto* const secret_settings = platform == nullptr ? nullptr : secret_settings_of(*platform);
    if (secret_settings == nullptr) return {};
    auto taken = secret_settings->take_secrets(account);
    if (taken.empty() || account.removed) return {};
    POSTQ_TRY(auto* const kept, secrets());
    POSTQ_TRY(auto values, kept->load_kept(account));
    for (auto& [name, secret] : taken) values.insert_or_assign(name, std::move(secret));
    return kept->save(account, values);
  }

  Status remember_queue(bool begins) {
    if (begins) {
      POSTQ_TRY(auto* const state_files, state());
      POSTQ_TRY(const auto identity, store_->identity());
      POSTQ_CHECK(state_files->write_store_id({identity.uuid, identity.epoch, state_files->machine_id()}));
    }
    POSTQ_TRY(auto* const marks, queue_marks());
    return marks->remember();
  }

  void note(const std::vector<std::string>& sentences) {
    for (const auto& sentence : sentences) terminal().say("note: " + visible_line(sentence) + "\n");
  }

  static std::unique_ptr<HttpClient> loopback_only(std::unique_ptr<HttpClient> inner);

  EarlyFlags flags_;
  bool clock_is_fixed_ = false;
  bool shows_fixed_now_ = true;
  bool holds_text_ = false;  // what comes through standard input is text, and no token
  std::string typed_;
  std::string stdin_text_;
  std::size_t handed_out_ = 0;  // of it, by read_stdin()
  TimePoint fixed_now_{};
  std::optional<Result<Paths>> paths_;
  std::optional<Result<Config>> config_;
  std::unique_ptr<Terminal> terminal_;
  std::unique_ptr<Store> store_;
  bool store_writes_ = false;
  bool nothing_there_ = false;  // there is no queue yet, so an empty one stands for it
  std::unique_ptr<Zones> zones_;
  const Zone* zone_ = nullptr;
  std::unique_ptr<MediaStore> media_;
  std::unique_ptr<Rescue> rescue_;
  std::unique_ptr<Locks> locks_;
  std::unique_ptr<StateFiles> state_;
  std::unique_ptr<QueueMarks> marks_;
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Pictures> pictures_;
};

// With a fixed clock nothing but this machine is talked to: what is sent would carry a wrong time.
class LoopbackOnly final : public HttpClient {
 public:
  explicit LoopbackOnly(std::unique_ptr<HttpClient> inner) : inner_(std::move(inner)) {}
  HttpResult exchange(const HttpRequest& request) override {
    const auto scheme_end = request.url.find("://");
    std::string_view host =
        scheme_end == std::string::npos ? std::string_view{} : std::string_view(request.url).substr(scheme_end + 3);
    host = host.substr(0, host.find('/'));
    for (const std::string_view loopback : {"127.0.0.1", "localhost", "[::1]"}) {
      if (host == loopback || (host.substr(0, loopback.size()) == loopback && host.substr(loopback.size(), 1) == ":")) {
        return inner_->exchange(request);
      }
    }
    return tl::unexpected<HttpFailure>(HttpFailure{HttpFailure::Sent::not_sent, ErrorKind::refused,
                                                   "POSTQ_NOW is set, so only this machine is talked to",
                                                   "unset POSTQ_NOW"});
  }

 private:
  std::unique_ptr<HttpClient> inner_;
};

std::unique_ptr<HttpClient> WorldOfProcess::loopback_only(std::unique_ptr<HttpClient> inner) {
  return std::make_unique<LoopbackOnly>(std::move(inner));
}

Result<std::string> WorldOfProcess::read_stdin() {
  if (!holds_text_) {
    std::string text;
    POSTQ_CHECK(read_all(STDIN_FILENO, "standard input", Held::no, text));
    return text;
  }
  auto read = read_all(STDIN_FILENO, "standard input", Held::yes, stdin_text_);
  last_words::hold_read(stdin_text_);
  if (read) {
    auto text = stdin_text_.substr(handed_out_);
    handed_out_ = stdin_text_.size();
    return text;
  }
  if (stdin_text_.empty()) return pass_on(std::move(read).error());
  // Who wrote it is gone by now; what came is kept.
  POSTQ_TRY(auto* const folder, rescue());
  if (auto path = folder->save(stdin_text_, stamp(now()))) {
    read.error().rescue = *std::move(path);
    read.error().hint = "what came of it:  postq add --edit --recover " + quoted_word(read.error().rescue);
  }
  return pass_on(std::move(read).error());
}

Result<std::string> WorldOfProcess::read_file(const std::string& path) {
  if (path == "-") return read_stdin();
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) {
    const int cause = errno;
    return fail(cause == ENOENT ? ErrorKind::not_found : ErrorKind::usage,
                "can't read " + path + ": " + std::strerror(cause));
  }
  struct stat facts {};
  std::string text;
  Status read = fail(ErrorKind::usage, path + " is no file that can be read as text");
  const bool known = fstat(descriptor, &facts) == 0;
  struct stat input {};
  // /dev/stdin by that name or another: it is read once, and kept as what comes that way is.
  const bool is_stdin = known && !S_ISREG(facts.st_mode) && fstat(STDIN_FILENO, &input) == 0 &&
                        facts.st_dev == input.st_dev && facts.st_ino == input.st_ino &&
                        (S_ISFIFO(facts.st_mode) || isatty(descriptor) == 1);
  if (is_stdin) {
    close(descriptor);
    return read_stdin();
  }
  if (known && S_ISREG(facts.st_mode)) read = read_all(descriptor, path, Held::no, text);
  if (known && S_ISFIFO(facts.st_mode)) read = read_pipe(descriptor, path, text);
  close(descriptor);
  if (!read) return pass_on(std::move(read).error());
  return text;
}

// What of a command still runs after this is killed: one that hangs must not keep the next flush from its work.
Result<Seconds> command_timeout() {
  constexpr Seconds kUsual{30};
  constexpr Seconds kLongest = std::chrono::minutes{5};  // the unit's TimeoutStartSec counts on it
  const auto named = read_environment("POSTQ_NOTIFY_TIMEOUT");
  if (!named || named->empty()) return kUsual;
  const auto length = parse_duration(*named);
  if (length && *length >= Seconds{1} && *length <= kLongest) return *length;
  return fail(ErrorKind::config, "POSTQ_NOTIFY_TIMEOUT is a length of time from 1s to 5m, not " + *named);
}

Status WorldOfProcess::run_command(const std::string& command, const std::string& input) {
  POSTQ_TRY(const auto timeout, command_timeout());
  ChildOrder order;
  order.words = {"/bin/sh", "-c", command};
  order.input = input;
  order.over = ChildOrder::Over::when_all_ended;  // a mailer may send in the background
  order.deadline = timeout;
  // A signal that came before is about what was sent then; one that comes now is about this.
  if (!interrupt_seen) order.give_up = [] { return interrupt_seen.load(); };
  const auto end = run_child(order);
  if (!end.output.empty()) terminal().say(visible_text(end.output));
  switch (end.how) {
    case ChildEnd::How::exited:
    case ChildEnd::How::signalled: {
      const int status = end.how == ChildEnd::How::exited ? end.number : 128 + end.number;
      if (status == 0) return {};
      return fail(ErrorKind::config, "it ended with status " + std::to_string(status));
    }
    case ChildEnd::How::not_started:
      return fail(ErrorKind::storage, std::string("it can't be started: ") + std::strerror(end.number));
    case ChildEnd::How::given_up:
      return fail(ErrorKind::interrupted, "it was interrupted");
    case ChildEnd::How::too_late:
    case ChildEnd::How::said_too_much:
      break;
  }
  return fail(ErrorKind::config, "it still ran after " + std::to_string(timeout.count()) + " s, and was killed");
}

}  // namespace

std::unique_ptr<RealWorld> make_real_world(const EarlyFlags& flags) {
  return std::make_unique<WorldOfProcess>(flags);
}

void watch_for_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // The terminal is gone; under nohup that is meant to be of no matter.
  struct sigaction before {};
  if (sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler == SIG_DFL) sigaction(SIGHUP, &action, nullptr);
}

}  // namespace postq
