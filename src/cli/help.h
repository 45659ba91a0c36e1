#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.h"

namespace postq {

// How a command's --help reads: what it does, how it is typed, examples, then the flags.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
};

// `postq help`, `postq help exit-codes`, `postq help man` (the manual page's source): everything that is about more
// than one command. Returns an exit code.
int print_help(Context& context, const std::vector<std::string>& topics);

}  // namespace postq
