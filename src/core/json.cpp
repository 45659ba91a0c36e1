// Draft, document and settings as JSON: the one place of core that knows the JSON library, because it costs three
// seconds of compile time wherever it is included.
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include <postq/core/account.h>
#include <postq/core/content.h>
#include <postq/core/draft.h>

namespace postq {

namespace {

// Members keep their order of insertion, so that the same value always gives the same bytes.
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

// Text was checked at the edge, so there is nothing to replace; a mistake there must not become an exception here.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_text(Json& json, const char* key, const std::string& value) {
  if (!value.empty()) json[key] = value;
}

Json media_json(const Media& media) {
  Json json{{"digest", media.digest.hex()}, {"name", media.name},     {"mime", media.mime}, {"bytes", media.bytes},
            {"width", media.width},         {"height", media.height}, {"alt", media.alt}};
  if (media.decorative) json["decorative"] = true;
  add_text(json, "focus", media.focus);
  if (media.animated) json["animated"] = true;
  if (const auto& original = media.shrunk_from) {
    Json before{{"bytes", original->bytes}, {"width", original->width}, {"height", original->height}};
    if (original->flattened) before["flattened"] = true;
    json["shrunk_from"] = std::move(before);
  }
  return json;
}

Media media_from(const Json& json) {
  Media media;
  media.digest = Digest::from_hex(json.at("digest").get<std::string>());
  media.name = json.at("name").get<std::string>();
  media.mime = json.at("mime").get<std::string>();
  media.bytes = json.at("bytes").get<std::int64_t>();
  media.width = json.at("width").get<int>();
  media.height = json.at("height").get<int>();
  media.alt = json.at("alt").get<std::string>();
  media.decorative = json.value("decorative", false);
  media.focus = json.value("focus", "");
  media.animated = json.value("animated", false);
  if (json.contains("shrunk_from")) {
    const auto& before = json.at("shrunk_from");
    media.shrunk_from = Original{before.at("bytes").get<std::int64_t>(), before.at("width").get<int>(),
                                 before.at("height").get<int>(), before.value("flattened", false)};
  }
  return media;
}

Json media_list(const std::vector<Media>& media) {
  Json list = Json::array();
  for (const auto& entry : media) list.push_back(media_json(entry));
  return list;
}

std::vector<Media> media_from_list(const Json& part) {
  std::vector<Media> media;
  if (!part.contains("media")) return media;
  for (const auto& entry : part.at("media")) media.push_back(media_from(entry));
  return media;
}

// The instant of a wall time is left out where the document is hashed; a draft keeps it.
void add_schedule(Json& json, const Schedule& schedule) {
  if (schedule.wall) {
    json["wall"] = format_wall(*schedule.wall);
    json["zone"] = schedule.zone;
  }
  if (schedule.until) json["until"] = unix_seconds(*schedule.until);
}

Schedule schedule_from(const Json& json) {
  Schedule schedule;
  if (json.contains("wall")) {
    if (const auto wall = parse_wall(json.at("wall").get<std::string>())) schedule.wall = *wall;
    schedule.zone = json.at("zone").get<std::string>();
  }
  if (json.contains("until")) schedule.until = time_point(json.at("until").get<std::int64_t>());
  return schedule;
}

// Who may reply and quote, and whether pictures are hidden: of a draft or of a content.
template <typename Value>
void add_audience(Json& json, const Value& value) {
  add_text(json, "replies", value.replies);
  add_text(json, "quotes", value.quotes);
  if (value.sensitive) json["sensitive"] = true;
}

template <typename Value>
void read_audience(const Json& json, Value& value) {
  value.replies = json.value("replies", "");
  value.quotes = json.value("quotes", "");
  value.sensitive = json.value("sensitive", false);
}

constexpr const char* word_of(Facet::Kind kind) {
  switch (kind) {
    case Facet::Kind::link:
      return "link";
    case Facet::Kind::mention:
      return "mention";
    case Facet::Kind::tag:
      return "tag";
  }
  return "link";
}

Facet::Kind facet_kind(const std::string& word) {
  if (word == "mention") return Facet::Kind::mention;
  return word == "tag" ? Facet::Kind::tag : Facet::Kind::link;
}

Json part_json(const Content::Part& part) {
  Json json{{"text", part.text}};
  if (!part.media.empty()) json["media"] = media_list(part.media);
  for (const auto& facet : part.facets) {
    json["facets"].push_back(
        Json{{"begin", facet.begin}, {"end", facet.end}, {"kind", word_of(facet.kind)}, {"target", facet.target}});
  }
  if (part.card) {
    Json card{{"url", part.card->url}, {"title", part.card->title}, {"description", part.card->description}};
    if (part.card->thumbnail) card["thumbnail"] = media_json(*part.card->thumbnail);
    json["card"] = std::move(card);
  }
  add_text(json, "no_card", part.no_card);
  return json;
}

Content::Part part_from(const Json& json) {
  Content::Part part;
  part.text = json.at("text").get<std::string>();
  part.media = media_from_list(json);
  if (json.contains("facets")) {
    for (const auto& facet : json.at("facets")) {
      part.facets.push_back({facet.at("begin").get<std::size_t>(), facet.at("end").get<std::size_t>(),
                             facet_kind(facet.at("kind").get<std::string>()), facet.at("target").get<std::string>()});
    }
  }
  if (json.contains("card")) {
    const auto& card = json.at("card");
    part.card = Card{card.at("url").get<std::string>(), card.at("title").get<std::string>(),
                     card.at("description").get<std::string>(), std::nullopt};
    if (card.contains("thumbnail")) part.card->thumbnail = media_from(card.at("thumbnail"));
  }
  part.no_card = json.value("no_card", "");
  return part;
}

// Runs a reader and turns the library's exceptions into an Error.
template <typename Reader>
auto reading(const char* what, Reader&& reader) -> Result<decltype(reader())> {
  try {
    return reader();
  } catch (const Json::exception&) {
    return fail(ErrorKind::storage, std::string("the database holds a ") + what + " that can't be read",
                "postq doctor");
  }
}

}  // namespace

std::string to_json(const Draft& draft) {
  Json json{{"version", kVersion}, {"parts", Json::array()}};
  for (const auto& part : draft.parts) {
    Json entry{{"text", part.text}};
    if (!part.media.empty()) entry["media"] = media_list(part.media);
    json["parts"].push_back(std::move(entry));
  }
  if (!draft.variants.empty()) json["variants"] = draft.variants;
  if (!draft.variant_places.empty()) json["variant_places"] = draft.variant_places;
  add_text(json, "warning", draft.warning);
  add_text(json, "visibility", draft.visibility);
  add_text(json, "language", draft.language);
  add_text(json, "reply_to", draft.reply_to);
  add_audience(json, draft);
  add_schedule(json, draft.schedule);
  if (draft.schedule.wall) json["not_before"] = unix_seconds(draft.schedule.not_before);
  return dump(json);
}

Result<Draft> draft_from_json(std::string_view text) {
  return reading("draft", [&] {
    const Json json = Json::parse(text);
    Draft draft;
    for (const auto& part : json.at("parts")) {
      draft.parts.push_back({part.at("text").get<std::string>(), media_from_list(part)});
    }
    if (json.contains("variants")) {
      draft.variants = json.at("variants").get<std::map<std::string, std::vector<std::string>>>();
    }
    if (json.contains("variant_places")) {
      draft.variant_places = json.at("variant_places").get<std::map<std::string, std::vector<std::size_t>>>();
    }
    draft.warning = json.value("warning", "");
    draft.visibility = json.value("visibility", "");
    draft.language = json.value("language", "");
    draft.reply_to = json.value("reply_to", "");
    read_audience(json, draft);
    draft.schedule = schedule_from(json);
    if (json.contains("not_before")) {
      draft.schedule.not_before = time_point(json.at("not_before").get<std::int64_t>());
    }
    return draft;
  });
}

std::string document_of(const Content& content) {
  Json json{
      {"version", kVersion}, {"platform", content.platform}, {"account", content.account}, {"parts", Json::array()}};
  for (const auto& part : content.parts) json["parts"].push_back(part_json(part));
  add_text(json, "warning", content.warning);
  add_text(json, "visibility", content.visibility);
  add_text(json, "language", content.language);
  add_text(json, "reply_to", content.reply_to);
  add_text(json, "reply_ref", content.reply_ref);
  add_audience(json, content);
  if (!content.resolved) json["resolved"] = false;
  add_schedule(json, content.schedule);
  return dump(json);
}

Result<Content> content_from_document(std::string_view document) {
  return reading("document", [&] {
    const Json json = Json::parse(document);
    Content content;
    content.platform = json.at("platform").get<std::string>();
    content.account = json.at("account").get<std::string>();
    for (const auto& part : json.at("parts")) content.parts.push_back(part_from(part));
    content.warning = json.value("warning", "");
    content.visibility = json.value("visibility", "");
    content.language = json.value("language", "");
    content.reply_to = json.value("reply_to", "");
    content.reply_ref = json.value("reply_ref", "");
    read_audience(json, content);
    content.resolved = json.value("resolved", true);
    content.schedule = schedule_from(json);
    return content;
  });
}

bool is_for(const Content& content, const Account& account) {
  const bool named =
      content.account == account.name || (!account.remote_id.empty() && content.account == account.remote_id);
  return named && content.platform == account.platform;
}

std::string settings_to_json(const Settings& settings) {
  Json json = Json::object();
  for (const auto& [key, value] : settings) json[key] = value;
  return dump(json);
}

Result<Settings> settings_from_json(std::string_view text) {
  return reading("set of account settings", [&] {
    Settings settings;
    const Json json = Json::parse(text);
    for (const auto& [key, value] : json.items()) settings[key] = value.get<std::string>();
    return settings;
  });
}

}  // namespace postq
