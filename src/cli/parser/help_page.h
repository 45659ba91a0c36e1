#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "cli/context.h"

namespace postq {

// The widest line of a help text.
constexpr std::size_t kHelpColumns = 80;

// How a command's --help reads: what it does, how it is typed, examples, then the flags.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::size_t columns = kHelpColumns) : help_columns_(columns) {}
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;

 private:
  std::size_t help_columns_;
};

// Prints a page as it is, or for a narrow screen with its lines broken between words.
void print_page(Context& context, std::string_view page);

// Prints that page, or for --json the same on one line (schema postq.help/1). Returns an exit code.
int show_help(const CLI::App& command, Context& context);

// "--limit N", "ID": a flag with what is typed behind it, or what is typed in its place.
std::string typed_as(const CLI::Option& option);

}  // namespace postq
