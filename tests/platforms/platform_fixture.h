#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <postq/core/content.h>
#include <postq/core/delivery.h>
#include <postq/media/media.h>
#include <postq/ports/files.h>
#include <postq/ports/platform.h>

#include "platforms/platforms.h"
#include "support/scripted_http.h"

namespace postq::testing {

// A signing secret of 24 bytes, the one of the Standard Webhooks vectors.
inline const std::string kSigningSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// 22 November 2026, 20:44 UTC.
inline constexpr TimePoint kNow = time_point(1'795'380'240);

class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "postq-platform-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path(const std::string& name = {}) const { return name.empty() ? path_ : path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no file " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_text(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

// Every file under a folder with its bytes.
inline std::map<std::string, std::string> tree(const std::string& folder) {
  std::map<std::string, std::string> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    files[std::filesystem::relative(entry.path(), folder).string()] = read_text(entry.path().string());
  }
  return files;
}

// A media store in memory, which checks digests as the real one does.
class MemoryMedia final : public MediaStore {
 public:
  Media add(std::string bytes, std::string name, std::string mime, std::string alt) {
    Media media;
    media.digest = sha256(bytes);
    media.name = std::move(name);
    media.mime = std::move(mime);
    media.alt = std::move(alt);
    media.bytes = static_cast<std::int64_t>(bytes.size());
    files_[media.digest] = std::move(bytes);
    return media;
  }
  void damage(const Digest& digest) { files_[digest] += "!"; }

  Result<StoredMedia> keep(const std::string&) override { return fail(ErrorKind::bug, "not in this test"); }
  Result<MediaFile> read(const std::string&) override { return fail(ErrorKind::bug, "not in this test"); }
  Result<StoredMedia> keep_bytes(std::string bytes, const std::string& name) override {
    const auto info = inspect_media(bytes);
    if (!info) return fail(ErrorKind::usage, name + " is no picture");
    const Media media = add(std::move(bytes), name, info->mime, "");
    return StoredMedia{media.digest, name, info->mime, media.bytes, info->width, info->height, info->animated};
  }
  Result<std::unique_ptr<MediaReader>> open(const Digest& digest) override {
    const auto found = files_.find(digest);
    if (found == files_.end()) return fail(ErrorKind::storage, "the media file is gone");
    return std::make_unique<Reader>(found->second, digest);
  }
  Status verify(const Digest&) override { return {}; }
  std::string path_of(const Digest& digest) const override { return digest.hex(); }

 private:
  class Reader final : public MediaReader {
   public:
    Reader(std::string bytes, const Digest& digest) : bytes_(std::move(bytes)), digest_(digest) {}
    Result<std::size_t> read(char* buffer, std::size_t size) override {
      if (at_ == bytes_.size()) {
        if (sha256(bytes_) != digest_) return fail(ErrorKind::storage, "the media file is damaged");
        return std::size_t{0};
      }
      const std::size_t got = bytes_.copy(buffer, size, at_);
      at_ += got;
      return got;
    }
    std::uint64_t size() const override { return bytes_.size(); }

   private:
    std::string bytes_;
    Digest digest_;
    std::size_t at_ = 0;
  };
  std::map<Digest, std::string> files_;
};

class MemorySecrets final : public Secrets {
 public:
  Result<SecretValues> load(const Account& account) override {
    if (error) return pass_on(*error);
    if (values.empty()) return fail(ErrorKind::sign_in, account.name + " has no token");
    return values;
  }
  Status save(const Account&, const SecretValues& saved) override {
    values = saved;
    return {};
  }
  Status remove(const Account&) override {
    values.clear();
    return {};
  }

  SecretValues values{{"token", Secret(kSigningSecret)}};
  std::optional<Error> error;
};

// Everything a platform is handed, in memory, with the clock standing still.
struct Bench {
  ScriptedHttp http;
  MemorySecrets secrets;
  MemoryMedia media;
  TimePoint now = kNow;
  TempDir dir;
  PlatformContext context{http, secrets, media, [this] { return now; }, {}};
};

// The only way to an ApprovedDelivery, walked through.
inline ApprovedDelivery approved(const Content& content, std::int64_t id = 12, Origin origin = Origin::scheduled,
                                 TimePoint at = kNow - Seconds{60}) {
  const std::string document = document_of(content);
  Delivery delivery;
  delivery.id = DeliveryId{id};
  delivery.post = PostId{id};
  delivery.origin = origin;
  delivery.digest = sha256(document);
  Approval approval;
  approval.delivery = delivery.id;
  approval.digest = delivery.digest;
  approval.revision = delivery.revision;
  approval.at = at;
  delivery.approval = approval.id;
  Account account;
  account.id = AccountId{1};
  account.name = content.account;
  account.platform = content.platform;
  const auto opened = ApprovedDelivery::open(delivery, document, approval, account);
  if (!opened) throw std::runtime_error(opened.error().message);
  return *opened;
}

inline Draft draft_of(std::vector<std::string> texts) {
  Draft draft;
  for (std::string& text : texts) draft.parts.push_back({std::move(text), {}});
  return draft;
}

inline const Platform& platform_named(const std::string& name) {
  const Platform* platform = all_platforms().find(name);
  if (platform == nullptr) throw std::runtime_error("no platform " + name);
  return *platform;
}

// One part of a delivery on its way: key, body, send.
inline PreparedRequest outgoing_of(const Platform& platform, const Account& account, const ApprovedDelivery& delivery,
                                   int part, TimePoint now, std::vector<Receipt> earlier = {}) {
  PartContext facts;
  facts.part = part;
  facts.key = platform.request_key(account, delivery, part, {}, now);
  facts.earlier = std::move(earlier);
  facts.now = now;
  const auto body = platform.body(account, delivery, facts);
  if (!body) throw std::runtime_error(body.error().message);
  return {part, static_cast<int>(delivery.content().parts.size()), facts.key, *body};
}

}  // namespace postq::testing
