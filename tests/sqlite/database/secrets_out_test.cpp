#include "sqlite/database/secrets_out.h"

#include <fstream>
#include <iterator>

#include "sqlite/database/database.h"
#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using sqlite::Database;

namespace {

constexpr std::string_view kToken = "T0KEN";

// As an older postq left it: the token in the settings, the identity, the documents and the events.
struct OldQueue {
  Folder folder;
  PostId approved{};

  OldQueue() {
    const auto store = must(open_store(settings_for(folder.file())));
    NewAccount account;
    account.account.name = "hook";
    account.account.platform = "webhook";
    account.account.base_url = "https://hook.example";
    account.account.remote_id = "https://hook.example/T0KEN";
    account.account.settings = {{"url", "https://hook.example/T0KEN?q=T0KEN"}, {"allow_private", "yes"}};
    must(store->add_account(account, by_ann()));
    const auto hook = must(store->account("hook"));
    const auto feed = add_account(*store, "feed");
    approved = add_approved(*store, {.texts = {"both"}, .accounts = {hook, feed}, .key = "both"}).id;
    add_post(*store, {.texts = {"it says \"account\":\"https://hook.example/T\""}, .accounts = {hook}, .key = "text"});
  }

  std::unique_ptr<Database> open() { return must(Database::open(folder.file(), Database::Access::read_write, 0)); }

  bool holds(std::string_view word) const {
    std::ifstream file(folder.file(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    return bytes.find(word) != std::string::npos;
  }
};

// As the webhook does it.
Status take(Account& account) {
  if (account.platform != "webhook" || account.setting("url").ends_with("/...")) return {};
  account.settings["url"] = "https://hook.example/...";
  account.remote_id = "https://hook.example/#digest";
  return {};
}

}  // namespace

TEST_CASE("secrets are taken out of all that an older queue stored, and nothing else changes") {
  OldQueue old;
  REQUIRE(old.holds(kToken));

  {
    const auto database = old.open();
    must(sqlite::take_secrets_out(*database, take, kNoon));
    must(sqlite::take_secrets_out(*database, take, kNoon));  // once is enough
  }

  CHECK_FALSE(old.holds(kToken));
  const auto store = must(open_store(settings_for(old.folder.file(), StoreSettings::existing)));
  CHECK(must(store->health(true)).problems.empty());
  CHECK(must(store->verify_events()).problems.empty());
  const auto hook = must(store->account("hook"));
  CHECK(hook.setting("url") == "https://hook.example/...");
  CHECK(hook.remote_id == "https://hook.example/#digest");
  // Approved is approved: the claim finds approval, document and record in agreement.
  CHECK(claim(*store, {hook}).claimed.size() == 1);
  CHECK(must(content_from_document(must(store->post(old.approved)).deliveries.back().document)).account ==
        "https://hook.example/#digest");
  // The same add is the same post.
  const auto again = must(store->add_post(
      new_post({.texts = {"both"}, .accounts = {hook, must(store->account("feed"))}, .key = "both"}), by_ann()));
  CHECK(again.existed);
  // The promises that were lifted hold again.
  CHECK_FALSE(old.open()->script("UPDATE events SET body = body"));
}

TEST_CASE("a secret that can't be kept elsewhere stays where it is, with everything else") {
  OldQueue old;
  const auto database = old.open();
  const auto events = must(database->integer("SELECT count(*) FROM events"));

  const auto taken = sqlite::take_secrets_out(
      *database, [](Account&) -> Status { return fail(ErrorKind::storage, "no space left"); }, kNoon);

  REQUIRE_FALSE(taken);
  CHECK(taken.error().message == "no space left");
  CHECK(must(database->integer("SELECT count(*) FROM events")) == events);
  CHECK(must(database->integer("SELECT count(*) FROM accounts WHERE settings LIKE '%T0KEN%'")) == 1);
  CHECK(must(database->integer("PRAGMA foreign_keys")) == 1);
}

TEST_CASE("where no account has a secret nothing is written") {
  Folder folder;
  must(open_store(settings_for(folder.file())));
  const auto database = must(Database::open(folder.file(), Database::Access::read_write, 0));

  must(sqlite::take_secrets_out(*database, take, kNoon));

  CHECK(must(database->integer("SELECT count(*) FROM events")) == 1);
}
