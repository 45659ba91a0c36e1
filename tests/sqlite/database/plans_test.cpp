#include "sqlite/database/statements.h"
#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;

namespace {

std::string plan_of(sqlite::Database& db, std::string_view sql) {
  std::string plan;
  std::vector<sqlite::Value> values;
  for (int n = 1; n <= 9; ++n) {
    if (sql.find("?" + std::to_string(n)) != std::string_view::npos) values.emplace_back(1);
  }
  must(db.each("EXPLAIN QUERY PLAN " + std::string(sql), values,
               [&](const sqlite::Row& row) { plan += row.text(3) + "\n"; }));
  return plan;
}

}  // namespace

// A partial index is silently not used when a condition is spelled in another way; only the plan tells.
TEST_CASE("the hot statements use their indices") {
  Queue queue;
  auto database = queue.rows();
  struct Hot {
    std::string_view sql;
    std::string index;
  };
  const std::string in_order = " ORDER BY next_at, id LIMIT 5";
  const std::vector<std::string> lists{
      std::string(sqlite::kPendingArm) + in_order, std::string(sqlite::kApprovedArm) + in_order,
      std::string(sqlite::kMissedArm) + in_order,  std::string(sqlite::kFailedArm) + in_order,
      std::string(sqlite::kUnsentArm) + in_order,
  };
  for (const auto& [sql, index] : {
           Hot{sqlite::kDue, "deliveries_due (account_id=? AND next_at<?)"},
           Hot{sqlite::kAnythingDue, "deliveries_due (account_id=? AND next_at<?)"},
           Hot{sqlite::kAnythingOver, "deliveries_until (until_at>? AND until_at<?)"},
           Hot{sqlite::kAnythingOpen, "deliveries_open (account_id=?)"},
           Hot{sqlite::kOverdue, "deliveries_due (account_id=? AND next_at<?)"},
           Hot{sqlite::kTakenBack, "deliveries_missed (next_at>?)"},
           Hot{sqlite::kSendingKnown, "deliveries_due (account_id=? AND next_at<?)"},
           Hot{sqlite::kSendingKnown, "COVERING INDEX deliveries_public (account_id=?"},
           Hot{sqlite::kSentLate, "deliveries_public (account_id=? AND public_at>?)"},
           Hot{sqlite::kSending, "deliveries_open (account_id=?)"},
           Hot{sqlite::kUnconfirmed, "deliveries_open (account_id=?)"},
           Hot{sqlite::kUnsentHere, "timeline_unsent_here (account_id=? AND created_at>?)"},
           Hot{sqlite::kTimelineMix, "COVERING INDEX timeline_count (account_id=? AND created_at>?)"},
           Hot{sqlite::kScheduledMix, "deliveries_open (account_id=?)"},
           Hot{sqlite::kScheduledMix, "COVERING INDEX deliveries_public (account_id=? AND public_at>?)"},
           Hot{sqlite::kScheduledMix,
               "COVERING INDEX deliveries_public (account_id=? AND public_at>? AND public_at<?)"},
           Hot{sqlite::kScheduledMix, "COVERING INDEX deliveries_public (account_id=? AND public_at>?)"},
           Hot{sqlite::kRecentTexts, "COVERING INDEX parts_texts (account_id=? AND sent_at>?)"},
           Hot{sqlite::kRecentTexts, "deliveries_open (account_id=?)"},
           Hot{sqlite::kQueuedTwin, "parts_waiting (account_id=? AND text_key=? AND delivery_id<?)"},
           Hot{sqlite::kForeign, "timeline_foreign (created_at>? AND created_at<?)"},
           Hot{sqlite::kPlain, "timeline_count (account_id=? AND created_at>? AND created_at<?)"},
           Hot{sqlite::kTimed, "COVERING INDEX deliveries_timed"},
           Hot{sqlite::kCountPending, "COVERING INDEX deliveries_todo"},
           Hot{sqlite::kCountApproved, "COVERING INDEX deliveries_approved"},
           Hot{sqlite::kCountToDo, "COVERING INDEX deliveries_todo"},
           Hot{sqlite::kCountReleased, "COVERING INDEX deliveries_approved"},
           Hot{sqlite::kCountUnsent, "COVERING INDEX deliveries_unsent"},
           Hot{sqlite::kCountMissed, "COVERING INDEX deliveries_missed"},
           Hot{sqlite::kCountFailed, "COVERING INDEX deliveries_failed"},
           Hot{sqlite::kCountUnconfirmed, "COVERING INDEX deliveries_open"},
           Hot{sqlite::kFirstPending, "COVERING INDEX deliveries_todo"},
           Hot{lists[0], "COVERING INDEX deliveries_todo"},
           Hot{lists[1], "COVERING INDEX deliveries_approved"},
           Hot{lists[2], "COVERING INDEX deliveries_missed"},
           Hot{lists[3], "COVERING INDEX deliveries_failed"},
           Hot{lists[4], "COVERING INDEX deliveries_unsent"},
           Hot{sqlite::kWaiting, "COVERING INDEX items_open (account_id=? AND waits=?)"},
           Hot{sqlite::kCountHeard, "COVERING INDEX items_open (account_id=? AND waits=?)"},
           Hot{sqlite::kAnswerTimes, "COVERING INDEX items_settled (settled_at>?)"},
           Hot{sqlite::kStillOpen, "items_open (account_id=? AND waits=? AND created_at>?)"},
           Hot{sqlite::kOwnPosts, "timeline_count (account_id=? AND created_at>?)"},
           Hot{sqlite::kOwnAt, "timeline_count (account_id=? AND created_at=?)"},
           Hot{sqlite::kSaidAt, "items_time (account_id=? AND created_at=?)"},
           Hot{sqlite::kArchive, "archive VIRTUAL TABLE INDEX"},
           Hot{sqlite::kOwnFacts, "timeline_count (account_id=? AND created_at>? AND created_at<?)"},
           Hot{sqlite::kOwnFacts, "events_post (post_id=?)"},
           Hot{sqlite::kItemFacts, "items_time (account_id=? AND created_at>? AND created_at<?)"},
       }) {
    const auto plan = plan_of(*database, sql);
    INFO(sql);
    INFO(plan);
    CHECK(plan.find(index) != std::string::npos);
    // An account has a handful of open deliveries, and of people who wait; sorting those is nothing.
    const bool few = index.find("deliveries_open") != std::string::npos || index.find("waits=") != std::string::npos;
    CHECK((few || plan.find("TEMP B-TREE") == std::string::npos));
  }
}

TEST_CASE("a list over several states is merged from indices in order, not sorted") {
  Queue queue;
  auto database = queue.rows();

  const auto plan =
      plan_of(*database, std::string(sqlite::kPendingArm) + " UNION ALL " + std::string(sqlite::kApprovedArm) +
                             " UNION ALL " + std::string(sqlite::kFailedArm) + " ORDER BY next_at, id LIMIT ?1");

  INFO(plan);
  CHECK(plan.find("MERGE (UNION ALL)") != std::string::npos);
  CHECK(plan.find("TEMP B-TREE") == std::string::npos);
}
