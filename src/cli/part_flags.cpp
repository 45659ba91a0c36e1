#include "cli/part_flags.h"

#include <CLI/CLI.hpp>

namespace postq {

namespace {

constexpr const char* kMedia = "--media";
constexpr const char* kPart = "--part";

}  // namespace

void PartFlags::add_to(CLI::App& command) {
  command_ = &command;
  command.add_option(kPart, typed_, "Of a thread, the part that this picture goes to")
      ->option_text("N")
      ->check(CLI::PositiveNumber)
      ->expected(1)
      ->take_all();
}

std::vector<std::size_t> PartFlags::media_before() const {
  std::vector<std::size_t> before;
  if (command_ == nullptr) return before;
  std::size_t media = 0;
  for (const auto* const option : command_->parse_order()) {
    if (option->check_name(kMedia)) ++media;
    if (option->check_name(kPart)) before.push_back(media);
  }
  return before;
}

Status PartFlags::check() const {
  const auto before = media_before();
  if (before.empty() || before.front() > 0) return {};
  return fail(ErrorKind::usage, "--part " + std::to_string(typed_.front()) + " stands before every --media",
              "--media FILE --part " + std::to_string(typed_.front()));
}

std::size_t PartFlags::of(std::size_t media) const {
  const auto before = media_before();
  std::size_t part = 1;
  for (std::size_t i = 0; i < before.size() && i < typed_.size(); ++i) {
    if (before[i] == media + 1) part = typed_[i];
  }
  return part;
}

}  // namespace postq
