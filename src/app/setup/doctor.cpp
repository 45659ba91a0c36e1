#include "app/setup/doctor.h"

#include <algorithm>
#include <limits>
#include <set>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/compose.h"
#include "app/compose/rescued.h"
#include "app/flush/clock_guard.h"
#include "app/forecast/forecast.h"
#include "app/setup/accounts.h"
#include "app/setup/timer.h"
#include "app/setup/zone_variable.h"
#include "app/sync/sync.h"
#include "app/words/counting.h"
#include "app/words/select.h"

namespace postq {

namespace {

constexpr Seconds kFlushOverdue = std::chrono::minutes{30};  // six runs of a timer that works
constexpr Seconds kClockGrace = std::chrono::minutes{2};
constexpr std::uint64_t kSpaceWarning = std::uint64_t{100} << 20;
constexpr std::uint64_t kSpaceProblem = std::uint64_t{8} << 20;  // below this flush sends nothing
constexpr int kLastEvents = 1;
constexpr std::size_t kMostNamed = 3;
constexpr std::string_view kDatabase = "database";

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

class Doctor {
 public:
  Doctor(World& world, const DoctorOptions& options) : world_(world), options_(options) {}

  std::vector<Finding> examine() {
    look_at_config();
    open_store();
    look_at_zone();
    look_at_clock();
    look_at_stop();
    look_at_timer();
    look_at_database();
    look_at_log();
    look_at_place();
    look_at_files();
    look_at_space();
    look_at_media();
    look_at_rescued();
    look_at_moved_times();
    look_at_network();
    look_at_accounts();
    const bool said = std::any_of(findings_.begin(), findings_.end(), [](const Finding& finding) {
      return finding.subject == kDatabase && finding.health == Health::problem;
    });
    if (database_trouble_ && !said) problem(std::string(kDatabase), *database_trouble_);
    return std::move(findings_);
  }

 private:
  void add(Health health, std::string subject, std::string text, std::vector<std::string> remedies = {}) {
    findings_.push_back({health, std::move(subject), std::move(text), std::move(remedies)});
  }
  void ok(std::string subject, std::string text) { add(Health::ok, std::move(subject), std::move(text)); }
  void warn(std::string subject, std::string text, std::vector<std::string> remedies = {}) {
    add(Health::warn, std::move(subject), std::move(text), std::move(remedies));
  }
  void problem(std::string subject, std::string text, std::vector<std::string> remedies = {}) {
    add(Health::problem, std::move(subject), std::move(text), std::move(remedies));
  }
  void problem(std::string subject, const Error& error) {
    if (is_the_database(error) && subject != kDatabase) {
      if (!database_trouble_) database_trouble_ = error;
      return;
    }
    std::vector<std::string> remedies;
    for (std::string_view rest = error.hint; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      if (!rest.substr(0, end).starts_with("postq doctor")) remedies.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    problem(std::move(subject), error.message, std::move(remedies));
  }

  // Whatever is looked up in a damaged database says the same of it; it is said once, as the database's.
  bool is_the_database(const Error& error) const {
    const auto places = world_.places();
    return error.kind == ErrorKind::storage && places && error.message.find(places->database) != std::string::npos;
  }

  std::string ago(TimePoint at) const {
    const auto relative = say_relative(at, world_.now());
    return format_time_short(at, world_.now(), *zone_) + ", " + (relative == "now" ? "just now" : relative);
  }

  void look_at_config() {
    const auto config = world_.config();
    const auto places = world_.places();
    if (!config) return say_mistakes(config.error(), places ? places->config : std::string());
    config_ = *config;
    const auto set = std::count_if(config_->lines.begin(), config_->lines.end(),
                                   [](const ConfigLine& line) { return line.origin != "default"; });
    const std::string path = places ? places->config : "config.toml";
    ok("config", set == 0 ? "the defaults; nothing is set in " + path
                          : path + ", " + plural(static_cast<std::size_t>(set), "key", "keys") + " set");
  }

  // Each of several mistakes by itself; the file is named once.
  void say_mistakes(Error error, const std::string& path) {
    const auto name = path.substr(path.rfind('/') + 1);
    std::vector<Error> mistakes{{error.kind, std::move(error.message), {}, {}}};
    for (std::string_view rest = error.hint; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const auto line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!path.empty() && line.starts_with(path + ":")) {
        mistakes.push_back({error.kind, name + std::string(line.substr(path.size())), {}, {}});
      } else {
        mistakes.back().hint += (mistakes.back().hint.empty() ? "" : "\n") +
                                std::string(line.substr(std::min(line.find_first_not_of(' '), line.size())));
      }
    }
    for (const auto& mistake : mistakes) problem("config", mistake);
  }

  void look_at_zone() {
    // It stands in the configuration or in the database; what is wrong with those is said there.
    if (config_ == nullptr || (config_->zone.empty() && store_ == nullptr)) return;
    const auto zone = world_.zone();
    if (!zone) return problem("zone", zone.error());
    zone_ = *zone;
    const auto& machine = world_.zones().machine();
    std::string text = zone_->name();
    if (config_ != nullptr && !config_->zone.empty()) {
      text += " from the config";
    } else if (!store_->zone().value_or("").empty()) {
      text += ", kept since the first account was added";
    } else {
      text += ", this machine's";
    }
    if (machine.name() != zone_->name()) text += " (this machine is in " + machine.name() + ")";
    if (const auto unread = unread_zone_variable(world_); !unread.empty()) {
      return warn("zone", text + "; " + unread, {"export TZ=Europe/Berlin    (a name, not a rule)"});
    }
    ok("zone", std::move(text));
  }

  void open_store() {
    const auto store = world_.store(StoreUse::read);
    if (store) {
      store_ = *store;
      return;
    }
    problem("database", store.error());
    const auto places = world_.places();
    if (!places || store.error().kind != ErrorKind::storage || !findings_.back().remedies.empty()) return;
    findings_.back().remedies = {"cp -a " + places->data_dir + " SOMEWHERE    (first of all)",
                                 "sqlite3 " + places->database + " .recover | sqlite3 NEW.db"};
  }

  void look_at_clock() {
    if (world_.clock_is_fixed()) {
      return warn("clock", "fixed by POSTQ_NOW, so nothing is approved or sent with it", {"unset POSTQ_NOW"});
    }
    if (store_ == nullptr) return;
    look_at_server_clocks();
    if (const auto doubt = clock_doubt(world_, *store_); doubt && *doubt) return problem("clock", **doubt);
    const auto events = store_->events(std::nullopt, kLastEvents);
    if (!events || events->empty()) return ok("clock", format_time(world_.now(), *zone_));
    const auto state = world_.state();
    if (state && !tells_time(**state, events->back())) {
      return ok("clock",
                format_time(world_.now(), *zone_) + "; the last event was made with POSTQ_NOW, and tells no time");
    }
    const TimePoint last = events->back().at;
    if (last > world_.now() + kClockGrace) {
      return problem("clock",
                     format_time(world_.now(), *zone_) + " is before the last event, " + format_time(last, *zone_) +
                         ": the clock went back",
                     {"timedatectl    (is it synchronised?)"});
    }
    ok("clock", format_time(world_.now(), *zone_) + ", after the last event");
  }

  // One server that disagrees holds its own account only.
  void look_at_server_clocks() {
    const auto accounts = store_->accounts();
    const auto state = world_.state();
    if (!accounts || !state) return;
    for (const auto& account : *accounts) {
      const auto skew = server_doubt(world_, **state, account);
      if (!skew) continue;
      problem("clock",
              "this machine's clock is " + say_skew(*skew) + " the one of " + account.name +
                  "'s server: nothing scheduled goes there until they agree",
              {"timedatectl    (is it synchronised?)",
               "postq doctor   (at a terminal it asks whether the clock is right)"});
    }
  }

  void look_at_stop() {
    const auto state = world_.state();
    if (!state) return problem("pause", state.error());
    const bool file = (*state)->stop_requested();
    const auto stop = store_ == nullptr ? Result<StopState>(StopState{}) : store_->stop_state();
    if (!stop) return problem("pause", stop.error());
    if (!file && !stop->paused) return;
    stopped_ = true;
    std::string text = "PAUSED";
    if (stop->since) text += " since " + ago(*stop->since);
    if (!stop->reason.empty()) text += ": " + stop->reason;
    if (!stop->paused) text += " by the file STOP";
    warn("pause", text + "; nothing goes out", {"postq resume"});
  }

  void look_at_timer() {
    const auto state = timer_state(world_);
    std::string last = "no flush yet";
    bool overdue = true;
    if (state.last_flush) {
      last = "last flush " + ago(*state.last_flush);
      overdue = world_.now() - *state.last_flush > kFlushOverdue;
    }
    // Flush leaves no mark while everything is paused.
    if (stopped_) overdue = false;
    if (!state.runs()) {
      const auto advice = timer_advice(state.systemd);
      if (!overdue && state.last_flush && !state.installed) {
        return warn("timer", last + ", but nothing here runs it by itself",
                    {advice.command + "    (" + advice.why + ")"});
      }
      if (state.installed && state.systemd) {
        return problem(
            "timer", last + "; the timer is installed but not running",
            {"systemctl --user enable --now postq.timer", "loginctl enable-linger    (to run while signed out)"});
      }
      return problem("timer", last + "; nothing runs flush by itself", {advice.command + "    (" + advice.why + ")"});
    }
    if (state.active && !state.unit_path.empty() && state.unit_path != state.own_path) {
      return warn("timer", last + "; it starts " + state.unit_path + ", and this is " + state.own_path,
                  {"postq timer install"});
    }
    if (state.active && state.bars_commands) {
      return warn("timer",
                  last + "; its unit was written when no command was configured, and may keep yours from working",
                  {"postq timer install"});
    }
    if (!state.last_flush && !stopped_) {
      return warn("timer", "no flush yet; the next one comes within five minutes, look again then",
                  {"postq flush    (or now)"});
    }
    if (overdue) {
      const std::string by = state.active ? "the timer runs" : "crontab has the line";
      return problem("timer", last + ", although " + by,
                     {state.active ? "journalctl --user -u postq.service -n 20" : "systemctl status cron",
                      "postq flush    (once, to see what it says)"});
    }
    if (state.active && !state.lingers) {
      return warn("timer", last + "; it rests while you are signed out", {"loginctl enable-linger"});
    }
    ok("timer", last + (state.active ? "; a systemd timer" : "; a line in crontab"));
  }

  void look_at_database() {
    if (store_ == nullptr) return;
    const auto health = store_->health(options_.full);
    if (!health) return problem("database", health.error());
    if (health->problems.empty()) {
      return ok("database", plural(static_cast<std::size_t>(health->posts), "post", "posts") +
                                (options_.full ? ", the whole file checked" : ", check passed"));
    }
    for (std::size_t i = 0; i < health->problems.size() && i < kMostNamed; ++i) {
      std::vector<std::string> remedies;
      if (i == 0) {
        remedies = {"postq pause    (until it is clear what happened)",
                    "cp -a " + health->path + "* SOMEWHERE    (before anything else)"};
        if (database_trouble_) remedies.push_back("sqlite3 " + health->path + " .recover | sqlite3 NEW.db");
      }
      problem("database", health->problems[i], std::move(remedies));
    }
    if (health->problems.size() > kMostNamed) {
      problem("database", "and " + std::to_string(health->problems.size() - kMostNamed) + " more",
              {"postq doctor --json"});
    }
  }

  void look_at_log() {
    if (store_ == nullptr) return;
    const auto check = store_->verify_events();
    if (!check) return problem("record", check.error());
    if (check->problems.empty()) return say_record_is_whole(check->events);
    // What was found in the rows is said of the database already.
    const auto said = [this](const std::string& text) {
      return std::any_of(findings_.begin(), findings_.end(), [&](const Finding& found) { return found.text == text; });
    };
    const auto other = std::find_if_not(check->problems.begin(), check->problems.end(), said);
    if (other != check->problems.end()) problem("record", *other, {"postq log --verify"});
  }

  void say_record_is_whole(std::int64_t events) {
    const std::string whole = plural(static_cast<std::size_t>(events), "event", "events") + ", unbroken";
    const auto machine = world_.machine();
    const bool journal = machine && (*machine)->has_system_journal();
    ok("record", whole + (journal ? "; each flush tells its head to the system journal"
                                  : "; no system journal answers here, so its head is kept nowhere else"));
  }

  // A copied or restored database re-publishes nothing: flush sends what is due back to review.
  void look_at_place() {
    const auto state = world_.state();
    if (store_ == nullptr || !state) return;
    const auto known = (*state)->read_store_id();
    if (!known) return problem("place", known.error());
    const auto identity = store_->identity();
    if (!identity) return problem("place", identity.error());
    if (!*known) {
      if (!any_account()) return;
      return warn("place", "this database was not used here before: the next flush sends what is due back to review",
                  {"postq flush && postq review"});
    }
    if ((*known)->uuid != identity->uuid || (*known)->machine != (*state)->machine_id()) {
      return warn("place", "this database comes from elsewhere: the next flush sends what is due back to review",
                  {"postq flush && postq review"});
    }
    if (identity->epoch < (*known)->epoch) {
      return warn("place",
                  "this database is older than the one that last sent from here: the next flush sends what is due back "
                  "to review",
                  {"postq flush && postq review"});
    }
    ok("place", "the database that lives here");
  }

  void look_at_files() {
    const auto places = world_.places();
    const auto machine = world_.machine();
    if (!places || !machine) return;
    const std::size_t before = findings_.size();
    const std::vector<std::pair<std::string, unsigned>> private_paths{{places->database, 0600},
                                                                      {places->data_dir, 0700},
                                                                      {places->data_dir + "/secrets", 0700},
                                                                      {places->state_dir, 0700}};
    bool network_disk = false;
    for (const auto& [path, mode] : private_paths) {
      const auto facts = (*machine)->look_at(path);
      if (!facts) continue;
      network_disk = network_disk || (path == places->database && facts->on_network_disk);
      if (!facts->ours) {
        problem("files", path + " belongs to another user", {"run postq as that user, or chown it"});
      } else if ((facts->mode & 077U) != 0) {
        problem("files", path + " is open to other users",
                {"chmod " + std::string(mode == 0600 ? "600 " : "700 ") + path});
      }
    }
    for (const auto& folder : {places->data_dir, places->state_dir}) {
      const auto [nearest, facts] = nearest_existing(**machine, folder);
      if (facts && !facts->can_write) problem("files", nearest + " can't be written", {"ls -ld " + nearest});
    }
    if (network_disk) {
      problem("files", places->database + " is on a network disk, where locks can't be trusted",
              {"move it to a local disk and set POSTQ_DB"});
    }
    if (findings_.size() == before) ok("files", "private, local disk");
  }

  // The path, or the folder above it in which it would be made.
  static std::pair<std::string, std::optional<FileFacts>> nearest_existing(const Machine& machine, std::string path) {
    for (;;) {
      if (auto facts = machine.look_at(path)) return {std::move(path), facts};
      const auto slash = path.rfind('/');
      if (slash == std::string::npos || path.size() == 1) return {std::move(path), std::nullopt};
      path.resize(std::max<std::size_t>(slash, 1));
    }
  }

  void look_at_space() {
    const auto state = world_.state();
    if (!state) return;
    const auto free = (*state)->free_bytes();
    if (free == std::numeric_limits<std::uint64_t>::max()) return;
    if (free < kSpaceProblem) return problem("space", mebibytes(free) + " free: flush sends nothing below 8 MiB");
    if (free < kSpaceWarning) return warn("space", mebibytes(free) + " free: flush sends nothing below 8 MiB");
    ok("space", mebibytes(free) + " free");
  }

  // Every file that a queued post names is there; with --full, and where the post could not be sent, it still has the
  // bytes that were approved.
  void look_at_media() {
    const auto media = world_.media();
    if (store_ == nullptr || !media) return;
    ListFilter filter;
    filter.limit = std::numeric_limits<int>::max();
    const auto rows = store_->list(filter);
    if (!rows) return problem("pictures", rows.error());
    std::set<PostId> posts;
    std::set<std::string> seen;
    std::set<std::string> read_whole;
    std::size_t wrong = 0;
    for (const auto& row : *rows) {
      if (row.media == 0 || !posts.insert(row.delivery.post).second) continue;
      const auto post = store_->post(row.delivery.post);
      if (!post) continue;
      const bool every_byte =
          options_.full || std::any_of(post->deliveries.begin(), post->deliveries.end(), has_trouble);
      for (const auto& detail : post->deliveries) {
        const auto content = content_from_document(detail.document);
        if (!content) continue;
        for (const auto& part : content->parts) {
          for (const auto& file : part.media) {
            if (!seen.insert(file.digest.hex()).second && !every_byte) continue;
            if (every_byte && !read_whole.insert(file.digest.hex()).second) continue;
            const auto fine = every_byte ? (*media)->verify(file.digest) : opens(**media, file.digest);
            if (fine || ++wrong > kMostNamed) continue;
            problem("pictures",
                    "post " + std::to_string(number(post->id)) + " names " + file.name + ": " + fine.error().message,
                    {"postq edit " + std::to_string(number(post->id)) + " --media FILE --alt TEXT"});
          }
        }
      }
    }
    if (wrong == 0 && !seen.empty()) {
      ok("pictures", plural(seen.size(), "file", "files") +
                         (options_.full ? " of queued posts, every byte as approved" : " of queued posts, all there"));
    }
  }

  static bool has_trouble(const DeliveryDetail& detail) {
    return detail.delivery.state == DeliveryState::failed || detail.delivery.tries > 0;
  }

  static Status opens(MediaStore& media, const Digest& digest) {
    POSTQ_CHECK(media.open(digest));
    return {};
  }

  // What was typed and never queued: words that somebody may still miss, or forgot.
  void look_at_rescued() {
    const auto rescue = world_.rescue();
    const auto texts = rescue ? (*rescue)->list() : Result<std::vector<RescuedText>>(pass_on(rescue.error()));
    if (!texts) return problem("rescued", texts.error());
    if (texts->empty()) return;
    const std::string count = plural(texts->size(), "text", "texts") + " that could not be queued";
    // Their names tell when each was begun; an editor may have written to one since.
    const auto first = std::min_element(texts->begin(), texts->end(), [](const RescuedText& a, const RescuedText& b) {
      return a.saved_at < b.saved_at;
    });
    const auto oldest = time_point(first->saved_at);
    if (world_.now() - oldest < kRescuedIsOld) return ok("rescued", count + ": postq rescue");
    warn("rescued", count + ", the oldest from " + ago(oldest) + "; after half a year they are deleted",
         {"postq rescue", "postq rescue rm --older-than " + std::to_string(kRescuedIsOld / std::chrono::days{1})});
  }

  void look_at_moved_times() {
    if (store_ == nullptr) return;
    const auto moved = store_->moved_times([this](WallTime wall, const std::string& name) -> std::optional<TimePoint> {
      const auto zone = world_.zones().find(name);
      if (!zone) return std::nullopt;
      return (*zone)->resolve(wall).instant;
    });
    if (!moved || moved->empty()) return;
    std::string names;
    for (const auto& one : *moved) names += (names.empty() ? "" : ", ") + name_of(one.delivery);
    warn("zone", "new time zone data moved " + plural(moved->size(), "post", "posts") + " (" + shorten(names, 40) +
                     "): the wall time stays, and the next flush follows it");
  }

  void look_at_network() {
    if (store_ == nullptr) return;
    const auto accounts = store_->accounts();
    if (!accounts) return;
    const bool needed = std::any_of(accounts->begin(), accounts->end(), [this](const Account& account) {
      const auto* const platform = world_.platforms().find(account.platform);
      return platform != nullptr && platform->traits().network;
    });
    if (!needed) return;
    const auto library = world_.network_library();
    if (!library) return problem("network", library.error());
    // Its first two words are its own version and the TLS library's.
    ok("network", library->substr(0, library->find(' ', std::min(library->find(' '), library->size() - 1) + 1)));
  }

  bool any_account() const {
    const auto accounts = store_->accounts();
    return accounts && !accounts->empty();
  }

  void look_at_accounts() {
    if (store_ == nullptr) return;
    const auto accounts = store_->accounts();
    if (!accounts) return problem("accounts", accounts.error());
    if (accounts->empty()) {
      return warn("accounts", "none yet",
                  {"postq account add site --platform feed --path ~/public_html", "postq platforms"});
    }
    look_at_names(*accounts);
    if (config_ != nullptr) {
      if (const auto checked = check_group_names(*config_, *accounts); !checked) problem("config", checked.error());
    }
    for (const auto& account : *accounts) look_at(account);
  }

  // A rule for a name that is mistyped, or gone, would never be asked.
  void look_at_names(const std::vector<Account>& accounts) {
    if (config_ == nullptr) return;
    std::vector<std::string> known;
    for (const auto& account : accounts) known.push_back(account.name);
    const auto look = [&](const std::string& where, const std::string& name) {
      if (std::find(known.begin(), known.end(), name) != known.end()) return;
      const auto meant = closest(name, known);
      warn("config", where + " names no account: " + name + (meant ? "; is it " + *meant + "?" : ""),
           {"postq account list"});
    };
    for (const auto& [name, policy] : config_->account_policies) look("policy.accounts", name);
    for (const auto& [group, names] : config_->groups) {
      for (const auto& name : names) look("groups." + group, name);
    }
    for (const auto& name : config_->accounts) {
      if (name != "all" && !config_->groups.contains(name)) look("accounts", name);
    }
  }

  void look_at(const Account& account) {
    const auto* const platform = world_.platforms().find(account.platform);
    if (platform == nullptr) {
      return problem(account.name, "is on '" + account.platform + "', which this postq doesn't know",
                     {"postq platforms"});
    }
    const auto& traits = platform->traits();
    if (const auto missing = missing_secret_setting(world_, account); !missing.empty()) {
      return problem(account.name, "its " + missing + " isn't here: the queue was copied without its secrets",
                     {"postq account login " + account.name});
    }
    if (account.sign_in_needed) {
      return problem(account.name, traits.title + " wants a new sign-in", {"postq account login " + account.name});
    }
    if (!traits.secret.empty()) {
      const auto secrets = world_.secrets();
      const auto loaded = secrets ? (*secrets)->load(account) : Result<SecretValues>(pass_on(secrets.error()));
      if (!loaded) {
        auto error = loaded.error();
        // The name stands in front of the line already.
        if (error.message.starts_with(account.name + ": ")) error.message.erase(0, account.name.size() + 2);
        return problem(account.name, error);
      }
    }
    for (const auto& spec : traits.settings) {
      if (spec.is_path && !account.setting(spec.name).empty() && !look_at_path(account, spec)) return;
    }
    if (account.paused_until && *account.paused_until > world_.now()) {
      const bool for_good = *account.paused_until == kUntilResumed;
      return warn(account.name,
                  "PAUSED" + (for_good ? std::string() : " until " + format_time(*account.paused_until, *zone_)),
                  {"postq resume " + account.name});
    }
    if (account.limited_until && *account.limited_until > world_.now()) {
      return warn(account.name, "limited by " + traits.title + " until " + format_time(*account.limited_until, *zone_));
    }
    std::string text = account.remote_name.empty() ? traits.title : account.remote_name;
    if (account.remote_id.empty()) {
      return warn(account.name, "nobody asked " + traits.title + " yet who this is",
                  {"postq account test " + account.name});
    }
    if (const auto since = traits.items ? unheard(account) : std::nullopt) {
      return warn(account.name, "what people say can't be read since " + ago(*since), {"postq sync " + account.name});
    }
    if (traits.timeline && !look_at_count(account, text)) return;
    ok(account.name, std::move(text));
  }

  // What the ratio counts on. false: it is in doubt, and said.
  bool look_at_count(const Account& account, std::string& text) {
    const auto known = store_->timeline_known(account.id);
    if (!known || !known->read_at) {
      text += "; its timeline was not read yet";
      return true;
    }
    text += "; its timeline was read " + say_relative(*known->read_at, world_.now());
    const auto inputs = read_rule_inputs(world_, *store_, account);
    if (!inputs || !inputs->settings.ratio) return true;
    const auto counting = counting_of(*store_, account, inputs->snapshot, {inputs->settings, *zone_, world_.now()});
    if (!counting) return true;
    if (!counting->leaves_out.empty()) text += "; " + counting->leaves_out;
    if (counting->doubt.empty()) return true;
    warn(account.name, "HELD, nothing scheduled goes out: " + counting->doubt,
         {"postq sync " + account.name, "postq why " + account.name});
    return false;
  }

  // A state folder that can't be read is said elsewhere.
  std::optional<TimePoint> unheard(const Account& account) const {
    const auto state = world_.state();
    if (!state) return std::nullopt;
    return unheard_since(**state, account);
  }

  // false: something was wrong, and said.
  bool look_at_path(const Account& account, const SettingSpec& spec) {
    const auto machine = world_.machine();
    if (!machine) return true;
    const std::string path(account.setting(spec.name));
    const auto facts = (*machine)->look_at(path);
    if (!facts) {
      problem(account.name, path + " is not there: is its disk mounted?", {"postq account test " + account.name});
      return false;
    }
    if (facts->can_write || !facts->is_folder) return true;
    problem(account.name, path + " can't be written", {"ls -ld " + path});
    return false;
  }

  World& world_;
  const DoctorOptions& options_;
  const Config* config_ = nullptr;
  const Zone* zone_ = &utc_zone();
  Store* store_ = nullptr;
  bool stopped_ = false;
  std::optional<Error> database_trouble_;  // met while looking at something else
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> examine(World& world, const DoctorOptions& options) {
  return Doctor(world, options).examine();
}

}  // namespace postq
