#include <postq/policy/together.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "together";

}  // namespace

Verdict check_together(const Snapshot&, const Candidate& candidate, const RuleContext&) {
  if (!is_scheduled_start(candidate) || candidate.together_blocked_by.empty()) return allow(kName);
  Verdict verdict =
      hold(kName, Scope::post,
           "it goes to all its accounts together or to none; held back by " + candidate.together_blocked_by);
  verdict.remedies.push_back({"postq why " + std::to_string(number(candidate.post)), "what holds the others"});
  return verdict;
}

std::string describe_together(const PolicySettings&) {
  return "A post added with --together goes to all its accounts in one flush, or to none.";
}

}  // namespace postq
