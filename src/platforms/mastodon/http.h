#pragma once

#include <optional>
#include <string>

#include <postq/ports/platform.h>

#include "platforms/mastodon/server.h"

namespace postq {

// The instance's host, for messages.
std::string instance_of(const Account& account);

// A request to the account's instance, without and with its token. kind sign_in when there is no token, config when it
// can't be one.
HttpRequest mastodon_request(const Account& account, std::string method, const std::string& path);
Result<HttpRequest> signed_request(const Account& account, std::string method, const std::string& path,
                                   PlatformContext& context);

// What an answer says of itself, for a person: one line, and never what the request kept secret.
std::string said_by(const HttpAnswer& answer, const HttpRequest& request);

// An exchange that publishes nothing: a 2xx, or why not. Of kind sign_in for a token that is refused or lacks `scope`,
// not_found, try_later when the server is busy or broken, else platform.
Result<HttpAnswer> ask(const Account& account, const HttpRequest& request, const std::string& scope,
                       PlatformContext& context);

// kind platform: whoever answers there is something else.
Error no_instance(const Account& account);

// The same of an address that every instance has: while an account is added, a server that doesn't know it is none.
Result<HttpAnswer> ask_instance(const Account& account, const HttpRequest& request, const std::string& scope,
                                PlatformContext& context);
// The same for an answer that is there.
Error error_of_answer(const Account& account, const HttpRequest& request, const HttpAnswer& answer,
                      const std::string& scope);

// Until when the server asks to be left alone: the latest of what its Retry-After and RateLimit-Reset headers say
// (ISO time, or seconds or milliseconds since 1970, or from now), at least a second and at most a day away.
std::optional<TimePoint> asked_to_wait_until(const HttpAnswer& answer, TimePoint now);

// The same of an answer that says that there were too many requests; nothing if it doesn't, or names no time.
std::optional<TimePoint> limited_until(const HttpAnswer& answer, TimePoint now);

// What an answer to a post means that isn't a 2xx.
SendAnswer refused_post(const Account& account, const HttpRequest& request, const HttpAnswer& answer, TimePoint now);

}  // namespace postq
