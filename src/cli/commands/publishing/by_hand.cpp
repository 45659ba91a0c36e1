#include "cli/commands/publishing/by_hand.h"

#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/post_now.h"
#include "app/words/content_words.h"
#include "app/words/pauses.h"
#include "app/words/select.h"
#include "cli/output/attention.h"
#include "cli/output/flush_report.h"

namespace postq {

namespace {

void show_what_goes_where(Context& context, Store& store, const Composed& composed, const ComposeRequest& request,
                          const std::string& heading) {
  auto& terminal = context.world.terminal();
  std::string text;
  for (const auto& part : composed.draft.parts) {
    if (!text.empty()) text += "---\n";
    text += visible_text(part.text) + "\n";
    for (const auto& media : part.media) {
      const auto name = media.shrunk_from ? say_media(media) : visible_line(media.name);
      text += "[" + name + "] " + (media.alt.empty() ? "no alt text" : visible_line(media.alt)) + "\n";
    }
  }
  text += "\n";
  for (const auto& content : composed.contents) {
    text += "to " + pad(content.account.name, 12) + std::to_string(content.length);
    if (content.limit > 0) text += " of " + std::to_string(content.limit);
    const auto& own = content.content.parts.front().text;
    if (own != composed.draft.parts.front().text) text += "   " + shorten(visible_line(own), 50);
    if (const auto parts = content.content.parts.size(); parts > composed.draft.parts.size()) {
      text += "   as a thread of " + std::to_string(parts);
    }
    text += "\n";
    for (const auto& line : audience_words(content.content, content.problems)) text += "   " + line + "\n";
    for (const auto& part : content.content.parts) {
      if (part.card)
        text += "   link card \"" + visible_line(part.card->title) + "\", " + visible_line(part.card->url) + "\n";
    }
    // Answers may say the same to several people.
    const auto same = request.answers ? std::nullopt : same_sent_lately(context.world, store, content);
    if (same) {
      text += "   note: the same went out as " + name_of(*same) + ", " +
              say_relative(*same->public_at, context.world.now()) + "\n";
    }
    for (const auto& line : missing_cards(content.content)) text += "   note: " + line + "\n";
    for (const auto& problem : content.problems) {
      if (!problem.fatal && problem.kind != "no-alt") text += "   note: " + visible_line(problem.message) + "\n";
    }
  }
  terminal.say(heading + text);
}

}  // namespace

void tell_events(Context& context, const FlushReport& report) {
  for (const auto& told : report.events) {
    const auto event = with_typed_places(context, told);
    if (context.json) {
      context.result(event_json(event));
    } else {
      context.world.terminal().say(say_event(event, columns(context.world)));
    }
  }
}

Result<PastPause> ask_past_pause(Context& context, Store& store, const std::vector<Account>& accounts,
                                 const std::vector<Delivery>& deliveries, const std::string& command,
                                 const Error& unless) {
  POSTQ_TRY(auto paused, pauses_before(context.world, store, accounts, deliveries));
  if (paused.empty()) return PastPause::no;
  if (!context.may_ask()) {
    return fail(ErrorKind::refused,
                paused + ", and going past that takes a question, which --json or --no-input rules out",
                "without them:  " + command);
  }
  if (paused.starts_with("everything")) paused.front() = 'E';
  const auto answer = context.world.terminal().read_key(paused + ".\nBy hand it goes all the same. Send it? [y/n] ");
  if (!answer && answer.error().kind != ErrorKind::interrupted) return pass_on(answer.error());
  if (answer.value_or("") != "y" && answer.value_or("") != "Y") return pass_on(unless);
  return PastPause::yes;
}

Exit send_by_hand(Context& context, Store& store, const Composed& composed, const ComposeRequest& request,
                  const ByHand& by_hand, const std::string& rescue_path, bool& stored) {
  auto& world = context.world;
  if (by_hand.ask) {
    show_what_goes_where(context, store, composed, request, by_hand.heading);
    world.terminal().say(by_hand.footing);
    const auto answer = world.terminal().read_key(by_hand.question);
    if (!answer && answer.error().kind != ErrorKind::interrupted) return pass_on(answer.error());
    if (by_hand.other != nullptr && answer && *answer == by_hand.other_key) {
      *by_hand.other = true;
      return kDone;
    }
    if (answer.value_or("") != "y" && answer.value_or("") != "Y") return pass_on(by_hand.unless);
  } else if (!by_hand.footing.empty()) {
    world.terminal().say(by_hand.footing);
  }
  std::vector<Account> accounts;
  for (const auto& content : composed.contents) accounts.push_back(content.account);
  POSTQ_TRY(const auto past_pause, ask_past_pause(context, store, accounts, {}, by_hand.command, by_hand.unless));
  std::unique_ptr<Lock> held;
  if (by_hand.claim) {
    POSTQ_TRY(held, by_hand.claim());
  }
  POSTQ_TRY(const auto report, post_now(world, store, composed, request, past_pause));
  stored = true;
  POSTQ_TRY(auto* const rescue, world.rescue());
  if (!rescue_path.empty()) rescue->drop_with_copies(rescue_path);
  tell_events(context, report.flush);
  const std::string id = std::to_string(number(report.post));
  if (report.flush.trouble) {
    Error error = *report.flush.trouble;
    error.hint += (error.hint.empty() ? "" : "\n") + ("your text is stored as post " + id + ":  postq why " + id);
    error.hint += "\nonce more, if it is not out:  postq post " + id;
    return pass_on(std::move(error));
  }
  if (!context.json) {
    const auto& events = report.flush.events;
    const bool may_be_out = std::any_of(events.begin(), events.end(), [](const FlushEvent& event) {
      return event.kind == FlushEvent::Kind::unconfirmed;
    });
    if (report.unsent > 0) {
      context.say("your text is safe as post " + id + (may_be_out ? "" : "; once more: postq post " + id));
    }
    context.result(id);
  }
  return exit_code_of(report.flush);
}

}  // namespace postq
