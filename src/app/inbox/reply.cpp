#include "app/inbox/reply.h"

#include <algorithm>
#include <array>
#include <utility>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/inbox/inbox.h"
#include "app/words/select.h"
#include "app/words/standing.h"

namespace postq {

namespace {

using namespace std::chrono_literals;

constexpr int kQuotedPosts = 12;           // of the conversation, around the item
constexpr std::size_t kQuoteColumns = 72;  // of a line in the editor
constexpr std::size_t kQuoteLines = 40;    // of one post: what is longer can be read with `show`
constexpr auto kClaimPatience = 10s;

// From most people to fewest; the words of --visibility, which platforms spell the same.
constexpr std::array<std::string_view, 4> kVisibilities{"public", "unlisted", "private", "direct"};

std::size_t narrowness(std::string_view visibility) {
  const auto found = std::find(kVisibilities.begin(), kVisibilities.end(), visibility);
  return found == kVisibilities.end() ? 0 : static_cast<std::size_t>(found - kVisibilities.begin());
}

// An answer that isn't over: it may be out, or still goes.
Error on_its_way(const Item& item, const Delivery& delivery) {
  const std::string name = name_of(delivery);
  const std::string id = std::to_string(number(delivery.post));
  const std::string whom = name_of(item.id);
  Error error{ErrorKind::refused, "", "", {}};
  if (delivery.state == DeliveryState::unconfirmed || delivery.state == DeliveryState::sending) {
    error.message = "an answer to " + whom + " may be out: " + name + " is " +
                    (delivery.state == DeliveryState::sending ? "being sent" : "unconfirmed");
    error.hint =
        "postq why " + name + "\nlook there yourself, then:  postq resolve " + name + " --sent    or --not-sent";
    return error;
  }
  error.message = "an answer to " + whom + " is queued already: " + name;
  error.hint = delivery.origin == Origin::hand_written
                   ? "send it:     postq post " + id + "\ndrop it:     postq rm " + id
                   : "read it:     postq review " + id + "\ndrop it:     postq rm " + id;
  return error;
}

Error answered_already(World& world, const Item& item, const std::vector<Delivery>& sent) {
  std::string text = name_of(item.id) + " was answered already";
  if (!sent.empty()) text += " by " + name_of(sent.back());
  const auto at = item.settled_at ? item.settled_at : sent.empty() ? std::nullopt : sent.back().public_at;
  if (const auto zone = world.zone(); zone && at) {
    text += ", " + format_time_short(to_the_minute(*at), world.now(), **zone);
  }
  if (sent.empty() && !item.answered_by.empty()) text += ", elsewhere (" + visible_line(item.answered_by) + ")";
  return {ErrorKind::refused, text, "once more:  postq reply " + name_of(item.id) + " --again", {}};
}

Status may_be_answered(World& world, Store& store, const Item& item, Again again) {
  if (item.deleted_at) return pass_on(gone(item));
  POSTQ_TRY(const auto answers, store.answers_to(item.id));
  std::vector<Delivery> sent;
  for (const auto id : answers) {
    POSTQ_TRY(const auto delivery, store.delivery(id));
    if (delivery.state == DeliveryState::sent) {
      if (!delivery.retracted_at) sent.push_back(delivery);
    } else if (delivery.state == DeliveryState::queued || delivery.state == DeliveryState::sending ||
               delivery.state == DeliveryState::unconfirmed) {
      return pass_on(on_its_way(item, delivery));
    }
  }
  const bool answered = item.state == ItemState::answered || !sent.empty();
  if (answered && again == Again::no) return pass_on(answered_already(world, item, sent));
  return {};
}

// What somebody else wrote, without the controls that normalise_text refuses: who answers can't mend them.
std::string without_controls(std::string_view theirs) {
  std::string out;
  for (std::size_t at = 0; at < theirs.size(); ++at) {
    const auto byte = static_cast<unsigned char>(theirs[at]);
    const auto next = at + 1 < theirs.size() ? static_cast<unsigned char>(theirs[at + 1]) : 0U;
    const bool c0 = (byte < 0x20U && byte != '\n' && byte != '\t') || byte == 0x7fU;
    const bool c1 = byte == 0xc2U && next >= 0x80U && next < 0xa0U;
    if (c1) ++at;
    if (!c0 && !c1) out += theirs[at];
  }
  return out;
}

std::string quote(std::string_view text) {
  std::string out;
  std::size_t count = 0;
  for (const auto& line : wrap(visible_text(text), kQuoteColumns)) {
    if (++count > kQuoteLines) return out + "# > ...\n";
    out += line.empty() ? "# >\n" : "# > " + line + "\n";
  }
  return out;
}

std::string quoted_with_name(const RemotePost& said, bool yours, TimePoint now, const Zone& zone) {
  std::string text = "# " + (yours ? "you" : name_of(said.person)) + ", " +
                     format_time_short(to_the_minute(said.created_at), now, zone) + (said.deleted ? ", deleted" : "") +
                     "\n";
  if (!said.warning.empty()) text += "# with the warning: " + visible_line(said.warning) + "\n";
  return text + (said.text.empty() ? "" : quote(opening_of(said.text))) + "#\n";
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string in_lower_case(std::string_view text) {
  std::string out;
  for (const char c : text) out += lower(c);
  return out;
}

bool goes_on(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '@';
}

// Whether the handle stands in the text by itself: "@bob" isn't in "@bobby", nor in "@bob@elsewhere.example".
bool names(const std::string& text, const std::string& handle) {
  for (auto at = text.find(handle); at != std::string::npos; at = text.find(handle, at + 1)) {
    const auto end = at + handle.size();
    if (at > 0 && goes_on(text[at - 1])) continue;
    const bool dot = end + 1 < text.size() && text[end] == '.' && goes_on(text[end + 1]);
    if (end == text.size() || !(goes_on(text[end]) || dot)) return true;
  }
  return false;
}

std::string_view host_of(std::string_view url) {
  const auto slashes = url.find("//");
  if (slashes == std::string_view::npos) return {};
  url.remove_prefix(slashes + 2);
  return url.substr(0, url.find_first_of("/:"));
}

}  // namespace

Error gone(const Item& item) {
  return {ErrorKind::refused, name_of(item.id) + " was deleted by its author, so it can't be answered", "", {}};
}

Result<ReplyTarget> reply_target(World& world, Store& store, ItemId id, Again again) {
  POSTQ_TRY(auto item, item_named(store, name_of(id)));
  POSTQ_CHECK(may_be_answered(world, store, item, again));
  auto account = store.account(item.account_name);
  if (!account || account->id != item.account) {
    return fail(ErrorKind::refused, name_of(id) + " came in on " + item.account_name + ", which was removed",
                "postq account list");
  }
  const auto* const platform = world.platforms().find(account->platform);
  if (platform == nullptr || !platform->traits().replies) {
    return fail(ErrorKind::refused, account->name + " can't answer: " + account->platform + " takes no answers",
                "answer there:  " + item.said.url);
  }
  return ReplyTarget{std::move(item), std::move(*account)};
}

Result<std::unique_ptr<Lock>> claim_answer(World& world, Store& store, const ReplyTarget& target, Again again) {
  POSTQ_TRY(auto* const locks, world.locks());
  auto lock = locks->lock("reply-" + target.account.name, kClaimPatience);
  if (!lock && lock.error().kind == ErrorKind::try_later) {
    lock.error().message = "another postq is answering on " + target.account.name;
  }
  if (!lock) return lock;
  POSTQ_TRY(const auto item, item_named(store, name_of(target.item.id)));
  POSTQ_CHECK(may_be_answered(world, store, item, again));
  return lock;
}

Result<ComposeRequest> as_answer(const ReplyTarget& target, ComposeRequest typed) {
  const auto& said = target.item.said;
  const std::size_t theirs = narrowness(said.visibility);
  if (!typed.visibility.empty() && narrowness(typed.visibility) < theirs) {
    return fail(ErrorKind::usage,
                name_of(target.item.id) + " is " + said.visibility + ", and an answer to it is never for more people",
                "leave out --visibility " + typed.visibility);
  }
  if (typed.visibility.empty() && theirs > 0) typed.visibility = said.visibility;
  if (typed.warning.empty()) typed.warning = without_controls(said.warning);
  typed.to = {target.account.name};
  typed.reply_to = said.url;
  typed.answers = target.item.id;
  return typed;
}

std::vector<std::string> not_told(const Item& item, const Account& account, std::string_view text) {
  const auto said = in_lower_case(text);
  const auto url = account.setting("url");
  const auto own_host = in_lower_case(host_of(url.empty() ? account.base_url : url));
  std::vector<std::string> left_out;
  for (const auto& handle : item.said.mentions) {
    const auto whole = in_lower_case(handle);
    // Whoever is on the account's own server is reached without its name.
    const auto at = whole.find('@', 1);
    const bool here = at != std::string::npos && std::string_view(whole).substr(at + 1) == own_host;
    if (names(said, whole) || (here && names(said, whole.substr(0, at)))) continue;
    left_out.push_back(handle);
  }
  return left_out;
}

std::string naming(const std::vector<std::string>& handles, const std::string& text) {
  std::string named;
  for (const auto& handle : handles) named += handle + " ";
  return named + text;
}

std::string joined(const std::vector<std::string>& handles) {
  std::string list;
  for (const auto& handle : handles) list += (list.empty() ? "" : ", ") + visible_line(handle);
  return list;
}

Result<std::string> below_the_answer(World& world, Store& store, const ReplyTarget& target) {
  const auto& item = target.item;
  POSTQ_TRY(const auto said, store.conversation(item.id, kQuotedPosts));
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  const auto is_yours = [&](const RemotePost& each) {
    return each.person.id.empty() || (!target.account.remote_id.empty() && each.person.id == target.account.remote_id);
  };
  std::string text =
      "# Write the answer above this line; save and quit. An empty text ends it.\n"
      "# What stands below is left out.\n";
  if (!item.said.mentions.empty()) {
    for (const auto& line :
         wrap("It also speaks to " + joined(item.said.mentions) + ": not told unless named above.", kQuoteColumns)) {
      text += "# " + line + "\n";
    }
  }
  text += "#\n" + quoted_with_name(item.said, false, now, *zone);
  // What is answered stands next to the text; then how it came to that.
  bool is_first = true;
  bool knows_parent = item.said.reply_to.empty();
  for (const auto& each : said) {
    knows_parent = knows_parent || each.remote_id == item.said.reply_to;
    if (each.remote_id == item.said.remote_id) continue;
    if (std::exchange(is_first, false)) text += "# The conversation:\n#\n";
    text += quoted_with_name(each, is_yours(each), now, *zone);
  }
  if (!knows_parent) text += std::string("# ") + std::string(kUnknownParent) + "\n";
  return text;
}

}  // namespace postq
