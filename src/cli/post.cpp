#include <algorithm>

#include <CLI/CLI.hpp>

#include <postq/core/text.h>

#include "app/content_words.h"
#include "app/select.h"
#include "app/write_now.h"
#include "cli/commands.h"
#include "cli/compose_flags.h"
#include "cli/flush_report.h"

namespace postq {

namespace {

struct PostFlags {
  ComposeFlags compose;
  bool yes = false;
};

void show_what_goes_where(Context& context, const Composed& composed) {
  auto& terminal = context.world.terminal();
  std::string text;
  for (const auto& part : composed.draft.parts) {
    if (!text.empty()) text += "---\n";
    text += visible_text(part.text) + "\n";
    for (const auto& media : part.media) {
      text +=
          "[" + visible_line(media.name) + "] " + (media.alt.empty() ? "no alt text" : visible_line(media.alt)) + "\n";
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
    for (const auto& line : audience_words(content.content)) text += "   " + line + "\n";
    for (const auto& part : content.content.parts) {
      if (part.card)
        text += "   link card \"" + visible_line(part.card->title) + "\", " + visible_line(part.card->url) + "\n";
    }
    for (const auto& problem : content.problems) {
      if (!problem.fatal && problem.kind != "no-alt") text += "   note: " + visible_line(problem.message) + "\n";
    }
  }
  terminal.say(text);
}

void tell(Context& context, const FlushReport& report) {
  for (const auto& event : report.events) {
    if (context.json) {
      context.result(event_json(event));
    } else {
      context.world.terminal().say(say_event(event));
    }
  }
}

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
  if (!flags.yes) {
    show_what_goes_where(context, composed);
    POSTQ_TRY(const auto answer, world.terminal().read_key("Post it now? [y/n] "));
    if (answer != "y" && answer != "Y") {
      return fail(ErrorKind::interrupted, "nothing was posted", "postq post --recover");
    }
  }
  POSTQ_TRY(const auto report, write_now(world, *store, composed, request));
  stored = true;
  POSTQ_TRY(auto* const rescue, world.rescue());
  if (!read.rescue.empty()) rescue->drop(read.rescue);
  tell(context, report.flush);
  const std::string id = std::to_string(number(report.post));
  if (report.flush.trouble) {
    Error error = *report.flush.trouble;
    error.hint += (error.hint.empty() ? "" : "\n") + ("your text is stored as post " + id + ":  postq why " + id);
    error.hint += "\nonce more, if it is not out:  postq post " + id;
    return pass_on(std::move(error));
  }
  if (!context.json) {
    if (report.unsent > 0) context.say("your text is safe as post " + id + "; once more: postq post " + id);
    context.result(id);
  }
  return exit_code_of(report.flush);
}

// `postq post 12`: a post written by hand that could not be sent.
Exit post_again(Context& context, Store& store, const std::string& id) {
  POSTQ_TRY(const auto report, send_again(context.world, store, id));
  tell(context, report);
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
