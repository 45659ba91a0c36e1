#include "system/files/queue_marks.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>

#include <postq/base/digest.h>

#include "system/files/bytes_on_disk.h"

namespace postq {

namespace {

constexpr std::size_t kNameLength = 32;

bool is_there(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0;
}

}  // namespace

QueueMarks::QueueMarks(std::string state_folder, std::string database, std::string machine_folder)
    : state_folder_(std::move(state_folder)), database_(std::move(database)), machine_(std::move(machine_folder)) {}

std::string QueueMarks::name() const {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(database_, error).lexically_normal().string();
  return sha256(error ? database_ : absolute).hex().substr(0, kNameLength);
}

QueueMarks::Memory QueueMarks::had_queue(UsualPlace place) const {
  if (is_there(path())) return Memory::home;
  if (place == UsualPlace::yes && !is_there(folder()) && is_there(state_folder_ + "/store-id")) return Memory::home;
  return machine_.read(machine_name()) ? Memory::machine : Memory::none;
}

Status QueueMarks::remember() {
  machine_.write(machine_name(), "there is a queue");
  if (is_there(path())) return {};
  POSTQ_CHECK(make_folder(folder()));
  return atomic_write(path(), database_ + "\n", kOwnerOnly);  // its content tells a person which one it is
}

Status QueueMarks::forget() {
  POSTQ_CHECK(machine_.remove(machine_name()));
  POSTQ_CHECK(make_folder(folder()));
  if (::unlink(path().c_str()) == 0 || errno == ENOENT) return sync_folder(folder());
  return disk_refused("remove", path(), errno);
}

}  // namespace postq
