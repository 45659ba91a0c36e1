#pragma once

#include "app/setup/sign_in.h"
#include "cli/context.h"

namespace postq {

// Has the person sign in to an account in their browser: it comes back by itself, or they paste what it shows. Only
// where a question may be asked. What to keep for the account; nothing is stored.
// What passes by itself, a server that can't be reached or has no time, is waited for with them, see until_it_passes().
Result<SecretValues> sign_in_with_browser(Context& context, const Account& account, BrowserPlace place);

// Says what went wrong, and whether the person wants it tried again; kind interrupted when they leave.
Status ask_to_try_again(Context& context, const Error& error);

// What comes behind a yes in the browser, as often as the person likes while it fails by what passes: that yes can't be
// had again without them, and must not be lost to a server that is restarted at that moment.
template <typename Attempt>
auto until_it_passes(Context& context, Attempt&& attempt) {
  auto done = attempt();
  while (!done && done.error().kind == ErrorKind::try_later) {
    if (auto again = ask_to_try_again(context, done.error()); !again) return decltype(done)(pass_on(again.error()));
    done = attempt();
  }
  return done;
}

}  // namespace postq
