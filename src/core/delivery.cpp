#include <postq/core/delivery.h>
#include <postq/core/timeline.h>

#include "base/spelling.h"

namespace postq {

namespace {

using namespace std::string_view_literals;

constexpr std::array kOrigins{std::pair{Origin::hand_written, "hand-written"sv},
                              std::pair{Origin::scheduled, "scheduled"sv}};
constexpr std::array kStates{
    std::pair{DeliveryState::queued, "queued"sv},           std::pair{DeliveryState::sending, "sending"sv},
    std::pair{DeliveryState::unconfirmed, "unconfirmed"sv}, std::pair{DeliveryState::sent, "sent"sv},
    std::pair{DeliveryState::failed, "failed"sv},           std::pair{DeliveryState::cancelled, "cancelled"sv},
    std::pair{DeliveryState::rejected, "rejected"sv},       std::pair{DeliveryState::expired, "expired"sv}};
constexpr std::array kVerdicts{std::pair{ReviewVerdict::approved, "approved"sv},
                               std::pair{ReviewVerdict::rejected, "rejected"sv}};
constexpr std::array kHows{std::pair{ApprovedHow::review, "review"sv}, std::pair{ApprovedHow::written, "written"sv}};
constexpr std::array kOutcomes{std::pair{Outcome::sent, "sent"sv}, std::pair{Outcome::refused, "refused"sv},
                               std::pair{Outcome::not_sent, "not-sent"sv},
                               std::pair{Outcome::unconfirmed, "unconfirmed"sv},
                               std::pair{Outcome::absent, "absent"sv}};
constexpr std::array kKinds{std::pair{TimelineKind::post, "post"sv}, std::pair{TimelineKind::reply, "reply"sv},
                            std::pair{TimelineKind::own_reply, "own-reply"sv},
                            std::pair{TimelineKind::quote, "quote"sv}, std::pair{TimelineKind::boost, "boost"sv}};
constexpr std::array kCounts{std::pair{CountsAs::hand_written, "hand-written"sv},
                             std::pair{CountsAs::scheduled, "scheduled"sv},
                             std::pair{CountsAs::undecided, "undecided"sv}, std::pair{CountsAs::nothing, "nothing"sv}};

}  // namespace

std::string_view word(Origin origin) {
  return spelled(kOrigins, origin);
}
std::string_view word(DeliveryState state) {
  return spelled(kStates, state);
}
std::string_view word(ReviewVerdict verdict) {
  return spelled(kVerdicts, verdict);
}
std::string_view word(ApprovedHow how) {
  return spelled(kHows, how);
}
std::string_view word(Outcome outcome) {
  return spelled(kOutcomes, outcome);
}
std::string_view word(TimelineKind kind) {
  return spelled(kKinds, kind);
}
std::string_view word(CountsAs counts_as) {
  return spelled(kCounts, counts_as);
}

std::optional<Origin> origin_from_word(std::string_view text) {
  return meant(kOrigins, text);
}
std::optional<DeliveryState> state_from_word(std::string_view text) {
  return meant(kStates, text);
}
std::optional<ReviewVerdict> review_verdict_from_word(std::string_view text) {
  return meant(kVerdicts, text);
}
std::optional<Outcome> outcome_from_word(std::string_view text) {
  return meant(kOutcomes, text);
}
std::optional<TimelineKind> timeline_kind_from_word(std::string_view text) {
  return meant(kKinds, text);
}
std::optional<CountsAs> counts_as_from_word(std::string_view text) {
  return meant(kCounts, text);
}

Result<ApprovedDelivery> ApprovedDelivery::open(const Delivery& delivery, std::string_view document,
                                                const Approval& approval, const Account& account) {
  const std::string name = std::to_string(number(delivery.post)) + "@" + delivery.account_name;
  const std::string hint = "postq review " + std::to_string(number(delivery.post));
  if (approval.verdict != ReviewVerdict::approved || approval.delivery != delivery.id) {
    return fail(ErrorKind::refused, "nobody approved " + name, hint);
  }
  const Digest digest = sha256(document);
  if (digest != delivery.digest || digest != approval.digest || delivery.revision != approval.revision) {
    return fail(ErrorKind::refused, name + " is not what was approved", hint);
  }
  POSTQ_TRY(auto content, content_from_document(document));
  if (!is_for(content, account)) {
    return fail(ErrorKind::refused,
                name + " was approved for " + content.account + " on " + content.platform + ", and " + account.name +
                    " is another account now",
                "postq doctor");
  }
  content.schedule.not_before = delivery.schedule.not_before;
  ApprovedDelivery opened;
  opened.id_ = delivery.id;
  opened.post_ = delivery.post;
  opened.origin_ = delivery.origin;
  opened.digest_ = digest;
  opened.approval_ = approval;
  opened.content_ = std::move(content);
  return opened;
}

}  // namespace postq
