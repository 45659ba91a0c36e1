#pragma once

#include <string>
#include <vector>

#include <postq/ports/platform.h>

#include "platforms/bluesky/session.h"
#include "platforms/bluesky/views.h"

namespace postq::bluesky {

// Questions to the AppView behind an account's server. Once it wants to be left alone, or can't be reached, it is asked
// nothing more.
class AppView {
 public:
  AppView(const Account& account, PlatformContext& context)
      : account_(account), caller_(account, context), context_(context) {}

  // The body of a 200, or why not: not_found for a post that isn't there, try_later where the server can't ask.
  Result<std::string> get(std::string_view method, const std::string& query);

  bool stopped() const { return stopped_; }
  bool limited() const { return limited_until_.has_value(); }
  // The last question got no answer, though it may have reached the server.
  bool lost() const { return lost_; }
  // What a reading says of that.
  void explain(ItemsReading& reading) const;

 private:
  const Account& account_;
  Caller caller_;
  PlatformContext& context_;
  void stop(const Error& error);

  bool stopped_ = false;
  bool lost_ = false;
  int lost_count_ = 0;
  std::optional<TimePoint> limited_until_{};
  std::optional<Seconds> clock_skew_{};
  Error error_;
};

// "uris=...&uris=..." for at most 25 of them, from the one at `from`.
std::string uris_query(const std::vector<std::string>& uris, std::size_t from);
inline constexpr std::size_t kUrisAtOnce = 25;  // from the lexicon of getPosts

// A post as what somebody said.
RemotePost said_of(const Account& account, const PostView& view, TimePoint now);

}  // namespace postq::bluesky
