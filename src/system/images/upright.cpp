#include "system/images/upright.h"

#include <array>
#include <memory>
#include <string>

#include <postq/media/media.h>

#include "system/images/decode.h"
#include "system/images/encode.h"
#include "system/images/profile.h"

namespace postq::pictures {
namespace {

constexpr int kQuality = 95;  // of what has to be coded anew: the loss can't be seen

tl::unexpected<Error> only_with_loss() {
  return fail(ErrorKind::usage, "it can't be turned without loss");
}

// What libjpeg-turbo calls the way from an orientation of Exif to an upright picture.
int turn_from(int orientation) {
  constexpr std::array kTurns{TJXOP_NONE,      TJXOP_NONE,  TJXOP_HFLIP,      TJXOP_ROT180, TJXOP_VFLIP,
                              TJXOP_TRANSPOSE, TJXOP_ROT90, TJXOP_TRANSVERSE, TJXOP_ROT270};
  return kTurns.at(static_cast<std::size_t>(orientation));
}

// The coded blocks in their new places. They are of 8 or 16 pixels, so that this can be done only where no side ends
// within one.
Result<std::string> turned_blocks(const PictureApi& api, std::string_view bytes, int orientation) {
  const auto& jpeg = api.jpeg;
  const std::unique_ptr<void, decltype(jpeg.destroy)> turner(jpeg.init_transform(), jpeg.destroy);
  if (!turner) return fail(ErrorKind::storage, "there isn't the memory to turn it");
  tjtransform turn{};
  turn.op = turn_from(orientation);
  turn.options = TJXOPT_PERFECT | TJXOPT_COPYNONE;
  unsigned char* turned = nullptr;
  unsigned long size = 0;
  const int done = jpeg.transform(turner.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), 1,
                                  &turned, &size, &turn, TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS);
  const std::unique_ptr<unsigned char, decltype(jpeg.free)> release(turned, jpeg.free);
  if (done != 0) return only_with_loss();
  return std::string(reinterpret_cast<const char*>(turned), size);
}

// A profile that isn't kept would change the colours.
bool keeps_profile(std::string_view bytes, const MediaInfo& info, const std::string& profile) {
  return !profile.empty() || (colour_profile(bytes, info).empty() && bytes.find("ICC_PROFILE") == std::string::npos);
}

Result<ShrunkPicture> coded_anew(const PictureApi& api, std::string_view bytes, const MediaInfo& info) {
  POSTQ_TRY(const auto decoded, decode(api, bytes, info));
  const auto& canvas = decoded.canvas;
  ShrunkPicture made{{}, "image/jpeg", canvas.size().width, canvas.size().height, false};
  if (info.mime == "image/png" || canvas.has_transparency()) {
    made.mime = "image/png";
    POSTQ_TRY(auto png, encode_png(api, canvas, decoded.profile, 0));
    made.bytes = std::move(png.bytes);
    return made;
  }
  const auto colours = info.mime == "image/jpeg" ? Colours::of_four_pixels : Colours::of_each_pixel;
  POSTQ_TRY(auto jpeg, encode_jpeg(api, canvas, decoded.profile, colours, kQuality));
  made.bytes = std::move(jpeg.bytes);
  return made;
}

}  // namespace

Result<ShrunkPicture> upright(std::string_view bytes, bool lossless) {
  const auto info = inspect_media(bytes);
  if (!info || info->mime == "image/gif" || !info->mime.starts_with("image/")) {
    return fail(ErrorKind::usage, "only JPEG, PNG and WebP pictures are turned");
  }
  if (info->animated) return fail(ErrorKind::usage, "it is animated, and animations are not turned");
  const bool is_jpeg = info->mime == "image/jpeg";
  // A PNG's pixels stay as they are, in other places; browsers heed what its Exif says only before the pixels.
  const bool is_png = info->mime == "image/png";
  if (!is_jpeg && !is_png && lossless) return only_with_loss();
  // What isn't whole ends here, as when it is shrunk.
  POSTQ_TRY(const auto whole, strip_metadata(bytes, *info));
  const auto& api = picture_api();
  if (!api) return pass_on(api.error());
  if (is_jpeg && std::int64_t{info->width} * info->height <= kMostPixels) {
    const auto profile = rgb_profile(api->png, whole, *info);
    auto blocks = turned_blocks(*api, whole, info->orientation);
    if (blocks && keeps_profile(whole, *info, profile)) {
      return ShrunkPicture{jpeg_with_profile(std::move(*blocks), profile), info->mime, info->width, info->height,
                           false};
    }
  }
  if (lossless && !is_png) return only_with_loss();
  return coded_anew(*api, whole, *info);
}

}  // namespace postq::pictures
