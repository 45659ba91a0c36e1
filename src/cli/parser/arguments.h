#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
class Option;
}  // namespace CLI

namespace postq {

// How a command says what may be typed behind it. The parser's own header takes five seconds to compile: what describes
// and reads command lines includes it, and the commands include this.

// One argument or flag of a command: a handle that is copied. It lives as long as the command line that was read.
class Argument {
 public:
  Argument() = default;
  explicit Argument(CLI::Option* option) : option_(option) {}
  explicit operator bool() const { return option_ != nullptr; }
  // So that a description reads as one chain: add_option(...)->option_text("TEXT")->required().
  const Argument* operator->() const { return this; }

  const Argument& description(std::string text) const;
  const Argument& option_text(std::string placeholder) const;  // "FILE", behind the flag's name in help
  const Argument& required() const;
  const Argument& one_of(std::initializer_list<const char*> words) const;
  const Argument& in_range(int least, int most) const;
  // `check` returns what is wrong with one value; empty: nothing.
  const Argument& check(std::function<std::string(const std::string&)> check) const;
  const Argument& each(std::function<void(const std::string&)> see) const;  // called with each value
  const Argument& excludes(const Argument& other) const;
  const Argument& comma_separated() const;  // several values in one word, and no second word
  const Argument& repeatable() const;       // one value each time it is given, and all of them count
  const Argument& optional_value() const;   // the flag may stand alone

  bool is_called(const std::string& name) const;  // "--media"
  // After the command line was read: how often it was given.
  std::size_t count() const;

 private:
  CLI::Option* option_ = nullptr;
};

// The arguments of one command, or of a command of it: a handle that is copied.
class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(&app) {}
  const Arguments* operator->() const { return this; }

  // `target` is borrowed until the command has run. A name without dashes is an argument, in the order of the calls.
  Argument add_option(const std::string& name, std::string& target, const std::string& help = {}) const;
  Argument add_option(const std::string& name, std::vector<std::string>& target, const std::string& help = {}) const;
  Argument add_option(const std::string& name, std::vector<std::size_t>& target, const std::string& help = {}) const;
  Argument add_option(const std::string& name, std::optional<std::string>& target, const std::string& help = {}) const;
  Argument add_option(const std::string& name, int& target, const std::string& help = {}) const;
  Argument add_option(const std::string& name, std::optional<int>& target, const std::string& help = {}) const;
  Argument add_option(const std::string& name, std::optional<std::int64_t>& target, const std::string& help = {}) const;
  Argument add_flag(const std::string& name, bool& target, const std::string& help = {}) const;
  Argument add_flag_callback(const std::string& name, std::function<void()> given, const std::string& help) const;
  Arguments add_subcommand(const std::string& name, const std::string& summary) const;
  void footer(const std::string& text) const;      // below the flags in help: examples
  void callback(std::function<void()> run) const;  // the command itself
  void commands_are_optional() const;              // at most one command of this one is typed

  Argument find(const std::string& name) const;  // nothing where there is none
  // After the command line was read: is it this command that was typed, and no command of it?
  bool is_alone() const;
  bool was_typed() const;
  // What was given, once for each time, in the order in which it was typed.
  std::vector<Argument> in_typed_order() const;

  CLI::App& parser() const { return *app_; }

 private:
  CLI::App* app_;
};

}  // namespace postq
