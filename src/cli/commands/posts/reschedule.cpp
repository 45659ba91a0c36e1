#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/edit.h"
#include "app/review/card.h"
#include "app/review/facts.h"
#include "app/words/select.h"
#include "app/words/when_words.h"
#include "cli/agents.h"
#include "cli/commands.h"
#include "cli/flags/ids.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

struct RescheduleFlags {
  std::string id;
  std::vector<std::string> when;
  bool dry_run = false;
};

// One post and those of its deliveries that are to move.
struct ToMove {
  PostId post{};
  std::vector<DeliveryId> deliveries;
  std::vector<DeliveryId> approved;  // before: a person may say yes again right here
};

std::string plain_id(PostId post) {
  return std::to_string(number(post));
}

bool contains(const std::vector<DeliveryId>& deliveries, DeliveryId delivery) {
  return std::find(deliveries.begin(), deliveries.end(), delivery) != deliveries.end();
}

Result<std::vector<ToMove>> sort_out(Context& context, const Selected& selected) {
  std::vector<ToMove> moves;
  std::vector<std::string> sent;
  std::vector<std::string> dropped;
  for (const auto& post : selected.posts) {
    POSTQ_CHECK(check_scheduled(post));
    ToMove move{post.id, {}, {}};
    for (const auto& detail : post.deliveries) {
      const auto& delivery = detail.delivery;
      if (!selected.contains(delivery.id)) continue;
      if (delivery.state == DeliveryState::sent) {
        sent.push_back(name_of(delivery));
        continue;
      }
      if (delivery.dropped()) {  // somebody said no to it, or took it out
        dropped.push_back(name_of(delivery));
        continue;
      }
      move.deliveries.push_back(delivery.id);
      if (delivery.approved()) move.approved.push_back(delivery.id);
    }
    if (!move.deliveries.empty()) moves.push_back(std::move(move));
  }
  if (moves.empty() && sent.empty()) {
    return fail(ErrorKind::refused, dropped.front() + " is out of the queue, so it has no time",
                "postq retry " + dropped.front() + "    queues it again, for review");
  }
  if (moves.empty()) {
    return fail(ErrorKind::refused, sent.front() + " is sent already, so it can't be moved",
                "postq show " + sent.front());
  }
  for (const auto& name : sent) context.say(name + " is sent, and stays so");
  for (const auto& name : dropped) context.say(name + " is out of the queue, and stays so:  postq retry " + name);
  return moves;
}

// The moved post as it will go out, and one question. false: it stays in review.
Result<bool> approve_again(Context& context, Store& store, const ToMove& move) {
  auto& world = context.world;
  auto& terminal = world.terminal();
  POSTQ_TRY(const auto card, read_card(world, store, {move.post, move.approved}));
  if (card.deliveries.empty()) return false;
  POSTQ_TRY(const auto* const zone, world.zone());
  const CardLook look{*zone, world.now(), terminal.size().columns, terminal.plain(), terminal.colour(),
                      1,     1,           typed_places_of(context)};
  for (const auto& line : render_card(card, look)) terminal.out(line + "\n");
  if (const auto against = reasons_against(card, world.now()); !against.empty()) {
    context.say("Not approved:");
    for (const auto& reason : against) context.say("  " + visible_line(reason));
    return false;
  }
  std::string answer;
  while (answer != "y" && answer != "Y" && answer != "n" && answer != "N") {
    POSTQ_TRY(answer, terminal.read_key("Approve it for this time? [y/n] "));
  }
  if (answer == "n" || answer == "N") return false;
  std::vector<Decision> decisions;
  for (const auto& each : card.deliveries) {
    decisions.push_back({each.delivery.id,
                         each.delivery.digest,
                         each.delivery.revision,
                         ReviewVerdict::approved,
                         ApprovedHow::review,
                         "",
                         {}});
  }
  POSTQ_CHECK(store.decide(decisions, world.audit()));
  return true;
}

void say_moved(Context& context, const std::string& name, const When& when, bool changed, bool approved) {
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.reschedule/1")
                       .text("name", name)
                       .flag("changed", changed)
                       .time("not_before", when.instant)
                       .text("wall_time", format_wall(when.wall))
                       .text("zone", when.zone)
                       .flag("approved", approved)
                       .str());
  } else if (changed) {
    context.say(name + " goes " + say_wall(when.wall, when.zone) + ", " +
                say_relative(when.instant, context.world.now()) + (approved ? ", approved." : "."));
  } else {
    context.say(name + " has that time already; nothing changed.");
  }
}

Status apply(Context& context, Store& store, const ToMove& move, const When& when) {
  auto& world = context.world;
  POSTQ_TRY(const auto opened, open_post(store, move.post));
  PostEdit edit;
  edit.draft = opened.draft;
  auto& schedule = edit.draft.schedule;
  schedule.wall = when.wall;
  schedule.zone = when.zone;
  schedule.not_before = when.instant;
  if (schedule.until && *schedule.until <= when.instant) {
    POSTQ_TRY(const auto* const zone, world.zone());
    return fail(ErrorKind::usage,
                "post " + plain_id(move.post) + " is never sent after " + format_time(*schedule.until, *zone),
                "postq edit " + plain_id(move.post) + " --until WHEN");
  }
  edit.reschedule_only = move.deliveries;
  edit.what = "rescheduled";
  POSTQ_TRY(const auto edited, apply_edit(world, store, opened, edit));

  const bool may_approve =
      context.may_ask() && !world.actor().agent && !world.clock_is_fixed() && !move.approved.empty();
  bool approved = false;
  if (may_approve && !edited.changed.empty()) {
    auto answer = approve_again(context, store, move);
    if (!answer && answer.error().kind != ErrorKind::interrupted) return pass_on(answer.error());
    approved = answer.value_or(false);
  }
  bool to_review = false;
  for (const auto& detail : opened.detail.deliveries) {
    const auto& delivery = detail.delivery;
    if (!contains(move.deliveries, delivery.id)) continue;
    const auto name = name_of(delivery);
    const bool changed = std::find(edited.changed.begin(), edited.changed.end(), name) != edited.changed.end();
    const bool stands = changed ? approved && contains(move.approved, delivery.id) : delivery.approved();
    say_moved(context, name, when, changed, stands);
    to_review = to_review || (changed && !stands);
  }
  if (to_review) context.say("Back in review:  postq review " + plain_id(move.post));
  return {};
}

void say_plan(Context& context, const Delivery& delivery, const When& when) {
  const auto name = name_of(delivery);
  if (!context.json) return context.say(name + " would go " + say_wall(when.wall, when.zone));
  context.result(JsonLine()
                     .text("schema", "postq.reschedule/1")
                     .text("name", name)
                     .number("post", number(delivery.post))
                     .flag("dry_run", true)
                     .time("not_before", when.instant)
                     .text("wall_time", format_wall(when.wall))
                     .text("zone", when.zone)
                     .str());
}

Exit run_reschedule(const RescheduleFlags& flags, Context& context) {
  auto& world = context.world;
  std::string words;
  for (const auto& word : flags.when) words += (words.empty() ? "" : " ") + word;
  POSTQ_TRY(const auto when, read_when(world, words));
  POSTQ_TRY(auto* const store, world.store(flags.dry_run ? StoreUse::read : StoreUse::write));
  POSTQ_TRY(const auto ids, expand_ids(context, {flags.id}));
  POSTQ_TRY(const auto selected, select(*store, ids));
  POSTQ_TRY(const auto moves, sort_out(context, selected));
  if (!flags.dry_run) POSTQ_CHECK(check_agents_own(context, *store, selected.posts, "reschedule"));
  if (!when.note.empty()) context.say(when.note);
  for (const auto& move : moves) {
    if (flags.dry_run) {
      for (const auto& delivery : move.deliveries) {
        POSTQ_TRY(const auto there, store->delivery(delivery));
        say_plan(context, there, when);
      }
      continue;
    }
    POSTQ_CHECK(apply(context, *store, move, when));
  }
  return kDone;
}

}  // namespace

void setup_reschedule(Arguments command, Context& context) {
  auto flags = std::make_shared<RescheduleFlags>();
  command.add_option("ID", flags->id, "A post or delivery: 12, 12@site, 12-17; - reads them")->required();
  command.add_option("WHEN", flags->when, "See `postq help times`")->required();
  command.add_flag("--dry-run", flags->dry_run, "Say how the time is understood, and change nothing");
  command.footer(
      "At a terminal an approved post is shown with its new time and can be approved again at "
      "once; from a script it goes back to review.\n\n"
      "Examples:\n"
      "  postq reschedule 12 fri 9am\n"
      "  postq reschedule 12@site \"2027-01-15 09:00 Europe/Paris\"");
  command.callback([flags, &context] { context.outcome = run_reschedule(*flags, context); });
}

}  // namespace postq
