#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/ids.h>
#include <postq/core/content.h>

namespace postq {

enum class Origin : std::uint8_t { hand_written, scheduled };
// `rejected`: a person said no in review; `cancelled`: taken out of the queue. Both come back by an edit or `retry`.
enum class DeliveryState : std::uint8_t { queued, sending, unconfirmed, sent, failed, cancelled, rejected, expired };
enum class ReviewVerdict : std::uint8_t { approved, rejected };
// `written`: its author was at this terminal and answered the question of `post` or `reply`.
enum class ApprovedHow : std::uint8_t { review, written };
enum class Outcome : std::uint8_t { sent, refused, not_sent, unconfirmed, absent };

// The spellings of columns, JSON and screens. from_word() returns nothing for a word that isn't one.
std::string_view word(Origin origin);
std::string_view word(DeliveryState state);
std::string_view word(ReviewVerdict verdict);
std::string_view word(ApprovedHow how);
std::string_view word(Outcome outcome);
std::optional<Origin> origin_from_word(std::string_view text);
std::optional<DeliveryState> state_from_word(std::string_view text);
std::optional<ReviewVerdict> review_verdict_from_word(std::string_view text);
std::optional<Outcome> outcome_from_word(std::string_view text);

// What the platform gave back for one part that is out.
struct Receipt {
  std::string remote_id;
  std::string remote_ref;  // cid or the like; may be empty
  std::string url;         // may be empty
  TimePoint sent_at{};

  bool operator==(const Receipt&) const = default;
};

// A person's verdict on the exact content of one delivery. A row that is never changed.
struct Approval {
  ApprovalId id{};
  DeliveryId delivery{};
  Digest digest;
  std::int64_t revision = 0;  // of the delivery, as shown on the screen
  ReviewVerdict verdict = ReviewVerdict::approved;
  ApprovedHow how = ApprovedHow::review;
  std::string person;
  std::string reason;
  TimePoint at{};
};

// One post on one account.
struct Delivery {
  DeliveryId id{};
  PostId post{};
  AccountId account{};
  std::string account_name;
  Origin origin = Origin::scheduled;
  DeliveryState state = DeliveryState::queued;
  Digest digest;
  std::int64_t revision = 1;
  std::optional<ApprovalId> approval;  // nothing = pending
  Schedule schedule;
  TimePoint next_at{};  // never before schedule.not_before; moved by rules and back-off
  bool paused = false;
  std::optional<TimePoint> missed_at;
  std::optional<TimePoint> retracted_at;
  std::optional<TimePoint> public_at;
  std::string verdict;  // the rules' last answer, to explain only
  std::optional<TimePoint> verdict_at;
  std::int64_t tries = 0;

  bool pending() const { return state == DeliveryState::queued && !approval; }
  bool approved() const { return state == DeliveryState::queued && approval.has_value(); }
  // Out of the queue by a person's word.
  bool dropped() const { return state == DeliveryState::cancelled || state == DeliveryState::rejected; }
};

// A part of a delivery and what became of it.
struct PartRecord {
  int n = 1;  // from 1
  std::optional<Receipt> receipt;
  std::int64_t fingerprint = 0;
};

// One durable intent to send.
struct Attempt {
  AttemptId id{};
  DeliveryId delivery{};
  AccountId account{};
  int part = 1;
  std::string key;      // the request key: Idempotency-Key, record key, ...
  std::string request;  // the exact body, to be repeated byte for byte; no secrets
  TimePoint started_at{};
  std::optional<TimePoint> ended_at;
  std::optional<Outcome> outcome;
  std::string detail;
  bool answered = false;  // a response came: something may be out although it said no
  std::string looked;     // what looking for it has asked so far, in the platform's own words; empty = nothing yet
};

// What no person approved cannot reach a platform: platforms take this, and only open() makes one.
class ApprovedDelivery {
 public:
  // kind refused unless the approval is a yes to exactly this document of this delivery in this revision, and the
  // document is for this account.
  static Result<ApprovedDelivery> open(const Delivery& delivery, std::string_view document, const Approval& approval,
                                       const Account& account);

  DeliveryId id() const { return id_; }
  PostId post() const { return post_; }
  Origin origin() const { return origin_; }
  const Content& content() const { return content_; }
  const Digest& digest() const { return digest_; }
  // The yes that opened it. Any copy of the database holds the same one.
  const Approval& approval() const { return approval_; }

 private:
  ApprovedDelivery() = default;
  DeliveryId id_{};
  PostId post_{};
  Origin origin_ = Origin::scheduled;
  Digest digest_;
  Approval approval_;
  Content content_;
};

}  // namespace postq
