#include "system/images/sample_pictures.h"

using namespace postq;
using namespace postq::pictures;
using namespace postq::pictures::test;

namespace {

// The colours in the middle of the four corners: top left, top right, bottom left, bottom right.
std::vector<std::uint32_t> corners(Canvas& canvas) {
  const auto [width, height] = canvas.size();
  return {pixel(canvas, width / 4, height / 4), pixel(canvas, width * 3 / 4, height / 4),
          pixel(canvas, width / 4, height * 3 / 4), pixel(canvas, width * 3 / 4, height * 3 / 4)};
}

bool looks_like(const std::string& picture, const std::vector<std::uint32_t>& wanted) {
  auto canvas = pixels_of(picture);
  const auto found = corners(canvas);
  return std::equal(found.begin(), found.end(), wanted.begin(), wanted.end(),
                    [](std::uint32_t a, std::uint32_t b) { return alike(a, b); });
}

const std::vector<std::uint32_t> kCorners{kRed, kGreen, kBlue, kYellow};

// The same, with a hole of 40 by 40 pixels in every field of 80 by 80.
Canvas with_holes(Size size, unsigned noise) {
  auto canvas = four_corners(size, noise);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      if (x % 80 < 40 && y % 80 < 40) pixel(canvas, x, y) &= 0x00FFFFFF;
    }
  }
  return canvas;
}

}  // namespace

TEST_CASE("a JPEG that has too many bytes is compressed more, and keeps its pixels when that is enough") {
  const auto jpeg = jpeg_of(four_corners({400, 300}, 40), 99);
  const auto limit = static_cast<std::int64_t>(jpeg.size() * 3 / 4);

  const auto picture = shrunk(jpeg, {limit, 0, true});

  CHECK(picture.mime == "image/jpeg");
  CHECK(static_cast<std::int64_t>(picture.bytes.size()) <= limit);
  CHECK(inspect_media(picture.bytes) == MediaInfo{"image/jpeg", 400, 300, false});
  CHECK(std::pair(picture.width, picture.height) == std::pair(400, 300));
  CHECK(looks_like(picture.bytes, kCorners));
}

TEST_CASE("a picture that needs fewer pixels keeps its aspect ratio and fits any limit that pictures have") {
  const auto jpeg = jpeg_of(four_corners({800, 600}, 200), 98);
  for (const std::int64_t limit : {100'000, 30'000, 8'000, 3'000}) {
    CAPTURE(limit);
    const auto picture = shrunk(jpeg, {limit, 0, true});

    CHECK(static_cast<std::int64_t>(picture.bytes.size()) <= limit);
    CHECK(static_cast<std::int64_t>(picture.bytes.size()) > limit / 3);  // no smaller than it has to be
    CHECK(picture.width < 800);
    CHECK(std::abs(picture.width * 3 - picture.height * 4) <= 4);
    CHECK(inspect_media(picture.bytes) == MediaInfo{"image/jpeg", picture.width, picture.height, false});
  }
}

TEST_CASE("a limit on pixels alone leaves as many of them as it can") {
  const auto picture = shrunk(png_of(four_corners({1000, 500})), {0, 200'000, true});

  CHECK(picture.width * picture.height <= 200'000);
  CHECK(picture.width * picture.height > 195'000);
  CHECK(picture.mime == "image/jpeg");
  CHECK(looks_like(picture.bytes, kCorners));
}

TEST_CASE("the same picture gives the same bytes every time") {
  const auto jpeg = jpeg_of(four_corners({640, 480}, 120), 97);
  const auto png = png_of(with_holes({320, 240}, 30));

  CHECK(shrunk(jpeg, {40'000, 0, true}).bytes == shrunk(jpeg, {40'000, 0, true}).bytes);
  CHECK(shrunk(png, {20'000, 0, true}).bytes == shrunk(png, {20'000, 0, true}).bytes);
}

TEST_CASE("what was shrunk needs no shrinking") {
  const PictureLimits limits{20'000, 60'000, true};
  const auto once = shrunk(jpeg_of(four_corners({640, 480}, 120), 97), limits);

  CHECK(static_cast<std::int64_t>(once.bytes.size()) <= limits.bytes);
  CHECK(once.width * once.height <= limits.pixels);
}

TEST_CASE("a photo that was taken with the camera on its side stands upright in its pixels") {
  const auto stored = jpeg_of(four_corners({80, 40}));
  const auto turned = [&](int orientation) {
    return shrunk(with_orientation(stored, orientation), {0, 80 * 40 - 1, true});
  };
  const std::uint32_t r = kRed;
  const std::uint32_t g = kGreen;
  const std::uint32_t b = kBlue;
  const std::uint32_t y = kYellow;

  CHECK(looks_like(turned(1).bytes, {r, g, b, y}));
  CHECK(looks_like(turned(2).bytes, {g, r, y, b}));
  CHECK(looks_like(turned(3).bytes, {y, b, g, r}));
  CHECK(looks_like(turned(4).bytes, {b, y, r, g}));
  CHECK(looks_like(turned(5).bytes, {r, b, g, y}));
  CHECK(looks_like(turned(6).bytes, {b, r, y, g}));
  CHECK(looks_like(turned(7).bytes, {y, g, b, r}));
  CHECK(looks_like(turned(8).bytes, {g, y, r, b}));
  CHECK(inspect_media(turned(3).bytes) == MediaInfo{"image/jpeg", 79, 39, false});
  CHECK(inspect_media(turned(6).bytes) == MediaInfo{"image/jpeg", 39, 79, false});
}

TEST_CASE("a photo on its side is turned block by block where they fit, and coded anew only where it may be") {
  const auto pictures = make_pictures();
  const auto stored = jpeg_of(four_corners({80, 48}), 95, profile_of("RGB "));
  const std::uint32_t r = kRed;
  const std::uint32_t g = kGreen;
  const std::uint32_t b = kBlue;
  const std::uint32_t y = kYellow;
  const std::vector<std::vector<std::uint32_t>> wanted{{g, r, y, b}, {y, b, g, r}, {b, y, r, g}, {r, b, g, y},
                                                       {b, r, y, g}, {y, g, b, r}, {g, y, r, b}};
  for (int orientation = 2; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const auto turned = pictures->upright(with_orientation(stored, orientation), true);
    REQUIRE(turned);
    CHECK(looks_like(turned->bytes, wanted[static_cast<std::size_t>(orientation) - 2]));
    const bool swapped = orientation >= 5;
    const MediaInfo upright{"image/jpeg", swapped ? 48 : 80, swapped ? 80 : 48, false};
    CHECK(inspect_media(turned->bytes) == upright);
    CHECK(turned->width == upright.width);
    CHECK(colour_profile(turned->bytes, upright) == profile_of("RGB "));
  }

  const auto odd = with_orientation(jpeg_of(four_corners({81, 47})), 6);
  CHECK_FALSE(pictures->upright(odd, true));
  const auto anew = pictures->upright(odd, false);
  REQUIRE(anew);
  CHECK(looks_like(anew->bytes, {b, r, y, g}));
  CHECK(inspect_media(anew->bytes) == MediaInfo{"image/jpeg", 47, 81, false});
}

TEST_CASE("a PNG on its side is turned without loss") {
  const auto stored = png_of(with_holes({320, 240}, 30));
  const auto upright = make_pictures()->upright(with_orientation_png(stored, 6), true);
  REQUIRE(upright);
  CHECK(inspect_media(upright->bytes) == MediaInfo{"image/png", 240, 320, false});
  CHECK(upright->mime == "image/png");
  const auto corners = make_pictures()->upright(with_orientation_png(png_of(four_corners({80, 48})), 6), true);
  REQUIRE(corners);
  CHECK(looks_like(corners->bytes, {kBlue, kRed, kYellow, kGreen}));
}

TEST_CASE("what can't be turned says so") {
  const auto pictures = make_pictures();
  CHECK(pictures->upright("GIF89a", false).error().kind == ErrorKind::usage);
  CHECK_FALSE(pictures->upright(webp_of(four_corners({40, 20})), true));
  CHECK_FALSE(pictures->upright(with_orientation("\xff\xd8\xff\xd9", 6), false));
}

TEST_CASE("a transparent picture stays a PNG with its holes") {
  const auto png = png_of(with_holes({400, 320}, 60));
  const auto limit = static_cast<std::int64_t>(png.size() - 1);
  for (const auto& bytes : {png, webp_of(with_holes({400, 320}, 60))}) {
    const auto picture = shrunk(bytes, {limit, 400 * 320 - 1, true});

    CHECK(picture.mime == "image/png");
    CHECK_FALSE(picture.flattened);
    CHECK(static_cast<std::int64_t>(picture.bytes.size()) <= limit);
    auto canvas = pixels_of(picture.bytes);
    CHECK(canvas.has_transparency());
    CHECK(pixel(canvas, 20, 20) >> 24 == 0);
    CHECK(alike(pixel(canvas, 60, 60), kRed, 80));
  }
}

TEST_CASE("the edge of a hole gets no dark fringe when a transparent picture is scaled") {
  auto canvas = blank({400, 400});
  for (int y = 0; y < 400; ++y) {
    for (int x = 0; x < 400; ++x) pixel(canvas, x, y) = x < 201 ? 0xFFFFFFFF : 0x00000000;  // transparent black
  }

  const auto picture = shrunk(png_of(canvas), {0, 100 * 100, true});

  auto small = pixels_of(picture.bytes);
  int half = 0;
  for (int x = 0; x < picture.width; ++x) {
    const auto one = pixel(small, x, 50);
    const auto opacity = one >> 24;
    if (opacity > 0 && opacity < 255) ++half;
    if (opacity > 0) CHECK((one & 0xFFU) > 0xF0);
  }
  CHECK(half == 1);
}

TEST_CASE("a transparent picture that would become tiny as a PNG, or that nobody takes as one, is put on white") {
  const auto png = png_of(with_holes({1600, 1200}, 255));
  const auto jpeg_only = PictureLimits{0, 300 * 200, false};

  for (const auto& picture : {shrunk(png, {60'000, 0, true}), shrunk(png_of(with_holes({400, 320}, 60)), jpeg_only)}) {
    CHECK(picture.mime == "image/jpeg");
    CHECK(picture.flattened);
    auto canvas = pixels_of(picture.bytes);
    const auto hole = 20 * picture.width / (picture.width < 400 ? 400 : 1600);
    CHECK(alike(pixel(canvas, hole, hole), 0xFFFFFFFF));
  }
}

TEST_CASE("metadata are gone, and the colour profile is kept from every format to every other") {
  const auto profile = profile_of("RGB ");
  const auto jpeg = jpeg_of(four_corners({200, 100}), 95, profile);
  const auto png = png_of(four_corners({200, 100}), profile);
  const auto holed = png_of(with_holes({200, 160}, 0), profile);
  const auto webp_pixels = webp_of(four_corners({200, 100})).substr(12);
  std::string webp = "WEBPVP8X";
  append_little_endian(webp, 10, 4);
  webp += std::string("\x20\0\0\0\xc7\0\0\x63\0\0", 10) + "ICCP";
  append_little_endian(webp, static_cast<std::uint32_t>(profile.size()), 4);
  webp += profile + webp_pixels;
  std::string riff = "RIFF";
  append_little_endian(riff, static_cast<std::uint32_t>(webp.size()), 4);
  const std::string canary = "taken at 52.5N 13.4E";
  const auto comment = "\xff\xfe" + std::string("\0\x16", 2) + canary;

  for (const auto& bytes : {jpeg.substr(0, 2) + comment + jpeg.substr(2), png, holed, riff + webp}) {
    const auto picture = shrunk(bytes, {0, 10'000, true});

    CHECK(picture.bytes.find(canary) == std::string::npos);
    const auto info = inspect_media(picture.bytes).value();
    CHECK(rgb_profile(api().png, picture.bytes, info) == profile);
    // The store takes nothing more away, so what is measured here is what is sent.
    CHECK(strip_metadata(picture.bytes, info).value() == picture.bytes);
  }
}

TEST_CASE("a profile that isn't for RGB colours, is too long or broken is left out") {
  const auto canvas = four_corners({64, 64});
  const auto kept = [](const std::string& bytes) {
    return rgb_profile(api().png, bytes, inspect_media(bytes).value());
  };
  CHECK(kept(jpeg_of(canvas, 95, profile_of("GRAY"))).empty());
  CHECK(kept(jpeg_of(canvas, 95, "RGB ")).empty());
  CHECK(kept(png_of(canvas, profile_of("RGB ", 70'000))).empty());

  auto broken = png_of(canvas, profile_of("RGB "));
  broken[broken.find("iCCP") + 12] ^= '\x55';
  CHECK(kept(broken).empty());
}

TEST_CASE("what is animated, of another kind or no picture is never shrunk, and says so") {
  std::string webp = "WEBPVP8X";
  append_little_endian(webp, 10, 4);
  webp += std::string("\x02\0\0\0\x08\0\0\x06\0\0", 10);
  std::string animated = "RIFF";
  append_little_endian(animated, static_cast<std::uint32_t>(webp.size()), 4);

  CHECK(refusal_of(animated + webp).message == "it is animated, and animations are not shrunk");
  CHECK(refusal_of("GIF89a" + std::string(20, '\0')).message ==
        "it is image/gif, and only JPEG, PNG and WebP pictures are shrunk");
  CHECK(refusal_of("\x1a\x45\xdf\xa3").message == "it is video/webm, and only JPEG, PNG and WebP pictures are shrunk");
  CHECK(refusal_of("hello").message == "it is no picture");
}

TEST_CASE("a limit that no picture can keep is said") {
  const auto error = refusal_of(jpeg_of(four_corners({200, 200}, 255)), {300, 0, true});

  CHECK(error.kind == ErrorKind::usage);
  CHECK(error.message == "it can't be made so small: at most 300 bytes");
}
