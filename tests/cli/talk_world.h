#pragma once

#include <string>
#include <vector>

#include "app/sync_world.h"
#include "cli/commands.h"
#include "support/has.h"

namespace postq::test {

// One account on a shore where people talk, and commands as they are typed.
class TalkWorld : public SyncWorld {
 public:
  Account account;

  TalkWorld() {
    shore.let_people_talk();
    account = on_shore("bsky");
  }

  int type(std::vector<std::string> words) {
    words.insert(words.begin(), "postq");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    Context context{*this};
    return run_command_line(static_cast<int>(argv.size()), argv.data(), context);
  }

  Shore::Beach& beach() { return shore.beaches["bsky"]; }
  // Somebody says something, and it is read.
  std::string hears(const std::string& handle, const std::string& text, TimePoint at, ItemKind kind = ItemKind::mention,
                    const std::string& reply_to = "") {
    auto id = shore.say_to("bsky", handle, text, at, kind, reply_to);
    sync(account);
    return id;
  }
  // A drafted answer to i1, which becomes post 1.
  void draft_answer() { REQUIRE(type({"reply", "i1", "--draft", "Oak."}) == 0); }
  void approve_all() {
    person.keys = {"y"};
    REQUIRE(type({"review"}) == 0);
    person.take_screen();
  }
  // With another program, and not read yet.
  void answer_elsewhere(const std::string& question) {
    shore.throw_in("bsky", "It is oak.");
    beach().posts.front().reply_to = question;
    beach().posts.front().kind = TimelineKind::reply;
  }
  Item item(int id) { return must(queue().item(ItemId{id})); }
  std::vector<TimelineItem> sent() { return beach().posts; }
};

}  // namespace postq::test
