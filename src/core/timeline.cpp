#include <algorithm>
#include <array>

#include <postq/core/timeline.h>

namespace postq {

namespace {

// Programs that post for people who aren't there, as timelines name them, in lower case; postq elsewhere is one.
constexpr std::array<std::string_view, 20> kSchedulers{
    "postq",        "buffer",        "hootsuite", "postiz",    "mixpost", "fedica",   "typefully",
    "later",        "sprout social", "publer",    "ifttt",     "zapier",  "make",     "socialbee",
    "missinglettr", "dlvr.it",       "echofeed",  "feed2toot", "tootbot", "mastofeed"};

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

bool is_scheduler(std::string_view client, const std::vector<std::string>& more) {
  if (client.empty()) return false;
  const auto named = [client](std::string_view name) { return same_name(client, name); };
  return std::any_of(kSchedulers.begin(), kSchedulers.end(), named) || std::any_of(more.begin(), more.end(), named);
}

}  // namespace postq
