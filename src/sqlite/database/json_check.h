#pragma once

#include <string_view>

namespace postq::sqlite {

// Whether a text is one JSON value by RFC 8259, nested at most 64 deep.
bool is_json(std::string_view text);

}  // namespace postq::sqlite
