
#include <postq/base/command_words.h>
#include <postq/core/draft.h>

#include "app/flush/settle_by_hand.h"
#include "app/words/pauses.h"
#include "app/words/select.h"
#include "cli/commands.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

struct ResolveFlags {
  std::string id;
  std::string url;
  Argument sent;  // --sent was given if it counts
  bool not_sent = false;
};

// What is paused sends nothing, whatever is queued.
Result<std::string> when_it_goes(World& world, Store& store, const Delivery& delivery) {
  POSTQ_TRY(auto account, account_of(store, delivery));
  POSTQ_TRY(const auto pauses, pauses_before(world, store, {std::move(account)}, {delivery}));
  if (pauses.empty()) return std::string("the next flush sends it.");
  return pauses + ". It goes once that is resumed:  postq why " + name_of(delivery);
}

// The timeline has not shown it, so it can be neither opened nor taken back from here.
Status say_without_address(Context& context, Store& store, const std::string& name) {
  POSTQ_TRY(const auto selected, select(store, {name}));
  for (const auto& post : selected.posts) {
    for (const auto& detail : post.deliveries) {
      if (!selected.contains(detail.delivery.id)) continue;
      POSTQ_TRY(const auto account, account_of(store, detail.delivery));
      const auto* const platform = context.world.platforms().find(account.platform);
      if (platform == nullptr || !lacks_address(detail, platform->traits())) continue;
      context.say("Its address is not known, and without it postq can't take it back. Once you have it:");
      say_lines(context, "postq resolve " + name + " --sent URL");
    }
  }
  return {};
}

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
  POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
  POSTQ_TRY(const auto delivery, resolvable_one(*store, flags.id, sent, address));
  if (flags.not_sent && context.may_ask()) {
    POSTQ_TRY(const auto answer,
              context.world.terminal().read_key(name_of(delivery) +
                                                " will be sent again. Are you sure that it is not public? [y/n] "));
    if (answer != "y" && answer != "Y") return fail(ErrorKind::interrupted, "nothing was changed");
  }
  POSTQ_TRY(const auto name, resolve_by_hand(context.world, *store, name_of(delivery), sent, address));
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.resolve/1").text("name", name).flag("sent", sent).str());
  } else {
    POSTQ_TRY(const auto goes, sent ? Result<std::string>("") : when_it_goes(context.world, *store, delivery));
    context.say(sent ? name + " counts as sent." : name + " is queued again; " + goes);
    if (sent) POSTQ_CHECK(say_without_address(context, *store, name));
  }
  return kDone;
}

}  // namespace

void setup_resolve(Arguments command, Context& context) {
  auto flags = std::make_shared<ResolveFlags>();
  command.add_option("ID", flags->id, "The delivery, such as 12@work-bsky")->required();
  flags->sent = command.add_option("--sent", flags->url, "It is out; its address, if you have it")
                    ->option_text("[URL]")
                    ->optional_value();
  command.add_flag("--not-sent", flags->not_sent, "It is not out: queue it again");
  command.footer(
      "Examples:\n"
      "  postq resolve 15@site --sent https://example.org/posts/15.html\n"
      "  postq resolve 15@site --not-sent");
  command.callback([flags, &context] { context.outcome = run_resolve(*flags, context); });
}

}  // namespace postq
