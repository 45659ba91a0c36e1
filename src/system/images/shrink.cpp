#include "system/images/shrink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <postq/media/media.h>

#include "system/images/decode.h"
#include "system/images/encode.h"
#include "system/images/upright.h"

namespace postq {
namespace pictures {
namespace {

// The best first. Below the last one blocks show in skies and faces; fewer pixels look better then.
constexpr std::array kQualities{90, 82, 75};
// A transparent picture stays a PNG down to this length of its longer side, or half of what it has: smaller, and white
// instead of transparency is the lesser loss.
constexpr int kShortestPng = 1000;
constexpr int kShortest = 64;  // of the longer side: a limit that asks for less isn't meant for pictures

// Makes one decoded picture small enough.
class Fitter {
 public:
  Fitter(const PictureApi& api, Decoded decoded, Colours colours, const PictureLimits& limits)
      : api_(api),
        source_(std::move(decoded.canvas)),
        profile_(std::move(decoded.profile)),
        colours_(colours),
        limits_(limits),
        whole_(source_.size()) {}

  Result<ShrunkPicture> fit() {
    if (!source_.has_transparency()) return as_jpeg();
    if (limits_.png) {
      POSTQ_TRY(auto png, as_png());
      if (!png.bytes.empty()) return png;
    }
    source_.put_on_white();
    POSTQ_TRY(auto jpeg, as_jpeg());
    jpeg.flattened = true;
    return jpeg;
  }

 private:
  // Without bytes when it would become too small.
  Result<ShrunkPicture> as_png() {
    for (Size size = largest(); longer(size) >= std::min(kShortestPng, longer(largest()) / 2);) {
      POSTQ_CHECK(scale(size));
      POSTQ_TRY(auto png, encode_png(api_, pixels(), profile_, limits_.bytes));
      if (!png.bytes.empty()) return made(std::move(png), "image/png");
      size = smaller(size, png.size);
    }
    return ShrunkPicture{};
  }

  Result<ShrunkPicture> as_jpeg() {
    for (Size size = largest(); longer(size) >= std::min(kShortest, longer(largest()));) {
      POSTQ_CHECK(scale(size));
      POSTQ_TRY(auto worst, jpeg(kQualities.back()));
      if (fits(worst)) return best_jpeg(std::move(worst));
      size = smaller(size, worst.size);
    }
    return fail(ErrorKind::usage, "it can't be made so small: at most " + std::to_string(limits_.bytes) + " bytes");
  }

  Result<ShrunkPicture> best_jpeg(Encoded worst) {
    for (const int quality : kQualities) {
      if (quality == kQualities.back()) break;
      POSTQ_TRY(auto better, jpeg(quality));
      if (fits(better)) return made(std::move(better), "image/jpeg");
    }
    return made(std::move(worst), "image/jpeg");
  }

  Result<Encoded> jpeg(int quality) const { return encode_jpeg(api_, pixels(), profile_, colours_, quality); }
  bool fits(const Encoded& encoded) const { return limits_.bytes == 0 || encoded.size <= limits_.bytes; }

  // The pixels in the size that was asked for last.
  const Canvas& pixels() const { return scaled_ ? *scaled_ : source_; }

  Status scale(Size size) {
    scaled_.reset();  // before the next one takes memory
    if (size == whole_) return {};
    POSTQ_TRY(scaled_, source_.scaled(size));
    return {};
  }

  Size largest() const { return limits_.pixels == 0 ? whole_ : scaled_to(whole_, limits_.pixels); }

  // The size to try next when a picture of `size` became this many bytes. A smaller picture needs more bytes for each
  // pixel, therefore a little less than what would do otherwise.
  Size smaller(Size size, std::int64_t bytes) const {
    constexpr double kMargin = 0.97;
    constexpr double kLeastStep = 0.92;
    constexpr double kLargestStep = 0.25;
    const double wanted = std::sqrt(static_cast<double>(limits_.bytes) / static_cast<double>(bytes)) * kMargin;
    const double step = std::clamp(wanted, kLargestStep, kLeastStep);
    return times(whole_, step * size.width / whole_.width);
  }

  ShrunkPicture made(Encoded encoded, std::string mime) const {
    return {std::move(encoded.bytes), std::move(mime), pixels().size().width, pixels().size().height, false};
  }

  static int longer(Size size) { return std::max(size.width, size.height); }

  const PictureApi& api_;
  Canvas source_;
  std::string profile_;
  Colours colours_;
  PictureLimits limits_;
  Size whole_;
  std::optional<Canvas> scaled_;
};

Result<ShrunkPicture> shrink(std::string_view bytes, const PictureLimits& limits) {
  const auto info = inspect_media(bytes);
  if (!info) return fail(ErrorKind::usage, "it is no picture");
  POSTQ_CHECK(check_kind(*info));
  // What isn't whole ends here: a decoder would believe a length in it, and ask for gigabytes to read that much.
  POSTQ_TRY(const auto whole, strip_metadata(bytes, *info));
  const auto& api = picture_api();
  if (!api) return pass_on(api.error());
  POSTQ_TRY(auto decoded, decode(*api, whole, *info));
  const auto colours = info->mime == "image/jpeg" ? Colours::of_four_pixels : Colours::of_each_pixel;
  return Fitter(*api, std::move(decoded), colours, limits).fit();
}

class LibraryPictures final : public Pictures {
 public:
  Result<ShrunkPicture> upright(std::string_view bytes, bool lossless) override {
    return pictures::upright(bytes, lossless);
  }
  Result<ShrunkPicture> shrink(std::string_view bytes, const PictureLimits& limits) override {
    return pictures::shrink(bytes, limits);
  }
};

}  // namespace
}  // namespace pictures

std::unique_ptr<Pictures> make_pictures() {
  return std::make_unique<pictures::LibraryPictures>();
}

}  // namespace postq
