#include "system/images/canvas.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace postq::pictures {
namespace {

tl::unexpected<Error> no_memory(Size size) {
  const auto megabytes = size.pixels() * 4 / 1'000'000 + 1;
  return fail(ErrorKind::storage,
              "there isn't the memory to decode it: " + std::to_string(megabytes) + " MB are needed at once",
              "make it smaller in an image program");
}

// Where the pixel (x, y) of an upright picture lies in the stored one, whose last column and row are given.
std::pair<int, int> stored_place(int x, int y, int orientation, Size stored) {
  const int right = stored.width - 1;
  const int bottom = stored.height - 1;
  switch (orientation) {
    case 2:
      return {right - x, y};
    case 3:
      return {right - x, bottom - y};
    case 4:
      return {x, bottom - y};
    case 5:
      return {y, x};
    case 6:
      return {y, bottom - x};
    case 7:
      return {right - y, bottom - x};
    case 8:
      return {right - y, x};
    default:
      return {x, y};
  }
}

}  // namespace

Size times(Size size, double factor) {
  return {std::max(1, static_cast<int>(size.width * factor)), std::max(1, static_cast<int>(size.height * factor))};
}

Size scaled_to(Size size, std::int64_t most) {
  if (size.pixels() <= most) return size;
  return times(size, std::sqrt(static_cast<double>(most) / static_cast<double>(size.pixels())));
}

Result<Canvas> Canvas::empty(const WebpApi& api) {
  std::unique_ptr<WebPPicture, Release> picture(new WebPPicture{}, Release{&api});
  if (api.init(picture.get(), WEBP_ENCODER_ABI_VERSION) == 0) {
    return fail(ErrorKind::config, "this libwebp is not the one that postq was built for", "sudo apt install libwebp7");
  }
  picture->use_argb = 1;
  return Canvas(api, std::move(picture));
}

Result<Canvas> Canvas::blank(const WebpApi& api, Size size) {
  POSTQ_TRY(auto canvas, empty(api));
  canvas.picture_->width = size.width;
  canvas.picture_->height = size.height;
  if (api.alloc(canvas.picture_.get()) == 0) return no_memory(size);
  return canvas;
}

Result<Canvas> Canvas::scaled(Size size) const {
  POSTQ_TRY(auto canvas, empty(*api_));
  // Scaling multiplies the colours of the source by their opacity, in place: it changes what isn't opaque.
  const bool copied = has_transparency() ? api_->copy(picture_.get(), canvas.picture_.get()) != 0
                                         : api_->view(picture_.get(), 0, 0, picture_->width, picture_->height,
                                                      canvas.picture_.get()) != 0;
  if (!copied || api_->rescale(canvas.picture_.get(), size.width, size.height) == 0) return no_memory(size);
  return canvas;
}

Status Canvas::scale(Size size) {
  if (api_->rescale(picture_.get(), size.width, size.height) == 0) return no_memory(size);
  return {};
}

Result<Canvas> Canvas::upright(int orientation) const {
  const Size stored = size();
  const bool on_its_side = orientation >= 5;
  const Size turned = on_its_side ? Size{stored.height, stored.width} : stored;
  POSTQ_TRY(auto canvas, blank(*api_, turned));
  for (int y = 0; y < turned.height; ++y) {
    std::uint32_t* const to = canvas.row(y);
    for (int x = 0; x < turned.width; ++x) {
      const auto [from_x, from_y] = stored_place(x, y, orientation, stored);
      to[x] = row(from_y)[from_x];
    }
  }
  return canvas;
}

}  // namespace postq::pictures
