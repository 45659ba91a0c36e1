#include "system/files/state_files.h"

#include <fcntl.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <limits>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "system/files/bytes_on_disk.h"

namespace postq {

namespace {

constexpr std::uint64_t kSmallFile = 4096;

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view without_newline(std::string_view text) {
  return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
}

// The rest of the line that begins with `name` and a space.
std::optional<std::string> line_of(std::string_view text, std::string_view name) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ' ') {
      return std::string{line.substr(name.size() + 1)};
    }
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace

StateFolder::StateFolder(StatePlaces places, std::string database, std::string machine_id_file)
    : places_(std::move(places)), database_(std::move(database)), machine_id_file_(std::move(machine_id_file)) {}

StateFolder::StateFolder(std::string folder, std::string database, std::string machine_id_file)
    : StateFolder(StatePlaces{folder, folder}, std::move(database), std::move(machine_id_file)) {}

Result<std::string> StateFolder::read_own(const std::string& name) const {
  auto text = read_file(places_.own + name, kSmallFile);
  if (text || text.error().kind != ErrorKind::not_found || places_.before.empty()) return text;
  return read_file(places_.before + name, kSmallFile);
}

bool StateFolder::stop_requested() const {
  struct stat facts {};
  if (::lstat(stop_path().c_str(), &facts) == 0) return true;
  // Where the folder can't be looked at, nobody could have stopped anything but by this doubt.
  return errno != ENOENT && errno != ENOTDIR;
}

Status StateFolder::write_stop(std::string_view reason) {
  POSTQ_CHECK(make_folder(places_.shared));
  auto written = atomic_write(stop_path(), std::string{reason} + "\n", kOwnerOnly);
  if (written) return {};
  // The name alone stops, and a full disk often still takes a name.
  const Descriptor file{
      ::open(stop_path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kOwnerOnly)};
  if (file) return {};
  return written;
}

Status StateFolder::remove_stop() {
  if (::unlink(stop_path().c_str()) == 0 || errno == ENOENT) return {};
  return disk_refused("remove", stop_path(), errno);
}

Result<std::optional<StoreId>> StateFolder::read_store_id() {
  auto text = read_own("/store-id");
  if (!text && text.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!text) return pass_on(std::move(text).error());

  const auto uuid = line_of(*text, "uuid");
  const auto epoch = parse_number(line_of(*text, "epoch").value_or(""));
  if (!uuid || !epoch) {
    return fail(ErrorKind::storage, store_id_path() + " is damaged", "postq doctor");
  }
  return StoreId{*uuid, *epoch, line_of(*text, "machine").value_or("")};
}

Status StateFolder::write_store_id(const StoreId& id) {
  POSTQ_CHECK(make_folder(places_.own));
  const auto text = "uuid " + id.uuid + "\nepoch " + std::to_string(id.epoch) + "\nmachine " + id.machine + "\n";
  return atomic_write(store_id_path(), text, kOwnerOnly);
}

std::string StateFolder::machine_id() const {
  const auto text = read_file(machine_id_file_, kSmallFile);
  if (!text) return {};
  const auto id = without_newline(*text);
  // "uninitialized" stands there on a machine's first boot.
  const bool hex = id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return hex ? std::string{id} : std::string{};
}

std::optional<std::int64_t> StateFolder::read_mark(const std::string& name) const {
  const auto text = read_own("/marks/" + name);
  if (!text) return std::nullopt;
  return parse_number(std::string_view{*text}.substr(0, text->find_first_of(" \n")));
}

void StateFolder::write_mark(const std::string& name, std::int64_t unix_seconds) {
  assert(!name.empty() && name.find('/') == std::string::npos);
  // A mark that can't be written is as good as none: a reminder comes once more.
  if (!make_folder(places_.own + "/marks")) return;
  // Always as long, so it is written over in place: a new file renamed over the old one costs an idle flush a write to
  // the disk, on ext4 while it waits.
  constexpr std::size_t kLongest = 20;
  // Without O_NONBLOCK a pipe in its place would wait for somebody who reads it.
  const Descriptor file{
      ::open(mark_path(name).c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, kOwnerOnly)};
  if (!file) return;
  auto text = std::to_string(unix_seconds);
  text.resize(kLongest, ' ');
  (void)write_all(file, text + "\n", mark_path(name));
}

std::uint64_t StateFolder::free_bytes() const {
  struct statvfs facts {};
  // The folder may not be there yet; then the one above it says where it will be.
  for (auto folder = folder_of(database_);; folder = folder_of(folder)) {
    if (::statvfs(folder.c_str(), &facts) == 0) return std::uint64_t{facts.f_bavail} * facts.f_frsize;
    // Who can't tell must not stop anybody: the write itself will say if the disk is full.
    if (folder == folder_of(folder)) return std::numeric_limits<std::uint64_t>::max();
  }
}

}  // namespace postq
