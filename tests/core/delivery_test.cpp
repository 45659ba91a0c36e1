#include <postq/core/delivery.h>

#include "support/catch.h"

using namespace postq;

namespace {

// A yes to one document for one account.
struct Gate {
  Account account;
  Content content;
  Delivery delivery;
  Approval approval;
  std::string document;

  Gate() {
    account.name = "work";
    account.platform = "bluesky";
    account.remote_id = "did:plc:abc";
    content.platform = "bluesky";
    content.account = account.remote_id;
    content.parts.push_back({"hello", {}, {}, {}});
    approve();
  }
  void approve() {
    document = document_of(content);
    delivery.id = DeliveryId{1};
    delivery.account_name = account.name;
    delivery.digest = sha256(document);
    approval.delivery = delivery.id;
    approval.digest = delivery.digest;
    approval.revision = delivery.revision;
  }
  Result<ApprovedDelivery> open() const { return ApprovedDelivery::open(delivery, document, approval, account); }
};

}  // namespace

TEST_CASE("the gate opens for exactly what was approved, for the account that it was approved for") {
  Gate gate;
  CHECK(gate.open());

  SECTION("another account") {
    gate.account.remote_id = "did:plc:eve";
    const auto refused = gate.open();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::refused);
    CHECK(refused.error().message.find("was approved for did:plc:abc on bluesky") != std::string::npos);
  }
  SECTION("another platform") {
    gate.account.platform = "mastodon";
    CHECK_FALSE(gate.open());
  }
  SECTION("another document") {
    gate.document.back() = ' ';
    CHECK_FALSE(gate.open());
  }
  SECTION("another delivery") {
    gate.delivery.id = DeliveryId{2};
    CHECK_FALSE(gate.open());
  }
  SECTION("another revision") {
    gate.delivery.revision = 2;
    CHECK_FALSE(gate.open());
  }
  SECTION("a no") {
    gate.approval.verdict = ReviewVerdict::rejected;
    CHECK_FALSE(gate.open());
  }
}

TEST_CASE("what was written before anybody had asked who the account is stays valid") {
  Gate gate;
  gate.content.account = gate.account.name;
  gate.approve();

  CHECK(gate.open());
  gate.account.remote_id.clear();
  CHECK(gate.open());
}
