#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/compose/compose.h"
#include "app/flush/flush.h"

namespace postq {

// A pause holds what is by hand back as well, until its author has said that it goes all the same.
enum class PastPause : std::uint8_t { no, yes };

struct WrittenReport {
  PostId post{};
  FlushReport flush;
  int unsent = 0;  // deliveries that stay as drafts only `postq post ID` sends
};

// The newest post by hand that said the same on this account within the last ten minutes. Nothing: none did, or it
// can't be told.
std::optional<Delivery> same_sent_lately(World& world, Store& store, const AccountContent& content);

// A post by hand: stored, approved as written by the person who is there, and sent at once. The caller has asked them.
// An error means that it isn't stored; whatever goes wrong behind that is the report's trouble.
// `past_pause`: of what is paused they have been asked as well.
Result<WrittenReport> post_now(World& world, Store& store, const Composed& composed, const ComposeRequest& request,
                               PastPause past_pause = PastPause::no);

// Looks for the deliveries of a hand-written post that may be out, through a pause too: nothing is sent. Without an
// event where nothing of it is in doubt, or its server wants to be left alone for now. kind refused: it is scheduled.
Result<FlushReport> look_again(World& world, Store& store, const std::string& typed);

// Sends the deliveries of a hand-written post that have not gone out, with the author there again.
Result<FlushReport> send_again(World& world, Store& store, const std::string& typed,
                               PastPause past_pause = PastPause::no);

// `postq send`: one reviewed scheduled delivery past ratio, gap, cap and quiet hours. kind refused when it isn't
// approved, or the policy doesn't allow it.
Status check_past_rules(World& world, Store& store, const std::string& typed);  // the same, and nothing is sent
Result<FlushReport> send_past_rules(World& world, Store& store, const std::string& typed, const std::string& reason);

}  // namespace postq
