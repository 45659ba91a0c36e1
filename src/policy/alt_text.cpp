#include <postq/policy/alt_text.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "alt_text";

}  // namespace

Verdict check_alt_text(const Snapshot&, const Candidate& candidate, const RuleContext& context) {
  const auto strictness = context.settings.alt_text;
  if (!is_scheduled_start(candidate) || candidate.media_without_alt == 0 || strictness == Strictness::off) {
    return allow(kName);
  }
  const bool one = candidate.media_without_alt == 1;
  std::string reason = count_of(candidate.media_without_alt, "picture") + (one ? " has" : " have") + " no alt text";
  Verdict verdict =
      strictness == Strictness::hold ? hold(kName, Scope::post, std::move(reason)) : warn(kName, std::move(reason));
  verdict.remedies.push_back({"postq edit " + std::to_string(number(candidate.post)), "say what can be seen"});
  return verdict;
}

std::string describe_alt_text(const PolicySettings& settings) {
  switch (settings.alt_text) {
    case Strictness::off:
      return "Pictures may go out without alt text.";
    case Strictness::warn:
      return "A picture without alt text is pointed out, and may go out.";
    case Strictness::hold:
      break;
  }
  return "No scheduled post is approved, or goes out, with a picture that has no alt text.";
}

}  // namespace postq
