// What a platform does unless its adapter knows better; problems() is in problems.cpp.
#include <postq/base/digest.h>
#include <postq/ports/platform.h>
#include <postq/text/text.h>
#include <postq/time/time.h>

#include "platforms/common/answers.h"
#include "platforms/common/text_unit.h"

namespace postq {

std::size_t count_in(TextUnit unit, std::string_view text) {
  switch (unit) {
    case TextUnit::graphemes:
      return count_graphemes(text);
    case TextUnit::code_points:
      return count_code_points(text);
    case TextUnit::utf16:
      return count_utf16(text);
    case TextUnit::bytes:
      return text.size();
  }
  return text.size();
}

std::size_t Platform::count(const Account& account, const Content& content, std::size_t part) const {
  if (part >= content.parts.size()) return 0;
  return count_in(limits(account).unit, content.parts[part].text);
}

std::string Platform::search_doubt(const Account&, const std::string&) const {
  return {};
}

Secret Platform::make_secret(const std::string&) const {
  return {};
}

Result<SignIn> Platform::begin_sign_in(const Account& account, const std::string&, const std::string&,
                                       PlatformContext&) const {
  return fail(ErrorKind::usage, traits().title + " has no sign-in in a browser", sign_in_command(account));
}

Result<SecretValues> Platform::finish_sign_in(const Account& account, const SignIn&, const std::string&,
                                              const std::string&, PlatformContext&) const {
  return fail(ErrorKind::usage, traits().title + " has no sign-in in a browser", sign_in_command(account));
}

Content Platform::render(const Account& account, const Draft& draft) const {
  Content content;
  content.platform = traits().name;
  content.account = account.remote_id.empty() ? account.name : account.remote_id;
  for (Draft::Part& part : parts_for(draft, account.name)) {
    content.parts.push_back({std::move(part.text), std::move(part.media), {}, std::nullopt});
  }
  content.warning = draft.warning;
  content.visibility = draft.visibility.empty() ? "public" : draft.visibility;
  content.language = draft.language;
  content.reply_to = draft.reply_to;
  content.replies = draft.replies;
  content.quotes = draft.quotes;
  content.sensitive = draft.sensitive;
  content.resolved = !traits().resolves;
  content.schedule = draft.schedule;
  return content;
}

// No randomness is needed: the digest stands for the content, the id and the time for this attempt at it, and two
// attempts at one part are never in the air together. Letters, digits and hyphens only, so that it fits a header, a
// file name and a path of any platform.
std::string Platform::request_key(const Account&, const ApprovedDelivery& delivery, int part,
                                  const std::vector<Attempt>&, TimePoint now) const {
  const std::string id = std::to_string(number(delivery.id())) + "-" + std::to_string(part);
  const std::string facts = delivery.digest().hex() + "|" + id + "|" + format_rfc3339(now);
  return "postq-" + id + "-" + sha256(facts).hex().substr(0, 16);
}

Result<Content> Platform::resolve(const Account&, const Content& content, PlatformContext&) const {
  Content resolved = content;
  resolved.resolved = true;
  return resolved;
}

Result<Prepared> Platform::prepare(const Account&, const ApprovedDelivery&, const PartContext&,
                                   PlatformContext&) const {
  return Prepared{};
}

Settlement Platform::settle(const Account&, const ApprovedDelivery&, const Attempt&, const Look&,
                            PlatformContext&) const {
  return {Settlement::Kind::undecided, {}, traits().title + " has no list that could tell", {}};
}

Result<TimelineReading> Platform::read_timeline(const Account&, const TimelineRequest&, PlatformContext&) const {
  return fail(ErrorKind::bug, traits().name + " has no timeline that can be read");
}

Result<ItemsReading> Platform::read_items(const Account&, const ItemsRequest&, PlatformContext&) const {
  return fail(ErrorKind::bug, traits().name + " doesn't tell what people say");
}

Result<ItemsReading> Platform::search(const Account&, const SearchRequest&, PlatformContext&) const {
  return fail(ErrorKind::bug, traits().name + " finds no posts by words");
}

Status Platform::retract(const Account& account, const Receipt&, PlatformContext&) const {
  return fail(ErrorKind::usage, traits().title + " can't take a post back",
              "delete it there yourself; postq keeps " + account.name + " as it is");
}

}  // namespace postq
