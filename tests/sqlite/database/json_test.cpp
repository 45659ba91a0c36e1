#include <rapidcheck.h>

#include "sqlite/database/json_check.h"
#include "sqlite/database/json_writer.h"
#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using sqlite::is_json;

namespace {

// SQLite's own opinion: json_type() fails for what json_valid() refuses.
bool sqlite_reads(sqlite::Database& db, const std::string& text) {
  return db.integer("SELECT json_type(?1) IS NOT NULL", {text}).value_or(0) == 1;
}

}  // namespace

TEST_CASE("JSON is told from what only looks like it") {
  for (const std::string good : {"{}", "[]", " [ ] ", "null", "true", "-0", "1.5e-7", R"("\u00e4\n")",
                                 R"({"a":[1,{"b":null}],"c":"x"})", "[1,2]"}) {
    INFO(good);
    CHECK(is_json(good));
  }
  for (const std::string bad :
       {"",   " ",  "{",      "}",       "[1,]",        "{,}",    "{\"a\"}", "{a:1}",      "nul", "01", "1.",
        ".5", "+1", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "\"open", "[] []",   "{\"a\":1,}", "-",   "1e"}) {
    INFO(bad);
    CHECK_FALSE(is_json(bad));
  }
}

TEST_CASE("JSON nested without end is refused, not followed") {
  CHECK(is_json(std::string(60, '[') + std::string(60, ']')));
  CHECK_FALSE(is_json(std::string(100000, '[') + std::string(100000, ']')));
}

TEST_CASE("postq and SQLite agree on what is JSON") {
  auto database = must(sqlite::Database::open("memory", sqlite::Database::Access::memory, 0));
  CHECK(rc::check("random pieces of JSON", [&] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\u0041\"", "1", "-2.5e3", "true", "null", " ", "\"", "x"));
    std::string text;
    for (const auto& piece : pieces) text += piece;
    RC_ASSERT(is_json(text) == sqlite_reads(*database, text));
  }));
}

TEST_CASE("any text becomes a JSON string that reads back the same") {
  auto database = must(sqlite::Database::open("memory", sqlite::Database::Access::memory, 0));
  CHECK(rc::check("round trip", [&] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
    const std::string text = bytes + "\xC3\xA4\xF0\x9F\x98\x80";
    const auto json = sqlite::json_string(text);
    RC_ASSERT(is_json(json));
    const auto back =
        database->first("SELECT json_extract(?1, '$')", {json}, [](const sqlite::Row& row) { return row.text(0); });
    RC_ASSERT(back && *back == text);
  }));
}
