#pragma once

#include <optional>
#include <string>

#include <postq/base/ids.h>
#include <postq/base/result.h>
#include <postq/time/time.h>

namespace postq {

struct AuditContext;

// A post that somebody made in an app, on an account whose timeline can't be read, as they noted it themselves.
struct RecordedPost {
  std::string url;      // one spelling for each post is the caller's to see to; empty: it wasn't given
  TimePoint at{};       // when it was made
  bool answer = false;  // to somebody else
};

// The notes of `postq record`: they count as written by hand, like what a timeline shows.
class RecordedPosts {
 public:
  virtual ~RecordedPosts() = default;

  // False: that address was noted before, and nothing changed. kind refused where it is the address of something that
  // postq sent or that was noted for another account, and for a time that lies ahead.
  virtual Result<bool> record_post(AccountId account, const RecordedPost& post, const AuditContext& audit) = 0;
  // The note of that address; without one, the last that was made. Nothing: there is none, or it was taken back.
  virtual Result<std::optional<RecordedPost>> recorded_post(AccountId account, const std::string& url) = 0;
  // When a post without an address was last noted there, unless that was taken back.
  virtual Result<std::optional<TimePoint>> last_recorded_without_url(AccountId account) = 0;
  // From now on it counts no more. The note of that address; without one, the last that was made. kind not_found.
  virtual Result<RecordedPost> take_back_recorded(AccountId account, const std::string& url,
                                                  const AuditContext& audit) = 0;
};

}  // namespace postq
