#include "platforms/common/answers.h"

#include <algorithm>
#include <utility>

#include <postq/text/text.h>

#include "platforms/common/url.h"
#include "platforms/pages/head.h"

namespace postq {
namespace {

constexpr std::size_t kSaidColumns = 200;
constexpr Seconds kShortestWait{1};
constexpr Seconds kLongestWait{std::chrono::hours{24}};      // a longer one is a mistake, or a person should hear of it
constexpr Seconds kWaitWhenUnsaid{std::chrono::minutes{5}};  // a 429 without Retry-After: the next flush or two

// The host that a redirect points to. Its path may hold a secret of the redirecting server.
std::string pointed_to(const HttpAnswer& answer) {
  const auto location = parse_web_url(answer.header("location"), "url");
  return location ? " to " + location->place() : "";
}

// Where an account that is being added may be instead. Only the server: of an address with a path, the path is another
// one there, and may be a secret.
std::string right_address(const HttpAnswer& answer, const Account& account) {
  const auto location = parse_web_url(answer.header("location"), "url");
  const auto own = parse_web_url(account.setting("url"), "url");
  if (!location || (location->scheme != "https" && !is_loopback(*location))) return "is --url the right address?";
  if (own && own->path.size() > 1) return "give --url the whole address that it redirects to";
  if (own && own->origin() == location->origin()) return "is --url the right address?";
  return "try --url " + location->origin();
}

// The request was to be made elsewhere: whoever says so didn't carry it out.
bool refuses_by_redirect(int status) {
  return status == 301 || status == 307 || status == 308;
}

// A proxy may say so while the server behind it publishes; 302 and 303 lead to what came of a request, and may say
// that it is done.
bool says_nothing_of_the_request(int status) {
  const bool refused = status >= 400 && status < 500 && status != 408 && status != 409 && status != 425;
  return !refused && !refuses_by_redirect(status);
}

}  // namespace

Error redirect_error(const HttpAnswer& answer, const Account& account, const std::string& place) {
  Error error{ErrorKind::platform, place + " redirects" + pointed_to(answer) + ", and postq never follows", {}, {}};
  error.hint = account.id == AccountId{} ? right_address(answer, account)
                                         : "postq account add NAME --platform " + account.platform +
                                               "    one with the right address\n"
                                               "postq edit ID --to NAME                      for what is queued";
  return error;
}

Error error_of(const HttpFailure& failure) {
  return {failure.kind, failure.message, failure.hint, {}};
}

SendAnswer answer_without_reply(const HttpFailure& failure) {
  SendAnswer result;
  result.outcome = failure.sent == HttpFailure::Sent::not_sent ? Outcome::not_sent : Outcome::unconfirmed;
  result.error = error_of(failure);
  if (result.outcome == Outcome::unconfirmed) result.error.kind = ErrorKind::unknown;
  return result;
}

std::string sign_in_command(const Account& account) {
  return account.id == AccountId{} ? "" : "postq account login " + account.name;
}

std::string sign_in_command(const Account& account, const std::string& first) {
  const std::string command = sign_in_command(account);
  return command.empty() ? first : first + "\n" + command;
}

SendAnswer answer_for_status(const HttpAnswer& answer, const Account& account, const std::string& place,
                             const std::string& said, TimePoint now) {
  SendAnswer result;
  result.answered = true;
  result.clock_skew = clock_skew(answer, now);
  const int status = answer.status;
  const std::string says = place + " says " + std::to_string(status) + (said.empty() ? std::string{} : ": " + said);
  if (refuses_by_redirect(status)) {
    result.outcome = Outcome::refused;
    result.error = redirect_error(answer, account, place);
  } else if (status == 401 || status == 403) {
    result.outcome = Outcome::not_sent;
    result.sign_in_needed = true;
    result.error = {ErrorKind::sign_in, says, sign_in_command(account), {}};
  } else if (status == 429) {
    result.outcome = Outcome::not_sent;
    result.limited = true;
    result.try_at = retry_at(answer, now).value_or(now + kWaitWhenUnsaid);
    result.error = {ErrorKind::try_later, says, "postq tries again by itself", {}};
  } else if (says_nothing_of_the_request(status)) {
    result.outcome = Outcome::unconfirmed;
    result.try_at = retry_at(answer, now);
    result.limited = result.try_at.has_value();
    const std::string led = status >= 300 && status < 400 ? pointed_to(answer) : "";
    result.error = {ErrorKind::unknown, led.empty() ? says : place + " redirects" + led, {}, {}};
  } else {
    result.outcome = Outcome::refused;
    result.error = {ErrorKind::platform, says, {}, {}};
  }
  return result;
}

std::string said_in(const HttpAnswer& answer) {
  const std::string_view type = answer.header("content-type");
  std::string said;
  if (type.starts_with("text/html")) said = read_page_head(answer.body, type).title;
  if (type.starts_with("text/plain") && is_valid_utf8(answer.body)) said = answer.body;
  const auto begin = said.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  const auto end = said.find_first_of("\r\n", begin);
  return shorten(visible_line(said.substr(begin, end == std::string::npos ? end : end - begin)), kSaidColumns);
}

bool said_no(const Attempt& attempt) {
  return attempt.answered && (attempt.outcome == Outcome::not_sent || attempt.outcome == Outcome::refused);
}

std::optional<Seconds> clock_skew(const HttpAnswer& answer, TimePoint now) {
  const auto date = parse_http_date(answer.header("date"));
  if (!date) return std::nullopt;
  return *date - now;
}

std::optional<TimePoint> retry_at(const HttpAnswer& answer, TimePoint now) {
  const std::string_view header = answer.header("retry-after");
  if (header.empty()) return std::nullopt;
  const auto wait = parse_retry_after(header, now);
  if (!wait) return std::nullopt;
  return now + std::clamp(*wait, kShortestWait, kLongestWait);
}

}  // namespace postq
