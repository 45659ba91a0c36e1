#include <algorithm>

#include <CLI/CLI.hpp>

#include "app/write_now.h"
#include "cli/by_hand.h"
#include "cli/commands.h"
#include "cli/compose_flags.h"

namespace postq {

namespace {

struct PostFlags {
  ComposeFlags compose;
  bool yes = false;
};

// `stored` tells a post that is a row, sent or not, from a text that lies in the rescue file alone.
Exit post_text(Context& context, PostFlags& flags, const ReadText& read, bool& stored) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  auto request = flags.compose.request;
  request.text = read.text;
  request.origin = Origin::hand_written;
  POSTQ_TRY(auto composed, compose(world, *store, request));
  if (!composed.fits()) return pass_on(refusal(flags.compose, "post", composed, read.rescue));
  POSTQ_CHECK(resolve_all(world, composed));
  // What was looked up is part of the text: the name of whom it answers.
  if (!composed.fits()) return pass_on(refusal(flags.compose, "post", composed, read.rescue));
  ByHand by_hand;
  by_hand.question = "Post it now? [y/n] ";
  by_hand.unless = {ErrorKind::interrupted, "nothing was posted", "postq post --recover", {}};
  by_hand.ask = !flags.yes;
  return send_by_hand(context, *store, composed, request, by_hand, read.rescue, stored);
}

// `postq post 12`: a post written by hand that could not be sent.
Exit post_again(Context& context, Store& store, const std::string& id) {
  POSTQ_TRY(const auto report, send_again(context.world, store, id));
  tell_events(context, report);
  if (report.trouble) return pass_on(*report.trouble);
  return exit_code_of(report);
}

bool is_id(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Exit run_post(PostFlags& flags, Context& context) {
  POSTQ_CHECK(require_person(context.world, "posting", "postq post"));
  if (flags.compose.text_given && is_id(flags.compose.text)) {
    POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
    return post_again(context, *store, flags.compose.text);
  }
  POSTQ_TRY(const auto read, read_text(context, flags.compose, "post"));
  const auto failed = [&](Error error) -> Exit {
    name_rescue(context, read.rescue, "post", error);
    return pass_on(std::move(error));
  };
  if (auto status = read_attachments(context, flags.compose); !status) return failed(status.error());
  bool stored = false;
  auto outcome = post_text(context, flags, read, stored);
  return outcome || stored ? outcome : failed(outcome.error());
}

}  // namespace

void setup_post(CLI::App& command, Context& context) {
  auto flags = std::make_shared<PostFlags>();
  add_compose_flags(command, flags->compose);
  command.add_flag("-y,--yes", flags->yes, "Do not ask again (a terminal is needed all the same)");
  command.footer(
      "Examples:\n"
      "  postq post \"The kettle is on\"\n"
      "  postq post --to site            opens the editor\n"
      "  postq post 12                   once more, what could not be sent");
  command.callback([flags, &context] { context.outcome = run_post(*flags, context); });
}

}  // namespace postq
