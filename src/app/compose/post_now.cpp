#include "app/compose/post_now.h"

#include <algorithm>
#include <optional>

#include <postq/core/content.h>
#include <postq/time/when.h>

#include "app/words/select.h"

namespace postq {

namespace {

void append(FlushReport& all, FlushReport one) {
  all.events.insert(all.events.end(), std::make_move_iterator(one.events.begin()),
                    std::make_move_iterator(one.events.end()));
  all.stopped = all.stopped || one.stopped;
  all.interrupted = all.interrupted || one.interrupted;
  all.sent += one.sent;
}

Result<FlushReport> send_one(World& world, Store& store, const Delivery& delivery, PastRules past,
                             PastPause past_pause) {
  FlushOptions options;
  options.account = delivery.account_name;
  options.only = delivery.id;
  options.past = past;
  options.past_pause = past_pause == PastPause::yes;
  POSTQ_TRY(auto report, flush(world, store, options));
  if (report.stopped) {
    FlushEvent event;
    event.kind = FlushEvent::Kind::not_sent;
    event.name = name_of(delivery);
    event.delivery = delivery;
    event.message = "everything is PAUSED";
    const bool by_hand = delivery.origin == Origin::hand_written;
    event.hint = by_hand
                     ? "postq post " + std::to_string(number(delivery.post)) + "    asks whether it goes all the same"
                     : "postq resume";
    event.error = ErrorKind::refused;
    report.events.push_back(std::move(event));
  }
  return report;
}

Decision written(const Delivery& delivery) {
  Decision decision;
  decision.delivery = delivery.id;
  decision.digest = delivery.digest;
  decision.revision = delivery.revision;
  decision.how = ApprovedHow::written;
  return decision;
}

// Approves what is still pending as written, then sends each delivery that is queued. What goes wrong behind that is in
// the report, with what became of the deliveries before it.
Result<FlushReport> approve_and_send(World& world, Store& store, const std::vector<Delivery>& deliveries,
                                     PastPause past_pause) {
  std::vector<Decision> decisions;
  for (const auto& delivery : deliveries) {
    if (delivery.pending()) decisions.push_back(written(delivery));
  }
  if (!decisions.empty()) POSTQ_CHECK(store.decide(decisions, world.audit()).map([](const auto&) {}));
  FlushReport report;
  for (const auto& delivery : deliveries) {
    auto one = send_one(world, store, delivery, PastRules::no, past_pause);
    if (!one) {
      report.trouble = std::move(one).error();
      break;
    }
    append(report, std::move(*one));
  }
  return report;
}

Status check_written_by_hand(const PostDetail& post, const std::string& typed) {
  if (post.origin == Origin::hand_written) return {};
  return fail(ErrorKind::refused, "post " + typed + " is scheduled, not written by hand", "postq review " + typed);
}

Result<FlushReport> send_added(World& world, Store& store, PostId id, PastPause past_pause) {
  POSTQ_TRY(const auto post, store.post(id));
  std::vector<Delivery> deliveries;
  for (const auto& detail : post.deliveries) deliveries.push_back(detail.delivery);
  return approve_and_send(world, store, deliveries, past_pause);
}

}  // namespace

std::optional<Delivery> same_sent_lately(World& world, Store& store, const AccountContent& content) {
  constexpr std::chrono::minutes kLately{10};
  constexpr int kMostLooked = 20;
  ListFilter filter;
  filter.states = {DeliveryState::sent};
  filter.account = content.account.name;
  filter.origin = Origin::hand_written;
  filter.public_since = world.now() - kLately;
  filter.limit = kMostLooked;
  const auto rows = store.list(filter);
  if (!rows) return std::nullopt;
  for (const auto& row : *rows) {
    if (row.delivery.account != content.account.id || !row.delivery.public_at || row.delivery.retracted_at) continue;
    const auto post = store.post(row.delivery.post);
    if (!post) continue;
    for (const auto& detail : post->deliveries) {
      if (detail.delivery.id != row.delivery.id) continue;
      const auto there = content_from_document(detail.document);
      const bool same = there && std::equal(there->parts.begin(), there->parts.end(), content.content.parts.begin(),
                                            content.content.parts.end(), [](const auto& one, const auto& other) {
                                              return one.text == other.text && one.media == other.media;
                                            });
      if (same) return row.delivery;
    }
  }
  return std::nullopt;
}

Result<WrittenReport> post_now(World& world, Store& store, const Composed& composed, const ComposeRequest& request,
                               PastPause past_pause) {
  POSTQ_TRY(const auto added, enqueue(world, store, composed, request));
  WrittenReport report;
  report.post = added.post;
  // From here on the text is a row: an error must not invite to write it once more.
  auto sent = send_added(world, store, added.post, past_pause);
  if (sent) {
    report.flush = std::move(*sent);
  } else {
    report.flush.trouble = std::move(sent).error();
  }
  report.unsent = static_cast<int>(composed.contents.size()) - static_cast<int>(report.flush.sent);
  return report;
}

Result<FlushReport> look_again(World& world, Store& store, const std::string& typed) {
  POSTQ_TRY(const auto selected, select(store, {typed}));
  POSTQ_CHECK(check_written_by_hand(selected.posts.front(), typed));
  FlushReport report;
  for (const auto& detail : selected.posts.front().deliveries) {
    if (detail.delivery.state != DeliveryState::unconfirmed) continue;
    FlushOptions options;
    options.account = detail.delivery.account_name;
    options.only = detail.delivery.id;
    options.only_look = true;
    options.past_pause = true;
    POSTQ_TRY(auto one, flush(world, store, options));
    append(report, std::move(one));
  }
  return report;
}

Result<FlushReport> send_again(World& world, Store& store, const std::string& typed, PastPause past_pause) {
  POSTQ_TRY(const auto selected, select(store, {typed}));
  POSTQ_CHECK(check_written_by_hand(selected.posts.front(), typed));
  std::vector<Delivery> open;
  std::optional<Delivery> in_doubt;
  for (const auto& detail : selected.posts.front().deliveries) {
    auto delivery = detail.delivery;
    if (delivery.state == DeliveryState::failed) {
      POSTQ_CHECK(store.requeue(delivery.id, world.audit()));
      POSTQ_TRY(const auto again, store.post(delivery.post));
      for (const auto& other : again.deliveries) {
        if (other.delivery.id == delivery.id) delivery = other.delivery;
      }
    }
    if (delivery.state == DeliveryState::queued) open.push_back(delivery);
    if (delivery.state == DeliveryState::unconfirmed) in_doubt = delivery;
  }
  if (open.empty() && in_doubt) {
    const std::string name = name_of(*in_doubt);
    return fail(ErrorKind::unknown, name + " is UNCONFIRMED: it may be public, and every flush looks for it",
                "postq resolve " + name + " --sent [URL]    or --not-sent, after you have looked");
  }
  if (open.empty())
    return fail(ErrorKind::refused, "nothing of post " + typed + " is left to send", "postq show " + typed);
  std::vector<DeliveryId> paused;
  for (const auto& delivery : open) {
    if (delivery.paused) paused.push_back(delivery.id);
  }
  // They are asked about it as about every pause; a paused delivery is one that isn't sent.
  if (past_pause == PastPause::yes && !paused.empty()) {
    POSTQ_CHECK(store.set_paused(paused, false, world.audit()));
  }
  return approve_and_send(world, store, open, past_pause);
}

namespace {

Result<Delivery> sent_past_rules(World& world, Store& store, const std::string& typed) {
  POSTQ_TRY(const auto selected, select(store, {typed}));
  const auto& post = selected.posts.front();
  std::vector<Delivery> open;
  for (const auto& detail : post.deliveries) {
    if (selected.contains(detail.delivery.id)) open.push_back(detail.delivery);
  }
  if (open.size() != 1) {
    std::string lines;
    for (const auto& delivery : open) {
      if (delivery.state != DeliveryState::queued || !delivery.approval) continue;
      lines += (lines.empty() ? "" : "\n") + ("postq send " + name_of(delivery) + " --reason \"...\"");
    }
    return fail(ErrorKind::usage, "send takes one delivery at a time", lines.empty() ? "postq show " + typed : lines);
  }
  auto& delivery = open.front();
  POSTQ_TRY(const auto* const config, world.config());
  if (!config->for_account(delivery.account_name).allow_send) {
    return fail(ErrorKind::refused, "the policy of " + delivery.account_name + " doesn't allow it (allow_send = false)",
                "postq why " + name_of(delivery));
  }
  if (delivery.state != DeliveryState::queued) {
    return fail(ErrorKind::refused, name_of(delivery) + " is " + std::string(word(delivery.state)),
                "postq show " + typed);
  }
  if (!delivery.approval) {
    return fail(ErrorKind::refused, name_of(delivery) + " has not been reviewed",
                "postq review " + std::to_string(number(post.id)));
  }
  // The approval says when; the rules that may be passed don't.
  if (delivery.schedule.wall && world.now() < delivery.schedule.not_before) {
    POSTQ_TRY(const auto* const zone, world.zone());
    return fail(ErrorKind::refused,
                name_of(delivery) + " was approved for " +
                    format_time_short(delivery.schedule.not_before, world.now(), *zone) +
                    ", and not for an earlier time",
                "postq reschedule " + name_of(delivery) + " \"in 10 min\"    and approve it once more");
  }
  return std::move(delivery);
}

}  // namespace

Status check_past_rules(World& world, Store& store, const std::string& typed) {
  POSTQ_CHECK(sent_past_rules(world, store, typed).map([](const Delivery&) {}));
  return {};
}

Result<FlushReport> send_past_rules(World& world, Store& store, const std::string& typed, const std::string& reason) {
  POSTQ_TRY(const auto delivery, sent_past_rules(world, store, typed));
  POSTQ_CHECK(store.note(delivery.id, "sent-past-rules", reason, world.audit()));
  return send_one(world, store, delivery, PastRules::yes, PastPause::no);
}

}  // namespace postq
