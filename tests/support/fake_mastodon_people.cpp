// What other people do on an imitated instance, and how its account hears of it.
#include <algorithm>
#include <cctype>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "support/fake_mastodon.h"
#include "support/query.h"

namespace postq::testing {
namespace {

using Json = nlohmann::ordered_json;
using Fields = std::map<std::string, std::string>;

constexpr std::string_view kOwn = "109";

std::size_t limit_of(const Fields& query, std::size_t usual, std::size_t most) {
  const std::string limit = value_of(query, "limit");
  return std::min<std::size_t>(limit.empty() ? usual : std::stoul(limit), most);
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

bool holds_word(const std::string& text, const std::string& word) {
  const std::size_t at = lower(text).find(lower(word));
  const std::size_t end = at + word.size();
  return at != std::string::npos && (end == text.size() || (std::isalnum(static_cast<unsigned char>(text[end])) == 0));
}

}  // namespace

FakeMastodon::Person& FakeMastodon::person(const std::string& acct) {
  const auto known = std::find_if(people_.begin(), people_.end(), [&](const Person& one) { return one.acct == acct; });
  if (known != people_.end()) return *known;
  return people_.emplace_back(Person{std::to_string(700 + people_.size()), acct, acct.substr(0, acct.find('@'))});
}

const FakeMastodon::Person* FakeMastodon::person_of(const std::string& id) const {
  const auto known = std::find_if(people_.begin(), people_.end(), [&](const Person& one) { return one.id == id; });
  return known == people_.end() ? nullptr : &*known;
}

FakeMastodon::Status& FakeMastodon::status(const std::string& id) {
  const auto found = std::find_if(statuses.begin(), statuses.end(), [&](const Status& one) { return one.id == id; });
  if (found == statuses.end()) throw std::runtime_error("there is no status " + id);
  return *found;
}

std::string FakeMastodon::say(const std::string& acct, const std::string& text, TimePoint at,
                              const std::string& reply_to) {
  const std::string author = person(acct).id;
  // Who goes on under their own answer still answers whom they answered first.
  std::string answered;
  if (!reply_to.empty()) {
    const Status& parent = status(reply_to);
    answered = parent.author == author && !parent.reply_to_account.empty() ? parent.reply_to_account : parent.author;
  }
  Status& made = add(text, at, "");
  made.author = author;
  made.acct = acct;
  made.reply_to = reply_to;
  made.reply_to_account = answered;
  std::string id = made.id;
  const std::string name = acct.substr(0, acct.find('@'));
  urls_[id] = "https://" + (acct == name ? "fake.example" : acct.substr(name.size() + 1)) + "/@" + name + "/" + id;
  // On Pixelfed a comment needs no mention.
  const bool comment = software_ == Software::pixelfed && answered == kOwn;
  if (holds_word(text, "@anna") || comment) notify("mention", id, at);
  return id;
}

std::string FakeMastodon::quote(const std::string& acct, const std::string& text, TimePoint at,
                                const std::string& quoted) {
  std::string id = say(acct, text, at);
  Status& made = status(id);
  made.quote = true;
  made.quoted = quoted;
  notify("quote", id, at);
  return id;
}

std::string FakeMastodon::notify(const std::string& type, const std::string& status_id, TimePoint at) {
  const std::string number = std::to_string(++last_notification_);
  const std::string padded = std::string(6 - number.size(), '0') + number;
  Notification& made = notifications.emplace_back();
  // Of different length on Mastodon, where they count from 1; ULIDs sort as text.
  made.id = software_ == Software::gotosocial ? "01KAQ6N0T1F1C4T10N00" + padded : number;
  made.type = type;
  made.status = status_id;
  made.at = at;
  return made.id;
}

void FakeMastodon::remove(const std::string& id) {
  std::erase_if(statuses, [&](const Status& one) { return one.id == id; });
  std::erase_if(notifications, [&](const Notification& one) { return one.status == id; });
  // Who answered it is still told to have answered somebody.
  for (Status& one : statuses) {
    if (one.reply_to == id) one.reply_to.clear();
  }
}

void FakeMastodon::rename(const std::string& acct, const std::string& new_acct, const std::string& new_name) {
  Person& renamed = person(acct);
  renamed.acct = new_acct;
  renamed.name = new_name;
}

std::string FakeMastodon::account_json(const Status& of) const {
  const Person* known = person_of(of.author);
  const std::string acct = known == nullptr ? of.acct : known->acct;
  const std::string name = acct.substr(0, acct.find('@'));
  const std::string host = acct == name ? "fake.example" : acct.substr(name.size() + 1);
  return Json{{"id", of.author},
              {"username", name},
              {"acct", acct},
              {"display_name", known == nullptr ? name : known->name},
              {"bot", known != nullptr && known->bot},
              {"url", "https://" + host + "/@" + name}}
      .dump();
}

Behaviour FakeMastodon::notified(const std::string& target, const Fields& query) const {
  const auto types = values_of(target, "types[]");
  const std::string max_id = ignores_ids ? "" : value_of(query, "max_id");
  const std::string since_id = ignores_ids ? "" : value_of(query, "since_id");
  const auto less = [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  };
  // Pixelfed takes an id to be among those that are asked for.
  const bool with_it = software_ == Software::pixelfed;
  std::string json;
  std::size_t count = 0;
  std::string next;
  const std::size_t most = limit_of(query, software_ == Software::mastodon ? 40 : 20, notification_page);
  for (auto one = notifications.rbegin(); one != notifications.rend() && count < most; ++one) {
    if (!types.empty() && std::find(types.begin(), types.end(), one->type) == types.end()) continue;
    if (!max_id.empty() && !less(one->id, max_id) && !(with_it && one->id == max_id)) continue;
    if (!since_id.empty() && !less(since_id, one->id) && !(with_it && one->id == since_id)) continue;
    const Status* about = find(one->status);
    const Person* by = about == nullptr ? nullptr : person_of(about->author);
    if (by != nullptr && by->blocked) continue;
    Json made{{"id", one->id},
              {"type", one->type},
              {"created_at", format_rfc3339(one->at).substr(0, 19) + ".000Z"},
              {"account", {{"id", about == nullptr ? "1" : about->author}}}};
    if (about != nullptr) made["status"] = Json::parse(json_of(*about));
    json += (json.empty() ? "" : ",") + made.dump();
    ++count;
    next = one->id;
  }
  Behaviour answer = Behaviour::answer(200, "[" + json + "]");
  if (software_ == Software::pixelfed || count == 0) return answer;
  const std::string here = "<https://fake.example/api/v1/notifications?limit=" + std::to_string(most);
  // Mastodon names the next page only where this one is full.
  const bool more = software_ != Software::mastodon || count == most;
  return answer.with("Link", (more ? here + "&max_id=" + next + ">; rel=\"next\", " : "") + here +
                                 "&min_id=" + notifications.back().id + ">; rel=\"prev\"");
}

Behaviour FakeMastodon::relationships(const std::string& target) const {
  Json list = Json::array();
  for (const std::string& id : values_of(target, "id[]")) {
    const Person* known = person_of(id);
    if (known == nullptr) continue;
    list.push_back({{"id", id}, {"following", false}, {"muting", known->muted}, {"blocking", known->blocked}});
  }
  return Behaviour::answer(200, list.dump());
}

// Posts of people who are muted or blocked are left out, though they are there.
Behaviour FakeMastodon::many_statuses(const std::string& target) const {
  std::string json;
  for (const std::string& id : values_of(target, "id[]")) {
    const Status* found = find(id);
    if (found == nullptr) continue;
    const Person* by = person_of(found->author);
    if (by != nullptr && (by->muted || by->blocked)) continue;
    json += (json.empty() ? "" : ",") + json_of(*found);
  }
  return Behaviour::answer(200, "[" + json + "]");
}

Behaviour FakeMastodon::context(const std::string& id) const {
  if (find(id) == nullptr) return Behaviour::answer(404, R"({"error":"Record not found"})");
  std::string above;
  for (const Status* one = find(find(id)->reply_to); one != nullptr; one = find(one->reply_to)) {
    above = json_of(*one) + (above.empty() ? "" : ",") + above;
  }
  std::string below;
  std::vector<std::string> tops{id};
  while (!tops.empty()) {
    const std::string top = tops.back();
    tops.pop_back();
    for (const Status& one : statuses) {
      if (one.reply_to != top) continue;
      below += (below.empty() ? "" : ",") + json_of(one);
      tops.push_back(one.id);
    }
  }
  return Behaviour::answer(200, R"({"ancestors":[)" + above + R"(],"descendants":[)" + below + "]}");
}

Behaviour FakeMastodon::search(const Fields& query) const {
  const std::string wanted = value_of(query, "q");
  const std::string offset = value_of(query, "offset");
  std::size_t skip = offset.empty() ? 0 : std::stoul(offset);
  const std::size_t most = limit_of(query, 20, 40);
  std::string json;
  std::size_t count = 0;
  for (auto one = statuses.rbegin(); one != statuses.rend() && count < most; ++one) {
    const auto elsewhere = urls_.find(one->id);
    const std::string url = elsewhere == urls_.end() ? "https://fake.example/@anna/" + one->id : elsewhere->second;
    const bool by_url = wanted == url && query.contains("resolve");
    const bool by_words = has_full_text && one->visibility == "public" && holds_word(one->text, wanted);
    if (!by_url && (!by_words || wanted.empty())) continue;
    if (skip > 0) {
      --skip;
      continue;
    }
    json += (json.empty() ? "" : ",") + json_of(*one);
    ++count;
  }
  return Behaviour::answer(200, R"({"accounts":[],"hashtags":[],"statuses":[)" + json + "]}");
}

Behaviour FakeMastodon::tagged(const std::string& tag, const Fields& query) const {
  const std::string max_id = value_of(query, "max_id");
  const std::string since_id = value_of(query, "since_id");
  std::string json;
  std::size_t count = 0;
  for (auto one = statuses.rbegin(); one != statuses.rend() && count < limit_of(query, 20, 40); ++one) {
    if (one->visibility != "public" || !holds_word(one->text, "#" + tag)) continue;
    if ((!max_id.empty() && one->id >= max_id) || (!since_id.empty() && one->id <= since_id)) continue;
    json += (json.empty() ? "" : ",") + json_of(*one);
    ++count;
  }
  return Behaviour::answer(200, "[" + json + "]");
}

}  // namespace postq::testing
