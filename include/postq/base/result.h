#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace postq {

// What went wrong, by what the program (and a script that called it) does next.
// One switch in exit_code.cpp turns a kind into an exit code; see design.md §6.
enum class ErrorKind : std::uint8_t {
  bug,        // a mistake of ours
  usage,      // what was typed can't be meant
  config,     // configuration, an unsafe file, an account that isn't set up
  sign_in,    // a platform wants a new sign-in
  not_found,  // no such post, delivery, account, file
  refused,    // a rule or the review says no
  platform,   // the platform said no for good
  storage,    // the database or the disk
  unknown,    // a request may or may not have been carried out
  try_later,  // busy, rate limited, offline
  interrupted,
};

// Messages start in lower case, name the thing and carry no full stop; the hint says what to type.
// Neither ever holds a secret. `rescue` is the path of the text that was saved, if any.
struct Error {
  ErrorKind kind = ErrorKind::bug;
  std::string message;
  std::string hint;
  std::string rescue;
};

// A value, or why there is none. Whoever drops one drops the reason as well, so the compiler asks.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(tl::expected<T, Error> other) : tl::expected<T, Error>(std::move(other)) {}
};

using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(hint), {}});
}

inline tl::unexpected<Error> pass_on(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace postq

#define POSTQ_CONCAT_(a, b) a##b
#define POSTQ_CONCAT(a, b) POSTQ_CONCAT_(a, b)

// POSTQ_TRY(const auto value, compute()); returns the error of compute() to the caller, or goes on with its value.
#define POSTQ_TRY(declaration, ...) POSTQ_TRY_(POSTQ_CONCAT(postq_try_, __LINE__), declaration, __VA_ARGS__)
#define POSTQ_TRY_(name, declaration, ...)                       \
  auto name = (__VA_ARGS__);                                     \
  if (!(name)) return ::postq::pass_on(std::move(name).error()); \
  declaration = std::move(*(name))

// The same for a Status, which carries no value.
#define POSTQ_CHECK(...)                                                                                            \
  do {                                                                                                              \
    if (auto postq_status = (__VA_ARGS__); !postq_status) return ::postq::pass_on(std::move(postq_status).error()); \
  } while (false)
