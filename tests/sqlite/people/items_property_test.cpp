#include <algorithm>
#include <map>
#include <random>

#include <rapidcheck.h>

#include "sqlite/items_fixture.h"

using namespace postq;
using namespace postq::test;

namespace {

// What happened on a platform, to be read in any order and again and again.
struct History {
  std::vector<FoundItem> said;
  std::vector<TimelineItem> own;
};

constexpr int kPeople = 3;
constexpr int kConversations = 3;

History any_history() {
  History history;
  const int items = *rc::gen::inRange(1, 10);
  for (int n = 0; n < items; ++n) {
    const auto person = "p" + std::to_string(*rc::gen::inRange(0, kPeople));
    const auto at = kNoon - Seconds{*rc::gen::inRange(1, 2000)};
    auto item = Inbox::mention("m" + std::to_string(n), person, at, "said " + std::to_string(n));
    item.kind = *rc::gen::element(ItemKind::mention, ItemKind::reply, ItemKind::quote);
    const int conversation = *rc::gen::inRange(0, kConversations + 1);
    if (conversation > 0) item.said.conversation = "root-" + std::to_string(conversation);
    history.said.push_back(std::move(item));
  }
  const int answers = *rc::gen::inRange(0, 5);
  for (int n = 0; n < answers; ++n) {
    const auto at = kNoon - Seconds{*rc::gen::inRange(1, 2000)};
    const auto to = "m" + std::to_string(*rc::gen::inRange(0, items));
    history.own.push_back(Inbox::own("own-" + std::to_string(n), to, at, "answer " + std::to_string(n)));
  }
  return history;
}

// The same thing as another way of reading tells it: less is known, or less of what it is to the account.
void tell_less(FoundItem& item, std::mt19937& random) {
  if (random() % 4 == 0) item.said.conversation.clear();
  if (random() % 4 == 0) item.kind = ItemKind::heard;
}

// Reads everything at least once as it is, in some order, with repeats and poorer tellings between.
std::string states_after(const History& history, unsigned seed) {
  std::mt19937 random(seed);
  Inbox inbox;
  std::vector<std::pair<bool, std::size_t>> readings;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t n = 0; n < history.said.size(); ++n) readings.emplace_back(true, n);
    for (std::size_t n = 0; n < history.own.size(); ++n) readings.emplace_back(false, n);
  }
  std::shuffle(readings.begin(), readings.end(), random);
  std::map<std::size_t, int> told;
  for (const auto& [is_item, n] : readings) {
    if (!is_item) {
      inbox.read_timeline({history.own[n]});
      continue;
    }
    auto item = history.said[n];
    const bool as_it_is = ++told[n] == 2 || random() % 2 == 0;
    if (!as_it_is) tell_less(item, random);
    ItemsReading reading;
    if (random() % 5 == 0) reading.around.push_back(item.said);
    if (as_it_is || random() % 2 == 0) reading.items.push_back(item);
    inbox.store_reading(reading);
  }
  std::string states;
  for (std::size_t n = 0; n < history.said.size(); ++n) {
    const auto item = inbox.of("m" + std::to_string(n));
    states += item.said.remote_id + " " + std::string(word(item.kind)) + " " + std::string(word(item.state)) + " " +
              std::to_string(item.settled_at ? unix_seconds(*item.settled_at) : 0) + "\n";
  }
  RC_ASSERT(inbox.queue.problems(true).empty());
  return states;
}

// The rule, without any reading: answered by the earliest answer to it, or to what the same person said later in the
// same conversation.
std::string states_of(const History& history) {
  std::string states;
  for (const auto& item : history.said) {
    std::int64_t settled = 0;
    for (const auto& answer : history.own) {
      const auto to = std::find_if(history.said.begin(), history.said.end(),
                                   [&](const FoundItem& other) { return other.said.remote_id == answer.reply_to; });
      const bool direct = answer.reply_to == item.said.remote_id;
      const bool together = !item.said.conversation.empty() && to->said.conversation == item.said.conversation &&
                            to->said.person.id == item.said.person.id && to->said.created_at >= item.said.created_at;
      const auto at = unix_seconds(answer.created_at);
      if ((direct || together) && (settled == 0 || at < settled)) settled = at;
    }
    states += item.said.remote_id + " " + std::string(word(item.kind)) + " " + (settled == 0 ? "open" : "answered") +
              " " + std::to_string(settled) + "\n";
  }
  return states;
}

}  // namespace

TEST_CASE("readings in any order, repeated and incomplete, come to the same inbox") {
  CHECK(rc::check([] {
    const auto history = any_history();
    RC_ASSERT(states_after(history, *rc::gen::arbitrary<unsigned>()) == states_of(history));
  }));
}
