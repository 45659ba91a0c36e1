#pragma once

#include <memory>

#include <postq/ports/pictures.h>

namespace postq {

// Shrinks with libjpeg-turbo, libpng and libwebp, which are opened by the first picture. shrink() ends with kind config
// when one of them is missing.
std::unique_ptr<Pictures> make_pictures();

}  // namespace postq
