#include <CLI/CLI.hpp>

#include <postq/core/command_words.h>
#include <postq/core/draft.h>

#include "app/settle_by_hand.h"
#include "cli/commands.h"

namespace postq {

namespace {

struct ResolveFlags {
  std::string id;
  std::string url;
  const CLI::Option* sent = nullptr;  // --sent was given if it counts
  bool not_sent = false;
};

Exit run_resolve(const ResolveFlags& flags, Context& context) {
  const bool sent = flags.sent->count() > 0;
  if (sent == flags.not_sent) {
    return fail(ErrorKind::usage, "is it out or not? Look at the account first",
                "postq resolve " + flags.id + " --sent URL\npostq resolve " + flags.id + " --not-sent");
  }
  POSTQ_TRY(const auto address, normalise_post_url(flags.url));
  const std::string url = flags.url.empty() ? "" : " " + quoted_word(flags.url);
  const std::string how = sent ? " --sent" + url : " --not-sent";
  POSTQ_CHECK(require_person(context.world, "resolving", "postq resolve " + quoted_word(flags.id) + how));
  if (flags.not_sent && context.may_ask()) {
    POSTQ_TRY(const auto answer, context.world.terminal().read_key(
                                     flags.id + " will be sent again. Are you sure that it is not public? [y/n] "));
    if (answer != "y" && answer != "Y") return fail(ErrorKind::interrupted, "nothing was changed");
  }
  POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
  POSTQ_TRY(const auto name, resolve_by_hand(context.world, *store, flags.id, sent, address));
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.resolve/1").text("name", name).flag("sent", sent).str());
  } else {
    context.say(sent ? name + " counts as sent." : name + " is queued again; the next flush sends it.");
  }
  return kDone;
}

}  // namespace

void setup_resolve(CLI::App& command, Context& context) {
  auto flags = std::make_shared<ResolveFlags>();
  command.add_option("ID", flags->id, "The delivery, such as 12@work-bsky")->required();
  flags->sent = command.add_option("--sent", flags->url, "It is out; its address, if you have it")
                    ->option_text("[URL]")
                    ->expected(0, 1);
  command.add_flag("--not-sent", flags->not_sent, "It is not out: queue it again");
  command.footer(
      "Examples:\n"
      "  postq resolve 15@site --sent https://example.org/posts/15.html\n"
      "  postq resolve 15@site --not-sent");
  command.callback([flags, &context] { context.outcome = run_resolve(*flags, context); });
}

}  // namespace postq
