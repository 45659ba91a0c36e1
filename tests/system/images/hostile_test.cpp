#include <sys/resource.h>

#include "system/images/sample_pictures.h"

using namespace postq;
using namespace postq::pictures;
using namespace postq::pictures::test;

namespace {

// The most memory this process ever had.
std::int64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

std::string png_header(std::uint32_t width, std::uint32_t height) {
  std::string header = "IHDR";
  append_big_endian(header, width, 4);
  append_big_endian(header, height, 4);
  header += std::string("\x08\x06\0\0\0", 5);
  std::string png = "\x89PNG\r\n\x1a\n";
  append_big_endian(png, 13, 4);
  png += header;
  append_big_endian(png,
                    static_cast<std::uint32_t>(api().png.checksum(0, reinterpret_cast<const Bytef*>(header.data()),
                                                                  static_cast<uInt>(header.size()))),
                    4);
  append_big_endian(png, 4, 4);
  png += "IDATxxxxyyyy";  // pixels and their checksum, wrong as they are
  append_big_endian(png, 0, 4);
  return png + "IEND\xae\x42\x60\x82";
}

// The same JPEG with other sides in its header.
std::string jpeg_of_size(std::uint32_t width, std::uint32_t height) {
  auto jpeg = jpeg_of(four_corners({16, 16}));
  std::string sides;
  append_big_endian(sides, height, 2);
  append_big_endian(sides, width, 2);
  return jpeg.replace(jpeg.find("\xff\xc0") + 5, 4, sides);
}

// Every answer to a picture is a picture that keeps its limits, or an error that can be read.
void check_answer(const std::string& bytes) {
  const PictureLimits limits{2'000, 3'000, true};
  const auto picture = make_pictures()->shrink(bytes, limits);
  if (picture) {
    CHECK(static_cast<std::int64_t>(picture->bytes.size()) <= limits.bytes);
    CHECK(std::int64_t{picture->width} * picture->height <= limits.pixels);
  } else {
    CHECK(picture.error().kind == ErrorKind::usage);
    CHECK_FALSE(picture.error().message.empty());
  }
}

}  // namespace

TEST_CASE("a picture that claims to be huge is refused before any memory is taken for it") {
  std::string webp = "WEBPVP8L";
  append_little_endian(webp, 20, 4);
  webp += "\x2f\xff\xff\xff\x0f" + std::string(15, '\0');  // 16384 x 16384
  std::string riff = "RIFF";
  append_little_endian(riff, static_cast<std::uint32_t>(webp.size()), 4);
  const auto before = peak_bytes();

  const auto png = refusal_of(png_header(60'000, 60'000));
  CHECK(png.kind == ErrorKind::usage);
  CHECK(png.message == "it has 60000x60000 pixels, and only up to 50 million can be shrunk");
  CHECK(refusal_of(riff + webp).message == "it has 16384x16384 pixels, and only up to 50 million can be shrunk");
  CHECK(refusal_of(jpeg_of_size(20'000, 20'000)).message ==
        "it has 20000x20000 pixels, and only up to 100 million can be shrunk");
  CHECK(refusal_of(png_header(2'000'000, 1)).kind == ErrorKind::usage);
  CHECK(refusal_of(jpeg_of_size(0, 16)).kind == ErrorKind::usage);

  CHECK(peak_bytes() - before < 20'000'000);
}

TEST_CASE("a JPEG in several scans, which has to be in memory as a whole, may have half as many pixels") {
  auto jpeg = jpeg_of_size(9'000, 9'000);
  CHECK(refusal_of(jpeg).message != "it has 9000x9000 pixels, and only up to 50 million can be shrunk");

  const auto scan = jpeg.find("\xff\xda");
  jpeg.insert(jpeg.size() - 2, jpeg.substr(scan, jpeg.size() - 2 - scan));

  CHECK(refusal_of(jpeg).message == "it has 9000x9000 pixels, and only up to 50 million can be shrunk");
}

TEST_CASE("a picture that was cut off is refused, not published with a grey half") {
  const auto canvas = four_corners({120, 90}, 60);
  for (const auto& whole : {jpeg_of(canvas), png_of(canvas), webp_of(canvas)}) {
    const auto error = refusal_of(whole.substr(0, whole.size() / 2));

    CHECK(error.kind == ErrorKind::usage);
    CHECK(error.message.find(" file is damaged: ") != std::string::npos);
  }
  // With an end put behind the cut only its decoder can tell.
  const auto jpeg = jpeg_of(canvas);
  const auto error = refusal_of(jpeg.substr(0, jpeg.size() / 2) + "\xff\xd9");
  CHECK(error.message.starts_with("it is damaged ("));
  CHECK(error.hint == "open it in an image program and save it again");
}

TEST_CASE("a part of a picture that claims to be huge takes no memory either") {
  const auto png = png_of(four_corners({16, 16}));
  const auto before = peak_bytes();

  for (const char* const type : {"tEXt", "iCCP", "tRNS", "trak", "IDAT"}) {
    auto claims = png.substr(0, 33);
    append_big_endian(claims, 0x7FFFFFF0, 4);
    claims += type + std::string(200, 'x') + png.substr(33);

    CHECK(refusal_of(claims).message == "the PNG file is damaged: it ends too early");
  }

  CHECK(peak_bytes() - before < 20'000'000);
}

TEST_CASE("a picture in the colours of a printer is refused") {
  // Four components instead of three, and Adobe's mark that they are inks.
  auto jpeg = jpeg_of(four_corners({16, 16}));
  const auto frame = jpeg.find("\xff\xc0");
  std::string four = "\xff\xc0" + std::string("\0\x14\x08\0\x10\0\x10\x04", 8);
  for (char component = 1; component <= 4; ++component) four += {component, '\x11', '\0'};
  const std::string adobe = "\xff\xee" + std::string("\0\x0e", 2) + "Adobe" + std::string("\0\x64\0\0\0\0\0", 7);
  jpeg = jpeg.substr(0, 2) + adobe + jpeg.substr(2, frame - 2) + four + jpeg.substr(frame + 19);

  CHECK(refusal_of(jpeg).message == "its colours are those of a printer (CMYK)");
}

TEST_CASE("pictures that were cut off anywhere or have a wrong byte anywhere never end in more than an error") {
  const auto canvas = four_corners({48, 36}, 20);
  auto holes = four_corners({48, 36});
  for (int x = 0; x < 48; ++x) pixel(holes, x, x % 36) &= 0x80FFFFFF;
  const auto profile = profile_of("RGB ", 200);
  for (const auto& whole : {with_orientation(jpeg_of(canvas, 95, profile), 6), png_of(holes, profile), png_of(canvas),
                            webp_of(holes), webp_of(canvas)}) {
    for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 150) check_answer(whole.substr(0, size));
    std::uint32_t random = 7;
    for (int i = 0; i < 400; ++i) {
      random = random * 1664525 + 1013904223;
      auto wrong = whole;
      char& flipped = wrong[(random >> 8) % whole.size()];
      flipped = static_cast<char>(flipped ^ static_cast<char>(1U << (random % 8)));
      if (i % 4 == 0) wrong[(random >> 16) % std::min<std::size_t>(whole.size(), 200)] = static_cast<char>(random >> 5);
      check_answer(wrong);
    }
  }
}
