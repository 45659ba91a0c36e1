#include "platforms/mastodon/http.h"

#include <algorithm>
#include <charconv>

#include <postq/text/text.h>

#include "platforms/common/answers.h"
#include "platforms/common/settings.h"
#include "platforms/common/url.h"
#include "platforms/mastodon/json.h"

namespace postq {
namespace {

constexpr std::size_t kLongestSaid = 200;  // columns
constexpr Seconds kMediaWait{30};          // until pictures that the server is still working on are looked at again
constexpr std::string_view kBearer = "Bearer ";

bool holds(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

std::optional<TimePoint> parse_reset(std::string_view value, TimePoint now) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) {
    const auto time = parse_rfc3339(value);
    return time ? std::optional(*time) : std::nullopt;
  }
  constexpr std::int64_t kMillisecondsFrom = 100'000'000'000;  // in seconds: the year 5138
  constexpr std::int64_t kSinceFrom = 1'000'000'000;           // 2001; from now it would be 31 years
  if (number >= kMillisecondsFrom) return time_point(number / 1000);
  if (number >= kSinceFrom) return time_point(number);
  return now + Seconds{std::max<std::int64_t>(number, 0)};
}

}  // namespace

std::string instance_of(const Account& account) {
  const auto url = parse_web_url(account.setting("url"), "url");
  return url ? url->place() : account.name;
}

HttpRequest mastodon_request(const Account& account, std::string method, const std::string& path) {
  HttpRequest request;
  request.method = std::move(method);
  request.url = account.base_url + path;
  request.headers = {{"Accept", "application/json", false}};
  permit(request, account);
  return request;
}

Result<HttpRequest> signed_request(const Account& account, std::string method, const std::string& path,
                                   PlatformContext& context) {
  POSTQ_TRY(const auto values, context.secrets.load(account));
  const auto token = values.find("token");
  if (token == values.end() || token->second.empty()) {
    return fail(ErrorKind::sign_in, account.name + " has no access token", sign_in_command(account));
  }
  const std::string& word = token->second.reveal();
  if (!std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < '\x7f'; })) {
    return fail(ErrorKind::config, "the access token of " + account.name + " holds a space or a control character",
                sign_in_command(account));
  }
  HttpRequest request = mastodon_request(account, std::move(method), path);
  request.headers.push_back({"Authorization", std::string(kBearer) + word, true});
  return request;
}

std::string said_by(const HttpAnswer& answer, const HttpRequest& request) {
  std::string said = read_error(answer.body);
  if (said.empty()) said = said_in(answer);
  std::vector<std::string> secrets = request.secrets;
  for (const HttpHeader& header : request.headers) {
    if (header.secret)
      secrets.push_back(header.value.starts_with(kBearer) ? header.value.substr(kBearer.size()) : header.value);
  }
  constexpr std::string_view kMask = "********";
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = said.find(secret); at != std::string::npos; at = said.find(secret, at + kMask.size())) {
      said.replace(at, secret.size(), kMask);
    }
  }
  return shorten(visible_line(said), kLongestSaid);
}

Error error_of_answer(const Account& account, const HttpRequest& request, const HttpAnswer& answer,
                      const std::string& scope) {
  const std::string said = said_by(answer, request);
  const std::string says =
      instance_of(account) + " says " + std::to_string(answer.status) + (said.empty() ? "" : ": " + said);
  switch (answer.status) {
    case 401:
      return {ErrorKind::sign_in, says, sign_in_command(account), {}};
    case 403: {
      // A locked account, a block or an e-mail address to confirm is no matter of scopes.
      const bool of_scopes = !scope.empty() && (said.empty() || holds(said, "scope"));
      return {ErrorKind::sign_in,
              says,
              of_scopes ? sign_in_command(account, "the token needs the scope " + scope) : sign_in_command(account),
              {}};
    }
    case 404:
    case 410:
      return {ErrorKind::not_found, says, {}, {}};
    case 422:
      // A token of an app alone, that nobody has signed in with.
      if (holds(said, "authenticated user")) return {ErrorKind::sign_in, says, sign_in_command(account), {}};
      return {ErrorKind::platform, says, {}, {}};
    default:
      break;
  }
  // Nothing was to be published, so nothing is in doubt while an account is added.
  if (answer.status >= 300 && answer.status < 400 && account.id == AccountId{})
    return redirect_error(answer, account, instance_of(account));
  if (answer.status >= 300 && answer.status < 400)
    return answer_for_status(answer, account, instance_of(account), "", {}).error;
  const bool later = answer.status == 408 || answer.status == 425 || answer.status == 429 || answer.status >= 500;
  return {later ? ErrorKind::try_later : ErrorKind::platform, says, {}, {}};
}

Result<HttpAnswer> ask(const Account& account, const HttpRequest& request, const std::string& scope,
                       PlatformContext& context) {
  HttpResult answer = context.http.exchange(request);
  if (!answer) return pass_on(error_of(answer.error()));
  if (answer->status < 200 || answer->status >= 300) {
    return pass_on(error_of_answer(account, request, *answer, scope));
  }
  return std::move(*answer);
}

Error no_instance(const Account& account) {
  return {ErrorKind::platform,
          instance_of(account) + " doesn't answer like a Mastodon instance",
          "is --url the instance's address?",
          {}};
}

Result<HttpAnswer> ask_instance(const Account& account, const HttpRequest& request, const std::string& scope,
                                PlatformContext& context) {
  HttpResult answer = context.http.exchange(request);
  if (!answer) return pass_on(error_of(answer.error()));
  const bool is_unknown = answer->status == 404 || answer->status == 405 || answer->status == 410;
  if (is_unknown && account.id == AccountId{}) return pass_on(no_instance(account));
  if (answer->status < 200 || answer->status >= 300) {
    return pass_on(error_of_answer(account, request, *answer, scope));
  }
  return std::move(*answer);
}

std::optional<TimePoint> asked_to_wait_until(const HttpAnswer& answer, TimePoint now) {
  std::optional<TimePoint> until;
  const auto later = [&](std::optional<TimePoint> time) {
    if (time && (!until || *time > *until)) until = time;
  };
  for (const auto& [name, value] : answer.headers) {
    if (name == "retry-after") {
      if (const auto wait = parse_retry_after(value, now)) later(now + *wait);
    } else if (name == "x-ratelimit-reset" || name == "ratelimit-reset" || name == "x-rate-limit-reset") {
      later(parse_reset(value, now));
    }
  }
  if (!until) return std::nullopt;
  return std::clamp(*until, now + Seconds{1}, now + Seconds{std::chrono::hours{24}});
}

std::optional<TimePoint> limited_until(const HttpAnswer& answer, TimePoint now) {
  if (answer.status == 429) return asked_to_wait_until(answer, now);
  // When the next requests are allowed stands in every answer; only Retry-After says that this one was one too many.
  return answer.status == 503 ? retry_at(answer, now) : std::nullopt;
}

SendAnswer refused_post(const Account& account, const HttpRequest& request, const HttpAnswer& answer, TimePoint now) {
  const std::string said = said_by(answer, request);
  SendAnswer result = answer_for_status(answer, account, instance_of(account), said, now);
  const auto maybe_sent = [&] {
    result.outcome = Outcome::unconfirmed;
    result.error.kind = ErrorKind::unknown;
    result.error.message += "; it may have been taken";
  };
  if (answer.status == 422 && holds(said, "already attached")) {
    maybe_sent();  // to the post that an earlier request made
  } else if (answer.status == 400 && holds(said, "Duplicate idempotency")) {
    maybe_sent();  // Pixelfed notes the key before it does the work
  } else if (answer.status == 422 && holds(said, "not finished processing")) {
    result.outcome = Outcome::not_sent;
    result.error.kind = ErrorKind::try_later;
    result.try_at = now + kMediaWait;
  } else if (answer.status == 422 && holds(said, "authenticated user")) {
    result.outcome = Outcome::not_sent;
    result.sign_in_needed = true;
    result.error.kind = ErrorKind::sign_in;
    result.error.hint = sign_in_command(account);
  } else if (answer.status == 403 && holds(said, "scope")) {
    result.error.hint = sign_in_command(account, "the token needs the scope write:statuses");
  }
  // When the next requests are allowed stands in every answer, too.
  if (answer.status == 429) result.try_at = asked_to_wait_until(answer, now).value_or(*result.try_at);
  return result;
}

}  // namespace postq
