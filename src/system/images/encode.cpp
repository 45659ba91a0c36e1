#include "system/images/encode.h"

#include <algorithm>

#include "system/images/profile.h"

namespace postq::pictures {
namespace {

tl::unexpected<Error> not_coded(const std::string& why) {
  return fail(ErrorKind::storage, "it can't be coded anew: " + why);
}

Encoded encoded(std::string bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  return Encoded{std::move(bytes), size};
}

}  // namespace

Result<Encoded> encode_jpeg(const PictureApi& api, const Canvas& canvas, std::string_view profile, Colours colours,
                            int quality) {
  const auto& jpeg = api.jpeg;
  const std::unique_ptr<void, decltype(jpeg.destroy)> encoder(jpeg.init_compress(), jpeg.destroy);
  if (!encoder) return not_coded("there isn't the memory");
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const int sampling = colours == Colours::of_each_pixel ? TJSAMP_444 : TJSAMP_420;
  const int done =
      jpeg.compress(encoder.get(), canvas.bytes(), canvas.size().width, canvas.bytes_per_row(), canvas.size().height,
                    Canvas::kJpegOrder, &bytes, &size, sampling, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, decltype(jpeg.free)> release(bytes, jpeg.free);
  if (done != 0) return not_coded(jpeg.error_text(encoder.get()));
  return encoded(jpeg_with_profile(std::string(reinterpret_cast<const char*>(bytes), size), profile));
}

Result<Encoded> encode_png(const PictureApi& api, const Canvas& canvas, std::string_view profile, std::int64_t most) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(canvas.size().width);
  image.height = static_cast<png_uint_32>(canvas.size().height);
  image.format = Canvas::kPngOrder;
  png_alloc_size_t room = PNG_IMAGE_PNG_SIZE_MAX(image);
  if (most > 0) room = std::min(room, static_cast<png_alloc_size_t>(most));
  std::string bytes(room, '\0');
  png_alloc_size_t size = room;
  if (api.png.write(&image, bytes.data(), &size, 0, canvas.bytes(), canvas.bytes_per_row(), nullptr) == 0) {
    if (size > room) return Encoded{{}, static_cast<std::int64_t>(size)};
    return not_coded(image.message);
  }
  bytes.resize(size);
  auto whole = encoded(png_with_profile(api.png, bytes, profile));
  if (most > 0 && whole.size > most) whole.bytes.clear();
  return whole;
}

}  // namespace postq::pictures
