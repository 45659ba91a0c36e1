#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include <postq/base/result.h>

namespace postq {

// A text from outside as a JSON value, members in their order. The error's message is "line 3: ..." with the cause, of
// kind platform; also for values nested deeper than 64. A number too large for a double isn't accepted.
Result<nlohmann::ordered_json> parse_json(std::string_view text);

// The same for a text that strangers had a hand in, so that one of them doesn't hide what everybody else says: what is
// nested too deeply is left out, and invalid UTF-8 and halves of surrogate pairs become U+FFFD.
Result<nlohmann::ordered_json> parse_json_of_strangers(std::string_view text);

// The member's text when `value` is an object that has it as a string (a number is taken for its digits); else "".
std::string text_member(const nlohmann::ordered_json& value, const char* name);

}  // namespace postq
