#include "system/images/decode.h"

#include <algorithm>

#include "system/images/profile.h"

namespace postq::pictures {
namespace {

const unsigned char* as_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

tl::unexpected<Error> damaged(const std::string& why) {
  return fail(ErrorKind::usage, "it is damaged (" + why + ")", "open it in an image program and save it again");
}

Status check_size(Size size, std::int64_t most) {
  if (size.width <= 0 || size.height <= 0) return damaged("it has no size");
  if (size.pixels() <= most) return {};
  return fail(ErrorKind::usage,
              "it has " + std::to_string(size.width) + "x" + std::to_string(size.height) + " pixels, and only up to " +
                  std::to_string(most / 1'000'000) + " million can be shrunk",
              "make it smaller in an image program");
}

// Whether the pixels come in several goes, each over the whole picture: then all of them are kept in memory meanwhile.
// Two bytes of a colour profile may look like the start of a scan; the stricter limit does no harm then.
bool has_several_scans(std::string_view jpeg) {
  constexpr std::string_view kScan = "\xff\xda";
  const auto first = jpeg.find(kScan);
  return first != std::string_view::npos && jpeg.find(kScan, first + 1) != std::string_view::npos;
}

Result<Canvas> decode_jpeg(const PictureApi& api, std::string_view bytes) {
  const auto& jpeg = api.jpeg;
  const std::unique_ptr<void, decltype(jpeg.destroy)> decoder(jpeg.init_decompress(), jpeg.destroy);
  if (!decoder) return fail(ErrorKind::storage, "there isn't the memory to decode it");
  const auto said = [&] { return std::string(jpeg.error_text(decoder.get())); };

  Size size;
  int sampling = 0;
  int colours = 0;
  if (jpeg.read_header(decoder.get(), as_bytes(bytes), bytes.size(), &size.width, &size.height, &sampling, &colours) !=
      0) {
    return damaged(said());
  }
  if (colours == TJCS_CMYK || colours == TJCS_YCCK) {
    return fail(ErrorKind::usage, "its colours are those of a printer (CMYK)", "save it with RGB colours");
  }
  POSTQ_CHECK(check_size(size, has_several_scans(bytes) ? kMostPixels : kMostLinePixels));
  while (size.pixels() > kCanvasPixels) size = {(size.width + 1) / 2, (size.height + 1) / 2};

  POSTQ_TRY(auto canvas, Canvas::blank(api.webp, size));
  // A picture that was cut off is refused, not published with a grey half.
  constexpr int kStrict = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT;
  if (jpeg.decompress(decoder.get(), as_bytes(bytes), bytes.size(), canvas.bytes(), size.width, canvas.bytes_per_row(),
                      size.height, Canvas::kJpegOrder, kStrict) != 0) {
    return damaged(said());
  }
  return canvas;
}

Result<Canvas> decode_png(const PictureApi& api, std::string_view bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, decltype(api.png.free)> release(&image, api.png.free);
  if (api.png.begin_read(&image, bytes.data(), bytes.size()) == 0) return damaged(image.message);
  constexpr std::uint32_t kLongest = 1'000'000;  // libpng's own limit: the numbers fit an int
  if (image.width > kLongest || image.height > kLongest) return damaged("one of its sides is too long");
  const Size size{static_cast<int>(image.width), static_cast<int>(image.height)};
  POSTQ_CHECK(check_size(size, kMostPixels));

  POSTQ_TRY(auto canvas, Canvas::blank(api.webp, size));
  image.format = Canvas::kPngOrder;
  image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // as browsers read them
  if (api.png.finish_read(&image, nullptr, canvas.bytes(), canvas.bytes_per_row(), nullptr) == 0) {
    return damaged(image.message);
  }
  return canvas;
}

Result<Canvas> decode_webp(const PictureApi& api, std::string_view bytes) {
  WebPBitstreamFeatures features{};
  if (api.webp.features(as_bytes(bytes), bytes.size(), &features, WEBP_DECODER_ABI_VERSION) != VP8_STATUS_OK) {
    return damaged("its header can't be read");
  }
  const Size size{features.width, features.height};
  POSTQ_CHECK(check_size(size, kMostPixels));
  POSTQ_TRY(auto canvas, Canvas::blank(api.webp, size));
  const auto room = static_cast<std::size_t>(canvas.bytes_per_row()) * static_cast<std::size_t>(size.height);
  if (api.webp.decode(as_bytes(bytes), bytes.size(), canvas.bytes(), room, canvas.bytes_per_row()) == nullptr) {
    return damaged("its pixels can't be read");
  }
  return canvas;
}

Result<Canvas> pixels_of(const PictureApi& api, std::string_view bytes, const MediaInfo& info) {
  if (info.mime == "image/jpeg") return decode_jpeg(api, bytes);
  if (info.mime == "image/png") return decode_png(api, bytes);
  return decode_webp(api, bytes);
}

}  // namespace

Status check_kind(const MediaInfo& info) {
  constexpr std::string_view kKinds[] = {"image/jpeg", "image/png", "image/webp"};
  if (std::find(std::begin(kKinds), std::end(kKinds), info.mime) == std::end(kKinds)) {
    return fail(ErrorKind::usage, "it is " + info.mime + ", and only JPEG, PNG and WebP pictures are shrunk",
                "convert it to JPEG or PNG");
  }
  if (!info.animated) return {};
  return fail(ErrorKind::usage, "it is animated, and animations are not shrunk", "make it smaller yourself");
}

Result<Decoded> decode(const PictureApi& api, std::string_view bytes, const MediaInfo& info) {
  POSTQ_TRY(auto canvas, pixels_of(api, bytes, info));
  if (canvas.size().pixels() > kCanvasPixels) POSTQ_CHECK(canvas.scale(scaled_to(canvas.size(), kCanvasPixels)));
  if (info.orientation != 1) {
    POSTQ_TRY(canvas, canvas.upright(info.orientation));
  }
  return Decoded{std::move(canvas), rgb_profile(api.png, bytes, info)};
}

}  // namespace postq::pictures
