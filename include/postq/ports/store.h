#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <postq/core/account.h>
#include <postq/core/actor.h>
#include <postq/core/content.h>
#include <postq/core/delivery.h>
#include <postq/core/timeline.h>
#include <postq/policy/policy.h>
#include <postq/ports/item_store.h>
#include <postq/ports/platform.h>
#include <postq/ports/recorded_posts.h>

namespace postq {

// Who does something and when.
struct AuditContext {
  Actor actor;
  TimePoint now;
};

// --- accounts
// ---------------------------------------------------------------------------------------------------------

struct NewAccount {
  Account account;  // id, created_at and identity are filled by the store
};

// --- posts
// ------------------------------------------------------------------------------------------------------------

// What one account will get: the document is stored once under its digest.
struct NewDelivery {
  AccountId account{};
  std::string document;
  Schedule schedule;
  std::vector<std::int64_t> fingerprints;  // one per part
};

struct NewPost {
  Origin origin = Origin::scheduled;
  std::string key;    // --key, or random
  std::string draft;  // to_json(Draft)
  std::string label;
  bool together = false;
  std::optional<ItemId> answers;  // what somebody said, and this answers
  std::vector<Media> media;       // every file the draft or a document names; already in the media store
  std::vector<NewDelivery> deliveries;
};

struct Added {
  PostId post{};
  bool existed = false;  // the same key with the same draft and accounts was there already
};

struct PartDetail {
  int n = 1;
  std::optional<Receipt> receipt;
  std::int64_t fingerprint = 0;
};

// What stands on the platform beside what should: its part was sent twice, or was sent although it was called absent.
struct SecondReceipt {
  int part = 1;
  Receipt receipt;
  std::optional<TimePoint> retracted_at;
};

struct DeliveryDetail {
  Delivery delivery;
  std::string document;
  std::string damage;  // why the document isn't what it should be; empty: it is
  std::vector<PartDetail> parts;
  std::optional<Approval> approval;       // the one in force
  std::optional<Approval> last_approval;  // the newest verdict ever, in force or not
  std::string last_approved_document;     // of the newest yes; empty if there was none
  std::vector<Attempt> attempts;          // oldest first
  std::vector<SecondReceipt> twice;       // oldest first
};

// For the author of a post, to be told once.
struct News {
  enum class Kind : std::uint8_t { rejected, removed, out };
  Kind kind = Kind::rejected;
  Delivery delivery;
  std::string person;  // who rejected or removed it
  std::string reason;
  std::string url;  // where it is out
  TimePoint at{};
  std::int64_t seq = 0;  // of its event
};

// A change by hand or by a program; looking up its mentions is none.
struct PostChange {
  Actor who;
  TimePoint at{};
};

struct PostDetail {
  PostId id{};
  Origin origin = Origin::scheduled;
  std::string key;
  std::string draft;
  std::int64_t revision = 1;
  std::string label;
  bool together = false;
  Actor author;
  TimePoint created_at{};
  TimePoint changed_at{};
  std::optional<PostChange> last_change;  // nothing: none since it was written
  std::optional<ItemId> answers;
  std::vector<DeliveryDetail> deliveries;  // by account name
};

// New contents for deliveries of a post: `edit`, `reschedule`, resolved mentions. Voids their approvals.
struct Change {
  PostId post{};
  std::int64_t post_revision = 0;  // as read; kind refused if somebody changed it meanwhile
  std::optional<std::string> draft;
  std::optional<std::string> label;
  bool other_target = false;  // it no longer answers the item that it was written for
  std::vector<Media> media;
  std::vector<std::pair<DeliveryId, NewDelivery>> deliveries;  // changed ones
  std::vector<NewDelivery> added;                              // accounts that join
  std::string what;                                            // event kind: "edited", "rescheduled", "resolved"
};

// --- lists
// ------------------------------------------------------------------------------------------------------------

struct ListFilter {
  std::vector<DeliveryState> states;  // empty = all that are not over (queued, sending, unconfirmed, failed)
  bool pending_only = false;
  bool approved_only = false;
  bool everything = false;
  bool late_only = false;  // missed their time
  bool paused_only = false;
  std::optional<TimePoint> held_at;  // approved and due by then, and held by a rule at flush's last look
  std::string account;
  std::string label;
  std::string text;    // occurs in the draft
  std::string author;  // who wrote it, a person or an agent
  std::optional<Origin> origin;
  std::optional<TimePoint> from, to;  // of next_at
  std::optional<TimePoint> public_since;
  std::vector<PostId> posts;
  int limit = 50;  // 0: all
};

struct ListRow {
  Delivery delivery;
  std::string text;  // of the first part, shortened to 200 bytes
  Actor author;
  std::string label;
  int parts = 1;
  int parts_sent = 0;
  int media = 0;
  int films = 0;    // of them; the others are pictures
  std::string url;  // of the first receipt
  std::string alt;  // of the first picture, where there is no text
};

// What `status` shows. The counts are exact.
struct QueueSummary {
  std::int64_t pending = 0;
  std::int64_t late_pending = 0;  // pending because they missed their time
  std::int64_t approved = 0;      // what flush sends
  // How many posts those are: one on three accounts is counted three times above. Nothing where they are too many to
  // be told apart at every look.
  struct Posts {
    std::int64_t pending = 0, late_pending = 0, approved = 0;
  };
  std::optional<Posts> posts;
  std::int64_t failed = 0;
  std::int64_t unconfirmed = 0;
  std::int64_t sending = 0;
  std::vector<ListRow> next;  // of what flush sends, by next_at, at most 5
  std::optional<PostId> first_pending;
};

// --- review
// -----------------------------------------------------------------------------------------------------------

struct Decision {
  DeliveryId delivery{};
  Digest digest;              // of the document that was on the screen
  std::int64_t revision = 0;  // of the delivery, as shown
  ReviewVerdict verdict = ReviewVerdict::approved;
  ApprovedHow how = ApprovedHow::review;
  std::string reason;
  std::optional<TimePoint> next_at;  // approved: not before this (missed their time: now)
};

// --- publishing
// -------------------------------------------------------------------------------------------------------

// The pure rules, called inside the claim with what the store read.
using Judge = std::function<Judgement(const Snapshot& snapshot, const Candidate& candidate)>;

struct ClaimRequest {
  TimePoint now;
  std::vector<AccountId> accounts;  // whose turn it is
  std::vector<AccountId> locked;    // all of this run: what goes together takes along those whose turn it isn't
  std::optional<DeliveryId> only;   // `send`, `post`: this one, due or not
  // Judges candidates of the account; the store calls it inside its transaction.
  std::function<Judge(const Account&)> judge_for;
  // What the snapshot is to be counted with.
  std::function<const PolicySettings&(const Account&)> settings_for;
  std::function<TimeRange(TimePoint)> day_of;  // calendar day in the configured zone
  std::function<bool(const Account&)> readable;
  // Adds to a snapshot what isn't in the queue: when something could last have been sent. May be empty.
  std::function<void(const Account&, Snapshot&)> know;
  int per_account = 1;
};

// What keeps an account from being sent on, as the tries to send have found it.
struct Outage {
  std::optional<TimePoint> since;  // the first try that failed since one got an answer; nothing: none failed
  Block by = Block::unreachable;   // the last one
  std::optional<TimePoint> until;  // of a limit its end, of a sign-in when it was made; unreachable: the last failure
  bool retrying = false;           // something that failed waits for its next try
  bool in_doubt = false;           // an attempt without an answer stands
};

// An account as far as sending is concerned, for the rule `late`.
struct SendingKnown {
  Outage outage;
  std::optional<TimePoint> resumed_at;         // when a pause of it, or of everything, last ended
  std::optional<TimePoint> last_scheduled_at;  // when something scheduled last went out
  std::optional<TimePoint> read_at;            // its timeline
};

// Whether a timeline has shown what may be the post of a request in doubt.
enum class Sighting : std::uint8_t { never, there, gone };

struct Claimed {
  Delivery delivery;
  std::string document;
  Approval approval;
  std::vector<PartDetail> parts;
  std::vector<Attempt> attempts;    // earlier ones
  Judgement judgement;              // allowed; with its warnings
  Sighting seen = Sighting::never;  // of the attempt in doubt
  std::string damage;               // unconfirmed: why it is never repeated, only looked for; empty: it may be
};

// A due delivery that the rules hold, and what was done with it.
struct Held {
  Delivery delivery;
  Judgement judgement;
  bool changed = false;  // it became so now: another rule or effect than the last time
};

// A delivery that isn't what was approved, or that can't be prepared: it was taken back to review.
struct Damaged {
  Delivery delivery;
  std::string why;
};

// An account that isn't what the record says: nothing of it is claimed.
struct DoubtfulAccount {
  AccountId account{};
  std::string name;
  std::string why;
};

// What a process that died had claimed.
struct Orphans {
  std::vector<DeliveryId> unconfirmed;
  std::vector<Damaged> to_review;
};

struct Claims {
  std::vector<Claimed> claimed;
  std::vector<Held> held;
  std::vector<Damaged> damaged;  // with those that go together with them
  std::vector<DoubtfulAccount> doubtful;
  std::vector<AccountId> waiting;  // for a post on its way elsewhere, to go together with what is behind it
};

struct NewAttempt {
  DeliveryId delivery{};
  AccountId account{};
  int part = 1;
  std::string key;
  std::string request;
  Digest digest;  // of the approved document: checked again here
};

// What became of an attempt.
struct AttemptResult {
  AttemptId attempt{};
  DeliveryId delivery{};
  AccountId account{};
  int part = 1;
  Outcome outcome = Outcome::unconfirmed;
  std::optional<Receipt> receipt;  // sent
  std::string text;                // of the part, for the timeline row; sent
  std::string detail;              // what was said
  bool answered = false;           // a response came (Attempt::answered); never taken back
  bool by_person = false;          // sent: somebody looked at the account; it is the post that its timeline shows
  std::string looked;              // unconfirmed: what this look asked (Attempt::looked); empty leaves it as it is
  // refused, not_sent, absent: what the delivery becomes. refused without next_try is failed as well; not_sent and
  // absent without it are due again at once. unconfirmed: next_try is when to look again (Delivery::next_at).
  bool give_up = false;               // failed instead of queued
  std::optional<TimePoint> next_try;  // queued again, not before
  // of the account
  std::optional<TimePoint> limited_until;
  bool sign_in_needed = false;
  bool unreachable = false;  // not_sent: there was no network, or no server
};

// Results and intents that are ready together share one commit.
struct Step {
  std::vector<AttemptResult> results;
  std::vector<NewAttempt> intents;
  // Claimed deliveries that go back to the queue because preparing failed: nothing went out.
  struct Back {
    DeliveryId delivery{};
    std::optional<TimePoint> next_try;
    bool give_up = false;
    std::string detail;
    std::optional<TimePoint> limited_until;
    bool sign_in_needed = false;
    bool tried = true;         // one of the tries that run out; a limit or a sign-in never is
    bool to_review = false;    // its content is wrong: a person reads it again, with what goes together with it
    bool unreachable = false;  // of the account: there was no network, or no server
  };
  std::vector<Back> back;
  std::vector<std::pair<DeliveryId, Upload>> uploads;  // with the part in `upload_parts`
  std::vector<int> upload_parts;
};
struct CommitResult {
  // For each intent, in order: its id, or why it may not be sent (stopped, approval void).
  std::vector<Result<AttemptId>> intents;
};

// A receipt beside another, for a person to take back.
struct StandsTwice {
  std::int64_t id = 0;  // grows
  Delivery delivery;
  int part = 1;
  std::string url;    // of the one too many; its id where it has none
  std::string first;  // of the one that counts; empty: nothing else of the part is out
};

// --- timelines
// --------------------------------------------------------------------------------------------------------

// What the readings of an account's timeline have left behind.
struct TimelineSyncState {
  std::string cursor;                 // for the next one
  std::optional<TimeRange> complete;  // read without a gap
  std::optional<TimePoint> whole_at;  // when the whole window was last walked
  std::optional<TimePoint> read_at;   // when anything was last read
  std::optional<Seconds> clock_skew;  // the server's clock less ours, as it was last told
};

// What one reading brought.
struct TimelineChange {
  std::int64_t fresh = 0;
  std::int64_t deleted = 0;
  std::int64_t answered = 0;       // items that were found answered elsewhere
  std::int64_t waiting_again = 0;  // items whose answer is among what is deleted
  std::vector<WithdrawnAnswer> withdrawn;
};

// --- events
// -----------------------------------------------------------------------------------------------------------

struct Event {
  std::int64_t seq = 0;
  std::string chain;
  std::int64_t chain_no = 0;
  TimePoint at{};
  std::string kind;
  std::optional<PostId> post;
  std::optional<DeliveryId> delivery;
  std::string body;  // canonical JSON
  Digest hash;
};

struct ChainCheck {
  std::int64_t events = 0;
  std::vector<std::pair<std::string, Digest>> heads;  // chain name and its last hash
  std::vector<std::string> problems;                  // empty = valid
};

// --- the database itself
// ----------------------------------------------------------------------------------------------

struct StoreIdentity {
  std::string uuid;
  std::int64_t epoch = 0;
};

struct StoreHealth {
  std::string path;
  int schema_version = 0;
  std::int64_t posts = 0;
  std::vector<std::string> problems;  // integrity and invariants, in words
  bool every_page = true;             // false: the file is large, and `full` wasn't asked for
};

struct StopState {
  bool paused = false;
  std::string reason;
  std::optional<TimePoint> since;
};

// Who paused something last, when, and what for.
struct PausedBy {
  Actor who;
  TimePoint at{};
  std::string reason;  // may be empty
};

// A wall time whose instant is no longer the one stored: the time zone data changed.
struct MovedTime {
  Delivery delivery;
  TimePoint instant;  // what it means today
};

// The queue. One function is one transaction; none leaves the implementation's folder. Every change appends an event.
// Errors: kind storage for the database or disk, not_found for ids, refused for changes that no longer fit.
class Store : public ItemStore, public RecordedPosts {
 public:
  // accounts
  virtual Result<AccountId> add_account(const NewAccount& account, const AuditContext& audit) = 0;
  virtual Result<std::vector<Account>> accounts() = 0;  // by name, without removed ones
  virtual Result<Account> account(std::string_view name) = 0;
  virtual Status set_identity(AccountId account, const std::string& remote_id, const std::string& remote_name,
                              const AuditContext& audit) = 0;  // refused if it is somebody else; clears sign_in_needed
  // Stores the settings and base_url of `changed`.
  virtual Status change_settings(const Account& changed, const AuditContext& audit) = 0;
  // Refused while deliveries of it are queued, sending or unconfirmed (the message counts them).
  virtual Status remove_account(AccountId account, const AuditContext& audit) = 0;
  virtual Result<std::string> zone() = 0;  // asked for by the first `account add`; empty if it wasn't
  virtual Status set_zone(const std::string& zone, const AuditContext& audit) = 0;

  // posts
  virtual Result<Added> add_post(const NewPost& post, const AuditContext& audit) = 0;
  virtual Result<std::optional<PostId>> find_by_key(const std::string& key) = 0;
  virtual Result<PostDetail> post(PostId post) = 0;
  virtual Result<std::vector<ListRow>> list(const ListFilter& filter) = 0;
  virtual Result<std::int64_t> count_list(const ListFilter& filter) = 0;  // no further than its limit
  virtual Result<std::vector<std::string>> labels() = 0;
  virtual Status change(const Change& change,
                        const AuditContext& audit) = 0;  // refused: sending, unconfirmed, sent parts
  virtual Status cancel(const std::vector<DeliveryId>& deliveries, const AuditContext& audit) = 0;
  // `reason`: of the pause, for the record.
  virtual Status set_paused(const std::vector<DeliveryId>& deliveries, bool paused, const AuditContext& audit,
                            const std::string& reason = {}) = 0;
  virtual Status requeue(DeliveryId delivery, const AuditContext& audit) = 0;  // retry, un-cancel; a failed one keeps
                                                                               // its yes only if nothing changed since

  // pause of everything and of accounts
  virtual Status pause_all(const std::string& reason, const AuditContext& audit) = 0;
  virtual Status resume_all(const AuditContext& audit) = 0;
  virtual Result<StopState> stop_state() = 0;
  virtual Status pause_account(AccountId account, std::optional<TimePoint> until, const AuditContext& audit,
                               const std::string& reason = {}) = 0;
  // Of everything, of an account, of a delivery. Asked of what is paused; nothing where the record doesn't tell.
  virtual Result<std::optional<PausedBy>> paused_by() = 0;
  virtual Result<std::optional<PausedBy>> paused_by(const Account& account) = 0;
  virtual Result<std::optional<PausedBy>> paused_by(const Delivery& delivery) = 0;

  // review
  virtual Result<std::vector<PostId>> to_review(
      bool late_only) = 0;  // posts with a pending delivery, oldest time first
  // All or none, in one transaction. kind refused if content or revision is not what was shown any more.
  virtual Result<std::vector<ApprovalId>> decide(const std::vector<Decision>& decisions, const AuditContext& audit) = 0;
  // Takes a verdict back: the delivery is pending again in a new revision. refused once it is sending or sent.
  virtual Status withdraw(const std::vector<DeliveryId>& deliveries, const std::string& why,
                          const AuditContext& audit) = 0;

  // publishing
  virtual Result<std::vector<Account>> accounts_with_work(TimePoint now) = 0;  // something due, sending or unconfirmed
  // With the account's lock held: a `sending` row is an orphan; without an attempt it goes back to queued, with one it
  // becomes unconfirmed. What was being prepared at two deaths of the process goes back to review.
  virtual Result<Orphans> settle_orphans(const std::vector<AccountId>& accounts, const AuditContext& audit) = 0;
  virtual Result<std::vector<Claimed>> unconfirmed(const std::vector<AccountId>& accounts) = 0;
  virtual Result<Claims> claim(const ClaimRequest& request, const AuditContext& audit) = 0;
  virtual Result<CommitResult> commit(const Step& step, const AuditContext& audit) = 0;
  // Whether the request of an unconfirmed attempt may be sent again now: refused when its delivery, its account or
  // everything is paused, when its approval is void or its end has passed, and for what its author sends by hand.
  virtual Status may_repeat(AttemptId attempt, const AuditContext& audit) = 0;
  // For looking for a part among the account's own posts since its first attempt.
  virtual Result<Look> look_for(DeliveryId delivery, int part) = 0;
  // Settles an unconfirmed attempt: `result.outcome` sent, absent, refused, or unconfirmed (looked, still not known).
  virtual Status settle(const AttemptResult& result, const AuditContext& audit) = 0;
  virtual Result<std::vector<Upload>> uploads(DeliveryId delivery, int part) = 0;
  virtual Status retracted(DeliveryId delivery, const AuditContext& audit) = 0;
  // What stands twice and was not taken back, oldest first.
  virtual Result<std::vector<StandsTwice>> standing_twice() = 0;
  virtual Result<SendingKnown> sending_known(AccountId account, TimePoint now) = 0;
  // What kept the account from being sent on is over.
  virtual Status end_outage(AccountId account) = 0;
  // How many posts with a time of their own went out since, more than five minutes after it.
  virtual Result<std::int64_t> sent_late(TimePoint since) = 0;
  // What the rules may know, outside a claim: for why, review and simulate.
  virtual Result<Snapshot> snapshot(const Account& account, const PolicySettings& settings, TimeRange day,
                                    bool readable, bool with_history, TimePoint now) = 0;
  virtual Result<Candidate> candidate(DeliveryId delivery, const PolicySettings& settings, TimePoint now) = 0;
  // What others did to this reader's posts behind the event `after`: a no with its reason, a removal, and what was by
  // hand and UNCONFIRMED and is out. A person's are also those that an agent wrote for them; an agent's are those that
  // it wrote for the same person. In order.
  virtual Result<std::vector<News>> news_for(const Actor& reader, std::int64_t after, TimePoint now) = 0;
  // Those that may go by `until` (nothing: all of them), in due order.
  virtual Result<std::vector<Candidate>> queued_candidates(AccountId account, bool approved_only,
                                                           std::optional<TimePoint> until,
                                                           const PolicySettings& settings, TimePoint now) = 0;
  // The last of those queued before it that says the same, to the letter, on the same account.
  virtual Result<std::optional<Delivery>> queued_twin(DeliveryId delivery) = 0;
  // kind not_found.
  virtual Result<Delivery> delivery(DeliveryId delivery) = 0;
  virtual Result<std::vector<Delivery>> deliveries_of(PostId post) = 0;  // by account; empty if there is no such post

  // timeline
  // Decides for each item whose it is, in the transaction that stores it. One that is limited only marks the account.
  virtual Result<TimelineChange> store_timeline(AccountId account, const TimelineReading& reading,
                                                const AuditContext& audit) = 0;
  virtual Result<TimelineSyncState> timeline_known(AccountId account) = 0;
  virtual Result<TimelineCount> timeline_count(AccountId account, TimePoint from) = 0;

  // events
  // Appends an event about a delivery that changes nothing else ("sent-past-rules" with its reason).
  virtual Status note(DeliveryId delivery, const std::string& kind, const std::string& detail,
                      const AuditContext& audit) = 0;
  virtual Result<std::vector<Event>> events(std::optional<PostId> post, int limit) = 0;  // the newest, newest last
  // All of them, oldest first, one at a time. `take` must not come back to the store.
  virtual Status each_event(std::optional<PostId> post, const std::function<void(const Event&)>& take) = 0;
  virtual Result<std::int64_t> count_events(std::optional<PostId> post) = 0;
  // The chains, and whether approvals, receipts, accounts and documents are what their events say.
  virtual Result<ChainCheck> verify_events() = 0;
  // All chains in one word, as they are now: to be kept elsewhere.
  virtual Result<std::string> record_head() = 0;
  // Why the record isn't the one that this head was taken of, or its continuation; empty: it is. Also takes the head of
  // one chain, as verify_events() gives it. kind usage for something else.
  virtual Result<std::string> check_head(const std::string& head) = 0;

  // agents: what only persons do is refused to them by every function here, with kind refused
  // kind refused, and an event of it, when an agent may not change or remove this post: it is somebody else's, somebody
  // else changed it, or it was approved once. `command` is what was typed, without "postq".
  virtual Status check_agent(PostId post, const std::string& command, const AuditContext& audit) = 0;
  // Appends the event of another refusal.
  virtual Status note_refusal(const std::string& command, std::optional<PostId> post, const std::string& why,
                              const AuditContext& audit) = 0;

  // the database itself
  virtual Result<QueueSummary> summary() = 0;
  // Whether as many deliveries are queued and pending, or queued and approved.
  virtual Result<bool> queue_reaches(std::int64_t count) = 0;
  virtual Result<StoreIdentity> identity() = 0;
  virtual Status raise_epoch(TimePoint now) = 0;
  // After a copy or a restore: a new uuid, and everything due goes back to review. Returns how many deliveries.
  virtual Result<std::int64_t> adopt_copy(const std::string& new_uuid, std::int64_t epoch,
                                          const AuditContext& audit) = 0;
  virtual Result<StoreHealth> health(bool full) = 0;
  virtual Result<std::vector<MovedTime>> moved_times(
      const std::function<std::optional<TimePoint>(WallTime, const std::string&)>& resolve) = 0;
  virtual Status apply_moved(const std::vector<MovedTime>& moved, const AuditContext& audit) = 0;
  virtual bool read_only() const = 0;
};

}  // namespace postq
