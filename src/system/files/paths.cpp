#include "system/files/paths.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <sys/stat.h>

#include <postq/base/digest.h>

#include "system/files/bytes_on_disk.h"

namespace postq {

namespace {

// An empty value counts as none, as the specification says.
std::optional<std::string> value_of(const Environment& environment, const std::string& name) {
  auto value = environment(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

bool is_absolute(const std::string& path) {
  return path.starts_with('/');
}

std::optional<std::string> home_by_passwd() {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  const int error_number = ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found);
  if (error_number != 0 || found == nullptr || found->pw_dir == nullptr || !is_absolute(found->pw_dir)) {
    return std::nullopt;
  }
  return std::string{found->pw_dir};
}

Result<std::string> home(const Environment& environment) {
  if (auto named = value_of(environment, "HOME"); named && is_absolute(*named)) return *named;
  if (auto found = home_by_passwd()) return *found;
  return fail(ErrorKind::config, "no home folder: HOME is not set and you have no entry in the password database",
              "HOME=/some/folder postq ...");
}

// $NAME/postq, or the place under home that stands in for it. Home is asked for only where it is needed.
Result<std::string> xdg_folder(const Environment& environment, const std::string& name, const std::string& under_home) {
  if (const auto named = value_of(environment, name); named && is_absolute(*named)) return *named + "/postq";
  POSTQ_TRY(const auto home_folder, home(environment));
  return home_folder + under_home + "/postq";
}

std::string name_of_owner(uid_t owner) {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  if (::getpwuid_r(owner, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return "user " + std::to_string(owner);
}

// Where the file lies whatever it is called: by a link, or from another folder.
std::string canonical(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (error) return path;
  // A link to a database that isn't made yet names the same place before and after.
  constexpr int kMostLinks = 40;
  auto place = absolute;
  for (int links = 0; links < kMostLinks && std::filesystem::is_symlink(place, error); ++links) {
    const auto target = std::filesystem::read_symlink(place, error);
    if (error) break;
    place = place.parent_path() / target;
  }
  const auto found = std::filesystem::weakly_canonical(place, error);
  return error ? absolute.lexically_normal().string() : found.string();
}

// Each queue remembers by itself where it lives and when it was last flushed, and has its accounts' tokens.
void find_folders_of_queue(Paths& paths, const std::string& usual) {
  paths.secrets_dir = paths.data_dir + "/secrets";
  paths.queue_dir = paths.state_dir;
  if (paths.database == usual) return;
  const auto place = canonical(paths.database);
  if (place == canonical(usual)) return;
  constexpr std::size_t kLength = 32;
  const auto name = sha256(place).hex().substr(0, kLength);
  paths.secrets_dir += "-" + name;
  paths.queue_dir += "/queue-" + name;
  struct stat facts {};
  paths.beside_usual = ::stat(usual.c_str(), &facts) == 0;
}

}  // namespace

Result<Paths> find_paths(const Environment& environment, const PathFlags& flags) {
  const auto config = flags.config ? flags.config : value_of(environment, "POSTQ_CONFIG");
  const auto database = flags.database ? flags.database : value_of(environment, "POSTQ_DB");

  Paths paths;
  POSTQ_TRY(paths.data_dir, xdg_folder(environment, "XDG_DATA_HOME", "/.local/share"));
  POSTQ_TRY(paths.state_dir, xdg_folder(environment, "XDG_STATE_HOME", "/.local/state"));
  if (config) {
    paths.config = *config;
  } else {
    POSTQ_TRY(const auto config_folder, xdg_folder(environment, "XDG_CONFIG_HOME", "/.config"));
    paths.config = config_folder + "/config.toml";
  }
  const auto usual = paths.data_dir + "/postq.db";
  paths.database = database.value_or(usual);
  find_folders_of_queue(paths, usual);
  const auto machine = value_of(environment, "POSTQ_MACHINE_DIR");
  paths.machine_dir = machine && is_absolute(*machine) ? *machine : "/var/tmp/postq-" + std::to_string(::geteuid());
  return paths;
}

Status make_folders(const Paths& paths) {
  for (const auto& folder : {paths.data_dir, paths.state_dir}) {
    POSTQ_CHECK(make_folder(folder));
    POSTQ_CHECK(check_private(folder));
  }
  // A database named by hand may lie in a shared folder such as /tmp; its file is checked by itself.
  return make_folder(folder_of(paths.database));
}

namespace {

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

// Who may rename in a folder can put another queue in the place of ours, unless the folder is sticky, as /tmp is.
Status check_folder_of_database(const std::string& folder) {
  struct stat facts {};
  if (::stat(folder.c_str(), &facts) != 0 || (facts.st_mode & S_IWOTH) == 0 || (facts.st_mode & S_ISVTX) != 0) {
    return {};
  }
  return fail(ErrorKind::config, folder + " can be changed by other users, who could put another queue there",
              "chmod o-w " + quoted(folder));
}

// A sentence when something was to be done.
std::optional<std::string> close_to_others(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || facts.st_uid != ::geteuid() || (facts.st_mode & kOthers) == 0) {
    return std::nullopt;
  }
  if (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode)) return std::nullopt;  // a log that goes to /dev/null
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) return std::nullopt;          // to be refused
  if (::chmod(path.c_str(), facts.st_mode & 0777U & ~kOthers) == 0) {
    return "other users could read " + path + "; now only you can";
  }
  return "other users can read " + path + ", and that can't be changed: " + reason(errno);
}

std::vector<std::string> close_all(const std::vector<std::string>& places) {
  std::vector<std::string> sentences;
  for (const auto& place : places) {
    if (auto sentence = close_to_others(place)) sentences.push_back(*std::move(sentence));
  }
  return sentences;
}

}  // namespace

Result<std::vector<std::string>> keep_private(const Paths& paths) {
  const std::string log = paths.state_dir + "/log";
  std::vector<std::string> places{paths.data_dir,
                                  paths.state_dir,
                                  paths.data_dir + "/media",
                                  paths.state_dir + "/locks",
                                  paths.state_dir + "/marks",
                                  paths.state_dir + "/rescue",
                                  log,
                                  log + "/postq.log"};
  if (is_apart(paths)) {
    for (const auto* const name : {"", "/locks", "/marks"}) places.push_back(paths.queue_dir + name);
  }
  for (const auto& place : places) POSTQ_CHECK(check_private(place));
  POSTQ_CHECK(check_folder_of_database(folder_of(paths.database)));
  return close_all(places);
}

std::vector<std::string> keep_database_private(const std::string& path) {
  return close_all({path, path + "-wal", path + "-shm"});
}

Status check_private(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    return fail(ErrorKind::config, "can't look at " + path + ": " + reason(errno));
  }
  if (facts.st_uid != ::geteuid() && facts.st_uid != 0) {
    return fail(ErrorKind::config, path + " belongs to " + name_of_owner(facts.st_uid) + ", who could change it",
                "sudo chown \"$(id -un)\" " + quoted(path));
  }
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(ErrorKind::config, path + " can be changed by other users", "chmod go-w " + quoted(path));
  }
  return {};
}

}  // namespace postq
