#include <unistd.h>

#include <algorithm>
#include <sys/wait.h>
#include <thread>

#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;

namespace {

constexpr int kPosts = 40;
constexpr int kFlushes = 4;

void fill(Store& store, const Account& account) {
  for (int n = 0; n < kPosts; ++n) {
    add_approved(store, {.texts = {"text " + std::to_string(n)}, .accounts = {account}, .key = std::to_string(n)});
  }
}

// Claims until nothing is left; the deliveries that this connection got.
std::vector<std::int64_t> claim_all(const std::string& path, const Account& account) {
  std::vector<std::int64_t> mine;
  auto store = open_store(settings_for(path, StoreSettings::existing));
  if (!store) return mine;
  const Rules rules;
  auto request = claim_request(rules, {account});
  request.per_account = kPosts + 1;
  for (int n = 0; n < kPosts; ++n) {
    const auto claims = (*store)->claim(request, by_ann());
    if (!claims) continue;
    for (const auto& claimed : claims->claimed) mine.push_back(number(claimed.delivery.id));
  }
  return mine;
}

}  // namespace

TEST_CASE("four flushes at once claim every post once") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  fill(queue.store, account);

  std::vector<std::vector<std::int64_t>> claimed(kFlushes);
  {
    std::vector<std::jthread> flushes;
    for (auto& mine : claimed) {
      flushes.emplace_back([&mine, &queue, &account] { mine = claim_all(queue.folder.file(), account); });
    }
  }

  std::vector<std::int64_t> all;
  for (const auto& mine : claimed) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  CHECK(all.size() == kPosts);
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  CHECK(queue.count("SELECT count(*) FROM events WHERE kind = 'claimed'") == kPosts);
  CHECK(must(queue.store.verify_events()).problems.empty());
}

TEST_CASE("two processes at once claim every post once") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  fill(queue.store, account);
  queue.owner.reset();  // a connection must not be carried over a fork

  std::vector<pid_t> children;
  for (int n = 0; n < 2; ++n) {
    const auto child = ::fork();
    if (child == 0) ::_exit(static_cast<int>(claim_all(queue.folder.file(), account).size()));
    children.push_back(child);
  }
  int sum = 0;
  for (const auto child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    sum += WEXITSTATUS(status);
  }

  CHECK(sum == kPosts);
  CHECK(queue.count("SELECT count(*) FROM deliveries WHERE state = 'sending'") == kPosts);
  CHECK(queue.count("SELECT count(*) FROM events WHERE kind = 'claimed'") == kPosts);
}

TEST_CASE("an edit and a claim at once leave either the old text on its way or the new one in review") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  for (int n = 0; n < 20; ++n) {
    const auto post = add_approved(queue.store, {.texts = {"old"}, .accounts = {account}, .key = std::to_string(n)});
    Change change;
    change.post = post.id;
    change.post_revision = 1;
    change.what = "edited";
    change.deliveries.emplace_back(post.deliveries.front().delivery.id, delivery_of({.texts = {"new"}}, account));
    std::vector<std::int64_t> claimed;
    bool edited = false;
    {
      const std::jthread flush([&] { claimed = claim_all(queue.folder.file(), account); });
      edited = queue.store.change(change, by_ann()).has_value();
    }

    const auto detail = must(queue.store.post(post.id)).deliveries.front();
    if (edited) {
      CHECK(claimed.empty());
      CHECK(detail.delivery.pending());
    } else {
      CHECK(claimed.size() == 1);
      REQUIRE(detail.approval);
      CHECK(ApprovedDelivery::open(detail.delivery, detail.document, *detail.approval, account));
    }
  }
}
