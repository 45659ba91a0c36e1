#pragma once

#include <string>

#include "app/flush/flush.h"
#include "cli/context.h"

namespace postq {

// Wider than any line: for mails and logs, where a message in one line can be searched for.
constexpr std::size_t kUnfolded = 1'000'000;

// One event for people: its name, what became of it, what to type (screen 04). No line is wider than `columns`, but for
// an address.
std::string say_event(const FlushEvent& event, std::size_t columns = kUnfolded);
// With the --db and --config that were typed in what it advises.
FlushEvent with_typed_places(const Context& context, FlushEvent event);
FlushReport with_typed_places(const Context& context, FlushReport report);

std::string event_json(const FlushEvent& event);

// The letter that cron mails: what is news in the report, then who was sent; empty when nothing needs a person.
std::string letter(const FlushReport& report);

}  // namespace postq
