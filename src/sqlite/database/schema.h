#pragma once

#include <string_view>

namespace postq::sqlite {

// The tables of version 1. Later versions are steps from the one before; tests/sqlite/database/golden_schema.sql shows
// what they come to.
extern const std::string_view kSchemaV1;
extern const std::string_view kSchemaV2;
extern const std::string_view kSchemaV3;
extern const std::string_view kSchemaV4;

}  // namespace postq::sqlite
