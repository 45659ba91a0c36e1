#include "sqlite/posts/contents.h"

#include <algorithm>

#include <postq/core/content.h>

#include "sqlite/database/json_writer.h"
#include "sqlite/posts/request_digest.h"

namespace postq::sqlite {

Digest request_digest(const NewPost& post) {
  std::vector<std::string> entries;
  for (const auto& delivery : post.deliveries) {
    entries.push_back(
        JsonObject().number("account", number(delivery.account)).text("document", delivery.document).str());
  }
  std::sort(entries.begin(), entries.end());
  JsonObject request;
  request.text("origin", word(post.origin)).text("draft", post.draft).text("label", post.label);
  request.number("together", post.together ? 1 : 0);
  if (post.answers) request.number("answers", number(*post.answers));
  for (const auto& entry : entries) request.raw("delivery", entry);
  return sha256(request.str());
}

Result<Measured> measure(const NewDelivery& delivery) {
  const auto content = content_from_document(delivery.document);
  if (!content || content->parts.empty()) {
    return fail(ErrorKind::bug, "a delivery was to be stored without a readable document", "please report this");
  }
  Measured measured;
  measured.digest = sha256(delivery.document);
  for (const auto& part : content->parts) {
    measured.text_keys.push_back(text_key(part.text));
    measured.media += static_cast<int>(part.media.size());
    measured.media_without_alt +=
        static_cast<int>(std::count_if(part.media.begin(), part.media.end(),
                                       [](const Media& media) { return media.alt.empty() && !media.decorative; }));
  }
  return measured;
}

std::int64_t text_key(std::string_view text) {
  if (text.empty()) return 0;
  const Digest digest = sha256(text);
  std::uint64_t key = 0;
  for (std::size_t n = 0; n < sizeof key; ++n) key = key << 8 | digest.bytes[n];
  return static_cast<std::int64_t>(key >> 1);
}

Status store_media(Database& db, const std::vector<Media>& media, TimePoint now) {
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO media (digest, mime, bytes, width, height, added_at)
    VALUES (?1, ?2, ?3, nullif(?4, 0), nullif(?5, 0), ?6) ON CONFLICT DO NOTHING)sql";
  for (const auto& file : media) {
    POSTQ_CHECK(db.run(kInsert, {file.digest, file.mime, file.bytes, file.width, file.height, now}));
  }
  return {};
}

Status store_document(Database& db, const Digest& digest, const std::string& document, TimePoint now) {
  constexpr std::string_view kInsert =
      "INSERT INTO contents (digest, document, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
  constexpr std::string_view kSame = "SELECT count(*) FROM contents WHERE digest = ?1 AND document = ?2";
  // What stands under a digest is known by it: another text there is damage, and mended. A row that is replaced in one
  // statement is neither changed nor deleted to the triggers, and stays referred to.
  constexpr std::string_view kMend =
      "INSERT OR REPLACE INTO contents (digest, document, created_at) VALUES (?1, ?2, ?3)";
  POSTQ_CHECK(db.run(kInsert, {digest, document, now}));
  if (db.changes() != 0) return {};
  POSTQ_TRY(const auto same, db.integer(kSame, {digest, document}));
  return same != 0 ? Status{} : db.run(kMend, {digest, document, now});
}

Result<DeliveryId> insert_delivery(Database& db, PostId post, Origin origin, const NewDelivery& delivery,
                                   TimePoint now) {
  // Without a time of its own it is due as soon as it is approved; counting from now keeps such posts in their order.
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO deliveries (post_id, account_id, origin, digest, wall_time, zone, not_before, next_at, until_at, media,
                            media_without_alt)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, max(?7, ?8), ?9, ?10, ?11))sql";
  POSTQ_TRY(const auto measured, measure(delivery));
  POSTQ_CHECK(store_document(db, measured.digest, delivery.document, now));
  const auto& schedule = delivery.schedule;
  std::optional<std::string> wall;
  std::optional<std::string> zone;
  if (schedule.wall) {
    wall = format_wall(*schedule.wall);
    zone = schedule.zone;
  }
  POSTQ_CHECK(db.run(kInsert, {post, delivery.account, word(origin), measured.digest, wall, zone, schedule.not_before,
                               schedule.wall ? schedule.not_before : now, schedule.until, measured.media,
                               measured.media_without_alt}));
  const DeliveryId id{db.last_id()};
  POSTQ_CHECK(store_parts(db, id, delivery.account, measured, delivery.fingerprints));
  return id;
}

Status store_parts(Database& db, DeliveryId delivery, AccountId account, const Measured& measured,
                   const std::vector<std::int64_t>& fingerprints) {
  // A part that an earlier attempt names stays its row.
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO parts (delivery_id, n, account_id, fingerprint, text_key) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (delivery_id, n) DO UPDATE SET fingerprint = excluded.fingerprint, text_key = excluded.text_key)sql";
  for (std::size_t n = 0; n < measured.text_keys.size(); ++n) {
    const auto print = n < fingerprints.size() ? fingerprints[n] : 0;
    POSTQ_CHECK(db.run(kInsert, {delivery, n + 1, account, print, measured.text_keys[n]}));
  }
  return {};
}

}  // namespace postq::sqlite
