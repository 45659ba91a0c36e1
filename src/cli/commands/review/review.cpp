#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/forecast/forecast.h"
#include "app/review/session.h"
#include "app/setup/timer.h"
#include "app/words/select.h"
#include "cli/commands.h"
#include "cli/commands/review/review_commands.h"
#include "cli/flags/ids.h"
#include "cli/output/attention.h"
#include "cli/output/author_json.h"
#include "cli/output/fit.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

// In lines that fit the screen, whatever its width; commands stay whole.
void say_wrapped(Context& context, const std::string& text) {
  for (const auto& line : fit_line(with_typed_places(context, text, Advice::in_lines), columns(context.world))) {
    context.say(line);
  }
}

// What is to be read: everything pending, or of what was named that which is pending; the rest is told.
Result<std::vector<ReviewEntry>> entries_for(const ReviewOptions& options, Context& context, Store& store) {
  std::vector<ReviewEntry> entries;
  if (options.ids.empty()) {
    POSTQ_TRY(const auto posts, store.to_review(options.late));
    for (const auto post : posts) entries.push_back({post, {}});
    return entries;
  }
  POSTQ_TRY(const auto ids, expand_ids(context, options.ids));
  POSTQ_TRY(const auto selected, select(store, ids));
  for (const auto& post : selected.posts) {
    POSTQ_CHECK(check_scheduled(post));
    ReviewEntry entry{post.id, {}};
    for (const auto& detail : post.deliveries) {
      const auto& delivery = detail.delivery;
      if (!selected.contains(delivery.id)) continue;
      if (delivery.pending() && (!options.late || delivery.missed_at)) {
        entry.only.push_back(delivery.id);
      } else if (delivery.approved()) {
        say_wrapped(context, name_of(delivery) + " is approved already" +
                                 (detail.approval ? ", by " + visible_line(detail.approval->person) : ""));
      } else if (!delivery.pending()) {
        context.say(name_of(delivery) + " is " + std::string(word(delivery.state)) +
                    ", so there is nothing to approve");
      }
    }
    if (!entry.only.empty()) entries.push_back(std::move(entry));
  }
  return entries;
}

// Without a person: what waits, so that a script or a mail can say so.
Status list_waiting(Context& context, Store& store, const std::vector<ReviewEntry>& entries) {
  POSTQ_TRY(const auto* const zone, context.world.zone());
  const auto& terminal = context.world.terminal();
  const bool table = terminal.person_present() && !terminal.plain();
  for (const auto& entry : entries) {
    POSTQ_TRY(const auto post, store.post(entry.post));
    for (const auto& detail : post.deliveries) {
      const auto& delivery = detail.delivery;
      if (!delivery.pending()) continue;
      const auto content = content_from_document(detail.document);
      const bool has_text = content && !content->parts.empty();
      const auto text = has_text ? content->parts.front().text : "(" + detail.damage + ")";
      if (context.json) {
        JsonLine line;
        line.text("schema", "postq.review/1").text("name", name_of(delivery));
        author_json(line, post.author);
        if (delivery.schedule.wall) {
          line.time("not_before", delivery.schedule.not_before);
        } else {
          line.null("not_before");
        }
        line.flag("missed", delivery.missed_at.has_value()).text("text", text);
        context.result(line.str());
        continue;
      }
      const auto when = delivery.schedule.wall
                            ? format_time_short(delivery.schedule.not_before, context.world.now(), *zone)
                            : std::string("once approved");
      const auto opening = visible_line(text.substr(0, text.find('\n')));
      // As `postq list` writes into a pipe, where columns can be told apart by a script.
      context.result(table ? pad(name_of(delivery), 16) + "  " + pad(when, 13) + "  " + shorten(opening, 46)
                           : name_of(delivery) + "\t" + when + "\t" + opening);
    }
  }
  return {};
}

void say_next(Context& context, Store& store) {
  const auto summary = store.summary();
  const auto zone = context.world.zone();
  if (!summary || !zone) return;
  const auto first = std::find_if(summary->next.begin(), summary->next.end(), [](const ListRow& row) {
    return row.delivery.origin == Origin::scheduled;  // its author sends what was written by hand
  });
  if (first == summary->next.end()) return;
  const auto& next = first->delivery;
  const auto now = context.world.now();
  const auto when = next.next_at <= now ? "as soon as the rules allow" : format_time_short(next.next_at, now, **zone);
  const auto expected = forecast(context.world, store, {next});
  const bool held = expected && !expected->empty() && expected->front().held;
  say_wrapped(context,
              "Next to go: " + name_of(next) + ", " + when + (held ? "; as things stand it will be HELD." : "."));
  if (runs_by_hand_only(context.world)) {
    const auto timer = timer_advice(context.world);
    say_wrapped(context, "Nothing runs `postq flush` yet, so nothing goes out by itself:");
    say_wrapped(context, "  " + timer.command + "    " + timer.why);
  }
}

Exit finish(Context& context, Store& store, const ReviewReport& report) {
  for (const auto& [post, path] : report.unsaved) {
    const auto id = std::to_string(number(post));
    say_wrapped(context,
                "A text of post " + id + " is not stored:  postq edit " + id + " --recover " + visible_line(path));
  }
  POSTQ_TRY(const auto left, store.to_review(false));
  context.say(std::to_string(report.approved) + " approved, " + std::to_string(report.rejected) + " rejected, " +
              std::to_string(left.size()) + " left to review.");
  say_next(context, store);
  return report.interrupted ? exit_code(ErrorKind::interrupted) : kDone;
}

}  // namespace

Exit run_review(const ReviewOptions& options, Context& context) {
  auto& world = context.world;
  auto command = "postq " + options.command;
  for (const auto& id : options.ids) command += " " + id;
  auto person = require_person(world, options.command == "approve" ? "approving" : "a review", command);
  if (person && !context.may_ask()) {
    person = fail(ErrorKind::refused, "a review asks questions, and --json or --no-input rules them out", command);
  }
  POSTQ_TRY(auto* const store, world.store(person ? StoreUse::write : StoreUse::read));
  POSTQ_TRY(const auto entries, entries_for(options, context, *store));
  if (!person) {
    POSTQ_CHECK(list_waiting(context, *store, entries));
    return pass_on(person.error());
  }
  if (entries.empty()) {
    context.say(options.ids.empty() ? (options.late ? "Nothing missed its time." : "Nothing to review.")
                                    : "Nothing of it is to review.");
    say_next(context, *store);
    return kDone;
  }
  if (!options.late && options.ids.empty()) {
    context.say(plural(entries.size(), "post", "posts") + " to review. ? explains the keys.");
  }
  POSTQ_TRY(const auto report, review(world, *store, entries, typed_places_of(context)));
  return finish(context, *store, report);
}

void setup_review(Arguments command, Context& context) {
  auto options = std::make_shared<ReviewOptions>();
  command.add_option("ID", options->ids, "Posts or deliveries: 12, 12@site, 12-17; none: all that is pending");
  command.add_flag("--late", options->late, "Only what missed its time");
  command.footer(
      "Needs a person at a terminal. Every answer is stored at once: q and Ctrl-C lose nothing.\n\n"
      "Examples:\n"
      "  postq review\n"
      "  postq review 12\n"
      "  postq review --late\n"
      "  ssh -t HOST postq review");
  command.callback([options, &context] { context.outcome = run_review(*options, context); });
}

}  // namespace postq
