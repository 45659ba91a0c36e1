#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/ports/platform.h>

#include "platforms/bluesky/answers.h"

namespace postq::bluesky {

// One call of an XRPC method.
struct Call {
  std::string_view method;
  std::string query;             // of a GET
  std::string body;              // JSON; makes it a POST
  const Media* media = nullptr;  // the body instead: streamed from the media store
  std::function<Status()> before_send = {};
  std::size_t answer_limit = 0;  // bytes; 0: as much as any answer may have
};

// Nothing was sent: why, and whether the account has to wait or to sign in.
using Answered = tl::expected<HttpResult, SendAnswer>;

// An account's calls to the server that keeps it (its PDS). Signs in with what is kept; refreshes what has expired, one
// process at a time, and repeats the call; signs in anew with the app password when the refresh token is dead, too.
// What it gets is durable before it is used.
class Caller {
 public:
  Caller(const Account& account, PlatformContext& context) : account_(account), context_(context) {}

  // With the account's session.
  Answered exchange(const Call& call);
  // The same where nothing becomes visible: the body of a 200, or why not.
  Result<std::string> ask(const Call& call);
  // A GET that everybody may do, at the account's PDS.
  HttpResult read(const std::string& pds, const Call& call) const;
  // The PDS: of the session that is kept, else looked up. Nobody signs in for it.
  Result<std::string> pds();
  // Who can say whose a handle is.
  std::vector<std::string> handle_hosts();

  // When the account may be used again, once a sign-in or a call of ask() was one too many.
  std::optional<TimePoint> wait_until() const { return wait_until_; }

  // Whether it has just signed in with a password that is none for an app.
  bool used_main_password() const { return used_main_password_; }

  // What an answer that isn't a 200 means for a request that can become visible.
  SendAnswer meaning(const HttpAnswer& answer) const;

 private:
  struct Session {
    std::string did;
    std::string pds;
    Secret access;
    Secret refresh;
  };

  Status open();
  Status renew(const std::string& stale);
  Result<std::optional<SessionAnswer>> refresh(const Session& session);
  Status sign_in();
  Result<std::string> sign_in_host();
  Error sign_in_refused(const HttpAnswer& answer, const std::string& host, const Secret& password);
  Status keep(SecretValues values, const SessionAnswer& answer, std::string pds);
  std::optional<Session> session_in(const SecretValues& values) const;
  Result<HttpRequest> request_for(const Call& call) const;
  SendAnswer unsent(Error error) const;
  std::string said(const HttpAnswer& answer) const;

  const Account& account_;
  PlatformContext& context_;
  std::optional<Session> session_;
  std::vector<std::string> hidden_;  // what may stand in no message
  std::optional<TimePoint> wait_until_{};
  bool used_main_password_ = false;
};

// Until when a 429 asks to wait: Retry-After, else RateLimit-Reset (seconds since 1970), at least a second and at most
// a day from now; nothing when it doesn't say.
std::optional<TimePoint> limited_until(const HttpAnswer& answer, TimePoint now);

}  // namespace postq::bluesky
