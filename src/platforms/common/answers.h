#pragma once

#include <optional>
#include <string>

#include <postq/ports/platform.h>

namespace postq {

// What every platform with a network makes of an answer in the same way; an adapter looks at its own special cases
// first.

// No answer: provably unsent, or maybe sent.
SendAnswer answer_without_reply(const HttpFailure& failure);

// An answer that isn't the one that was hoped for. `place` is the platform's host, for the message; `said` what it
// answered, for a person (at most a line, may be empty). By status: 301, 307, 308 refused; 401 and 403 not sent,
// sign-in needed; 429 not sent, with a time to try again; 408, 409, 425, every 1xx, 2xx, 5xx and other 3xx unconfirmed;
// other 4xx refused. Retry-After says when the account may be used again, and nothing about what became of the request.
SendAnswer answer_for_status(const HttpAnswer& answer, const Account& account, const std::string& place,
                             const std::string& said, TimePoint now);

// A server that sends us elsewhere: kind platform, with what to type. An account that isn't stored yet only needs the
// right address.
Error redirect_error(const HttpAnswer& answer, const Account& account, const std::string& place);

// What is typed to give the account a new secret; empty for one that is only about to be added: the line that adds it
// is what has to be typed again.
std::string sign_in_command(const Account& account);
// The same as a line of its own below `first`.
std::string sign_in_command(const Account& account, const std::string& first);

// What a page or a line of text says that came in place of an answer: its title, or its first words. Empty for JSON,
// which an adapter reads itself, and for everything else.
std::string said_in(const HttpAnswer& answer);

// Whether a server answered an attempt with a no: then it is done with the request. One that was given up on, or said
// something else, may still be at it for a while.
bool said_no(const Attempt& attempt);

// The answer's Date header less our clock; nothing without a readable one.
std::optional<Seconds> clock_skew(const HttpAnswer& answer, TimePoint now);

// When Retry-After lets us ask again: at least a second, at most a day from now.
std::optional<TimePoint> retry_at(const HttpAnswer& answer, TimePoint now);

// An exchange that publishes nothing, as an error.
Error error_of(const HttpFailure& failure);

}  // namespace postq
