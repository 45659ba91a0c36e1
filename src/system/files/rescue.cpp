#include "system/files/rescue.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <utility>

#include <postq/base/digest.h>
#include <postq/text/editor_page.h>

#include "system/files/bytes_on_disk.h"

namespace postq {

namespace {

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

// Where the author begins in a name that has no ending any more; its end: there is none.
std::size_t mark_begin(const std::string& stem) {
  return std::min(stem.find('.'), stem.size());
}

std::optional<Order> order_of(const std::string& name) {
  if (!name.ends_with(kEnding) || name.front() == '.') return std::nullopt;
  auto stem = name.substr(0, name.size() - kEnding.size());
  stem.resize(mark_begin(stem));
  Order order{stem.substr(0, kStampSize), 1};
  if (stem.size() > kStampSize + 1) std::from_chars(&stem[kStampSize + 1], stem.data() + stem.size(), order.number);
  return order;
}

// ".claude+anna" of a name.
std::string mark_in(const std::string& path) {
  auto stem = path.substr(path.rfind('/') + 1);
  stem.resize(stem.size() - std::min(stem.size(), kEnding.size()));
  return stem.substr(mark_begin(stem));
}

constexpr char kFor = '+';  // between an agent and its person

// Part of a file's name that nothing reads as anything else: %XX for what may be.
void add_escaped(std::string& mark, std::string_view name) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (plain) {
      mark += c;
    } else {
      mark += '%';
      mark += kDigits[byte >> 4U];
      mark += kDigits[byte & 0xfU];
    }
  }
}

std::string unescaped(std::string_view mark) {
  std::string name;
  for (std::size_t i = 0; i < mark.size(); ++i) {
    unsigned value = 0;
    const auto digits = mark.substr(std::min(i + 1, mark.size()), 2);
    if (mark[i] == '%' && digits.size() == 2 &&
        std::from_chars(digits.data(), digits.data() + 2, value, 16).ec == std::errc{}) {
      name += static_cast<char>(value);
      i += 2;
    } else {
      name += mark[i];
    }
  }
  return name;
}

// "claude, for anna" of ".claude+anna".
std::string author_of(std::string_view mark) {
  if (mark.empty()) return {};
  mark.remove_prefix(1);
  const auto plus = mark.find(kFor);
  if (plus == std::string_view::npos) return say_actor({unescaped(mark), false});
  return say_actor({unescaped(mark.substr(0, plus)), true, unescaped(mark.substr(plus + 1))});
}

RescuedText described(std::string path, const struct stat& facts, const std::string& own_mark) {
  const auto mark = mark_in(path);
  const auto name = path.substr(path.rfind('/') + 1);
  RescuedText text{std::move(path), facts.st_mtime, static_cast<std::uint64_t>(facts.st_size)};
  text.author = author_of(mark);
  text.mine = mark == own_mark;
  text.is_post = !name.starts_with(kValueStamp);
  return text;
}

// A file of ours that nobody else can have written, and no link.
bool is_ours(const std::string& path, struct stat& facts) {
  return ::lstat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == ::geteuid() &&
         (facts.st_mode & 0777U) == kOwnerOnly;
}

}  // namespace

RescueFolder::RescueFolder(const std::string& state_folder, std::vector<std::string> elsewhere,
                           std::function<void(const std::string&)> when_saved, Author author)
    : folder_(state_folder + "/rescue"),
      elsewhere_(std::move(elsewhere)),
      when_saved_(std::move(when_saved)),
      author_(std::move(author)) {}

std::string RescueFolder::mark_of(const std::optional<Actor>& author) {
  constexpr std::size_t kLongest = 180;  // bytes; a name of a file has 255
  if (!author) return {};
  std::string mark = ".";
  add_escaped(mark, author->name);
  if (author->agent) {
    mark += kFor;
    add_escaped(mark, author->person);
  }
  return mark.size() <= kLongest ? mark : "." + sha256(mark).hex();
}

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

// Other homes of the same person have rescued texts there, too.
std::string RescueFolder::prefix_elsewhere() const {
  constexpr std::size_t kEnough = 8;  // digits: a handful of homes
  return "postq-rescue-" + sha256(folder_).hex().substr(0, kEnough) + "-";
}

// A name that nobody can guess and 0600: other users write there too.
std::optional<std::string> RescueFolder::save_elsewhere(std::string_view text) {
  const auto ending = own_mark() + std::string(kEnding);
  for (const auto& folder : elsewhere_) {
    auto path = folder + "/" + prefix_elsewhere() + "XXXXXX" + ending;
    const Descriptor file{::mkostemps(path.data(), static_cast<int>(ending.size()), O_CLOEXEC)};
    if (!file) continue;
    if (write_all(file, text, path)) return path;
    ::unlink(path.c_str());
  }
  return std::nullopt;
}

Result<std::string> RescueFolder::save_here(std::string_view text, const std::string& stamp) const {
  assert(!stamp.empty() && stamp.find('/') == std::string::npos);
  POSTQ_CHECK(make_folder(folder_));
  const auto mark = own_mark();
  for (int number = 1; number <= kMostInOneSecond; ++number) {
    const auto suffix = number == 1 ? std::string{} : "-" + std::to_string(number);
    const auto path = (folder_ + "/").append(stamp).append(suffix).append(mark).append(kEnding);
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

bool RescueFolder::is_ours_elsewhere(const std::string& path) const {
  const auto folder = folder_of(path);
  struct stat facts {};
  return std::find(elsewhere_.begin(), elsewhere_.end(), folder) != elsewhere_.end() &&
         path.substr(folder.size() + 1).starts_with(prefix_elsewhere()) && is_ours(path, facts);
}

void RescueFolder::drop(const std::string& path) {
  // A file that somebody named for --recover is theirs and stays.
  if (folder_of(path) == folder_ || is_ours_elsewhere(path)) ::unlink(path.c_str());
  if (last_saved_ == path) last_saved_.emplace();
}

// What other processes are at work on came later. Only this folder is searched: each `add` comes by here, and folders
// for everybody's files may hold thousands.
void RescueFolder::drop_with_copies(const std::string& path) {
  struct stat facts {};
  const auto text = ::stat(path.c_str(), &facts) == 0 ? load(path) : Result<std::string>(std::string());
  drop(path);
  if (!text || text->empty()) return;
  std::error_code ignored;
  for (const auto& other : list_here(ignored)) {
    if (!other.mine || !other.is_post || other.saved_at > facts.st_mtime || other.bytes != text->size()) continue;
    if (const auto copy = load(other.path); copy && *copy == *text) drop(other.path);
  }
}

// A page for an editor that may still be open, with nothing on it yet.
bool RescueFolder::hides_no_text(const std::string& path) {
  const auto page = load(path);
  if (!page || page->empty()) return false;
  const auto parts = parts_of_page(*page, {});
  return parts.text.empty() && parts.left_out.empty();
}

Result<std::string> RescueFolder::newest() {
  std::vector<std::pair<Order, std::string>> found;
  std::error_code error;
  const auto mark = own_mark();
  std::filesystem::directory_iterator entries{folder_, error};
  for (; !error && entries != std::filesystem::directory_iterator{}; entries.increment(error)) {
    const auto name = entries->path().filename().string();
    const auto order = order_of(name);
    if (order && order->stamp != kValueStamp && mark_in(name) == mark) found.emplace_back(*order, name);
  }
  if (error && error.value() != ENOENT) return disk_refused("read", folder_, error.value());
  std::sort(found.begin(), found.end(), [](const auto& one, const auto& other) { return other.first < one.first; });
  for (const auto& [order, name] : found) {
    const auto path = folder_ + "/" + name;
    if (!hides_no_text(path)) return path;
  }
  return fail(ErrorKind::not_found, "no rescued text lies in " + folder_);
}

Result<std::vector<RescuedText>> RescueFolder::recoverable() {
  POSTQ_TRY(auto texts, list());
  std::erase_if(texts,
                [this](const RescuedText& text) { return !text.mine || !text.is_post || hides_no_text(text.path); });
  std::reverse(texts.begin(), texts.end());
  return texts;
}

void RescueFolder::list_elsewhere(std::vector<RescuedText>& texts) const {
  const auto prefix = prefix_elsewhere();
  const auto mark = own_mark();
  std::vector<RescuedText> found;
  for (const auto& folder : elsewhere_) {
    std::error_code error;
    std::filesystem::directory_iterator entries{folder, error};
    for (; !error && entries != std::filesystem::directory_iterator{}; entries.increment(error)) {
      const auto name = entries->path().filename().string();
      if (!name.starts_with(prefix) || !name.ends_with(kEnding)) continue;
      struct stat facts {};
      const auto path = entries->path().string();
      if (is_ours(path, facts)) found.push_back(described(path, facts, mark));
    }
  }
  if (found.empty()) return;
  texts.insert(texts.end(), found.begin(), found.end());
  std::stable_sort(texts.begin(), texts.end(),
                   [](const RescuedText& a, const RescuedText& b) { return a.saved_at < b.saved_at; });
}

std::vector<RescuedText> RescueFolder::list_here(std::error_code& error) const {
  std::vector<std::pair<Order, RescuedText>> found;
  const auto mark = own_mark();
  std::filesystem::directory_iterator entries{folder_, error};
  for (; !error && entries != std::filesystem::directory_iterator{}; entries.increment(error)) {
    const auto order = order_of(entries->path().filename().string());
    if (!order) continue;
    struct stat facts {};
    const auto path = entries->path().string();
    if (::stat(path.c_str(), &facts) != 0) continue;  // gone meanwhile
    found.push_back({*order, described(path, facts, mark)});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RescuedText> texts;
  for (auto& [order, text] : found) texts.push_back(std::move(text));
  return texts;
}

Result<std::vector<RescuedText>> RescueFolder::list() {
  std::error_code error;
  auto texts = list_here(error);
  list_elsewhere(texts);
  if (error && error.value() != ENOENT && texts.empty()) return disk_refused("read", folder_, error.value());
  return texts;
}

Result<std::string> RescueFolder::load(const std::string& path) {
  return read_file(path, kLongestText);
}

}  // namespace postq
