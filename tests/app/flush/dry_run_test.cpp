// What a flush would send: shown, whatever is in the way of one of them.
#include "app/flush/flush.h"
#include "app/network_world.h"

using namespace postq;
using namespace postq::test;

TEST_CASE("a dry run shows a due post with a picture, which is uploaded only when it is sent") {
  for (const auto& make : network_places()) {
    Scene scene(make());
    INFO(scene.place->platform());
    scene.world.schedule(kNote, {scene.account}, {scene.world.picture()});
    scene.world.schedule(kOther, {scene.account});

    const auto entries = must(dry_run(scene.world, scene.world.queue(), ""));

    REQUIRE(entries.size() == 2);
    CHECK_FALSE(entries[0].trouble);
    REQUIRE(entries[0].requests.size() == 1);
    CHECK(entries[0].requests[0].find("ID-OF-UPLOADED-garden.png") != std::string::npos);
    CHECK(entries[1].requests.size() == 1);
    CHECK(scene.published() == 0);
  }
}

TEST_CASE("a dry run says of a post that can't be shown why, and shows the others") {
  for (const auto& make : network_places()) {
    Scene scene(make());
    INFO(scene.place->platform());
    // Nobody looked up what it answers.
    Draft draft;
    draft.parts.push_back({kNote.front(), {}});
    draft.reply_to = "https://example.org/1";
    NewPost post;
    post.origin = Origin::scheduled;
    post.key = "an answer";
    post.draft = to_json(draft);
    NewDelivery& delivery = post.deliveries.emplace_back();
    delivery.account = scene.account.id;
    delivery.document =
        document_of(scene.world.known_platforms->find(scene.account.platform)->render(scene.account, draft));
    delivery.fingerprints.push_back(fingerprint(kNote.front()));
    approve(scene.world.queue(), must(scene.world.queue().add_post(post, scene.world.audit())).post, scene.world.clock);
    scene.world.schedule(kOther, {scene.account});

    const auto entries = must(dry_run(scene.world, scene.world.queue(), ""));

    REQUIRE(entries.size() == 2);
    CHECK(entries[0].trouble);
    CHECK(entries[1].requests.size() == 1);
  }
}
