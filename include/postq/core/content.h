#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/core/account.h>
#include <postq/core/draft.h>

namespace postq {

// A stretch of a part's text that means more than its letters; offsets in UTF-8 bytes, end exclusive.
struct Facet {
  enum class Kind : std::uint8_t { link, mention, tag };
  std::size_t begin = 0;
  std::size_t end = 0;
  Kind kind = Kind::link;
  std::string target;  // URL, remote id of the person, or the tag without its #

  bool operator==(const Facet&) const = default;
};

// A link preview, fetched before review and frozen.
struct Card {
  std::string url;
  std::string title;
  std::string description;
  std::optional<Media> thumbnail;

  bool operator==(const Card&) const = default;
};

// Exactly what one account will get. Sending renders nothing anew.
struct Content {
  struct Part {
    std::string text;
    std::vector<Media> media;
    std::vector<Facet> facets;
    std::optional<Card> card;
    // Why a link that would have one has none, or, with a card, why that has no picture: "example.org says 404".
    std::string no_card = {};
    bool operator==(const Part&) const = default;
  };

  std::string platform;
  std::string account;  // the account's remote identity, or its name while it has none
  std::vector<Part> parts;
  std::string warning;
  std::string visibility;
  std::string language;
  std::string reply_to;   // URL as typed
  std::string reply_ref;  // what the platform needs to answer it, when that was looked up
  std::string replies;    // who may reply and who may quote, as in Draft
  std::string quotes;
  bool sensitive = false;
  bool resolved = true;  // mentions, reply target and cards are looked up; else this happens before review
  Schedule schedule;

  bool operator==(const Content&) const = default;
};

// The stored document: canonical JSON with a version. Two contents are the same exactly if their documents are.
// The instant of a wall time is not part of it (a new tzdata may move that; the wall time was approved).
std::string document_of(const Content& content);
// Whether it was rendered for this account: for who it is on its platform, or, before anybody had asked, for its name.
bool is_for(const Content& content, const Account& account);
// kind storage when the document isn't one of ours. schedule.not_before is left at the epoch.
Result<Content> content_from_document(std::string_view document);

}  // namespace postq
