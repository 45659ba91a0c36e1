#include "system/secrets/secrets.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <utility>

#include <postq/core/account.h>

#include "os/descriptor.h"
#include "system/secrets/secrets_lock.h"
#include "system/secrets/token_command.h"

namespace postq {
namespace {

constexpr off_t kLargestFile = off_t{1} << 16;
constexpr mode_t kOthers = 0077;
constexpr const char* kToken = "token";
constexpr const char* kCommandSetting = "token_command";

tl::unexpected<Error> disk_error(const std::string& what, const std::string& path, int code) {
  const bool storage = code == ENOSPC || code == EDQUOT || code == EFBIG || code == EIO;
  return fail(storage ? ErrorKind::storage : ErrorKind::config,
              "can't " + what + " " + path + ": " + std::strerror(code));
}

// Ours, and closed to everybody else: what others could have read is no secret, what they could have written no token.
Status check_private(const struct stat& info, const std::string& path, const char* mode) {
  if (info.st_uid != ::geteuid()) {
    return fail(ErrorKind::config, path + " belongs to another user", "chown it to the user that runs postq");
  }
  if ((info.st_mode & kOthers) != 0) {
    return fail(ErrorKind::config, path + " is open to other users", std::string("chmod ") + mode + " " + path);
  }
  return {};
}

class KeptSecrets final : public Secrets {
 public:
  explicit KeptSecrets(SecretsSettings settings) : settings_(std::move(settings)) {}

  Result<SecretValues> load(const Account& account) override {
    if (account.secret_from == SecretFrom::none) return none(account);
    POSTQ_TRY(auto values, read_file(account));
    if (account.secret_from == SecretFrom::command) {
      POSTQ_TRY(values[kToken], run_command(account));
    }
    if (values.empty()) return none(account);
    return values;
  }

  Result<SecretValues> load_kept(const Account& account) override {
    if (account.secret_from == SecretFrom::none) return SecretValues{};
    return read_file(account);
  }

  Status save(const Account& account, const SecretValues& values) override {
    const bool by_command = account.secret_from == SecretFrom::command;
    if (by_command && values.size() == values.count(kToken)) {
      return fail(ErrorKind::config, "the token of " + account.name + " comes from a command, so postq can't keep one",
                  "postq account test " + account.name);
    }
    POSTQ_CHECK(check_account_name(account.name));
    POSTQ_CHECK(make_folder());
    Settings plain;
    for (const auto& [name, secret] : values) {
      if (!by_command || name != kToken) plain.emplace(name, secret.reveal());
    }
    return write_file(path_of(account), settings_to_json(plain) + "\n");
  }

  Status remove(const Account& account) override {
    POSTQ_CHECK(check_account_name(account.name));
    const std::string path = path_of(account);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return disk_error("remove", path, errno);
    ::unlink(lock_path_of(account).c_str());  // an empty file; one that stays does no harm
    return {};
  }

  Result<std::unique_ptr<SecretsLock>> lock(const Account& account) override {
    POSTQ_CHECK(check_account_name(account.name));
    POSTQ_CHECK(make_folder());
    return lock_secrets(lock_path_of(account), account.name, settings_.lock_patience);
  }

 private:
  std::string path_of(const Account& account) const { return settings_.dir + "/" + account.name + ".json"; }
  std::string lock_path_of(const Account& account) const { return settings_.dir + "/" + account.name + ".lock"; }

  static tl::unexpected<Error> none(const Account& account) {
    return fail(ErrorKind::sign_in, account.name + " has no token", "postq account login " + account.name);
  }

  Result<Secret> run_command(const Account& account) const {
    auto token =
        run_token_command(account.setting(kCommandSetting), {settings_.command_deadline, settings_.command_output});
    if (!token) return fail(token.error().kind, account.name + ": " + token.error().message, token.error().hint);
    return token;
  }

  // Nothing when there is no file.
  Result<SecretValues> read_file(const Account& account) const {
    POSTQ_CHECK(check_account_name(account.name));
    struct stat own {};
    const bool may_be_before = account.secret_from == SecretFrom::file || !settings_.before_is_shared;
    const bool is_here = settings_.before.empty() || !may_be_before || ::lstat(path_of(account).c_str(), &own) == 0;
    return read_file_in(is_here ? settings_.dir : settings_.before, account);
  }

  static Result<SecretValues> read_file_in(const std::string& dir, const Account& account) {
    struct stat folder {};
    if (::stat(dir.c_str(), &folder) != 0) return SecretValues{};
    POSTQ_CHECK(check_private(folder, dir, "700"));

    const std::string path = dir + "/" + account.name + ".json";
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file) {
      if (errno == ENOENT) return SecretValues{};
      if (errno == ELOOP) return fail(ErrorKind::config, path + " is a link", "put the file itself there");
      return disk_error("read", path, errno);
    }
    struct stat info {};
    if (::fstat(file.number(), &info) != 0) return disk_error("read", path, errno);
    if (!S_ISREG(info.st_mode)) return fail(ErrorKind::config, path + " is no file");
    POSTQ_CHECK(check_private(info, path, "600"));
    if (info.st_size > kLargestFile) return fail(ErrorKind::config, path + " is too large for a token");

    std::string text;
    std::array<char, 4096> buffer;
    for (;;) {
      const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return disk_error("read", path, errno);
      if (got == 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const auto plain = settings_from_json(text);
    // The parser's own message could quote a token.
    if (!plain || first == std::string::npos || text[first] != '{') {
      return fail(ErrorKind::config, path + " isn't a JSON object of strings", "postq account login " + account.name);
    }
    SecretValues values;
    for (const auto& [name, secret] : *plain) values.emplace(name, Secret(secret));
    return values;
  }

  Status make_folder() const {
    if (::mkdir(settings_.dir.c_str(), 0700) != 0 && errno != EEXIST) {
      return disk_error("make", settings_.dir, errno);
    }
    struct stat info {};
    if (::stat(settings_.dir.c_str(), &info) != 0) return disk_error("read", settings_.dir, errno);
    if (!S_ISDIR(info.st_mode)) return fail(ErrorKind::config, settings_.dir + " is no folder");
    return check_private(info, settings_.dir, "700");
  }

  Status write_file(const std::string& path, std::string_view bytes) const {
    const std::string temporary = path + ".new";
    ::unlink(temporary.c_str());  // of a run that was killed
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return disk_error("write", path, errno);
    const auto give_up = [&](int code) {
      ::unlink(temporary.c_str());
      return disk_error("write", path, code);
    };
    while (!bytes.empty()) {
      const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return give_up(errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file.number()) != 0 || !file.close()) return give_up(errno);
    if (::rename(temporary.c_str(), path.c_str()) != 0) return give_up(errno);
    const Descriptor folder(::open(settings_.dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.number()) != 0) return disk_error("write", path, errno);
    return {};
  }

  SecretsSettings settings_;
};

}  // namespace

std::unique_ptr<Secrets> make_secrets(SecretsSettings settings) {
  return std::make_unique<KeptSecrets>(std::move(settings));
}

}  // namespace postq
