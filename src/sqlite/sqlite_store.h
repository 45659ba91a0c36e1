#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

// The queue in one file. Each group of functions stands in the source file named beside it.
class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<Database> database) : database_(std::move(database)), db_(*database_) {}

  // accounts/accounts.cpp
  Result<AccountId> add_account(const NewAccount& account, const AuditContext& audit) override;
  Result<std::vector<Account>> accounts() override;
  Result<Account> account(std::string_view name) override;
  Status set_identity(AccountId account, const std::string& remote_id, const std::string& remote_name,
                      const AuditContext& audit) override;
  Status change_settings(const Account& changed, const AuditContext& audit) override;
  Status remove_account(AccountId account, const AuditContext& audit) override;
  Result<std::string> zone() override;
  Status set_zone(const std::string& zone, const AuditContext& audit) override;

  // posts/posts.cpp
  Result<Added> add_post(const NewPost& post, const AuditContext& audit) override;
  Result<std::optional<PostId>> find_by_key(const std::string& key) override;
  Result<PostDetail> post(PostId post) override;

  // posts/lists.cpp
  Result<std::vector<ListRow>> list(const ListFilter& filter) override;
  Result<std::int64_t> count_list(const ListFilter& filter) override;
  Result<std::vector<std::string>> labels() override;
  Result<QueueSummary> summary() override;
  Result<bool> queue_reaches(std::int64_t count) override;
  Result<std::vector<PostId>> to_review(bool late_only) override;

  // posts/changes.cpp
  Status change(const Change& change, const AuditContext& audit) override;
  Status cancel(const std::vector<DeliveryId>& deliveries, const AuditContext& audit) override;
  Status requeue(DeliveryId delivery, const AuditContext& audit) override;
  Status retracted(DeliveryId delivery, const AuditContext& audit) override;

  // publishing/second_receipts.cpp
  Result<std::vector<StandsTwice>> standing_twice() override;
  Result<std::vector<News>> news_for(const Actor& reader, std::int64_t after, TimePoint now) override;

  // accounts/pauses.cpp
  Status set_paused(const std::vector<DeliveryId>& deliveries, bool paused, const AuditContext& audit,
                    const std::string& reason) override;
  Status pause_all(const std::string& reason, const AuditContext& audit) override;
  Status resume_all(const AuditContext& audit) override;
  Result<StopState> stop_state() override;
  Status pause_account(AccountId account, std::optional<TimePoint> until, const AuditContext& audit,
                       const std::string& reason) override;
  Result<std::optional<PausedBy>> paused_by() override;
  Result<std::optional<PausedBy>> paused_by(const Account& account) override;
  Result<std::optional<PausedBy>> paused_by(const Delivery& delivery) override;

  // posts/reviews.cpp
  Result<std::vector<ApprovalId>> decide(const std::vector<Decision>& decisions, const AuditContext& audit) override;
  Status withdraw(const std::vector<DeliveryId>& deliveries, const std::string& why,
                  const AuditContext& audit) override;

  // publishing/claims.cpp
  Result<std::vector<Account>> accounts_with_work(TimePoint now) override;
  Result<Orphans> settle_orphans(const std::vector<AccountId>& accounts, const AuditContext& audit) override;
  Result<std::vector<Claimed>> unconfirmed(const std::vector<AccountId>& accounts) override;
  Result<Claims> claim(const ClaimRequest& request, const AuditContext& audit) override;

  // publishing/steps.cpp
  Result<CommitResult> commit(const Step& step, const AuditContext& audit) override;
  Status settle(const AttemptResult& result, const AuditContext& audit) override;
  Result<std::vector<Upload>> uploads(DeliveryId delivery, int part) override;

  // publishing/looks.cpp
  Status may_repeat(AttemptId attempt, const AuditContext& audit) override;
  Result<Look> look_for(DeliveryId delivery, int part) override;

  // accounts/outages.cpp
  Result<SendingKnown> sending_known(AccountId account, TimePoint now) override;
  Status end_outage(AccountId account) override;
  Result<std::int64_t> sent_late(TimePoint since) override;

  // publishing/snapshots.cpp
  Result<Snapshot> snapshot(const Account& account, const PolicySettings& settings, TimeRange day, bool readable,
                            bool with_history, TimePoint now) override;
  Result<Candidate> candidate(DeliveryId delivery, const PolicySettings& settings, TimePoint now) override;
  Result<std::vector<Candidate>> queued_candidates(AccountId account, bool approved_only,
                                                   std::optional<TimePoint> until, const PolicySettings& settings,
                                                   TimePoint now) override;
  Result<std::optional<Delivery>> queued_twin(DeliveryId delivery) override;
  Result<Delivery> delivery(DeliveryId delivery) override;
  Result<std::vector<Delivery>> deliveries_of(PostId post) override;

  // timeline/timeline.cpp
  Result<TimelineChange> store_timeline(AccountId account, const TimelineReading& reading,
                                        const AuditContext& audit) override;
  Result<TimelineSyncState> timeline_known(AccountId account) override;
  Result<TimelineCount> timeline_count(AccountId account, TimePoint from) override;

  // timeline/recorded.cpp
  Result<bool> record_post(AccountId account, const RecordedPost& post, const AuditContext& audit) override;
  Result<std::optional<RecordedPost>> recorded_post(AccountId account, const std::string& url) override;
  Result<std::optional<TimePoint>> last_recorded_without_url(AccountId account) override;
  Result<RecordedPost> take_back_recorded(AccountId account, const std::string& url,
                                          const AuditContext& audit) override;

  // people/items.cpp; people/said.cpp and people/answers.cpp do the work
  Result<ItemsKnown> items_known(AccountId account, TimePoint from) override;
  Result<ItemsChange> store_items(AccountId account, const ItemsReading& reading, bool whole,
                                  const AuditContext& audit) override;

  // people/inbox.cpp
  Result<std::vector<Item>> items(const ItemFilter& filter) override;
  Result<std::int64_t> count_items(const ItemFilter& filter) override;
  Result<Item> item(ItemId item) override;
  Result<std::vector<WithdrawnAnswer>> dismiss(const std::vector<ItemId>& items, const std::string& reason,
                                               const AuditContext& audit) override;
  Status reopen(const std::vector<ItemId>& items, const AuditContext& audit) override;
  Result<InboxSummary> inbox_summary(TimePoint since) override;
  Result<std::vector<DeliveryId>> answers_to(ItemId item) override;

  // people/conversations.cpp
  Result<std::vector<RemotePost>> conversation(ItemId item, int limit) override;

  // people/listens.cpp
  Result<ListenId> add_listen(AccountId account, const std::string& words, const AuditContext& audit) override;
  Result<std::vector<Listen>> listens() override;
  Status remove_listen(ListenId listen, const AuditContext& audit) override;
  Result<ItemsChange> store_heard(ListenId listen, const ItemsReading& reading, const AuditContext& audit) override;

  // archive/search.cpp
  Result<std::vector<ArchiveHit>> search_archive(const ArchiveQuery& query) override;
  Result<std::int64_t> count_archive(const ArchiveQuery& query) override;

  // timeline/stats.cpp
  Result<StatsFacts> stats_facts(TimeRange range) override;

  // publishing/steps.cpp; events/event_log.cpp does the work
  Status note(DeliveryId delivery, const std::string& kind, const std::string& detail,
              const AuditContext& audit) override;
  Result<std::vector<Event>> events(std::optional<PostId> post, int limit) override;
  Status each_event(std::optional<PostId> post, const std::function<void(const Event&)>& take) override;
  Result<std::int64_t> count_events(std::optional<PostId> post) override;
  Result<ChainCheck> verify_events() override;
  Result<std::string> record_head() override;
  Result<std::string> check_head(const std::string& head) override;

  // accounts/agents.cpp
  Status check_agent(PostId post, const std::string& command, const AuditContext& audit) override;
  Status note_refusal(const std::string& command, std::optional<PostId> post, const std::string& why,
                      const AuditContext& audit) override;

  // database/copies.cpp
  Result<StoreIdentity> identity() override;
  Status raise_epoch(TimePoint now) override;
  Result<std::int64_t> adopt_copy(const std::string& new_uuid, std::int64_t epoch, const AuditContext& audit) override;
  Result<std::vector<MovedTime>> moved_times(
      const std::function<std::optional<TimePoint>(WallTime, const std::string&)>& resolve) override;
  Status apply_moved(const std::vector<MovedTime>& moved, const AuditContext& audit) override;

  // database/health.cpp
  Result<StoreHealth> health(bool full) override;
  bool read_only() const override { return db_.refuses_writes(); }

 private:
  std::unique_ptr<Database> database_;
  Database& db_;
};

}  // namespace postq::sqlite
