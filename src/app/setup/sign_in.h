#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "app/world.h"

namespace postq {

// How long a person has to say yes in the browser.
constexpr std::chrono::minutes kBrowserWait{5};

// Where the person's browser runs: it can come back to this machine, or only show a code.
enum class BrowserPlace : std::uint8_t { here, elsewhere };

// As far as the environment tells: over ssh, or without a display, it is elsewhere.
BrowserPlace browser_place(World& world);

// A sign-in that waits for its person.
struct BrowserSignIn {
  const Platform* platform = nullptr;
  Account account;
  std::string redirect_uri;
  SignIn begun;
  std::unique_ptr<BrowserReturn> browser;  // none with BrowserPlace::elsewhere
};

// Registers with the platform and starts to listen. Nothing is stored.
Result<BrowserSignIn> begin_browser_sign_in(World& world, const Account& account, BrowserPlace place);

// The code among what the browser brought back. kind sign_in when it belongs to another sign-in, when the person said
// no there, or when there is none.
Result<std::string> code_of_answer(const BrowserSignIn& sign_in, const std::map<std::string, std::string>& query);

// The code that a person pasted, or the one within the address at which their browser ended. kind usage when there is
// none, else as above.
Result<std::string> code_of_paste(const BrowserSignIn& sign_in, std::string_view pasted);

// What to keep for the account: its token, and what the platform needs to look after it.
Result<SecretValues> finish_browser_sign_in(World& world, const BrowserSignIn& sign_in, const std::string& code);

}  // namespace postq
