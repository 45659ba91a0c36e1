#pragma once

#include <span>
#include <string>
#include <string_view>

#include <postq/base/result.h>
#include <postq/time/time.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

inline constexpr std::int64_t kApplicationId = 0x70737471;  // 'pstq'

// A step of the schema. Its place in the list, counted from 1, is the user_version it leads to: the list only grows.
struct Migration {
  std::string_view sql;
  Status (*fill)(Database& db) = nullptr;  // what the rows there are need besides, in the same transaction
};
std::span<const Migration> known_migrations();

struct FileVersion {
  std::int64_t application_id = 0;
  std::int64_t user_version = 0;
};
Result<FileVersion> read_version(Database& db);

// Makes the tables of the newest version in an empty database.
Status create_schema(Database& db, std::span<const Migration> migrations, const std::string& uuid, TimePoint now);

// Brings an older file up to date, each step in a transaction of its own. Before the first one a copy is made:
// <path>.backup-v<old version>.
Status migrate(Database& db, std::span<const Migration> migrations, std::int64_t version);

}  // namespace postq::sqlite
