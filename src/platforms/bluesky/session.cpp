#include "platforms/bluesky/session.h"

#include <algorithm>
#include <charconv>

#include <postq/ports/files.h>
#include <postq/text/text.h>

#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/bluesky/directory.h"
#include "platforms/bluesky/sign_in.h"
#include "platforms/common/answers.h"
#include "platforms/common/url.h"

namespace postq::bluesky {
namespace {

constexpr std::size_t kSaidColumns = 200;
constexpr Seconds kShortestWait{1};
constexpr Seconds kLongestWait{std::chrono::hours{24}};
constexpr std::chrono::milliseconds kUploadDeadline{120'000};  // 2 MB over a slow line

HttpHeader bearer(const Secret& token) {
  return {"Authorization", "Bearer " + token.reveal(), true};
}

// The access token is no good (any more): expired, or made before the server changed its key.
bool is_stale(const HttpAnswer& answer) {
  if (answer.status != 400 && answer.status != 401) return false;
  const std::string name = read_error(answer.body).name;
  return name == "ExpiredToken" || name == "InvalidToken";
}

}  // namespace

std::optional<TimePoint> limited_until(const HttpAnswer& answer, TimePoint now) {
  if (const auto at = retry_at(answer, now)) return at;
  const std::string_view reset = answer.header("ratelimit-reset");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(reset.data(), reset.data() + reset.size(), seconds);
  if (reset.empty() || error != std::errc{} || end != reset.data() + reset.size() || seconds < 0) return std::nullopt;
  const std::int64_t wait = seconds - unix_seconds(now);
  return now + Seconds{std::clamp(wait, kShortestWait.count(), kLongestWait.count())};
}

Answered Caller::exchange(const Call& call) {
  if (const Status opened = open(); !opened) return tl::make_unexpected(unsent(opened.error()));
  for (bool renewed = false;; renewed = true) {
    const std::string used = session_->access.reveal();
    const auto request = request_for(call);
    if (!request) return tl::make_unexpected(unsent(request.error()));
    HttpResult answer = context_.http.exchange(*request);
    // A token that was refused stopped the call before anything came of it.
    if (renewed || !answer || !is_stale(*answer)) return answer;
    if (const Status status = renew(used); !status) return tl::make_unexpected(unsent(status.error()));
  }
}

Result<std::string> Caller::ask(const Call& call) {
  auto answer = exchange(call);
  if (!answer) return pass_on(std::move(answer.error().error));
  if (!*answer) return pass_on(error_of(answer->error()));
  if ((*answer)->status == 200) return std::move((*answer)->body);
  SendAnswer refused = meaning(**answer);
  if (refused.limited) wait_until_ = refused.try_at;
  // Nothing becomes visible by it, so nothing is in doubt.
  if (refused.error.kind == ErrorKind::unknown) refused.error.kind = ErrorKind::try_later;
  return pass_on(std::move(refused.error));
}

HttpResult Caller::read(const std::string& pds, const Call& call) const {
  return context_.http.exchange(get_request(account_, method_url(pds, call.method, call.query)));
}

Result<std::string> Caller::pds() {
  if (session_) return session_->pds;
  if (const auto kept = context_.secrets.load_kept(account_)) {
    if (const auto session = session_in(*kept)) return session->pds;
  }
  if (!account_.remote_id.empty()) return look_up_pds(account_, account_.remote_id, context_);
  return sign_in_host();
}

std::vector<std::string> Caller::handle_hosts() {
  const std::string own(account_.setting("url"));
  if (!own.empty()) return {own};
  std::vector<std::string> hosts = public_hosts();
  if (session_) hosts.insert(hosts.begin(), session_->pds);
  return hosts;
}

SendAnswer Caller::meaning(const HttpAnswer& answer) const {
  const TimePoint now = context_.now();
  const std::string host = session_ ? session_->pds.substr(session_->pds.find("//") + 2) : account_.name;
  SendAnswer result = answer_for_status(answer, account_, host, said(answer), now);
  if (answer.status == 429) result.try_at = limited_until(answer, now).value_or(result.try_at.value_or(now));
  // A deactivated or suspended account: the posts are fine, the account isn't.
  if (answer.status == 400 && read_error(answer.body).name.starts_with("Account")) {
    result.outcome = Outcome::not_sent;
    result.sign_in_needed = true;
    result.error.kind = ErrorKind::sign_in;
    result.error.hint = "postq account test " + account_.name;
  }
  return result;
}

std::string Caller::said(const HttpAnswer& answer) const {
  const XrpcError error = read_error(answer.body);
  std::string text = error.name + (error.name.empty() || error.message.empty() ? "" : ": ") + error.message;
  if (text.empty()) text = said_in(answer);
  const bool tells = std::any_of(hidden_.begin(), hidden_.end(), [&text](const std::string& secret) {
    return !secret.empty() && text.find(secret) != std::string::npos;
  });
  return tells ? error.name : shorten(visible_line(text), kSaidColumns);
}

SendAnswer Caller::unsent(Error error) const {
  SendAnswer answer;
  answer.outcome = Outcome::not_sent;
  answer.sign_in_needed = error.kind == ErrorKind::sign_in;
  answer.limited = wait_until_.has_value();
  answer.try_at = wait_until_;
  answer.error = std::move(error);
  return answer;
}

Result<HttpRequest> Caller::request_for(const Call& call) const {
  HttpRequest request = get_request(account_, method_url(session_->pds, call.method, call.query));
  request.headers.push_back(bearer(session_->access));
  request.before_send = call.before_send;
  if (call.answer_limit != 0) request.answer_limit = call.answer_limit;
  if (call.media != nullptr) {
    POSTQ_TRY(auto opened, context_.media.open(call.media->digest));
    const std::shared_ptr<MediaReader> reader = std::move(opened);
    request.method = "POST";
    request.headers.push_back({"Content-Type", call.media->mime, false});
    request.body_size = reader->size();
    request.read_body = [reader](char* buffer, std::size_t size) { return reader->read(buffer, size); };
    request.deadline = kUploadDeadline;
  } else if (!call.body.empty()) {
    request.method = "POST";
    request.headers.push_back({"Content-Type", "application/json", false});
    request.body = call.body;
  }
  return request;
}

// --- the session

std::optional<Caller::Session> Caller::session_in(const SecretValues& values) const {
  const auto value = [&values](const char* name) {
    const auto found = values.find(name);
    return found == values.end() ? Secret{} : found->second;
  };
  Session session{value("did").reveal(), value("pds").reveal(), value("access_token"), value("refresh_token")};
  if (session.did.empty() || session.access.empty() || server_origin(session.pds).empty()) return std::nullopt;
  // Left over from another account of this name.
  if (!account_.remote_id.empty() && session.did != account_.remote_id) return std::nullopt;
  return session;
}

Status Caller::open() {
  if (session_) return {};
  POSTQ_TRY(const auto kept, context_.secrets.load_kept(account_));
  session_ = session_in(kept);
  if (!session_) return renew("");
  hidden_ = {session_->access.reveal(), session_->refresh.reveal()};
  return {};
}

// Somebody else may have renewed it while we waited for the lock: then theirs is used.
Status Caller::renew(const std::string& stale) {
  POSTQ_TRY(const auto held, context_.secrets.lock(account_));
  POSTQ_TRY(const auto kept, context_.secrets.load_kept(account_));
  auto session = session_in(kept);
  if (session && session->access.reveal() != stale) {
    session_ = std::move(session);
    hidden_ = {session_->access.reveal(), session_->refresh.reveal()};
    return {};
  }
  if (session && !session->refresh.empty()) {
    POSTQ_TRY(const auto answer, refresh(*session));
    if (answer) return keep(kept, *answer, session->pds);
  }
  return sign_in();
}

// A lost answer does no harm: for two hours the old refresh token gives the same new ones again.
Result<std::optional<SessionAnswer>> Caller::refresh(const Session& session) {
  HttpRequest request = get_request(account_, method_url(session.pds, "com.atproto.server.refreshSession", ""));
  request.method = "POST";
  request.headers.push_back(bearer(session.refresh));
  request.secrets = {session.refresh.reveal()};
  const HttpResult answer = context_.http.exchange(request);
  if (!answer) return pass_on(error_of(answer.error()));
  if (answer->status == 400 || answer->status == 401) return std::nullopt;
  if (answer->status == 200) {
    auto fresh = read_session(answer->body);
    if (fresh && fresh->did == session.did && !fresh->access.empty() && !fresh->refresh.empty()) return fresh;
    return fail(ErrorKind::try_later, "the answer to refreshing the session can't be read");
  }
  wait_until_ = answer->status == 429 ? limited_until(*answer, context_.now()) : std::nullopt;
  return fail(ErrorKind::try_later, "refreshing the session: the server says " + std::to_string(answer->status));
}

Result<std::string> Caller::sign_in_host() {
  if (const std::string own(account_.setting("url")); !own.empty()) return own;
  std::string did = account_.remote_id;
  if (did.empty()) {
    const std::string handle(account_.setting("handle"));
    if (is_did(handle)) return look_up_pds(account_, handle, context_);
    POSTQ_TRY(did, look_up_handle(account_, handle_hosts(), handle, context_));
  }
  return look_up_pds(account_, did, context_);
}

Status Caller::sign_in() {
  POSTQ_TRY(auto values, context_.secrets.load(account_));
  const Secret password = values["token"];
  hidden_.push_back(password.reveal());
  if (password.empty()) {
    return fail(ErrorKind::sign_in, account_.name + " has no app password", sign_in_command(account_));
  }
  POSTQ_TRY(const std::string host, sign_in_host());
  const std::string name = account_.remote_id.empty() ? std::string(account_.setting("handle")) : account_.remote_id;
  const HttpResult answer = context_.http.exchange(sign_in_request(account_, host, name, password));
  if (!answer) return pass_on(error_of(answer.error()));
  if (answer->status != 200) return pass_on(sign_in_refused(*answer, host, password));
  used_main_password_ = !is_app_password(password);
  const auto fresh = read_session(answer->body);
  if (!fresh || !is_did(fresh->did) || fresh->access.empty() || fresh->refresh.empty()) {
    return fail(ErrorKind::try_later, "the answer to signing in to " + account_.name + " can't be read");
  }
  if (!account_.remote_id.empty() && fresh->did != account_.remote_id) {
    return fail(ErrorKind::sign_in,
                "that app password is @" + visible_line(fresh->handle) + "'s, and " + account_.name + " is " +
                    account_.remote_name,
                sign_in_command(account_));
  }
  std::string pds = server_origin(fresh->pds);
  if (pds.empty()) pds = look_up_pds(account_, fresh->did, context_).value_or(host);
  return keep(std::move(values), *fresh, std::move(pds));
}

Error Caller::sign_in_refused(const HttpAnswer& answer, const std::string& host, const Secret& password) {
  if (answer.status == 429) wait_until_ = limited_until(answer, context_.now());
  return sign_in_error(account_, host, answer, said(answer), password);
}

Status Caller::keep(SecretValues values, const SessionAnswer& answer, std::string pds) {
  if (const std::string told = server_origin(answer.pds); !told.empty()) pds = told;
  values["access_token"] = answer.access;
  values["refresh_token"] = answer.refresh;
  values["did"] = Secret(answer.did);
  values["pds"] = Secret(pds);
  hidden_.push_back(answer.access.reveal());
  hidden_.push_back(answer.refresh.reveal());
  POSTQ_CHECK(context_.secrets.save(account_, values));
  session_ = Session{answer.did, std::move(pds), answer.access, answer.refresh};
  return {};
}

}  // namespace postq::bluesky
