#include "cli/commands/accounts/sign_in.h"

#include <algorithm>

#include <postq/text/text.h>

#include "cli/flags/account_flags.h"
#include "cli/output/fit.h"

namespace postq {

namespace {

constexpr int kPastes = 3;
constexpr int kMostColumns = 80;

// Whole words, and an address in one piece, on a screen of any width.
void say_rows(Terminal& terminal, std::string_view text) {
  const auto columns = static_cast<std::size_t>(std::clamp(terminal.size().columns, 1, kMostColumns));
  while (true) {
    const auto end = std::min(text.find('\n'), text.size());
    for (const auto& row : wrap_words(text.substr(0, end), columns)) terminal.say(row + "\n");
    if (end == text.size()) return;
    text.remove_prefix(end + 1);
  }
}

// The address stands alone on its line, whole: it is to be copied or clicked. Said even with -q, since nothing goes on
// without it.
void show_address(Context& context, const BrowserSignIn& sign_in) {
  auto& world = context.world;
  const std::string url = visible_line(sign_in.begun.open_url);
  const auto say = [&world](const std::string& text) { say_rows(world.terminal(), text); };
  const std::string name = sign_in.account.name;
  if (!sign_in.browser) {
    say("Signing in to " + name + ". Open this in a browser, on any machine:\n");
    say(url + "\n");
    say("Say yes there, and it shows a code. Paste that here; Ctrl-C leaves.");
    return;
  }
  const auto machine = world.machine();
  const bool opened = machine && (*machine)->open_in_browser(sign_in.begun.open_url);
  say("Signing in to " + name +
      (opened ? ". Your browser opens this; if it doesn't, do it yourself:\n" : ". Open this in your browser:\n"));
  say(url + "\n");
  say("Say yes there, and postq goes on by itself; Ctrl-C leaves.\n"
      "A browser on another machine ends at an address that it can't reach, "
      "http://127.0.0.1:... Paste that whole address here.");
}

// What answered: the browser, the person, or nobody in time.
struct Answer {
  Result<std::string> code;
  bool pasted = false;
};

Result<Answer> wait_for_answer(Context& context, BrowserSignIn& sign_in) {
  auto& terminal = context.world.terminal();
  if (!sign_in.browser) {
    POSTQ_TRY(const auto pasted, terminal.read_secret("Code (not shown): "));
    return Answer{code_of_paste(sign_in, pasted), true};
  }
  auto& browser = *sign_in.browser;
  const IdleTask meanwhile{browser.descriptor(), [&browser] { return browser.arrived(); }, kBrowserWait};
  POSTQ_TRY(const auto pasted,
            terminal.read_secret_or(prompt_for(context, "Waiting for the browser, or for the address (not shown):"),
                                    meanwhile));
  if (pasted) return Answer{code_of_paste(sign_in, *pasted), true};
  if (!browser.arrived()) {
    return fail(ErrorKind::sign_in, "no answer came from the browser within " + std::to_string(kBrowserWait.count()) +
                                        " minutes; nothing was stored");
  }
  Answer answer{code_of_answer(sign_in, browser.query())};
  if (answer.code) {
    browser.show(200, "postq goes on in the terminal. You can close this window.");
  } else {
    browser.show(400, "postq was not let in; the terminal says why. You can close this window.");
  }
  return answer;
}

// A code that was mistyped or used up can be pasted again.
bool can_be_mended(ErrorKind kind) {
  return kind == ErrorKind::usage || kind == ErrorKind::sign_in;
}

Error interrupted() {
  return {ErrorKind::interrupted, "the sign-in was interrupted; nothing was stored", {}, {}};
}

}  // namespace

Status ask_to_try_again(Context& context, const Error& error) {
  auto& terminal = context.world.terminal();
  if (context.world.interrupted()) return pass_on(interrupted());
  say_rows(terminal, visible_line(error.message) + ". You are signed in, and postq keeps that here:");
  const auto answer = terminal.read_line("Enter tries again, Ctrl-C leaves: ");
  if (!answer) return pass_on(answer.error().kind == ErrorKind::interrupted ? interrupted() : answer.error());
  return {};
}

Result<SecretValues> sign_in_with_browser(Context& context, const Account& account, BrowserPlace place) {
  auto& world = context.world;
  POSTQ_TRY(auto sign_in, begin_browser_sign_in(world, account, place));
  if (world.interrupted()) return pass_on(interrupted());
  show_address(context, sign_in);
  for (int left = kPastes;; --left) {
    const auto answer = wait_for_answer(context, sign_in);
    if (!answer) return pass_on(answer.error().kind == ErrorKind::interrupted ? interrupted() : answer.error());
    auto values = answer->code
                      ? until_it_passes(context, [&] { return finish_browser_sign_in(world, sign_in, *answer->code); })
                      : Result<SecretValues>(pass_on(answer->code.error()));
    if (world.interrupted()) return pass_on(interrupted());
    if (values || !answer->pasted || left == 1 || !can_be_mended(values.error().kind)) return values;
    say_rows(world.terminal(), visible_line(values.error().message) + ". Once more, or Ctrl-C:");
  }
}

}  // namespace postq
