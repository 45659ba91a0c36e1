#include "files/rescue.h"

#include <fcntl.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <utility>

#include <postq/core/editor_page.h>

#include "files/bytes_on_disk.h"

namespace postq {

namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr std::string_view kEnding = ".md";
constexpr std::size_t kStampSize = 15;              // YYYYMMDD-HHMMSS
constexpr int kMostInOneSecond = 1000;              // scripts add many posts; more than this is a loop gone wild
constexpr std::uint64_t kLongestText = 10'000'000;  // no platform takes a hundredth of it

// A name's place in time. "-10" comes after "-2", and both after the name without a number.
struct Order {
  std::string stamp;
  int number = 0;
  auto operator<=>(const Order&) const = default;
};

std::optional<Order> order_of(const std::string& name) {
  if (!name.ends_with(kEnding) || name.front() == '.') return std::nullopt;
  const auto stem = name.substr(0, name.size() - kEnding.size());
  Order order{stem.substr(0, kStampSize), 1};
  if (stem.size() > kStampSize + 1) std::from_chars(&stem[kStampSize + 1], stem.data() + stem.size(), order.number);
  return order;
}

}  // namespace

RescueFolder::RescueFolder(const std::string& state_folder, std::vector<std::string> elsewhere,
                           std::function<void(const std::string&)> when_saved)
    : folder_(state_folder + "/rescue"), elsewhere_(std::move(elsewhere)), when_saved_(std::move(when_saved)) {}

Result<std::string> RescueFolder::save(std::string_view text, const std::string& stamp) {
  auto saved = kept_already(text);
  if (!saved) saved = save_here(text, stamp);
  if (!saved) {
    if (auto path = save_elsewhere(text)) saved = *std::move(path);
  }
  if (!saved) {
    // The screen is the last place there is.
    auto& hint = saved.error().hint;
    hint += std::string(hint.empty() ? "" : "\n") + "no file can hold your text; copy it from here:\n\n" +
            std::string(text);
    return saved;
  }
  last_saved_ = *saved;
  if (when_saved_) when_saved_(*saved);
  return saved;
}

// A command that is tried again and again rescues the same words each time; one copy, of the newest, is enough. Not
// this process's own: it drops what it saved, and that may be another text that only reads the same.
Result<std::string> RescueFolder::kept_already(std::string_view text) {
  POSTQ_TRY(auto path, newest());
  struct stat facts {};
  if (last_saved_ || ::stat(path.c_str(), &facts) != 0 || static_cast<std::size_t>(facts.st_size) != text.size()) {
    return fail(ErrorKind::not_found, "it is another text");
  }
  POSTQ_TRY(const auto known, load(path));
  if (known != text) return fail(ErrorKind::not_found, "it is another text");
  ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // it was wanted today
  return path;
}

// A name that nobody can guess and 0600: other users write there too.
std::optional<std::string> RescueFolder::save_elsewhere(std::string_view text) {
  for (const auto& folder : elsewhere_) {
    auto path = folder + "/postq-rescue-XXXXXX" + std::string(kEnding);
    const Descriptor file{::mkostemps(path.data(), static_cast<int>(kEnding.size()), O_CLOEXEC)};
    if (!file) continue;
    if (write_all(file, text, path)) {
      made_elsewhere_.insert(path);
      return path;
    }
    ::unlink(path.c_str());
  }
  return std::nullopt;
}

Result<std::string> RescueFolder::save_here(std::string_view text, const std::string& stamp) const {
  assert(!stamp.empty() && stamp.find('/') == std::string::npos);
  POSTQ_CHECK(make_folder(folder_));
  for (int number = 1; number <= kMostInOneSecond; ++number) {
    const auto suffix = number == 1 ? std::string{} : "-" + std::to_string(number);
    const auto path = (folder_ + "/").append(stamp).append(suffix).append(kEnding);
    const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly)};
    if (!file && errno == EEXIST) continue;
    if (!file) return disk_refused("write", path, errno);
    if (auto written = write_all(file, text, path); !written) {
      ::unlink(path.c_str());  // half a text under the name of a whole one would be worse than none
      return pass_on(std::move(written).error());
    }
    return path;
  }
  return fail(ErrorKind::storage, "too many texts of the same second lie in " + folder_);
}

Status RescueFolder::secure(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file) return disk_refused("open", path, errno);
  POSTQ_CHECK(sync_file(file, path));
  return sync_folder(folder_of(path));
}

void RescueFolder::drop(const std::string& path) {
  // A file that somebody named for --recover is theirs and stays.
  if (folder_of(path) == folder_ || made_elsewhere_.contains(path)) ::unlink(path.c_str());
  if (last_saved_ == path) last_saved_.emplace();
}

Result<std::string> RescueFolder::newest() {
  std::vector<std::pair<Order, std::string>> found;
  std::error_code error;
  std::filesystem::directory_iterator entries{folder_, error};
  for (; !error && entries != std::filesystem::directory_iterator{}; entries.increment(error)) {
    const auto name = entries->path().filename().string();
    const auto order = order_of(name);
    if (order) found.emplace_back(*order, name);
  }
  if (error && error.value() != ENOENT) return disk_refused("read", folder_, error.value());
  std::sort(found.begin(), found.end(), [](const auto& one, const auto& other) { return other.first < one.first; });
  for (const auto& [order, name] : found) {
    const auto path = folder_ + "/" + name;
    // A page for an editor that may still be open, with nothing on it yet, hides no text.
    const auto page = load(path);
    if (!page || page->empty()) return path;
    const auto parts = parts_of_page(*page, {});
    if (!parts.text.empty() || !parts.left_out.empty()) return path;
  }
  return fail(ErrorKind::not_found, "no rescued text lies in " + folder_);
}

Result<std::vector<RescuedText>> RescueFolder::list() {
  std::vector<std::pair<Order, RescuedText>> found;
  std::error_code error;
  std::filesystem::directory_iterator entries{folder_, error};
  for (; !error && entries != std::filesystem::directory_iterator{}; entries.increment(error)) {
    const auto order = order_of(entries->path().filename().string());
    if (!order) continue;
    struct stat facts {};
    const auto path = entries->path().string();
    if (::stat(path.c_str(), &facts) != 0) continue;  // gone meanwhile
    found.push_back({*order, {path, facts.st_mtime, static_cast<std::uint64_t>(facts.st_size)}});
  }
  if (error && error.value() != ENOENT) return disk_refused("read", folder_, error.value());
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RescuedText> texts;
  for (auto& [order, text] : found) texts.push_back(std::move(text));
  return texts;
}

Result<std::string> RescueFolder::load(const std::string& path) {
  return read_file(path, kLongestText);
}

}  // namespace postq
