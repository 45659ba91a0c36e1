#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace postq {

// Changes a JSON text in one place and leaves every other byte alone, so that a file which people edit keeps their
// spacing, their order and members that postq doesn't know. All take texts that were parsed as JSON before.

struct JsonSpan {
  std::size_t begin = 0;
  std::size_t end = 0;  // exclusive
};

// The values of the outermost object's members of that name, spelled without escapes.
std::vector<JsonSpan> json_members(std::string_view text, std::string_view name);

// The elements of the array at `array`.
std::vector<JsonSpan> json_elements(std::string_view text, JsonSpan array);

// With `element` as the first one of the array; its lines are indented by four spaces.
std::string with_first_element(std::string_view text, JsonSpan array, std::string_view element);

// Without the array's element number `index`.
std::string without_element(std::string_view text, JsonSpan array, std::size_t index);

// With another element in the place of number `index`; its lines are indented by four spaces.
std::string with_element(std::string_view text, JsonSpan array, std::size_t index, std::string_view element);

// With `"name": value` as the first member of the outermost object.
std::string with_first_member(std::string_view text, std::string_view name, std::string_view value);

// With that value for the member, which becomes the first one where there was none.
std::string with_member(std::string_view text, std::string_view name, std::string_view value);

}  // namespace postq
