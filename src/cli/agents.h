#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace postq {

// Whether an agent may run what was parsed into `typed`, the described `command`.
AgentMay permission_of(const Command& command, const CLI::App& typed);

// The refusal, kind refused: an event of the log, with what a person types instead; a text that was typed is kept.
// `words` are the command's name and all that was typed behind it.
Error refuse_agent(Context& context, const CLI::App& typed, const std::vector<std::string>& words);

// kind refused, with an event, when an agent acts and one of the posts isn't its own to change. `command` is the verb;
// the person is offered all that was typed.
Status check_agents_own(Context& context, Store& store, const std::vector<PostDetail>& posts,
                        const std::string& command);

// Whether only a person may type this advice, "postq resume 12".
bool is_for_persons(std::string_view advice);

// The reason beside advice, which says who can follow it where an agent reads what only persons may type: "anna can:
// lets all of it go on".
std::string reason_for(const Actor& reader, std::string_view advice, std::string_view why);

// Whom an agent asks: "anna", or "a person" where nobody wrote down for whom it acts.
std::string person_of(const Actor& actor);

// What follows for a post that waits for its review: "Next: postq review 4", or who does that where an agent acts.
void say_who_reviews(Context& context, const std::string& id);

// What an agent may do, for `postq help agents`: made from the table of commands.
std::string agents_text();

}  // namespace postq
