#include "sqlite/publishing/already_out.h"

#include <algorithm>

#include <postq/policy/reading.h>
#include <postq/text/text.h>
#include <postq/text/wording.h>

#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/posts/contents.h"
#include "sqlite/timeline/traces.h"

namespace postq::sqlite {

namespace {

// The servers' clocks are known to about a second, and no post is older than the moment from which it could go.
constexpr Seconds kSlack{10};
constexpr Seconds kServerBehind = std::chrono::minutes{5};

struct Standing {
  std::string remote_id;
  TimePoint created_at{};
  TimelineKind kind = TimelineKind::post;
  std::string reply_to;
  std::string text;
  std::optional<std::int64_t> media;
  bool copy = false;  // of something scheduled here, on any account
};

Standing read_standing(const Row& row) {
  Standing post;
  post.remote_id = row.text(0);
  post.created_at = row.time(1);
  post.kind = timeline_kind_from_word(row.view(2)).value_or(TimelineKind::post);
  post.reply_to = row.text(3);
  post.text = row.text(4);
  post.copy = row.flag(5);
  if (!row.is_null(6)) post.media = row.integer(6);
  return post;
}

// A bridge copies what went out from here on another account; what was there before that is no bridge's work.
Status leave_bridged(Database& db, const Delivery& delivery, std::vector<Standing>& standing) {
  constexpr std::string_view kFirstPublic = R"sql(
    SELECT min(public_at) FROM deliveries WHERE post_id = ?1 AND id <> ?2 AND public_at IS NOT NULL)sql";
  const auto is_copy = [](const Standing& post) { return post.copy; };
  if (std::none_of(standing.begin(), standing.end(), is_copy)) return {};
  POSTQ_TRY(const auto found,
            db.first(kFirstPublic, {delivery.post, delivery.id}, [](const Row& row) { return row.maybe_time(0); }));
  const auto first_public = found.value_or(std::nullopt);
  if (!first_public) return {};
  std::erase_if(standing, [&](const Standing& post) { return post.copy && post.created_at >= *first_public - kSlack; });
  return {};
}

// What may be the post of an open attempt here is left to that one, also where its app has told already whose it is.
Status leave_to_open_attempts(Database& db, AccountId account, std::vector<Standing>& standing) {
  POSTQ_TRY(const auto traces, Traces::read(db, account, standing.front().created_at, standing.back().created_at));
  std::erase_if(standing, [&traces](const Standing& post) {
    SeenItem item;
    item.created_at = post.created_at;
    item.fingerprint = fingerprint(post.text);
    item.key = text_key(post.text);
    return traces.may_be_in_doubt(item);
  });
  return {};
}

// A part that is about to go, and what it hangs below.
struct Going {
  const Content::Part& part;
  bool answers = false;
  std::string_view target;  // has the id of what it answers in it; empty where that isn't known yet
};

bool hangs_alike(const Going& going, const Standing& post) {
  const bool answers = post.kind == TimelineKind::reply || post.kind == TimelineKind::own_reply;
  if (answers != going.answers) return false;
  return going.target.empty() || post.reply_to.empty() || going.target.find(post.reply_to) != std::string_view::npos;
}

std::vector<Going> parts_to_go(const Content& content, const std::vector<PartDetail>& parts) {
  std::vector<Going> going;
  for (std::size_t index = 0; index < content.parts.size(); ++index) {
    const auto has_number = [number = static_cast<int>(index) + 1](const PartDetail& part) { return part.n == number; };
    const auto own = std::find_if(parts.begin(), parts.end(), has_number);
    if (own != parts.end() && own->receipt) continue;
    if (index == 0) {
      going.push_back({content.parts[0], !content.reply_to.empty(), content.reply_ref});
      continue;
    }
    const auto before = std::find_if(parts.begin(), parts.end(),
                                     [number = static_cast<int>(index)](const auto& part) { return part.n == number; });
    const bool known = before != parts.end() && before->receipt;
    going.push_back({content.parts[index], true, known ? std::string_view(before->receipt->remote_id) : ""});
  }
  return going;
}

// Where the platform tells with how many.
bool has_as_many_media(const Going& going, const Standing& post) {
  return !post.media || *post.media == static_cast<std::int64_t>(going.part.media.size());
}

// One post explains one part.
std::vector<Standing> matches(const std::vector<Going>& parts, std::vector<Standing> standing) {
  std::vector<Standing> found;
  for (const auto& going : parts) {
    const Wording wording(going.part.text);
    const auto match = std::find_if(standing.begin(), standing.end(), [&](const Standing& post) {
      return hangs_alike(going, post) && has_as_many_media(going, post) && wording.is_alike(post.text);
    });
    if (match == standing.end()) continue;
    found.push_back(std::move(*match));
    standing.erase(match);
  }
  return found;
}

Status withdraw(Database& db, const Delivery& delivery, const std::vector<Standing>& found, const std::string& why,
                EventWriter& events, TimePoint now) {
  constexpr std::string_view kBack = R"sql(
    UPDATE deliveries SET approval_id = NULL, revision = revision + 1, verdict = ?2, verdict_at = ?3, tries = 0
     WHERE id = ?1)sql";
  constexpr std::string_view kExplains = "UPDATE timeline SET explains = ?3 WHERE account_id = ?1 AND remote_id = ?2";
  POSTQ_CHECK(db.run(kBack, {delivery.id, why, now}));
  for (const auto& post : found) POSTQ_CHECK(db.run(kExplains, {delivery.account, post.remote_id, delivery.id}));
  JsonObject details;
  details.text("why", why).text("remote_id", found.front().remote_id).number("revision", delivery.revision + 1);
  return events.append(event_about(delivery, "withdrawn", std::move(details))).map([](auto) {});
}

// Whether an attempt was made here that this may be, and was called absent.
Result<bool> was_tried_here(Database& db, DeliveryId delivery, TimePoint seen_at) {
  constexpr std::string_view kTried = R"sql(
    SELECT count(*) FROM attempts WHERE delivery_id = ?1 AND outcome = 'absent' AND started_at <= ?2)sql";
  return db.integer(kTried, {delivery, seen_at + kServerBehind}).map([](auto count) { return count != 0; });
}

Held held_back(Delivery delivery, std::string reason, std::vector<Remedy> remedies) {
  Verdict verdict;
  verdict.answer = Answer::hold;
  verdict.effect = Effect::to_review;
  verdict.rule = kAlreadyOut;
  verdict.reason = std::move(reason);
  verdict.remedies = std::move(remedies);
  Held held{std::move(delivery), {}, true};
  held.judgement.answer = Answer::hold;
  held.judgement.effect = Effect::to_review;
  held.judgement.verdicts.push_back(std::move(verdict));
  return held;
}

}  // namespace

// A page is named after its post's id, on every platform that has pages: so its address is the one of another post of
// the account, with this id in it. The id where none of them has an address.
Result<std::string> address_of(Database& db, AccountId account, const std::string& remote_id) {
  constexpr std::string_view kNewest = R"sql(
    SELECT p.remote_id, p.url FROM parts p INDEXED BY parts_texts
     WHERE p.account_id = ?1 AND p.n = 1 AND p.sent_at IS NOT NULL AND p.url <> '' ORDER BY p.sent_at DESC LIMIT 1)sql";
  constexpr std::size_t kShortest = 4;  // a shorter piece could stand anywhere in an address
  const auto last_piece = [](const std::string& id) { return id.substr(id.rfind('/') + 1); };
  std::string address = remote_id;
  POSTQ_CHECK(db.each(kNewest, {account}, [&](const Row& row) {
    const std::string known = last_piece(row.text(0));
    std::string url = row.text(1);
    const auto at = url.rfind(known);
    if (known.size() < kShortest || at == std::string::npos) return;
    address = url.replace(at, known.size(), last_piece(remote_id));
  }));
  return address;
}

Result<std::optional<Held>> take_back_if_out(Database& db, const Asking& asking, EventWriter& events, TimePoint now) {
  const auto& delivery = asking.delivery;
  std::optional<Held> out;
  if (delivery.origin != Origin::scheduled || !asking.approval || !asking.document) return out;
  const TimePoint since = std::max(asking.approval->at, delivery.schedule.not_before) - kSlack;
  std::vector<Standing> standing;
  POSTQ_CHECK(
      db.each(kUnsentHere, {delivery.account, since}, [&](const Row& row) { standing.push_back(read_standing(row)); }));
  if (standing.empty()) return out;
  POSTQ_CHECK(leave_bridged(db, delivery, standing));
  if (standing.empty()) return out;
  POSTQ_CHECK(leave_to_open_attempts(db, delivery.account, standing));
  if (standing.empty()) return out;

  // What can't be read is for those to say who look whether it is what was approved.
  const auto content = content_from_document(*asking.document);
  if (!content) return out;
  POSTQ_TRY(const auto parts, load_parts(db, delivery.id));
  const auto found = matches(parts_to_go(*content, parts), std::move(standing));
  if (found.empty()) return out;
  POSTQ_TRY(const auto address, address_of(db, delivery.account, found.front().remote_id));
  POSTQ_TRY(const bool tried, was_tried_here(db, delivery.id, found.front().created_at));
  std::string reason = address + " says the same since it was approved and due, and " +
                       (tried ? "is probably the attempt here that was called not sent" : "nothing here has sent that");
  std::vector<Remedy> remedies;
  if (tried) {
    const bool is_address = address != found.front().remote_id;
    remedies.push_back({"postq resolve " + text_of(delivery.post) + "@" + delivery.account_name + " --sent" +
                            (is_address ? " " + address : ""),
                        "it is that one: records it as sent"});
  }
  POSTQ_CHECK(withdraw(db, delivery, found, std::string(kAlreadyOut) + ": " + reason, events, now));
  POSTQ_TRY(auto back, load_delivery(db, delivery.id));
  out = held_back(std::move(back), std::move(reason), std::move(remedies));
  return out;
}

}  // namespace postq::sqlite
