#include "sqlite/database/faulty_disk.h"

#include <cstddef>
#include <cstring>
#include <utility>

#include <sqlite3.h>

namespace postq::test {

struct FaultyDisk::State {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  Call call = Call::sync;
  int left = 0;  // calls until the one that fails; 0 = none
  int code = SQLITE_OK;
  bool failed = false;
  std::vector<Change> changes;

  int check(Call now) {
    if (left == 0 || now != call || --left != 0) return SQLITE_OK;
    failed = true;
    return code;
  }
};

namespace {

FaultyDisk::State* the_disk = nullptr;

// What SQLite allocates for a file of ours: its methods, and the real file behind it.
struct File {
  sqlite3_file base;
  sqlite3_file* real;
  const char* name;  // SQLite keeps it as long as the file is open
};

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<File*>(file)->real;
}

std::string name_of(sqlite3_file* file) {
  const char* name = reinterpret_cast<File*>(file)->name;
  return name == nullptr ? "" : name;
}

void note(FaultyDisk::Change change) {
  the_disk->changes.push_back(std::move(change));
}

int close(sqlite3_file* file) {
  return real(file)->pMethods->xClose(real(file));
}
int read(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), into, size, at);
}
int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  const int code = the_disk->check(FaultyDisk::Call::write);
  if (code != SQLITE_OK) return code;
  note({FaultyDisk::Change::Kind::write, name_of(file), static_cast<std::size_t>(at),
        std::string(static_cast<const char*>(from), static_cast<std::size_t>(size))});
  return real(file)->pMethods->xWrite(real(file), from, size, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  note({FaultyDisk::Change::Kind::truncate, name_of(file), static_cast<std::size_t>(size), {}});
  return real(file)->pMethods->xTruncate(real(file), size);
}
// The bytes may well have arrived: that is what makes a failed sync hard.
int sync(sqlite3_file* file, int flags) {
  const int done = real(file)->pMethods->xSync(real(file), flags);
  note({FaultyDisk::Change::Kind::sync, name_of(file), 0, {}});
  const int code = the_disk->check(FaultyDisk::Call::sync);
  return code != SQLITE_OK ? code : done;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xLock(real(file), level);
}
int unlock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xUnlock(real(file), level);
}
int check_reserved(sqlite3_file* file, int* reserved) {
  return real(file)->pMethods->xCheckReservedLock(real(file), reserved);
}
int control(sqlite3_file* file, int what, void* with) {
  return real(file)->pMethods->xFileControl(real(file), what, with);
}
int sector_size(sqlite3_file* file) {
  return real(file)->pMethods->xSectorSize(real(file));
}
int characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) {
  real(file)->pMethods->xShmBarrier(real(file));
}
int shm_unmap(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

constexpr sqlite3_io_methods kMethods{
    2,         close,          read,    write,       truncate,        sync,    file_size, lock,
    unlock,    check_reserved, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
    shm_unmap, nullptr,        nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* ours = reinterpret_cast<File*>(file);
  ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
  ours->name = name;
  std::memset(ours->real, 0, static_cast<std::size_t>(the_disk->real->szOsFile));
  const int code = the_disk->real->xOpen(the_disk->real, name, ours->real, flags, out_flags);
  ours->base.pMethods = code == SQLITE_OK ? &kMethods : nullptr;
  return code;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) {
  note({FaultyDisk::Change::Kind::remove, name, 0, {}});
  return the_disk->real->xDelete(the_disk->real, name, sync_folder);
}

void replay(std::string& file, const FaultyDisk::Change& change) {
  if (change.kind == FaultyDisk::Change::Kind::truncate) return file.resize(change.at);
  if (file.size() < change.at + change.bytes.size()) file.resize(change.at + change.bytes.size());
  file.replace(change.at, change.bytes.size(), change.bytes);
}

// What the power cut leaves of changes that no sync has confirmed.
void replay_some(std::string& file, const std::vector<FaultyDisk::Change>& unsynced, FaultyDisk::Kept kept) {
  if (unsynced.empty()) return;
  switch (kept) {
    case FaultyDisk::Kept::none:
      return;
    case FaultyDisk::Kept::every_other_write:
      for (std::size_t i = 1; i < unsynced.size(); i += 2) replay(file, unsynced[i]);
      return;
    case FaultyDisk::Kept::half_of_the_last: {
      for (std::size_t i = 0; i + 1 < unsynced.size(); ++i) replay(file, unsynced[i]);
      auto torn = unsynced.back();
      torn.bytes.resize(torn.bytes.size() / 2);
      replay(file, torn);
      return;
    }
  }
}

}  // namespace

FaultyDisk::FaultyDisk() : state_(std::make_unique<State>()) {
  state_->real = sqlite3_vfs_find(nullptr);
  state_->vfs = *state_->real;
  state_->vfs.zName = "postq-faulty";
  state_->vfs.szOsFile = static_cast<int>(sizeof(File)) + state_->real->szOsFile;
  state_->vfs.xOpen = open;
  state_->vfs.xDelete = remove;
  the_disk = state_.get();
  sqlite3_vfs_register(&state_->vfs, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&state_->vfs);
  sqlite3_vfs_register(state_->real, 1);
  the_disk = nullptr;
}

void FaultyDisk::fail(Call call, int nth, Fault fault) {
  state_->call = call;
  state_->left = nth;
  state_->code = fault == Fault::full ? SQLITE_FULL : (call == Call::sync ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE);
  state_->failed = false;
}

void FaultyDisk::heal() {
  state_->left = 0;
}

const std::vector<FaultyDisk::Change>& FaultyDisk::changes() const {
  return state_->changes;
}

std::map<std::string, std::string> FaultyDisk::after_power_loss(std::size_t count, Kept kept) const {
  std::map<std::string, std::string> durable;
  std::map<std::string, std::vector<Change>> unsynced;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& change = state_->changes[i];
    switch (change.kind) {
      case Change::Kind::write:
      case Change::Kind::truncate:
        unsynced[change.path].push_back(change);
        break;
      case Change::Kind::sync:
        for (const auto& confirmed : unsynced[change.path]) replay(durable[change.path], confirmed);
        unsynced.erase(change.path);
        break;
      case Change::Kind::remove:
        durable.erase(change.path);
        unsynced.erase(change.path);
        break;
    }
  }
  for (const auto& [path, changes] : unsynced) replay_some(durable[path], changes, kept);
  return durable;
}

bool FaultyDisk::failed() const {
  return state_->failed;
}

}  // namespace postq::test
