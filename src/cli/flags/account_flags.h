#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>
#include <postq/ports/platform.h>

#include "cli/context.h"

namespace postq {

// The flag of a platform's setting: allow_private is typed --allow-private.
std::string flag_of(std::string_view setting);
// What stands for its value: URL, PATH; its last word, so ca_file is a FILE.
std::string placeholder(std::string_view setting);

// In small letters, as names of accounts and platforms are; letters beyond ASCII stay.
std::string lower_case(std::string_view word);

// What a remedy names is put into the settings that were typed, so that the line to type again isn't the one that
// failed: a switch, an address behind its flag, http:// for https://, and a placeholder for what is to be given.
// Secrets stay as they are.
void take_advised(const Platform& platform, std::string_view hint, Settings& settings);

// A sentence with its commands, no wider than the screen and 80 columns; `indent` stands before each line.
void say_wrapped(Context& context, const std::string& text, std::size_t indent = 2);

// A question to be asked at the end of a line: what doesn't fit one stands above it.
std::string prompt_for(Context& context, const std::string& question);
// "the instance, like ..." as a question begins: "The instance, like ...".
std::string sentence_case(std::string_view words);

// What a platform said about an account, line by line.
void say_note(Context& context, const std::string& note);

// The platform of that name; kind usage with the nearest name and the list.
Result<const Platform*> platform_named(World& world, std::string_view name);

// The account of that name. Where there is none, and a platform is called so, how to add one on it.
Result<Account> account_or_line(World& world, Store& store, const std::string& name);

// What comes in from a platform: "mentions, replies and quotes; finds what you listen for".
std::string listening_words(const PlatformTraits& traits);

}  // namespace postq
