#pragma once

#include <string>

#include "app/flush.h"
#include "cli/context.h"

namespace postq {

// One event for people: its name, what became of it, what to type (screen 04).
std::string say_event(const FlushEvent& event);
std::string event_json(const FlushEvent& event);

// The letter that cron mails: what is news in the report, then who was sent; empty when nothing needs a person.
std::string letter(const FlushReport& report);

}  // namespace postq
