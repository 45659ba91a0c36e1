#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <postq/core/item.h>
#include <postq/ports/store.h>
#include <postq/time/zone.h>

namespace postq {

// One account's share of what is read in review.
struct CardDelivery {
  Delivery delivery;  // digest and revision are those on the screen
  Content content;
  std::vector<std::size_t> lengths;  // of each part, as the account counts
  std::size_t limit = 0;             // 0 = none
  std::optional<Item> answers;       // what somebody said, if that is what it replies to and postq knows it
  std::vector<Problem> problems;     // fatal ones first
  std::string remote_name;           // who this is there; may be empty
  bool tells_language = false;       // readers there choose by the language of a post
  bool alt_required = false;         // no yes to a picture without alt text
  bool held = false;
  std::string expectation;               // what the rules forecast, in a sentence; may be empty
  std::vector<std::string> notes;        // what the rules point out about it all the same
  std::string unresolved;                // why mentions or links could not be looked up; empty = all is known
  std::optional<Approval> last_verdict;  // the newest there was, in force or not
  std::string last_approved_document;    // of the newest yes; empty if there was none
};

// All that a person reads before answering for a post. A value: rendering and answering read nothing else.
struct ReviewCard {
  PostId post{};
  std::string author;
  TimePoint created_at{};
  TimePoint changed_at{};
  Origin origin = Origin::scheduled;
  std::optional<PostChange> last_change;
  std::string label;
  bool together = false;
  std::vector<CardDelivery> deliveries;  // never empty
};

// How it is laid out.
struct CardLook {
  const Zone& zone;
  TimePoint now;
  int columns = 80;
  bool plain = false;   // no rules and columns, one fact a line
  bool colour = false;  // of the words that need attention
  std::size_t position = 1;
  std::size_t total = 1;
  // A command as it is to be typed: the front end may have been told of another queue. Empty: as it is.
  std::function<std::string(std::string_view)> advice = {};

  std::string typed(std::string_view command) const { return advice ? advice(command) : std::string(command); }
};

// The card as lines, none wider than the screen; everything in it made visible. Whatever is sent is on it.
std::vector<std::string> render_card(const ReviewCard& card, const CardLook& look);

// Why it can't be approved as it is, in clear words with what to do; empty = it can.
std::vector<std::string> reasons_against(const ReviewCard& card, TimePoint now);

}  // namespace postq
