#include "cli/parser/arguments.h"

#include <CLI/CLI.hpp>

namespace postq {

const Argument& Argument::description(std::string text) const {
  option_->description(std::move(text));
  return *this;
}

const Argument& Argument::option_text(std::string placeholder) const {
  option_->option_text(std::move(placeholder));
  return *this;
}

const Argument& Argument::required() const {
  option_->required();
  return *this;
}

const Argument& Argument::one_of(std::initializer_list<const char*> words) const {
  option_->check(CLI::IsMember(std::vector<std::string>(words.begin(), words.end())));
  return *this;
}

const Argument& Argument::in_range(int least, int most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

const Argument& Argument::check(std::function<std::string(const std::string&)> check) const {
  option_->check(std::move(check));
  return *this;
}

const Argument& Argument::each(std::function<void(const std::string&)> see) const {
  option_->each(std::move(see));
  return *this;
}

const Argument& Argument::excludes(const Argument& other) const {
  option_->excludes(other.option_);
  return *this;
}

const Argument& Argument::comma_separated() const {
  option_->delimiter(',')->allow_extra_args(false);
  return *this;
}

const Argument& Argument::repeatable() const {
  option_->expected(1)->take_all();
  return *this;
}

const Argument& Argument::optional_value() const {
  option_->expected(0, 1);
  return *this;
}

bool Argument::is_called(const std::string& name) const {
  return option_->check_name(name);
}

std::size_t Argument::count() const {
  return option_->count();
}

Argument Arguments::add_option(const std::string& name, std::string& target, const std::string& help) const {
  return Argument(app_->add_option(name, target, help));
}

Argument Arguments::add_option(const std::string& name, std::vector<std::string>& target,
                               const std::string& help) const {
  return Argument(app_->add_option(name, target, help));
}

Argument Arguments::add_option(const std::string& name, std::vector<std::size_t>& target,
                               const std::string& help) const {
  return Argument(app_->add_option(name, target, help));
}

Argument Arguments::add_option(const std::string& name, std::optional<std::string>& target,
                               const std::string& help) const {
  return Argument(app_->add_option(name, target, help));
}

Argument Arguments::add_option(const std::string& name, int& target, const std::string& help) const {
  return Argument(app_->add_option(name, target, help));
}

Argument Arguments::add_option(const std::string& name, std::optional<int>& target, const std::string& help) const {
  return Argument(app_->add_option(name, target, help));
}

Argument Arguments::add_option(const std::string& name, std::optional<std::int64_t>& target,
                               const std::string& help) const {
  return Argument(app_->add_option(name, target, help));
}

Argument Arguments::add_flag(const std::string& name, bool& target, const std::string& help) const {
  return Argument(app_->add_flag(name, target, help));
}

Argument Arguments::add_flag_callback(const std::string& name, std::function<void()> given,
                                      const std::string& help) const {
  return Argument(app_->add_flag_callback(name, std::move(given), help));
}

Arguments Arguments::add_subcommand(const std::string& name, const std::string& summary) const {
  return Arguments(*app_->add_subcommand(name, summary));
}

void Arguments::footer(const std::string& text) const {
  app_->footer(text);
}

void Arguments::callback(std::function<void()> run) const {
  app_->callback(std::move(run));
}

void Arguments::commands_are_optional() const {
  app_->require_subcommand(0, 1);
}

Argument Arguments::find(const std::string& name) const {
  return Argument(app_->get_option_no_throw(name));
}

bool Arguments::is_alone() const {
  return app_->get_subcommands().empty();
}

bool Arguments::was_typed() const {
  return app_->parsed();
}

std::vector<Argument> Arguments::in_typed_order() const {
  std::vector<Argument> given;
  for (auto* const option : app_->parse_order()) given.emplace_back(option);
  return given;
}

}  // namespace postq
