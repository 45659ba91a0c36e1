#include "app/review/facts.h"

#include <algorithm>

#include <postq/policy/reading.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/compose.h"
#include "app/forecast/forecast.h"
#include "app/inbox/inbox.h"
#include "app/inbox/reply.h"
#include "app/words/select.h"
#include "app/words/standing.h"

namespace postq {

namespace {

bool wanted(const ReviewEntry& entry, const Delivery& delivery) {
  if (!delivery.pending()) return false;
  return entry.only.empty() || std::find(entry.only.begin(), entry.only.end(), delivery.id) != entry.only.end();
}

Result<const Platform*> platform_of(World& world, const Account& account) {
  const auto* const platform = world.platforms().find(account.platform);
  if (platform != nullptr) return platform;
  return fail(ErrorKind::config,
              "account " + account.name + " is on '" + account.platform + "', which this postq doesn't know",
              "postq platforms");
}

// What was looked up in vain, by delivery.
struct Unresolved {
  DeliveryId delivery{};
  std::string why;
};

// As its account would get the draft now.
Result<Content> render_anew(World& world, const PostDetail& post, const Account& account) {
  POSTQ_TRY(const auto* const platform, platform_of(world, account));
  POSTQ_TRY(const auto draft, draft_from_json(post.draft));
  return platform->render(account, draft);
}

// An error of the content alone: the next post can be read all the same.
Error about_content(const DeliveryDetail& detail, const Error& error) {
  const auto post = std::to_string(number(detail.delivery.post));
  return {ErrorKind::not_found,
          name_of(detail.delivery) + " can't be shown: " + error.message,
          "postq rm " + post + "    postq log " + post,
          {}};
}

// A preview that didn't come may be there by now: a page that goes live later is announced before.
bool lacks_card(const Content& content) {
  return std::any_of(content.parts.begin(), content.parts.end(),
                     [](const Content::Part& part) { return !part.no_card.empty(); });
}

// Looks up what the deliveries left open, and writes anew what is damaged. Returns whether the post changed by it.
Result<bool> resolve_all(World& world, Store& store, const ReviewEntry& entry, const PostDetail& post,
                         std::vector<Unresolved>& in_vain) {
  Change change;
  change.post = post.id;
  change.post_revision = post.revision;
  change.what = "resolved";
  for (const auto& detail : post.deliveries) {
    const auto& delivery = detail.delivery;
    if (!wanted(entry, delivery)) continue;
    const bool damaged = !detail.damage.empty();
    POSTQ_TRY(const auto account, account_of(store, delivery));
    auto content = damaged ? render_anew(world, post, account) : content_from_document(detail.document);
    if (!content && content.error().kind == ErrorKind::storage) return pass_on(about_content(detail, content.error()));
    if (!content) return pass_on(content.error());
    const bool once_more = content->resolved && !damaged && lacks_card(*content);
    if (content->resolved && !damaged && !once_more) continue;
    POSTQ_TRY(const auto* const platform, platform_of(world, account));
    auto resolved = std::move(content);
    if (!resolved->resolved || once_more) {
      world.terminal().say("looking up mentions and links for " + name_of(delivery) + " ...\n");
      auto looked_up = resolve_content(world, *platform, account, *resolved);
      if (once_more && (!looked_up || *looked_up == *resolved)) continue;
      if (looked_up) {
        resolved = std::move(looked_up);
      } else {
        in_vain.push_back({delivery.id, looked_up.error().message});
        if (!damaged) continue;
      }
    }
    if (damaged) change.what = "written anew";
    AccountContent known;
    known.account = account;
    known.content = *resolved;
    known.content.schedule = delivery.schedule;
    known.document = document_of(known.content);
    change.deliveries.emplace_back(delivery.id, new_delivery(known, delivery.schedule));
    for (const auto& part : resolved->parts) {
      change.media.insert(change.media.end(), part.media.begin(), part.media.end());
      if (part.card && part.card->thumbnail) change.media.push_back(*part.card->thumbnail);
    }
  }
  if (change.deliveries.empty()) return false;
  POSTQ_CHECK(store.change(change, world.audit()));
  return true;
}

Result<CardDelivery> read_delivery(World& world, Store& store, const DeliveryDetail& detail) {
  CardDelivery card;
  card.delivery = detail.delivery;
  auto content = content_from_document(detail.document);
  if (!content) return pass_on(about_content(detail, content.error()));
  card.content = *std::move(content);
  card.content.schedule = detail.delivery.schedule;
  POSTQ_TRY(const auto account, account_of(store, detail.delivery));
  POSTQ_TRY(const auto* const platform, platform_of(world, account));
  POSTQ_TRY(const auto* const config, world.config());
  for (std::size_t part = 0; part < card.content.parts.size(); ++part) {
    card.lengths.push_back(platform->count(account, card.content, part));
  }
  card.limit = platform->limits(account).text;
  card.problems = platform->problems(account, card.content);
  card.remote_name = account.remote_name;
  card.tells_language = platform->traits().languages;
  card.alt_required = config->for_account(account.name).alt_text == Strictness::hold;
  card.last_verdict = detail.last_approval;
  card.last_approved_document = detail.last_approved_document;
  return card;
}

// What an edit mends has a key of its own here.
std::string in_a_line(const Remedy& remedy) {
  if (remedy.command.starts_with("postq edit") || remedy.command.starts_with("postq review")) return "";
  return "\n" + remedy.command + (remedy.why.empty() ? "" : "   (" + remedy.why + ")");
}

// A forecast that fails is no reason not to read the post.
void add_forecast(World& world, Store& store, ReviewCard& card) {
  std::vector<DeliveryId> ids;
  for (const auto& each : card.deliveries) ids.push_back(each.delivery.id);
  const auto expected = forecast(world, store, ids);
  for (auto& each : card.deliveries) {
    if (!expected) {
      each.expectation = "no forecast: " + expected.error().message;
      continue;
    }
    for (const auto& one : *expected) {
      if (one.delivery != each.delivery.id) continue;
      each.expectation = one.sentence;
      each.held = one.held;
      each.notes = one.notes;
      if (one.held && !one.remedies.empty()) each.expectation += in_a_line(one.remedies.front());
    }
  }
}

// "at 16:40", "on Sat 20:14".
std::string say_moment(TimePoint at, TimePoint now, const Zone& zone) {
  const auto text = format_time_short(to_the_minute(at), now, zone);
  const bool today = text.find(' ') == std::string::npos;
  return (today ? "at " : "on ") + text;
}

// What became of it since the answer was drafted; empty when it still waits. That it was deleted is no note, but keeps
// the answer from being approved.
std::string say_what_became(const Item& item, TimePoint now, const Zone& zone) {
  const auto at = item.settled_at ? " " + say_moment(*item.settled_at, now, zone) : std::string();
  if (item.state == ItemState::answered) return "was answered" + at;
  if (item.state == ItemState::dismissed) return "was dismissed" + at + ": " + visible_line(item.reason);
  if (item.said.person.ignored) return "comes from a bot, or from somebody muted: nobody waits";
  return "";
}

// What took the yes back that it had before.
void add_why_it_is_back(ReviewCard& card) {
  for (auto& each : card.deliveries) {
    const auto& verdict = each.delivery.verdict;
    if (!verdict.starts_with(kAlreadyOut)) continue;
    each.notes.push_back("back in review, it may be out" + verdict.substr(verdict.find(':')));
  }
}

// An answer that was drafted: the question, and what became of it since. An edit may have given the post another
// target, or none.
Status add_what_it_answers(World& world, Store& store, const PostDetail& post, ReviewCard& card) {
  if (!post.answers) return {};
  POSTQ_TRY(const auto item, store.item(*post.answers));
  POSTQ_TRY(const auto* const zone, world.zone());
  const auto became = say_what_became(item, world.now(), *zone);
  for (auto& each : card.deliveries) {
    if (each.content.reply_to.empty() || each.content.reply_to != item.said.url) continue;
    each.answers = item;
    std::string text;
    for (const auto& part : each.content.parts) text += part.text + "\n";
    const auto account = store.account(each.delivery.account_name);
    const auto left_out = account ? not_told(item, *account, text) : std::vector<std::string>{};
    if (!left_out.empty()) {
      each.notes.push_back(name_of(item.id) + " also speaks to " + joined(left_out) + ": not told, e names them");
    }
    if (became.empty()) continue;
    each.notes.push_back(name_of(item.id) + " of " + name_of(item.said.person) + ", which it answers, " + became);
  }
  return {};
}

}  // namespace

Result<ReviewCard> read_card(World& world, Store& store, const ReviewEntry& entry) {
  POSTQ_TRY(auto post, store.post(entry.post));
  std::vector<Unresolved> in_vain;
  POSTQ_TRY(const bool changed, resolve_all(world, store, entry, post, in_vain));
  if (changed) {
    POSTQ_TRY(post, store.post(entry.post));
  }
  ReviewCard card{post.id,     say_actor(post.author), post.created_at, post.changed_at,
                  post.origin, post.last_change,       post.label,      post.together,
                  {}};
  for (const auto& detail : post.deliveries) {
    if (!wanted(entry, detail.delivery)) continue;
    POSTQ_TRY(auto each, read_delivery(world, store, detail));
    for (const auto& one : in_vain) {
      if (one.delivery == detail.delivery.id) each.unresolved = "mentions and links can't be looked up: " + one.why;
    }
    card.deliveries.push_back(std::move(each));
  }
  add_forecast(world, store, card);
  add_why_it_is_back(card);
  POSTQ_CHECK(add_what_it_answers(world, store, post, card));
  return card;
}

Result<std::vector<std::string>> requests_of(World& world, const Account& account, const ApprovedDelivery& opened,
                                             const DeliveryDetail& detail) {
  POSTQ_TRY(const auto* const platform, platform_of(world, account));
  const auto parts = static_cast<int>(opened.content().parts.size());
  std::vector<std::string> requests;
  PartContext facts;
  facts.now = world.now();
  for (const auto& part : detail.parts) {
    if (!part.receipt) break;
    facts.earlier.push_back(*part.receipt);
  }
  for (facts.part = static_cast<int>(facts.earlier.size()) + 1; facts.part <= parts; ++facts.part) {
    facts.key = platform->request_key(account, opened, facts.part, detail.attempts, facts.now);
    facts.uploads.clear();
    const auto& part = opened.content().parts[static_cast<std::size_t>(facts.part) - 1];
    for (const auto& media : part.media) {
      facts.uploads.push_back({media.digest, "ID-OF-UPLOADED-" + media.name, true, {}});
    }
    if (part.card && part.card->thumbnail) {
      facts.uploads.push_back({part.card->thumbnail->digest, "ID-OF-UPLOADED-PREVIEW-PICTURE", true, {}});
    }
    POSTQ_TRY(auto body, platform->body(account, opened, facts));
    requests.push_back(platform->show(account, {facts.part, parts, facts.key, std::move(body)}));
    const auto id = "ID-OF-PART-" + std::to_string(facts.part);
    facts.earlier.push_back({id, id, "", facts.now});
  }
  return requests;
}

Result<std::vector<std::string>> preview_requests(World& world, Store& store, DeliveryId delivery, PostId post) {
  POSTQ_TRY(const auto detail, store.post(post));
  const auto found = std::find_if(detail.deliveries.begin(), detail.deliveries.end(),
                                  [&](const DeliveryDetail& each) { return each.delivery.id == delivery; });
  if (found == detail.deliveries.end()) return fail(ErrorKind::not_found, "this delivery is gone", "postq list");
  POSTQ_TRY(const auto account, account_of(store, found->delivery));
  // A yes that is stored nowhere and given to nothing but the two pure functions above, which contact nobody.
  const Approval imagined{{},
                          delivery,
                          found->delivery.digest,
                          found->delivery.revision,
                          ReviewVerdict::approved,
                          ApprovedHow::review,
                          world.actor().name,
                          "",
                          world.now()};
  POSTQ_TRY(const auto opened, ApprovedDelivery::open(found->delivery, found->document, imagined, account));
  return requests_of(world, account, opened, *found);
}

}  // namespace postq
