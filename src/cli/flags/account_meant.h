#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/core/account.h>
#include <postq/ports/platform.h>

#include "app/world.h"
#include "cli/parser/typed_words.h"

// What people type for an account who think of a profile or a server: `account add @anna@example.social`. Nothing is
// added under such a name; the line that is meant is named.
namespace postq {

// The platform that is called so by other people, in other letters, or nearly; nullptr: none is.
const Platform* platform_meant(World& world, std::string_view typed);

// The setting that says where an account of this platform is, made of an address that a person typed: the instance of
// @anna@example.social. Nothing where it can't be one. A secret is named by its placeholder alone.
std::optional<Settings> settings_of_address(const Platform& platform, std::string_view typed);

// The lines of `account add` that may be meant by an address, one a line, each with what it would be. `name` is what
// the account is to be called, empty: as its platform. Empty where it reads like no address.
std::string lines_for_address(World& world, std::string_view address, std::string_view name = {});

// The same for a word too many: `account add mastodon @anna@example.social`.
std::string lines_for_extra_word(World& world, const std::vector<TypedWord>& typed, std::string_view extra);

}  // namespace postq
