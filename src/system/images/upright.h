#pragma once

#include <string_view>

#include <postq/ports/pictures.h>

namespace postq::pictures {

// Pictures::upright().
Result<ShrunkPicture> upright(std::string_view bytes, bool lossless);

}  // namespace postq::pictures
