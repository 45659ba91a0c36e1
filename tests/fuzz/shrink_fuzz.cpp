#include <cstdint>
#include <cstdlib>

#include "system/images/shrink.h"

// What comes out keeps its limits; everything else is an error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto pictures = postq::make_pictures();
  const postq::PictureLimits limits{2'000, 10'000, size % 2 == 0};
  const auto picture = pictures->shrink({reinterpret_cast<const char*>(data), size}, limits);
  if (!picture) {
    if (picture.error().kind != postq::ErrorKind::usage) std::abort();
    return 0;
  }
  if (static_cast<std::int64_t>(picture->bytes.size()) > limits.bytes) std::abort();
  if (std::int64_t{picture->width} * picture->height > limits.pixels) std::abort();
  return 0;
}
