#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <postq/core/result.h>
#include <postq/ports/platform.h>

#include "cli/context.h"

namespace postq {

// The flag of a platform's setting: allow_private is typed --allow-private.
std::string flag_of(std::string_view setting);
// What stands for its value: URL, PATH; its last word, so ca_file is a FILE.
std::string placeholder(std::string_view setting);

// What a platform said about an account, line by line.
void say_note(Context& context, const std::string& note);

// The platform of that name; kind usage with the nearest name and the list.
Result<const Platform*> platform_named(World& world, std::string_view name);

// What comes in from a platform: "mentions, replies and quotes; finds what you listen for".
std::string listening_words(const PlatformTraits& traits);

}  // namespace postq
