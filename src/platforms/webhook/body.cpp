#include "platforms/webhook/body.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "platforms/common/json.h"
#include "platforms/common/url.h"
#include "platforms/html/text_marks.h"

namespace postq {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestReply = 64'000;  // more isn't read
constexpr std::size_t kLongestId = 512;
constexpr std::size_t kLongestUrl = 2048;
constexpr std::string_view kPageStart = "<!doctype html";

std::string event(const char* type, TimePoint at, Json data) {
  const Json whole{{"type", type}, {"timestamp", format_rfc3339(at)}, {"data", std::move(data)}};
  return whole.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Pictures are named, not contained: the body is stored and signed as it is, and receivers expect it to be small. One
// that wants the bytes runs where the media store is, or reads them from the feed.
Json media_json(const std::vector<Media>& media) {
  Json list = Json::array();
  for (const Media& one : media) {
    Json entry{
        {"name", one.name}, {"mime", one.mime}, {"bytes", one.bytes}, {"sha256", one.digest.hex()}, {"alt", one.alt}};
    if (one.width > 0 && one.height > 0) {
      entry["width"] = one.width;
      entry["height"] = one.height;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

Json schedule_json(const Schedule& schedule) {
  if (!schedule.wall) return nullptr;
  return {{"wall_time", format_wall(*schedule.wall)}, {"zone", schedule.zone}};
}

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

}  // namespace

std::string publish_event(const Account& account, const ApprovedDelivery& delivery, const PartContext& facts) {
  const Content& content = delivery.content();
  const Content::Part& part = content.parts.at(static_cast<std::size_t>(facts.part) - 1);
  Json data;
  data["post"] = number(delivery.post());
  data["account"] = account.name;
  data["origin"] = std::string(word(delivery.origin()));
  data["part"] = facts.part;
  data["parts"] = content.parts.size();
  data["text"] = part.text;
  data["warning"] = or_null(content.warning);
  data["visibility"] = content.visibility;
  data["language"] = or_null(content.language);
  data["tags"] = tags_of(part.text);
  data["media"] = media_json(part.media);
  // The id that was returned for the part before; a thread's first part may answer a post elsewhere.
  data["previous"] = facts.earlier.empty() ? Json(nullptr) : Json(facts.earlier.back().remote_id);
  data["reply_to"] = or_null(content.reply_to);
  if (!content.replies.empty()) data["replies"] = content.replies;
  if (!content.quotes.empty()) data["quotes"] = content.quotes;
  if (content.sensitive) data["sensitive"] = true;
  data["scheduled_for"] = schedule_json(content.schedule);
  return event("postq.post.publish", facts.now, std::move(data));
}

std::string delete_event(const Account& account, const Receipt& receipt, TimePoint at) {
  return event("postq.post.delete", at,
               Json{{"account", account.name}, {"id", receipt.remote_id}, {"url", or_null(receipt.url)}});
}

std::string ping_event(const Account& account, TimePoint at) {
  return event("postq.ping", at, Json{{"account", account.name}});
}

WebhookReply read_webhook_reply(std::string_view body) {
  if (body.empty() || body.size() > kLongestReply) return {};
  const auto parsed = parse_json(body);
  if (!parsed) return {};
  WebhookReply reply{text_member(*parsed, "id"), text_member(*parsed, "url")};
  const bool plain = std::none_of(reply.id.begin(), reply.id.end(),
                                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
  if (!plain || reply.id.size() > kLongestId) reply.id.clear();
  if (reply.url.size() > kLongestUrl || !parse_web_url(reply.url, "url")) reply.url.clear();
  return reply;
}

std::string why_no_reply(const HttpAnswer& answer) {
  const auto typed = answer.header("content-type");
  const std::string type = http::lower(typed.substr(0, typed.find(';')));
  const auto start = answer.body.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return {};
  const std::string first_word = http::lower(answer.body.substr(start, kPageStart.size()));
  if (type == "text/html" && (first_word == kPageStart || first_word.starts_with("<html"))) return "with a web page";
  if (type == "application/json" && answer.body.size() <= kLongestReply) {
    if (const auto parsed = parse_json(answer.body); !parsed) return "with JSON that can't be read";
  }
  return {};
}

}  // namespace postq
