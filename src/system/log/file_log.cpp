#include "system/log/file_log.h"

#include <cstddef>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <sys/stat.h>
#include <system_error>
#include <utility>

// Compiled into this file alone, with Debian's own fmt.
#define SPDLOG_HEADER_ONLY
#define SPDLOG_FMT_EXTERNAL
#define FMT_HEADER_ONLY
#define SPDLOG_PREVENT_CHILD_FD  // the commands that postq starts don't inherit the file
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <postq/text/text.h>

namespace postq {

namespace {

constexpr std::size_t kMaxBytes = 1024 * 1024;
constexpr std::size_t kOldFiles = 3;

// The umask of main would do as well; this keeps the promise by itself. A device keeps its mode.
void make_private(const std::string& /*name*/, std::FILE* file) {
  struct stat status {};
  if (file == nullptr || ::fstat(::fileno(file), &status) != 0 || !S_ISREG(status.st_mode)) return;
  ::fchmod(::fileno(file), S_IRUSR | S_IWUSR);
}

// A pipe would keep everybody waiting until somebody reads it. A link to a file or a device is the owner's choice.
bool would_hang(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

class FileLog final : public Log {
 public:
  FileLog(std::string path, Now now) : path_(std::move(path)), now_(std::move(now)) {}

  void info(std::string_view line) override { write(spdlog::level::info, line); }
  void warn(std::string_view line) override { write(spdlog::level::warn, line); }
  void error(std::string_view line) override { write(spdlog::level::err, line); }
  std::string trouble() const override {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

 private:
  void write(spdlog::level::level_enum level, std::string_view line) {
    const auto shown = visible_line(line);
    const std::lock_guard lock(mutex_);
    if (!logger_ && !open()) return;
    logger_->log(spdlog::log_clock::time_point(now_()), spdlog::source_loc{}, level, spdlog::string_view_t(shown));
  }

  bool open() {
    if (!trouble_.empty()) return false;  // it was tried
    if (would_hang(path_)) {
      trouble_ = visible_line(path_) + " is a pipe or a socket, no file";
      return false;
    }
    try {
      const auto folder = std::filesystem::path(path_).parent_path();
      if (!folder.empty() && std::filesystem::create_directories(folder)) {
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
      }
      spdlog::file_event_handlers handlers;
      handlers.after_open = make_private;
      auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path_, kMaxBytes, kOldFiles, false, handlers);
      auto logger = std::make_unique<spdlog::logger>("postq", std::move(sink));
      logger->set_pattern("%Y-%m-%dT%H:%M:%SZ %l %v", spdlog::pattern_time_type::utc);
      logger->flush_on(spdlog::level::info);
      // Without this spdlog prints its troubles on standard error.
      logger->set_error_handler([this](const std::string& reason) { trouble_ = visible_line(reason); });
      logger_ = std::move(logger);
      return true;
    } catch (const std::exception& problem) {
      trouble_ = visible_line(problem.what());
      return false;
    }
  }

  std::string path_;
  Now now_;
  mutable std::mutex mutex_;  // one line at a time, whichever thread it comes from
  std::unique_ptr<spdlog::logger> logger_;
  std::string trouble_;
};

}  // namespace

std::unique_ptr<Log> make_file_log(std::string path, Now now) {
  return std::make_unique<FileLog>(std::move(path), std::move(now));
}

}  // namespace postq
