#include "app/compose/shrink.h"

#include <algorithm>

#include <postq/media/media.h>
#include <postq/text/text.h>

#include "app/words/content_words.h"

namespace postq {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 16;

bool is_film(const Media& media) {
  return !media.mime.starts_with("image/");
}

bool is_over(std::int64_t value, std::int64_t limit) {
  return limit > 0 && value > limit;
}

bool is_too_large(const Media& media, const MediaLimits& limits) {
  if (is_film(media)) return is_over(media.bytes, limits.film_bytes);
  return is_over(media.bytes, limits.picture.bytes) ||
         is_over(std::int64_t{media.width} * media.height, limits.picture.pixels);
}

void tighten(std::int64_t& limit, std::int64_t other) {
  if (other > 0 && (limit == 0 || other < limit)) limit = other;
}

void take(Media& media, const StoredMedia& stored) {
  media.animated = stored.animated;
  media.digest = stored.digest;
  media.mime = stored.mime;
  media.bytes = stored.bytes;
  media.width = stored.width;
  media.height = stored.height;
}

// What is known of a file before it is stored.
Media described(const MediaFile& file) {
  Media media;
  media.name = file.name;
  media.bytes = static_cast<std::int64_t>(file.bytes.size());
  if (const auto info = inspect_media(file.bytes)) {
    media.mime = info->mime;
    media.width = info->width;
    media.height = info->height;
    media.animated = info->animated;
  }
  return media;
}

// `media` says what the bytes are; afterwards it is the picture that they became, stored.
Status shrink_into(World& world, Media& media, std::string_view bytes, const MediaLimits& limits) {
  if (is_film(media)) {
    return fail(ErrorKind::usage,
                media.name + " is too large: " + say_size(media.bytes) + " of " + say_size(limits.film_bytes) +
                    ", and films are not shrunk",
                "make it smaller in a film program");
  }
  POSTQ_TRY(auto* const pictures, world.pictures());
  auto shrunk = pictures->shrink(bytes, limits.picture);
  if (!shrunk) {
    auto error = std::move(shrunk).error();
    error.message = "can't shrink " + media.name + ", which is too large: " + error.message;
    return pass_on(std::move(error));
  }
  POSTQ_TRY(auto* const store, world.media());
  const Original original{media.bytes, media.width, media.height, shrunk->flattened};
  POSTQ_TRY(const auto stored, store->keep_bytes(std::move(shrunk->bytes), media.name));
  take(media, stored);
  if (!media.shrunk_from) media.shrunk_from = original;
  return {};
}

// The bytes with their pixels upright; nothing where they are already, or where Exif may say so as well.
Result<std::optional<std::string>> upright(World& world, const Media& media, std::string_view bytes, bool needed) {
  const auto info = inspect_media(bytes);
  if (!info || info->orientation == 1) return std::optional<std::string>{};
  POSTQ_TRY(auto* const pictures, world.pictures());
  auto turned = pictures->upright(bytes, !needed);
  if (turned) return std::optional(std::move(turned->bytes));
  if (!needed) return std::optional<std::string>{};
  auto error = std::move(turned).error();
  error.message = "can't turn " + media.name + " upright: " + error.message;
  return pass_on(std::move(error));
}

Result<std::string> read_stored(MediaStore& store, const Digest& digest) {
  POSTQ_TRY(const auto reader, store.open(digest));
  std::string bytes;
  for (;;) {
    const auto filled = bytes.size();
    bytes.resize(filled + kPiece);
    POSTQ_TRY(const auto count, reader->read(bytes.data() + filled, kPiece));
    bytes.resize(filled + count);
    if (count == 0) return bytes;
  }
}

}  // namespace

MediaLimits limits_for_all(const Platforms& platforms, const std::vector<Account>& accounts) {
  MediaLimits all;
  for (const auto& account : accounts) {
    const auto* const platform = platforms.find(account.platform);
    if (platform == nullptr) continue;
    const auto limits = platform->limits(account);
    tighten(all.picture.bytes, limits.image_bytes);
    tighten(all.picture.pixels, limits.image_pixels);
    tighten(all.film_bytes, limits.video_bytes);
    all.upright = all.upright || !limits.turns_pictures;
    const auto& types = limits.mime;
    if (!types.empty() && std::find(types.begin(), types.end(), "image/png") == types.end()) all.picture.png = false;
  }
  return all;
}

Result<Media> keep_file(World& world, const std::string& path, const MediaLimits& limits, bool shrink) {
  POSTQ_TRY(auto* const store, world.media());
  POSTQ_TRY(auto file, store->read(path));
  auto media = described(file);
  if (shrink && is_too_large(media, limits)) {
    POSTQ_CHECK(shrink_into(world, media, file.bytes, limits));
    return media;
  }
  POSTQ_TRY(auto turned, upright(world, media, file.bytes, limits.upright));
  POSTQ_TRY(const auto stored, store->keep_bytes(turned ? *std::move(turned) : std::move(file.bytes), file.name));
  take(media, stored);
  return media;
}

Status fit_kept(World& world, Media& media, const MediaLimits& limits, bool shrink) {
  const bool too_large = shrink && is_too_large(media, limits);
  if (!too_large && (!limits.upright || is_film(media))) return {};
  POSTQ_TRY(auto* const store, world.media());
  POSTQ_TRY(const auto bytes, read_stored(*store, media.digest));
  if (too_large) return shrink_into(world, media, bytes, limits);
  POSTQ_TRY(auto turned, upright(world, media, bytes, true));
  if (!turned) return {};
  POSTQ_TRY(const auto stored, store->keep_bytes(*std::move(turned), media.name));
  take(media, stored);
  return {};
}

}  // namespace postq
