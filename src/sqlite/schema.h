#pragma once

#include <string_view>

namespace postq::sqlite {

// The tables of version 1, as tests/sqlite/golden_schema.sql shows them. Later versions are migrations.
extern const std::string_view kSchemaV1;

}  // namespace postq::sqlite
