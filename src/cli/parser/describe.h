#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace postq {

// The group of the flags that every command takes.
constexpr const char* kEverywhere = "Everywhere";

// Adds a command to the parser: its flags, those that every command takes, and how its help reads. What it is called
// stays the caller's.
CLI::App& describe(CLI::App& parser, const Command& command, Context& context);

// "account add": the words that lead to a command.
std::string words_of(const CLI::App& command);

}  // namespace postq
