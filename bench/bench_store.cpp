// What has to be timed inside a process, on a filled database: the ratio's count, and what one claim costs.
//
//   bench_store DATABASE
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <postq/time/when.h>

#include "sqlite/database/database.h"
#include "sqlite/database/statements.h"
#include "sqlite/open_store.h"

namespace {

using Clock = std::chrono::steady_clock;

double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

int complain(const postq::Error& error) {
  std::fprintf(stderr, "bench_store: %s\n", error.message.c_str());
  return 1;
}

// The statement alone that takes a delivery, on all that are due; nothing stays of it.
postq::Result<double> time_the_update(const char* path, postq::AccountId account, postq::TimePoint now) {
  using postq::sqlite::Database;
  POSTQ_TRY(const auto database, Database::open(path, Database::Access::read_write, 1000));
  POSTQ_TRY(auto transaction, database->begin_write());
  std::vector<postq::DeliveryId> due;
  POSTQ_CHECK(database->each(postq::sqlite::kDue, {account, now, false, 1000},
                             [&](const postq::sqlite::Row& row) { due.push_back(row.id<postq::DeliveryId>(0)); }));
  if (due.empty()) return 0.0;
  POSTQ_CHECK(database->run(postq::sqlite::kClaim, {due.front(), now}));
  const auto begin = Clock::now();
  for (std::size_t n = 1; n < due.size(); ++n) POSTQ_CHECK(database->run(postq::sqlite::kClaim, {due[n], now}));
  return microseconds_since(begin) / static_cast<double>(due.size() - 1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto now = std::chrono::floor<postq::Seconds>(std::chrono::system_clock::now());
  postq::StoreSettings settings;
  settings.path = argv[1];
  settings.now = now;
  auto opened = postq::open_store(settings);
  if (!opened) return complain(opened.error());
  auto& store = **opened;
  const auto accounts = store.accounts();
  if (!accounts) return complain(accounts.error());
  const auto& account = accounts->front();
  const postq::PolicySettings policy;
  const postq::TimeRange day{now - std::chrono::hours{12}, now + std::chrono::hours{12}};

  constexpr int kRounds = 200;
  auto start = Clock::now();
  for (int i = 0; i < kRounds; ++i) {
    const auto snapshot = store.snapshot(account, policy, day, true, false, now);
    if (!snapshot) return complain(snapshot.error());
  }
  std::printf("| ratio's count and the rest of a snapshot | | %.3f ms | | 1 ms | |\n",
              microseconds_since(start) / kRounds / 1000);

  // Everything approved is taken as due; the rules say yes to each. The commit is the disk's, and what a turn begins
  // with is no claim's: both are timed by a turn that claims one, after another has prepared the statements, and taken
  // off.
  const auto claim = [&](int how_many) {
    postq::ClaimRequest request;
    request.now = now + std::chrono::days{36'500};
    request.accounts = {account.id};
    request.per_account = how_many;
    request.settings_for = [&](const postq::Account&) -> const postq::PolicySettings& { return policy; };
    request.judge_for = [](const postq::Account&) -> postq::Judge {
      return [](const postq::Snapshot&, const postq::Candidate&) { return postq::Judgement{}; };
    };
    request.day_of = [&](postq::TimePoint) { return day; };
    request.readable = [](const postq::Account&) { return false; };
    const auto begin = Clock::now();
    const auto claims = store.claim(request, {{"bench", false}, now});
    const double took = microseconds_since(begin);
    return std::pair{took, claims ? claims->claimed.size() : 0};
  };
  const auto update = time_the_update(argv[1], account.id, now + std::chrono::days{36'500});
  if (!update) return complain(update.error());
  std::printf("| the conditional UPDATE of a claim, with its triggers and indexes | | %.1f µs | | 10 µs | |\n",
              *update);
  claim(1);
  const auto [first, one] = claim(2);  // the one before is still under way
  constexpr int kMany = 1000;
  const auto [many_took, many] = claim(kMany);
  if (one != 1 || many < 2) {
    std::fprintf(stderr, "bench_store: claimed %zu and %zu\n", one, many);
    return 1;
  }
  std::printf(
      "| one claim of %zu in a transaction, per delivery, with what it reads and its event | | %.1f µs | | 10 µs | |\n",
      many, (many_took - first) / static_cast<double>(many - 1));
  return 0;
}
