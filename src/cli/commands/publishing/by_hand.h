#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/compose/compose.h"
#include "app/compose/post_now.h"
#include "cli/context.h"

namespace postq {

// What `post` and `reply` have in common behind the text: show it, ask once, store it and send it at once.
struct ByHand {
  std::string heading;   // above what is shown; may be empty
  std::string footing;   // below it, also where nothing is asked; may be empty
  std::string question;  // "Post it now? [y/n] "
  Error unless;          // of a no
  bool ask = true;       // --yes skips the question, not the person
  std::string command;   // "postq post"
  // A third way to answer the question: nothing is sent, and `other` is set. Empty: there is none.
  std::string other_key = {};
  bool* other = nullptr;
  // Asked between the answer and the row; what it gives is held until everything is sent. May be empty.
  std::function<Result<std::unique_ptr<Lock>>()> claim = {};
};

// One more question where something is paused: it names that, and --yes doesn't answer it. An error: it wasn't answered
// with yes (`unless`), or can't be asked. `command`: what to type without --json and --no-input.
Result<PastPause> ask_past_pause(Context& context, Store& store, const std::vector<Account>& accounts,
                                 const std::vector<Delivery>& deliveries, const std::string& command,
                                 const Error& unless);

// `composed` fits and is looked up. `stored` tells a post that is a row, sent or not, from a text that lies in the
// rescue file alone.
Exit send_by_hand(Context& context, Store& store, const Composed& composed, const ComposeRequest& request,
                  const ByHand& by_hand, const std::string& rescue_path, bool& stored);

// What happened, as people or --json readers want it.
void tell_events(Context& context, const FlushReport& report);

}  // namespace postq
