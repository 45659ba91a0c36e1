#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/forecast/forecast.h"
#include "app/process.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "cli/agents.h"
#include "cli/commands.h"
#include "cli/flags/compose_flags.h"

namespace postq {

namespace {

constexpr std::size_t kLabelColumn = 12;
constexpr std::size_t kCountColumn = 14;
constexpr std::size_t kNoteColumns = 66;

std::string length_of(const AccountContent& content) {
  std::string text = std::to_string(content.length);
  if (content.limit > 0) text += " of " + std::to_string(content.limit);
  if (content.content.parts.size() > 1) text += ", " + std::to_string(content.content.parts.size()) + " parts";
  return text;
}

// Screen 12: what was understood, and what is expected to happen.
void say_what_was_queued(Context& context, Store& store, const Composed& composed, const Added& added) {
  const std::string id = std::to_string(number(added.post));
  const auto line = [&](const std::string& left, const std::string& right) {
    context.say("  " + pad(left, kLabelColumn) + right);
  };
  context.say("Queued for review as " + id + ".");
  const TimePoint now = context.world.now();
  std::string when = "as soon as it is approved";
  if (composed.when) {
    when = say_wall(composed.when->wall, composed.when->zone) + ", " + say_relative(composed.when->instant, now);
  }
  if (composed.until) when += "; never after " + say_wall(composed.until->wall, composed.until->zone);
  const auto paragraph = [&](std::string label, const std::string& text) {
    for (const auto& part : wrap(text, kNoteColumns)) line(std::exchange(label, ""), part);
  };
  paragraph("when", when);
  for (const auto& note : composed.notes) paragraph("", visible_line(note));
  std::vector<Expectation> expected;
  if (const auto deliveries = store.deliveries_of(added.post)) {
    if (auto forecasts = forecast(context.world, store, *deliveries)) expected = std::move(*forecasts);
  }
  std::size_t counts = kCountColumn;
  for (const auto& content : composed.contents) counts = std::max(counts, length_of(content).size());
  for (const auto& content : composed.contents) {
    Expectation here;
    for (const auto& expectation : expected) {
      if (expectation.account == content.account.name) here = expectation;
    }
    std::string label = content.account.name;
    std::string count = pad(length_of(content), counts) + " ";
    for (const auto& part : wrap(visible_line(here.sentence), kNoteColumns - count.size())) {
      line(std::exchange(label, ""), count + part);
      count.assign(count.size(), ' ');
    }
    if (!label.empty()) line(label, count);  // nothing is forecast
    for (const auto& note : here.notes) paragraph("", "note: " + visible_line(note));
    for (const auto& problem : content.problems) {
      line("", visible_line(problem.message) + (problem.remedy.empty() ? "" : ":"));
      const std::string remedy = with_number(problem.remedy, added.post);
      if (!remedy.empty()) line("", "  " + remedy);
    }
  }
  say_who_reviews(context, id);
}

// Where a delivery stands, and who said no to it, and why.
std::string standing_line(const DeliveryDetail& detail, TimePoint now, const Zone& zone) {
  const auto standing = standing_of(detail.delivery, now);
  std::string line(word(standing));
  const auto& last = detail.last_approval;
  if (standing == Standing::rejected && last) {
    return line + " by " + visible_line(last->person) + ": " + visible_line(last->reason);
  }
  if (standing == Standing::cancelled) return "taken out of the queue";
  const auto time = say_its_time(detail.delivery, now, zone);
  return line + (time.empty() ? "" : ", " + time);
}

// The key was used before: what became of that post since.
Status say_what_became_of_it(Context& context, Store& store, PostId id) {
  auto& world = context.world;
  POSTQ_TRY(const auto post, store.post(id));
  POSTQ_TRY(const auto* const zone, world.zone());
  const auto all = [&](auto... standings) {
    return std::all_of(post.deliveries.begin(), post.deliveries.end(), [&](const DeliveryDetail& detail) {
      const auto here = standing_of(detail.delivery, world.now());
      return ((here == standings) || ...);
    });
  };
  const auto any = [&](auto... standings) {
    return std::any_of(post.deliveries.begin(), post.deliveries.end(), [&](const DeliveryDetail& detail) {
      const auto here = standing_of(detail.delivery, world.now());
      return ((here == standings) || ...);
    });
  };
  const auto number_of = std::to_string(number(id));
  const bool queued = all(Standing::to_review, Standing::missed);
  context.say((queued ? "Already queued as " : "Added before as ") + number_of + " (same --key)" +
              (post.author == world.actor() ? "." : ", by " + visible_line(say_actor(post.author)) + "."));
  for (const auto& detail : post.deliveries) {
    std::string label = detail.delivery.account_name;
    for (const auto& part : wrap(standing_line(detail, world.now(), *zone), kNoteColumns)) {
      context.say("  " + pad(std::exchange(label, ""), kLabelColumn) + part);
    }
  }
  if (any(Standing::to_review, Standing::missed)) {
    say_who_reviews(context, number_of);
  } else if (any(Standing::approved, Standing::held)) {
    context.say("Next: postq when " + number_of);
  } else if (any(Standing::rejected)) {
    context.say("Next: postq edit " + number_of + "    change it; it goes to review again");
  } else if (any(Standing::cancelled, Standing::expired) && !world.actor().agent) {
    context.say("Next: postq retry " + number_of + "    queue it again as it is");
  } else {
    context.say("Next: postq show " + number_of);
  }
  return {};
}

std::string as_json(World& world, Store& store, const Composed& composed, const Added& added) {
  std::vector<std::string> accounts;
  const auto post = store.post(added.post);
  const auto state_of = [&](const Account& account) -> std::pair<std::string, std::string> {
    for (const auto& detail : post ? post->deliveries : std::vector<DeliveryDetail>{}) {
      if (detail.delivery.account != account.id) continue;
      const auto standing = standing_of(detail.delivery, world.now());
      const bool rejected = standing == Standing::rejected && detail.last_approval;
      return {std::string(stable_word(standing)), rejected ? detail.last_approval->reason : ""};
    }
    return {"", ""};
  };
  for (const auto& content : composed.contents) {
    std::vector<std::string> problems;
    for (const auto& problem : content.problems) problems.push_back(problem.kind);
    const auto [state, reason] = state_of(content.account);
    accounts.push_back(JsonLine()
                           .text("account", content.account.name)
                           .number("length", static_cast<std::int64_t>(content.length))
                           .number("limit", static_cast<std::int64_t>(content.limit))
                           .list("problems", problems)
                           .text("state", state)
                           .text("reason", reason)
                           .str());
  }
  JsonLine line;
  line.text("schema", "postq.add/1").number("id", number(added.post)).flag("existed", added.existed);
  if (composed.when) {
    line.time("not_before", composed.when->instant)
        .text("wall_time", format_wall(composed.when->wall))
        .text("zone", composed.when->zone);
  }
  line.raw_list("accounts", accounts);
  return line.str();
}

// The key is another post's. That one can be looked at, and this one goes under another key.
Error with_another_key(Context& context, Store& store, const ComposeFlags& flags, const Composed& composed,
                       const ComposeRequest& request, Error error) {
  const auto& key = flags.request.key;
  const auto taken = [&store](const std::string& name) {
    const auto found = store.find_by_key(name);
    return found && found->has_value();
  };
  if (key.empty() || error.kind != ErrorKind::refused || !taken(key)) return error;
  const auto post = store.find_by_key(key).value();
  const auto different = differences(store, *post, composed, request);
  std::string what;
  for (std::size_t i = 0; different && i < different->size(); ++i) {
    what += (i == 0 ? "" : i + 1 == different->size() ? " and " : ", ") + (*different)[i];
  }
  error.message = "the key '" + key + "' belongs to post " + std::to_string(number(*post)) +
                  (what.empty() ? ", which was changed since" : ", which differs in " + what);
  auto again = flags;
  for (int n = 2; taken(again.request.key); ++n) again.request.key = key + "-" + std::to_string(n);
  error.hint += "\npostq add" + recover_words(context, again) + "    this as another post";
  return error;
}

// Everything behind reading the text: whatever fails here names the rescue file.
Exit add_text(Context& context, const ComposeFlags& flags, const ReadText& read) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, begin_queue(world));
  ComposeRequest request = flags.request;
  request.text = read.text;
  POSTQ_TRY(const auto composed, compose(world, *store, request));
  if (!composed.fits()) return pass_on(refusal(context, flags, "add", composed, read.rescue));
  const auto queued = enqueue(world, *store, composed, request);
  if (!queued) return pass_on(with_another_key(context, *store, flags, composed, request, queued.error()));
  const auto& added = *queued;
  POSTQ_TRY(auto* const rescue, world.rescue());
  if (!read.rescue.empty()) rescue->drop_with_copies(read.rescue);
  if (context.json) {
    context.result(as_json(world, *store, composed, added));
    return kDone;
  }
  if (!context.quiet && added.existed) POSTQ_CHECK(say_what_became_of_it(context, *store, added.post));
  if (!context.quiet && !added.existed) say_what_was_queued(context, *store, composed, added);
  context.result(std::to_string(number(added.post)));
  return kDone;
}

Exit run_add(ComposeFlags& flags, Context& context) {
  POSTQ_CHECK(check_one_source(context, flags, "add"));
  const auto failed = [&](Error error, const std::string& rescue) -> Exit {
    name_rescue(context, rescue, "add", flags, error);
    return pass_on(std::move(error));
  };
  if (flags.request.next_free_slot && !flags.request.at.empty()) {
    POSTQ_TRY(const auto kept, keep_typed_text(context, flags, "add"));
    flags.request.next_free_slot = false;  // the command that goes on has one of them
    return failed({ErrorKind::usage, "--at and --next together", "give one of them", {}}, kept.rescue);
  }
  const auto read = read_text(context, flags, "add");
  if (!read) return failed(read.error(), read.error().rescue);
  if (auto status = read_attachments(context, flags); !status) return failed(status.error(), read->rescue);
  auto outcome = add_text(context, flags, *read);
  return outcome ? outcome : failed(outcome.error(), read->rescue);
}

}  // namespace

void setup_add(Arguments command, Context& context) {
  auto flags = std::make_shared<ComposeFlags>();
  add_compose_flags(command, *flags);
  auto& request = flags->request;
  command.add_option("--at", request.at, "When; see `postq help times`")->option_text("WHEN");
  command.add_flag("--next", request.next_free_slot, "The next free slot");
  command.add_option("--until", request.until, "Never send it after this")->option_text("WHEN");
  command.add_flag("--together", request.together, "All accounts in one run, or none");
  command.add_option("--key", request.key, "The caller's name for this post: adding it again changes nothing")
      ->check([](const std::string& key) { return key.empty() ? "an empty key names nothing" : ""; })
      ->option_text("KEY");
  command.footer(
      "Examples:\n"
      "  postq add \"Release 2.1 is out\" --to all --at \"fri 9am\"\n"
      "  postq add --file launch.md --media oak.png --alt \"A green wordmark\"\n"
      "  git log -1 --format=%s | postq add --label release\n"
      "  postq add --recover --edit");
  command.callback([flags, &context] { context.outcome = run_add(*flags, context); });
}

}  // namespace postq
