#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/explain/sending.h"
#include "app/flush/settle_by_hand.h"
#include "app/inbox/inbox.h"
#include "app/words/content_words.h"
#include "app/words/pauses.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "cli/commands.h"
#include "cli/commands/people/inbox.h"
#include "cli/output/attention.h"
#include "cli/output/author_json.h"

namespace postq {

namespace {

constexpr std::size_t kLabel = 10;
constexpr int kEventsReadBack = 200;  // of one post

// What one account gets, and how its platform counts it.
struct Shown {
  const DeliveryDetail& detail;
  Content content;
  std::vector<std::size_t> lengths;
  std::size_t limit = 0;
  std::vector<Problem> problems = {};
  std::vector<Trouble> troubles = {};
  std::optional<PausedBy> paused = {};
  PlatformTraits traits = {};
};

Result<std::vector<Shown>> read_contents(World& world, Store& store, const PostDetail& post, const Selected& selected) {
  std::vector<Shown> shown;
  for (const auto& detail : post.deliveries) {
    if (!selected.contains(detail.delivery.id)) continue;
    auto content = content_from_document(detail.document);
    // What is damaged is shown as that, with all else that is known of it.
    if (!content || content->parts.empty()) content = Content{};
    if (content->parts.empty()) content->parts.push_back({"(its content can't be read)", {}, {}, {}});
    Shown each{detail, std::move(*content), {}, 0};
    // An account that was removed, or a platform this postq doesn't know, can still be read about.
    const auto account = account_of(store, detail.delivery);
    const auto* const platform = account ? world.platforms().find(account->platform) : nullptr;
    if (platform != nullptr) {
      each.traits = platform->traits();
      each.limit = platform->limits(*account).text;
      each.problems = platform->problems(*account, each.content);
      for (std::size_t part = 0; part < each.content.parts.size(); ++part) {
        each.lengths.push_back(platform->count(*account, each.content, part));
      }
    }
    if (detail.delivery.paused) {
      POSTQ_TRY(each.paused, store.paused_by(detail.delivery));
    }
    if (detail.delivery.state == DeliveryState::failed || detail.delivery.tries > 0) {
      POSTQ_TRY(const auto events, store.events(post.id, kEventsReadBack));
      each.troubles = troubles_of(detail, events);
    }
    shown.push_back(std::move(each));
  }
  return shown;
}

bool same_parts(const Content& a, const Content& b) {
  const auto same = [](const Content::Part& left, const Content::Part& right) {
    return left.text == right.text && left.media == right.media;
  };
  return a.parts.size() == b.parts.size() && std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), same);
}

void print_rule(Context& context) {
  if (!context.world.terminal().plain()) context.result(std::string(columns(context.world) - 2, '-'));
}

void print_parts(Context& context, const Content& content) {
  for (std::size_t i = 0; i < content.parts.size(); ++i) {
    const auto& part = content.parts[i];
    if (content.parts.size() > 1) {
      context.result("[part " + std::to_string(i + 1) + " of " + std::to_string(content.parts.size()) + "]");
    }
    if (!part.text.empty()) print_wrapped(context, visible_text(part.text));
    for (const auto& media : part.media) {
      print_fact(context, media.mime.starts_with("video/") ? "Film" : "Picture", say_media(media), kLabel);
      print_fact(context, "  alt",
                 media.decorative    ? "(decoration, needs none)"
                 : media.alt.empty() ? "none"
                                     : "\"" + visible_line(media.alt) + "\"",
                 kLabel);
    }
    if (part.card) print_fact(context, "Link", visible_line(part.card->title + "  " + part.card->url), kLabel);
  }
}

std::string lengths_of(const Shown& shown) {
  std::string text;
  for (const auto length : shown.lengths) text += (text.empty() ? "" : ", ") + std::to_string(length);
  if (!text.empty() && shown.limit > 0) text += " of " + std::to_string(shown.limit);
  return text;
}

std::string review_words(const DeliveryDetail& detail, TimePoint now, const Zone& zone) {
  const auto& verdict = detail.approval ? detail.approval : detail.last_approval;
  if (!verdict) return "nobody has said yes or no";
  std::string text = std::string(word(verdict->verdict)) + " by " + visible_line(verdict->person) + " " +
                     format_time_short(to_the_minute(verdict->at), now, zone);
  if (verdict->how == ApprovedHow::written) text = "written by hand by " + visible_line(verdict->person);
  if (!verdict->reason.empty()) text += ": " + visible_line(verdict->reason);
  if (verdict->verdict == ReviewVerdict::approved && !detail.approval) text += "; not in force any more";
  return text;
}

void print_delivery(Context& context, const Shown& shown, const Content& first,
                    const std::vector<std::string>& audience, const Zone& zone) {
  auto& world = context.world;
  const TimePoint now = world.now();
  const auto& delivery = shown.detail.delivery;
  std::string head = std::string(word(standing_of(delivery, now)));
  if (const auto time = say_its_time(delivery, now, zone); !time.empty()) head += ", " + time;
  context.result("");
  context.result(with_attention(world, name_of(delivery) + "  " + head));
  const auto fact = [&](std::string_view label, std::string_view text) {
    if (!text.empty()) print_fact(context, "  " + std::string(label), text, kLabel + 2);
  };
  if (!shown.detail.damage.empty()) fact("DAMAGED", visible_line(shown.detail.damage));
  fact("Length", lengths_of(shown));
  for (const auto& words : audience_words(shown.content, shown.problems)) {
    if (std::find(audience.begin(), audience.end(), words) == audience.end()) fact("Audience", words);
  }
  for (const auto& line : missing_cards(shown.content)) fact("Note", line);
  fact("Review", review_words(shown.detail, now, zone));
  if (!delivery.verdict.empty() && delivery.state == DeliveryState::queued) {
    fact("Rules",
         visible_line(delivery.verdict) +
             (delivery.verdict_at ? " (" + format_time_short(to_the_minute(*delivery.verdict_at), now, zone) + ")"
                                  : ""));
  }
  if (delivery.paused) {
    fact("Paused",
         (shown.paused ? say_paused_by(*shown.paused, now, zone) : "yes") + "; postq resume " + name_of(delivery));
  }
  for (const auto& part : shown.detail.parts) {
    if (!part.receipt) continue;
    const auto where = say_place(shown.detail, part, shown.traits);
    fact(shown.detail.parts.size() > 1 ? "Part " + std::to_string(part.n) : "Where", visible_line(where));
  }
  for (const auto& second : shown.detail.twice) {
    const auto& where = second.receipt.url.empty() ? second.receipt.remote_id : second.receipt.url;
    fact(second.retracted_at ? "Was there" : "ALSO OUT",
         visible_line(where) + (second.retracted_at ? "; taken back" : ""));
    if (!second.retracted_at) fact("", "postq retract " + name_of(delivery) + "    takes back all of it");
  }
  for (const auto& moment : history_of(shown.detail, shown.troubles)) {
    fact(format_time_short(moment.at, now, zone), visible_line(moment.what));
  }
  if (&shown.content != &first && !same_parts(shown.content, first)) {
    fact("Text", "differs from the above:");
    print_parts(context, shown.content);
  }
}

void print_post(Context& context, const PostDetail& post, const std::vector<Shown>& shown, const Zone& zone) {
  auto& world = context.world;
  const TimePoint now = world.now();
  std::string head = "Post " + std::to_string(number(post.id)) + ", written by " +
                     visible_line(say_actor(post.author)) + ", " + format_time(to_the_minute(post.created_at), zone);
  if (post.last_change) {
    head += ", changed by " + visible_line(say_actor(post.last_change->who)) + ", " +
            format_time_short(to_the_minute(post.last_change->at), now, zone);
  } else if (post.changed_at > post.created_at) {
    head += ", changed " + format_time_short(to_the_minute(post.changed_at), now, zone);
  }
  print_wrapped(context, head);
  print_rule(context);
  const auto& content = shown.front().content;
  print_parts(context, content);
  print_rule(context);
  const auto fact = [&](std::string_view label, std::string_view text) {
    if (!text.empty()) print_fact(context, label, text, kLabel);
  };
  const auto& schedule = shown.front().detail.delivery.schedule;
  if (post.origin == Origin::hand_written) {
    fact("When", "by hand");
  } else if (schedule.wall) {
    fact("When", say_wall(*schedule.wall, schedule.zone) + ", " + say_relative(schedule.not_before, now));
  } else {
    fact("When", "as soon as it is approved");
  }
  if (schedule.until) fact("Until", format_time(*schedule.until, zone) + "; never after it");
  fact("Label", visible_line(post.label));
  fact("Warning", visible_line(content.warning));
  if (content.visibility != "public") fact("Visible", visible_line(content.visibility));
  // What only some of its accounts can keep to stands at those.
  const auto promised = [](const Shown& each) { return audience_words(each.content, each.problems); };
  auto audience = promised(shown.front());
  for (const auto& each : shown) {
    const auto its = promised(each);
    std::erase_if(audience, [&its](const auto& line) { return std::find(its.begin(), its.end(), line) == its.end(); });
  }
  for (const auto& words : audience) fact("Audience", words);
  fact("Language", visible_line(content.language));
  fact("Answers", visible_line(content.reply_to));
  if (post.together) fact("Together", "all its accounts in one flush, or none");
  for (const auto& each : shown) print_delivery(context, each, content, audience, zone);
}

// --- --json

std::string media_json(const Media& media) {
  JsonLine line;
  line.text("name", media.name)
      .text("digest", media.digest.hex())
      .text("mime", media.mime)
      .number("bytes", media.bytes)
      .number("width", media.width)
      .number("height", media.height)
      .text("alt", media.alt)
      .flag("decorative", media.decorative);
  if (const auto& original = media.shrunk_from) {
    line.raw("shrunk_from", JsonLine()
                                .number("bytes", original->bytes)
                                .number("width", original->width)
                                .number("height", original->height)
                                .flag("flattened", original->flattened)
                                .str());
  }
  return line.str();
}

std::string part_json(const Shown& shown, std::size_t index) {
  const auto& part = shown.content.parts[index];
  std::vector<std::string> media;
  for (const auto& each : part.media) media.push_back(media_json(each));
  JsonLine line;
  line.text("text", part.text);
  if (index < shown.lengths.size()) line.number("length", static_cast<std::int64_t>(shown.lengths[index]));
  line.raw_list("media", media);
  for (const auto& record : shown.detail.parts) {
    if (record.n != static_cast<int>(index) + 1 || !record.receipt) continue;
    line.text("remote_id", record.receipt->remote_id).text("url", record.receipt->url);
    line.time("sent_at", record.receipt->sent_at);
  }
  return line.str();
}

std::string attempt_json(const Attempt& attempt) {
  JsonLine line;
  line.number("part", attempt.part).text("key", attempt.key).time("started_at", attempt.started_at);
  line.time("ended_at", attempt.ended_at);
  if (attempt.outcome) {
    line.text("outcome", word(*attempt.outcome));
  } else {
    line.null("outcome");
  }
  return line.text("detail", attempt.detail).str();
}

std::string delivery_json(const Shown& shown, TimePoint now) {
  const auto& delivery = shown.detail.delivery;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < shown.content.parts.size(); ++i) parts.push_back(part_json(shown, i));
  std::vector<std::string> attempts;
  for (const auto& attempt : shown.detail.attempts) attempts.push_back(attempt_json(attempt));
  JsonLine line;
  line.text("name", name_of(delivery)).text("account", delivery.account_name).text("state", word(delivery.state));
  line.text("standing", stable_word(standing_of(delivery, now))).number("revision", delivery.revision);
  line.time("next_at", next_time(delivery)).time("missed_at", delivery.missed_at).time("public_at", delivery.public_at);
  line.time("retracted_at", delivery.retracted_at).flag("paused", delivery.paused);
  line.text("held_by", delivery.verdict).number("limit", static_cast<std::int64_t>(shown.limit));
  const auto& verdict = shown.detail.approval ? shown.detail.approval : shown.detail.last_approval;
  if (verdict) {
    line.raw("review", JsonLine()
                           .text("verdict", word(verdict->verdict))
                           .text("how", word(verdict->how))
                           .text("person", verdict->person)
                           .time("at", verdict->at)
                           .text("reason", verdict->reason)
                           .flag("in_force", shown.detail.approval.has_value())
                           .str());
  } else {
    line.null("review");
  }
  std::vector<std::string> twice;
  for (const auto& second : shown.detail.twice) {
    JsonLine also;
    also.number("part", second.part).text("remote_id", second.receipt.remote_id).text("url", second.receipt.url);
    also.time("sent_at", second.receipt.sent_at).time("retracted_at", second.retracted_at);
    twice.push_back(also.str());
  }
  line.text("damage", shown.detail.damage).raw_list("stands_twice", twice);
  return line.raw_list("parts", parts).raw_list("attempts", attempts).str();
}

std::string post_json(const PostDetail& post, const std::vector<Shown>& shown, TimePoint now) {
  const auto& content = shown.front().content;
  const auto& schedule = shown.front().detail.delivery.schedule;
  std::vector<std::string> deliveries;
  for (const auto& each : shown) deliveries.push_back(delivery_json(each, now));
  JsonLine line;
  line.text("schema", "postq.show/1").number("id", number(post.id)).text("origin", word(post.origin));
  author_json(line, post.author).time("created_at", post.created_at).time("changed_at", post.changed_at);
  line.text("changed_by", post.last_change ? say_actor(post.last_change->who) : "");
  line.text("label", post.label).flag("together", post.together);
  if (schedule.wall) {
    line.time("not_before", schedule.not_before).text("wall_time", format_wall(*schedule.wall));
    line.text("zone", schedule.zone);
  } else {
    line.null("not_before");
  }
  line.time("until", schedule.until).text("warning", content.warning).text("visibility", content.visibility);
  line.text("language", content.language).text("reply_to", content.reply_to);
  line.text("replies", content.replies).text("quotes", content.quotes).flag("sensitive", content.sensitive);
  return line.raw_list("deliveries", deliveries).str();
}

Exit run_show(const std::vector<std::string>& typed, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  const auto items = std::count_if(typed.begin(), typed.end(), [](const auto& word) { return names_an_item(word); });
  if (items > 0 && items == static_cast<std::ptrdiff_t>(typed.size())) return show_items(context, *store, typed);
  if (items > 0) {
    return fail(ErrorKind::usage, "posts and items are shown apart", "postq show 12        postq show i7");
  }
  POSTQ_TRY(const auto selected, select(*store, typed));
  POSTQ_TRY(const auto* const zone, world.zone());
  bool first = true;
  for (const auto& post : selected.posts) {
    POSTQ_TRY(const auto shown, read_contents(world, *store, post, selected));
    if (context.json) {
      context.result(post_json(post, shown, world.now()));
      continue;
    }
    if (!std::exchange(first, false)) context.result("");
    print_post(context, post, shown, *zone);
  }
  return kDone;
}

}  // namespace

void setup_show(Arguments command, Context& context) {
  auto typed = std::make_shared<std::vector<std::string>>();
  command.add_option("ID", *typed, "Posts or deliveries: 12, 12@site, 12-17; items: i7")->required();
  command.footer(
      "Examples:\n"
      "  postq show 12\n"
      "  postq show i7                 what somebody said, with the conversation\n"
      "  postq show 12@site\n"
      "  postq show 12 --json | jq -r '.deliveries[].parts[].url // empty'");
  command.callback([typed, &context] { context.outcome = run_show(*typed, context); });
}

}  // namespace postq
