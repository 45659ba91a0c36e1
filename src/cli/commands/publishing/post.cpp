#include <algorithm>

#include <postq/core/content.h>
#include <postq/text/text.h>

#include "app/compose/post_now.h"
#include "app/process.h"
#include "app/words/select.h"
#include "cli/commands.h"
#include "cli/commands/publishing/by_hand.h"
#include "cli/flags/compose_flags.h"

namespace postq {

namespace {

struct PostFlags {
  ComposeFlags compose;
  bool yes = false;
};

// `stored` tells a post that is a row, sent or not, from a text that lies in the rescue file alone.
Exit post_text(Context& context, PostFlags& flags, const ReadText& read, bool& stored) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, begin_queue(world));
  auto request = flags.compose.request;
  request.text = read.text;
  request.origin = Origin::hand_written;
  request.command = "post";
  POSTQ_TRY(auto composed, compose(world, *store, request));
  if (!composed.fits()) return pass_on(refusal(context, flags.compose, "post", composed, read.rescue));
  POSTQ_CHECK(resolve_all(world, composed));
  // What was looked up is part of the text: the name of whom it answers.
  if (!composed.fits()) return pass_on(refusal(context, flags.compose, "post", composed, read.rescue));
  ByHand by_hand;
  by_hand.question = "Post it now? [y/n] ";
  by_hand.unless = {ErrorKind::interrupted, "nothing was posted", "", {}};
  by_hand.ask = !flags.yes || !read.author.empty();  // nothing of others goes out unread
  by_hand.command = "postq post";
  return send_by_hand(context, *store, composed, request, by_hand, read.rescue, stored);
}

bool can_go_again(const PostDetail& post, const Delivery& delivery) {
  return post.origin == Origin::hand_written &&
         (delivery.state == DeliveryState::queued || delivery.state == DeliveryState::failed);
}

// What would go out once more, as it was written.
Result<std::string> shown_again(const PostDetail& post) {
  std::string shown;
  for (const auto& detail : post.deliveries) {
    if (!can_go_again(post, detail.delivery)) continue;
    POSTQ_TRY(const auto content, content_from_document(detail.document));
    shown += "to " + detail.delivery.account_name + "\n";
    for (const auto& part : content.parts) shown += visible_text(part.text) + "\n";
  }
  return shown;
}

// As after the first try: while something of it stays unsent, what was known before counts too.
int exit_code_of_again(FlushReport report, std::int64_t open) {
  const int code = exit_code_of(report);
  if (code != 0 || report.sent >= open) return code;
  for (auto& event : report.events) event.news = true;
  const int known = exit_code_of(report);
  return known == 0 ? exit_code(ErrorKind::try_later) : known;
}

// `postq post 12`: a post written by hand that could not be sent. What may be out is looked for before anything is
// asked.
Exit post_again(Context& context, Store& store, const std::string& id, bool yes) {
  POSTQ_TRY(auto looked, look_again(context.world, store, id));
  tell_events(context, looked);
  POSTQ_TRY(const auto selected, select(store, {id}));
  const auto& post = selected.posts.front();
  POSTQ_TRY(const auto shown, shown_again(post));
  const auto open = std::count_if(post.deliveries.begin(), post.deliveries.end(),
                                  [&](const DeliveryDetail& each) { return can_go_again(post, each.delivery); });
  if (open == 0 && !looked.events.empty()) return exit_code_of(looked);
  // Where nothing is left to send there is nothing to ask.
  if (open > 0 && !yes) {
    POSTQ_CHECK(check_question(context, yes, "post", [&id] { return "post " + id; }));
    context.world.terminal().say(shown);
    const auto answer = context.world.terminal().read_key("Post it now? [y/n] ");
    if (!answer && answer.error().kind != ErrorKind::interrupted) return pass_on(answer.error());
    if (answer.value_or("") != "y" && answer.value_or("") != "Y") {
      return fail(ErrorKind::interrupted, "nothing was posted", "once more:  postq post " + id);
    }
  }
  auto past_pause = PastPause::no;
  if (open > 0) {
    std::vector<Account> accounts;
    std::vector<Delivery> deliveries;
    for (const auto& each : post.deliveries) {
      if (!can_go_again(post, each.delivery)) continue;
      POSTQ_TRY(accounts.emplace_back(), account_of(store, each.delivery));
      deliveries.push_back(each.delivery);
    }
    const Error unless{ErrorKind::interrupted, "nothing was posted", "once more:  postq post " + id, {}};
    POSTQ_TRY(past_pause, ask_past_pause(context, store, accounts, deliveries, "postq post " + id, unless));
  }
  POSTQ_TRY(auto report, send_again(context.world, store, id, past_pause));
  tell_events(context, report);
  if (report.trouble) return pass_on(*report.trouble);
  return exit_code_of_again(std::move(report), open);
}

bool is_id(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Exit run_post(PostFlags& flags, Context& context) {
  auto& compose = flags.compose;
  POSTQ_CHECK(check_one_source(context, compose, "post"));
  if (compose.text_given && is_id(compose.text)) {
    POSTQ_CHECK(require_person(context.world, "posting", "postq post " + compose.text));
    POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
    return post_again(context, *store, compose.text, flags.yes);
  }
  const auto failed = [&](Error error, const std::string& rescue) -> Exit {
    name_rescue(context, rescue, "post", compose, error);
    return pass_on(std::move(error));
  };
  if (!require_person(context.world, "posting", "")) {
    POSTQ_TRY(const auto kept, keep_typed_text(context, compose, "post"));
    const std::string words = kept.rescue.empty() ? "" : recover_words(context, compose);
    return failed(require_person(context.world, "posting", "postq post" + words).error(), kept.rescue);
  }
  const auto read = read_text(context, compose, "post");
  if (!read) return failed(read.error(), read.error().rescue);
  if (auto status = check_question(context, flags.yes && read->author.empty(), "post",
                                   [&] { return "post" + recover_words(context, compose); });
      !status) {
    return failed(status.error(), read->rescue);
  }
  if (auto status = read_attachments(context, compose); !status) return failed(status.error(), read->rescue);
  bool stored = false;
  auto outcome = post_text(context, flags, *read, stored);
  return outcome || stored ? outcome : failed(outcome.error(), read->rescue);
}

}  // namespace

void setup_post(Arguments command, Context& context) {
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
