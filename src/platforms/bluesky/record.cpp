#include "platforms/bluesky/record.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include <postq/base/digest.h>
#include <postq/core/json_line.h>

#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/bluesky/tid.h"
#include "platforms/common/languages.h"

namespace postq::bluesky {
namespace {

constexpr std::array<std::string_view, 4> kLabels = {"porn", "sexual", "nudity", "graphic-media"};
constexpr std::uint64_t kMicroseconds = 1'000'000;  // of a second
// A key lies in the second before its post may go. There, 4,000 places follow each other as the ids of deliveries do;
// two queues that post to one account in the same second with ids that share a place are kept apart by the rest, which
// also leaves room for the hundred parts of a thread.
constexpr std::uint64_t kPlaces = 4000;
constexpr std::uint64_t kWidthOfPlace = kMicroseconds / kPlaces;
constexpr std::uint64_t kParts = 100;

constexpr Seconds kCreatedAtKept{std::chrono::minutes{15}};

std::string ref_json(std::string_view uri, std::string_view cid) {
  return JsonLine().text("uri", uri).text("cid", cid).str();
}

std::string reply_json(std::string_view root, std::string_view parent) {
  return JsonLine().raw("root", root).raw("parent", parent).str();
}

// Part 1 answers what the post answers; the others answer the part before them, under the same root.
std::string reply_of(const Content& content, const PartContext& facts) {
  std::array<std::string_view, 4> words;
  std::string_view rest = content.reply_ref;
  for (auto& word : words) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  std::string root = words[3].empty() ? std::string{} : ref_json(words[0], words[1]);
  if (facts.earlier.empty()) return root.empty() ? "" : reply_json(root, ref_json(words[2], words[3]));
  const Receipt& first = facts.earlier.front();
  const Receipt& last = facts.earlier.back();
  if (root.empty()) root = ref_json(first.remote_id, first.remote_ref);
  return reply_json(root, ref_json(last.remote_id, last.remote_ref));
}

std::string facet_json(const Facet& facet) {
  const auto feature = [&facet](std::string_view kind, std::string_view name) {
    return JsonLine().text("$type", "app.bsky.richtext.facet#" + std::string(kind)).text(name, facet.target).str();
  };
  std::string one;
  switch (facet.kind) {
    case Facet::Kind::link:
      one = feature("link", "uri");
      break;
    case Facet::Kind::mention:
      one = feature("mention", "did");
      break;
    case Facet::Kind::tag:
      one = feature("tag", "tag");
      break;
  }
  const std::string index = JsonLine()
                                .number("byteStart", static_cast<std::int64_t>(facet.begin))
                                .number("byteEnd", static_cast<std::int64_t>(facet.end))
                                .str();
  return JsonLine().raw("index", index).raw_list("features", {one}).str();
}

Result<std::string> blob_json(const Media& media, const PartContext& facts) {
  const auto found = std::find_if(facts.uploads.begin(), facts.uploads.end(),
                                  [&media](const Upload& upload) { return upload.digest == media.digest; });
  if (found == facts.uploads.end()) return fail(ErrorKind::bug, media.name + " isn't uploaded");
  // A preview of the request has names in place of blobs.
  return found->remote_ref.starts_with('{') ? found->remote_ref : json_string(found->remote_ref);
}

Result<std::string> images_json(const Content::Part& part, const PartContext& facts) {
  std::vector<std::string> images;
  for (const Media& media : part.media) {
    POSTQ_TRY(const std::string blob, blob_json(media, facts));
    JsonLine image;
    image.raw("image", blob).text("alt", media.alt);
    if (media.width > 0 && media.height > 0) {
      image.raw("aspectRatio", JsonLine().number("width", media.width).number("height", media.height).str());
    }
    images.push_back(image.str());
  }
  return JsonLine().text("$type", "app.bsky.embed.images").raw_list("images", images).str();
}

Result<std::string> card_json(const Card& card, const PartContext& facts) {
  JsonLine external;
  external.text("uri", card.url).text("title", card.title).text("description", card.description);
  if (card.thumbnail) {
    POSTQ_TRY(const std::string blob, blob_json(*card.thumbnail, facts));
    external.raw("thumb", blob);
  }
  return JsonLine().text("$type", "app.bsky.embed.external").raw("external", external.str()).str();
}

std::string create_json(std::string_view collection, std::string_view key, std::string_view value) {
  return JsonLine()
      .text("$type", "com.atproto.repo.applyWrites#create")
      .text("collection", collection)
      .text("rkey", key)
      .raw("value", value)
      .str();
}

// "mentioned,followers" as rules; "nobody" is a list without any.
std::vector<std::string> reply_rules(std::string_view replies) {
  std::vector<std::string> rules;
  const auto add = [&](std::string_view word, std::string_view rule) {
    if (replies.find(word) == std::string_view::npos) return;
    rules.push_back(JsonLine().text("$type", "app.bsky.feed.threadgate#" + std::string(rule)).str());
  };
  add("mentioned", "mentionRule");
  add("followers", "followerRule");
  add("following", "followingRule");
  return rules;
}

// RFC 3339 with milliseconds. What goes out within one second, parts of a thread or several posts, keeps its order.
std::string created_at(const PartContext& facts) {
  std::array<char, 8> milliseconds{};
  const int place = std::max(facts.part - 1, facts.place_in_second);
  std::snprintf(milliseconds.data(), milliseconds.size(), ".%03dZ", place % 1000);
  std::string text = format_rfc3339(facts.now);
  text.pop_back();
  return text + milliseconds.data();
}

// The gates that go with a part. Who may reply is said once, by the post that begins a thread; who may quote, by each.
std::vector<std::string> gate_writes(const Account& account, const Content& content, const PartContext& facts) {
  std::vector<std::string> writes;
  const std::string post = "at://" + account.remote_id + "/" + std::string(kPosts) + "/" + facts.key;
  const auto gate = [&](std::string_view collection) {
    return JsonLine().text("$type", collection).text("post", post).text("createdAt", created_at(facts));
  };
  if (!content.replies.empty() && facts.part == 1 && content.reply_to.empty()) {
    const std::string value = gate(kReplyGates).raw_list("allow", reply_rules(content.replies)).str();
    writes.push_back(create_json(kReplyGates, facts.key, value));
  }
  if (content.quotes == "nobody") {
    const std::string rule = JsonLine().text("$type", "app.bsky.feed.postgate#disableRule").str();
    writes.push_back(create_json(kQuoteGates, facts.key, gate(kQuoteGates).raw_list("embeddingRules", {rule}).str()));
  }
  return writes;
}

}  // namespace

std::string reply_words(const StrongRef& root, const StrongRef& parent) {
  return root.uri + " " + root.cid + " " + parent.uri + " " + parent.cid;
}

std::string label_of(std::string_view warning) {
  std::string name;
  for (const char c : warning) {
    const bool upper = c >= 'A' && c <= 'Z';
    name += upper ? static_cast<char>(c - 'A' + 'a') : c == ' ' ? '-' : c;
  }
  return std::find(kLabels.begin(), kLabels.end(), name) == kLabels.end() ? std::string{} : name;
}

std::string record_key(const ApprovedDelivery& delivery, int part) {
  const Approval& approval = delivery.approval();
  const auto id = static_cast<std::uint64_t>(number(delivery.id()));
  const Digest mixed = sha256(delivery.digest().hex() + "|" + std::to_string(id) + "|" +
                              std::to_string(approval.revision) + "|" + std::to_string(unix_seconds(approval.at)));
  const std::uint64_t mix = std::uint64_t{mixed.bytes[0]} << 8U | std::uint64_t{mixed.bytes[1]};
  // The same moment that gives a delivery its place in the queue; see point_at() of the store.
  const auto due = std::max(approval.at, delivery.content().schedule.not_before);
  const auto end = static_cast<std::uint64_t>(unix_seconds(due)) * kMicroseconds;
  const std::uint64_t begin = end - std::min(end, kMicroseconds);
  const std::uint64_t place = id % kPlaces * kWidthOfPlace + mix % (kWidthOfPlace - kParts);
  return to_string(Tid{begin + place + static_cast<std::uint64_t>(part - 1),
                       delivery.origin() == Origin::scheduled ? kScheduledClockId : kByHandClockId});
}

Result<std::string> write_body(const Account& account, const ApprovedDelivery& delivery, const PartContext& facts) {
  const Content& content = delivery.content();
  if (facts.part < 1 || static_cast<std::size_t>(facts.part) > content.parts.size()) {
    return fail(ErrorKind::bug, "a part that isn't there");
  }
  if (account.remote_id.empty()) {
    return fail(ErrorKind::sign_in, "nobody has signed in to " + account.name + " yet",
                "postq account test " + account.name);
  }
  const Content::Part& part = content.parts[static_cast<std::size_t>(facts.part) - 1];
  const bool open = std::any_of(part.facets.begin(), part.facets.end(), [](const Facet& facet) {
    return facet.kind == Facet::Kind::mention && !is_did(facet.target);
  });
  if (open || (!content.reply_to.empty() && content.reply_ref.empty())) {
    return fail(ErrorKind::refused, "whom it mentions or answers is not looked up yet", "postq review");
  }
  JsonLine record;
  record.text("$type", kPosts).text("text", part.text).text("createdAt", created_at(facts));
  if (!content.language.empty()) record.list("langs", languages_of(content.language));
  std::vector<std::string> facets;
  for (const Facet& facet : part.facets) facets.push_back(facet_json(facet));
  if (!facets.empty()) record.raw_list("facets", facets);
  if (const std::string reply = reply_of(content, facts); !reply.empty()) record.raw("reply", reply);
  if (!part.media.empty()) {
    POSTQ_TRY(const std::string images, images_json(part, facts));
    record.raw("embed", images);
  } else if (part.card) {
    POSTQ_TRY(const std::string card, card_json(*part.card, facts));
    record.raw("embed", card);
  }
  if (const std::string label = label_of(content.warning); !label.empty()) {
    const std::string value = JsonLine().text("val", label).str();
    record.raw("labels",
               JsonLine().text("$type", "com.atproto.label.defs#selfLabels").raw_list("values", {value}).str());
  }
  std::vector<std::string> writes = gate_writes(account, content, facts);
  if (!writes.empty()) {
    writes.insert(writes.begin(), create_json(kPosts, facts.key, record.str()));
    return JsonLine().text("repo", account.remote_id).raw_list("writes", writes).str();
  }
  return JsonLine()
      .text("repo", account.remote_id)
      .text("collection", kPosts)
      .text("rkey", facts.key)
      .null("swapRecord")
      .raw("record", record.str())
      .str();
}

std::string body_of_now(std::string_view body, TimePoint now) {
  // Within a text its quotes would be escaped.
  constexpr std::string_view kMember = "\"createdAt\":\"";
  const auto at = body.find(kMember);
  if (at == std::string_view::npos) return {};
  const auto begin = at + kMember.size();
  const std::string old(body.substr(begin, body.find('"', begin) - begin));
  const auto written = parse_rfc3339(old);
  if (!written || now - *written <= kCreatedAtKept) return {};
  std::string fresh = format_rfc3339(now);
  fresh.pop_back();
  fresh += old.substr(fresh.size());  // the milliseconds keep the order of a thread
  const std::string from = std::string(kMember) + old + '"';
  const std::string to = std::string(kMember) + fresh + '"';
  std::string made(body);
  for (auto next = at; next != std::string::npos; next = made.find(from, next + to.size())) {
    made.replace(next, from.size(), to);
  }
  return made;
}

std::string_view method_of(std::string_view body) {
  // The bodies are ours: the second member tells, and nothing before it holds a quote.
  const auto comma = body.find(',');
  const bool several = comma != std::string_view::npos && body.substr(comma + 1).starts_with("\"writes\"");
  return several ? "com.atproto.repo.applyWrites" : "com.atproto.repo.putRecord";
}

std::string delete_body(std::string_view repo, std::string_view collection, std::string_view key) {
  return JsonLine().text("repo", repo).text("collection", collection).text("rkey", key).str();
}

}  // namespace postq::bluesky
