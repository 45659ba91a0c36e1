#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/digest.h>
#include <postq/base/result.h>

namespace postq {

// A file in the media store: stripped of metadata, named by its digest.
struct StoredMedia {
  Digest digest;
  std::string name;  // of the file it came from
  std::string mime;
  std::int64_t bytes = 0;
  int width = 0;
  int height = 0;
  bool animated = false;
};

// A file of a person's, before anything is stored.
struct MediaFile {
  std::string name;
  std::string bytes;  // stripped of metadata
};

// Reads one stored file through its hash.
class MediaReader {
 public:
  virtual ~MediaReader() = default;
  // Fills up to `size` bytes, returns how many; 0 at the end. The read that reaches the end fails (kind storage) when
  // the bytes are not those of the digest, so that a damaged file is never published.
  virtual Result<std::size_t> read(char* buffer, std::size_t size) = 0;
  virtual std::uint64_t size() const = 0;
};

// The media files of the queue: DIR/<hex digest>, mode 0400.
class MediaStore {
 public:
  virtual ~MediaStore() = default;
  // Copies a file in. kind not_found, usage or config for what is missing, unreadable, a link, a folder, a FIFO or
  // device, empty, too large or of a type nobody takes; kind storage when the disk refuses.
  virtual Result<StoredMedia> keep(const std::string& path) = 0;
  // What keep() would store, without storing it; the same errors.
  virtual Result<MediaFile> read(const std::string& path) = 0;
  // The same as keep() for bytes that came over the network; `name` is for people.
  virtual Result<StoredMedia> keep_bytes(std::string bytes, const std::string& name) = 0;
  virtual Result<std::unique_ptr<MediaReader>> open(const Digest& digest) = 0;
  virtual Status verify(const Digest& digest) = 0;
  virtual std::string path_of(const Digest& digest) const = 0;
};

// One text in the rescue folder.
struct RescuedText {
  std::string path;
  std::int64_t saved_at = 0;  // Unix seconds
  std::uint64_t bytes = 0;
  std::string author = {};  // "claude, for anna"; empty: the person whose home it is
  bool mine = true;         // who wrote it is who acts now
  bool is_post = true;      // false: a value that was typed for something else, saved under kValueStamp
};

// The stamp of what was typed and is no text of a post: a long value of a flag, descriptions of pictures.
inline constexpr const char* kValueStamp = "00000000-000000";

// Text on disk before anything else happens to it: $STATE/rescue/<stamp>.md, mode 0600. The name says who wrote it,
// where that isn't the person whose home it is.
class Rescue {
 public:
  virtual ~Rescue() = default;
  // The path; `stamp` names the file, as in 20261122-214012. It outlives this process from now on, and a power cut once
  // `secure` returned: the row that mostly follows within milliseconds is durable by itself.
  virtual Result<std::string> save(std::string_view text, const std::string& stamp) = 0;
  // Durable when it returns. Asked before a person is told that the text is safe there.
  virtual Status secure(const std::string& path) = 0;
  // The row is committed: the file may go. Never fails loudly; a file left over only takes space.
  virtual void drop(const std::string& path) = 0;
  // The same, with all that its author rescued earlier in the same words.
  virtual void drop_with_copies(const std::string& path) = 0;
  // Of the texts for posts that who acts now wrote; an editor's page with nothing on it yet hides none. Path; kind
  // not_found if there is none.
  virtual Result<std::string> newest() = 0;
  // All that newest() may mean, the newest first.
  virtual Result<std::vector<RescuedText>> recoverable() = 0;
  // All of them, oldest first; empty if there are none.
  virtual Result<std::vector<RescuedText>> list() = 0;
  virtual Result<std::string> load(const std::string& path) = 0;
};

// A lock that the kernel releases when its owner dies.
class Lock {
 public:
  virtual ~Lock() = default;
};

class Locks {
 public:
  virtual ~Locks() = default;
  // kind try_later, naming the lock, when another process holds it (after `timeout`).
  virtual Result<std::unique_ptr<Lock>> lock(const std::string& name, std::chrono::milliseconds timeout) = 0;
};

// What the state folder remembers of the database, to tell a copied or restored one.
struct StoreId {
  std::string uuid;
  std::int64_t epoch = 0;
  std::string machine;  // /etc/machine-id; empty where there is none
};

class StateFiles {
 public:
  virtual ~StateFiles() = default;
  // The file STOP: `postq pause` without a database, and a kill switch for `touch`.
  virtual bool stop_requested() const = 0;
  virtual Status write_stop(std::string_view reason) = 0;
  virtual Status remove_stop() = 0;

  virtual Result<std::optional<StoreId>> read_store_id() = 0;
  virtual Status write_store_id(const StoreId& id) = 0;  // atomic and durable
  virtual std::string machine_id() const = 0;

  // Small facts that need not survive a power cut: when flush last ran, when a person was last reminded.
  virtual std::optional<std::int64_t> read_mark(const std::string& name) const = 0;  // Unix seconds
  virtual void write_mark(const std::string& name, std::int64_t unix_seconds) = 0;

  virtual std::uint64_t free_bytes() const = 0;  // on the database's file system
};

}  // namespace postq
