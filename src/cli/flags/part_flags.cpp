#include "cli/flags/part_flags.h"

#include <algorithm>

namespace postq {

namespace {

constexpr const char* kMedia = "--media";
constexpr const char* kPart = "--part";

std::string is_part(const std::string& typed) {
  const bool is_number = !typed.empty() && typed.find_first_not_of("0123456789") == std::string::npos;
  const bool is_zero = typed.find_first_not_of('0') == std::string::npos;
  return is_number && !is_zero ? "" : "parts are counted from 1, not '" + typed + "'";
}

}  // namespace

void PartFlags::add_to(Arguments command) {
  command_ = command;
  command.add_option(kPart, typed_, "Of a thread, the part that this picture goes to")
      ->option_text("N")
      ->check(is_part)
      ->repeatable();
}

std::vector<std::size_t> PartFlags::media_before(const std::string& flag) const {
  std::vector<std::size_t> before;
  if (!command_) return before;
  std::size_t media = 0;
  for (const auto& given : command_->in_typed_order()) {
    if (given.is_called(kMedia)) ++media;
    if (given.is_called(flag)) before.push_back(media);
  }
  return before;
}

Status PartFlags::check(bool needs_media) const {
  const auto before = media_before(kPart);
  if (before.empty() || before.front() > 0) return {};
  const auto media = command_->find(kMedia);
  const auto number = std::to_string(typed_.front());
  if (!media || media.count() == 0) {
    if (!needs_media) return {};
    return fail(ErrorKind::usage, "--part says where a picture goes, and there is no --media",
                "--media FILE --part " + number);
  }
  return fail(ErrorKind::usage, "--part " + number + " stands before every --media", "--media FILE --part " + number);
}

std::size_t PartFlags::of(std::size_t media) const {
  const auto before = media_before(kPart);
  std::size_t part = 1;
  for (std::size_t i = 0; i < before.size() && i < typed_.size(); ++i) {
    if (before[i] == media + 1) part = typed_[i];
  }
  return part;
}

std::size_t PartFlags::meant_for(std::size_t media) const {
  const auto before = media_before(kPart);
  if (before.empty() || before.front() > 0) return of(media);
  std::size_t part = 1;
  for (std::size_t i = 0; i < before.size() && i < typed_.size(); ++i) {
    if (before[i] == media) part = typed_[i];
  }
  return part;
}

std::vector<std::string> PartFlags::paired(const std::string& flag, const std::vector<std::string>& values,
                                           std::size_t media) const {
  if (values.empty()) return std::vector<std::string>(media);
  const auto before = media_before(flag);
  const bool ordered = before.size() != values.size() || values.size() > media || before.front() == 0 ||
                       before.front() == media || std::adjacent_find(before.begin(), before.end()) != before.end();
  std::vector<std::string> each(std::max(media, values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) each[ordered ? i : before[i] - 1] = values[i];
  return each;
}

}  // namespace postq
