#include "app/setup/sign_in.h"

#include <algorithm>

#include <postq/base/query.h>
#include <postq/text/text.h>

namespace postq {

namespace {

constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kLongestSaid = 200;                        // columns
constexpr const char* kOutOfBand = "urn:ietf:wg:oauth:2.0:oob";  // the server shows the code instead

using Query = std::map<std::string, std::string>;

std::string value_of(const Query& query, const char* name) {
  const auto found = query.find(name);
  return found == query.end() ? std::string{} : found->second;
}

std::string host_of(const Account& account) {
  const std::size_t scheme = account.base_url.find("://");
  return scheme == std::string::npos ? account.name : account.base_url.substr(scheme + 3);
}

Result<PlatformContext> outside_of(World& world) {
  POSTQ_TRY(auto* const http, world.http());
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto* const media, world.media());
  return PlatformContext{*http, *secrets, *media, [&world] { return world.now(); }};
}

bool is_set(World& world, const char* variable) {
  const auto value = world.environment(variable);
  return value && !value->empty();
}

// What the server says about a refusal. It is the server's text: it must not bring a code or a state along.
Error refusal(const BrowserSignIn& sign_in, const Query& query) {
  const std::string name = value_of(query, "error");
  const std::string host = host_of(sign_in.account);
  if (name == "access_denied") {
    return {ErrorKind::sign_in, "you said no to postq at " + host + "; nothing was stored", {}, {}};
  }
  const std::string more = value_of(query, "error_description");
  return {ErrorKind::sign_in,
          host + " says " + shorten(visible_line(name + (more.empty() ? "" : ": " + more)), kLongestSaid),
          {},
          {}};
}

}  // namespace

BrowserPlace browser_place(World& world) {
  if (is_set(world, "SSH_CONNECTION") || is_set(world, "SSH_TTY")) return BrowserPlace::elsewhere;
  const bool display = is_set(world, "DISPLAY") || is_set(world, "WAYLAND_DISPLAY");
  return display ? BrowserPlace::here : BrowserPlace::elsewhere;
}

Result<BrowserSignIn> begin_browser_sign_in(World& world, const Account& account, BrowserPlace place) {
  BrowserSignIn sign_in;
  sign_in.platform = world.platforms().find(account.platform);
  if (sign_in.platform == nullptr || !sign_in.platform->traits().signs_in_browser) {
    return fail(ErrorKind::bug, account.platform + " knows no sign-in in a browser");
  }
  sign_in.account = account;
  sign_in.redirect_uri = kOutOfBand;
  POSTQ_TRY(auto* const machine, world.machine());
  if (place == BrowserPlace::here) {
    POSTQ_TRY(sign_in.browser, machine->await_browser());
    sign_in.redirect_uri = sign_in.browser->address();
  }
  POSTQ_TRY(auto context, outside_of(world));
  POSTQ_TRY(sign_in.begun, sign_in.platform->begin_sign_in(account, sign_in.redirect_uri,
                                                           machine->random_bytes(kRandomBytes), context));
  return sign_in;
}

Result<std::string> code_of_answer(const BrowserSignIn& sign_in, const Query& query) {
  const auto state = sign_in.begun.keep.find("state");
  if (state == sign_in.begun.keep.end() || value_of(query, "state") != state->second.reveal()) {
    return fail(ErrorKind::sign_in, "that answer belongs to another sign-in than this one; nothing was stored");
  }
  if (query.contains("error")) return pass_on(refusal(sign_in, query));
  std::string code = value_of(query, "code");
  if (code.empty()) return fail(ErrorKind::sign_in, host_of(sign_in.account) + " sent no code along");
  return code;
}

Result<std::string> code_of_paste(const BrowserSignIn& sign_in, std::string_view pasted) {
  constexpr std::string_view kSpaces = " \t\r";
  const std::size_t begin = std::min(pasted.find_first_not_of(kSpaces), pasted.size());
  pasted.remove_prefix(begin);
  pasted = pasted.substr(0, pasted.find_last_not_of(kSpaces) + 1);
  if (pasted.empty()) return fail(ErrorKind::usage, "nothing was pasted");
  if (pasted.find("://") != std::string_view::npos) {
    const std::size_t question = std::min(pasted.find('?'), pasted.size());
    auto query = query_fields(pasted.substr(std::min(question + 1, pasted.size())));
    // The page that only shows a code stands at an address without a state.
    const bool shown_code = !sign_in.browser && !query.contains("state");
    if (query.contains("code") && shown_code) return query["code"];
    if (query.contains("code") || query.contains("error")) return code_of_answer(sign_in, query);
    return fail(ErrorKind::usage, "there is no code in that address; it is in the one where the browser ends");
  }
  const bool plain = std::all_of(pasted.begin(), pasted.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!plain) return fail(ErrorKind::usage, "that is no code: one has neither spaces nor accents");
  return std::string(pasted);
}

Result<SecretValues> finish_browser_sign_in(World& world, const BrowserSignIn& sign_in, const std::string& code) {
  POSTQ_TRY(auto context, outside_of(world));
  auto secrets = sign_in.platform->finish_sign_in(sign_in.account, sign_in.begun, sign_in.redirect_uri, code, context);
  if (!secrets && secrets.error().kind == ErrorKind::sign_in) {
    secrets.error().message = "that code is wrong, used up or too old: " + secrets.error().message;
  }
  return secrets;
}

}  // namespace postq
