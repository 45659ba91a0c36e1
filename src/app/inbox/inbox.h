#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// How long somebody has waited, rounded down: "40 min", "5 h", "26 h", "6 days".
std::string say_wait(TimePoint since, TimePoint now);

// The person in a sentence: "@tom@ruby.social".
std::string name_of(const Person& person);

// As much of what somebody said as a screen takes; " ..." where it was more. What strangers send has no limit.
std::string opening_of(const std::string& text);

// How it came: "on your post of Sat 20:14", "mentions you", "on your answer to @tom", "quotes you".
std::string say_how(const Item& item, TimePoint now, const Zone& zone);

// Where it stands, where that isn't just open: "answered Sat 20:14", "dismissed Sat 20:14: spam", "deleted by its
// author".
std::string say_standing(const Item& item, TimePoint now, const Zone& zone);

// Whether a word that was typed names an item, rightly or not: i7, I7, i4-i9.
bool names_an_item(std::string_view typed);

// The item of an id as typed; kind not_found with where to look.
Result<Item> item_named(Store& store, std::string_view typed);

// The items of ids and ranges as typed (i7, i4-i9, i4-9), each once. A gap inside a range is fine.
Result<std::vector<Item>> items_named(Store& store, const std::vector<std::string>& typed);

// The account's platform tells what people say: any of the accounts, for hints.
bool anybody_can_be_heard(World& world, const std::vector<Account>& accounts);

}  // namespace postq
