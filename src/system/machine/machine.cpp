#include "system/machine/machine.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <climits>

#include "system/machine/browser_return.h"
#include "system/machine/program.h"
#include "system/machine/system_journal.h"

namespace postq {

namespace {

constexpr mode_t kFileMode = 0600;

// statfs(2): file systems whose locks or shared memory don't hold what SQLite's write-ahead log needs of them.
constexpr std::array<unsigned long, 6> kNetworkDisks{
    0x6969UL,      // NFS
    0xff534d42UL,  // CIFS
    0xfe534d42UL,  // SMB 2
    0x517bUL,      // SMB
    0x01021997UL,  // 9P
    0x00c36400UL,  // Ceph
};

tl::unexpected<Error> refused(const std::string& what, const std::string& path, int code) {
  const bool storage = code == ENOSPC || code == EDQUOT || code == EFBIG || code == EIO || code == EROFS;
  return fail(storage ? ErrorKind::storage : ErrorKind::config,
              "can't " + what + " " + path + ": " + std::strerror(code));
}

Result<std::string> home() {
  if (const char* const named = std::getenv("HOME"); named != nullptr && *named == '/') return std::string(named);
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr &&
      *found->pw_dir == '/') {
    return std::string(found->pw_dir);
  }
  return fail(ErrorKind::config, "no home folder: HOME is not set", "HOME=/some/folder postq ...");
}

// Bytes into a new file that only its owner reads; durable, since what it replaces was.
Status write_new(const std::string& path, std::string_view bytes) {
  ::unlink(path.c_str());  // of a run that was killed
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode);
  if (file < 0) return refused("write", path, errno);
  int problem = 0;
  while (problem == 0 && !bytes.empty()) {
    const ssize_t wrote = ::write(file, bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (errno != EINTR) {
      problem = errno;
    }
  }
  if (problem == 0 && ::fsync(file) != 0) problem = errno;
  if (::close(file) != 0 && problem == 0) problem = errno;
  if (problem == 0) return {};
  ::unlink(path.c_str());
  return refused("write", path, problem);
}

class RealMachine final : public Machine {
 public:
  explicit RealMachine(const MachineSettings& settings) : settings_(settings) {}

  Result<std::string> own_path() const override {
    std::array<char, PATH_MAX> buffer{};
    const ssize_t length = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
    if (length <= 0 || static_cast<std::size_t>(length) >= buffer.size()) {
      return fail(ErrorKind::config, "the system doesn't tell where postq lies: /proc is not mounted");
    }
    std::string path(buffer.data(), static_cast<std::size_t>(length));
    // A program that was replaced while it runs; the new one lies at the same place.
    constexpr std::string_view kReplaced = " (deleted)";
    if (path.ends_with(kReplaced)) path.erase(path.size() - kReplaced.size());
    return path;
  }

  Result<std::string> absolute_path(std::string_view typed) const override {
    std::string path(typed);
    if (path == "~" || path.starts_with("~/")) {
      POSTQ_TRY(const auto folder, home());
      path = folder + path.substr(1);
    }
    std::error_code problem;
    auto absolute = std::filesystem::absolute(path, problem).lexically_normal();
    if (problem) return fail(ErrorKind::usage, "where is " + path + "? " + problem.message());
    return absolute.string();
  }

  Result<ProgramEnd> run(const std::vector<std::string>& words) override {
    return run_program(words, settings_.program_deadline);
  }

  Status write_file(const std::string& path, std::string_view bytes) override {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) return refused("make", folder.string(), problem.value());
    const std::string temporary = path + ".new";
    POSTQ_CHECK(write_new(temporary, bytes));
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
      const int code = errno;
      ::unlink(temporary.c_str());
      return refused("write", path, code);
    }
    return {};
  }

  bool has_system_journal() const override { return SystemJournal(settings_.journal).answers(); }
  Status tell_system(std::string_view line) override { return SystemJournal(settings_.journal).tell(line); }

  Result<bool> remove_file(const std::string& path) override {
    if (::unlink(path.c_str()) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return refused("remove", path, errno);
  }

  std::optional<FileFacts> look_at(const std::string& path) const override {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return std::nullopt;
    FileFacts facts;
    facts.ours = info.st_uid == ::geteuid();
    facts.mode = info.st_mode & 07777U;
    facts.is_folder = S_ISDIR(info.st_mode);
    facts.can_write = ::access(path.c_str(), W_OK) == 0;
    struct statfs disk {};
    if (::statfs(path.c_str(), &disk) == 0) {
      for (const auto type : kNetworkDisks) {
        if (static_cast<unsigned long>(disk.f_type) == type) facts.on_network_disk = true;
      }
    }
    return facts;
  }

  std::string random_bytes(std::size_t count) const override {
    std::string bytes(count, '\0');
    std::size_t filled = 0;
    while (filled < count) {
      const ssize_t got = ::getrandom(bytes.data() + filled, count - filled, 0);
      if (got > 0) filled += static_cast<std::size_t>(got);
    }
    return bytes;
  }

  Result<std::unique_ptr<BrowserReturn>> await_browser() override { return listen_for_browser(); }
  Status open_in_browser(const std::string& address) override { return start_browser("xdg-open", address); }

 private:
  MachineSettings settings_;
};

}  // namespace

std::unique_ptr<Machine> make_machine(const MachineSettings& settings) {
  return std::make_unique<RealMachine>(settings);
}

}  // namespace postq
