#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "system/images/sample_pictures.h"

using namespace postq;
using namespace postq::pictures;
using namespace postq::pictures::test;

namespace {

bool is_mapped(const std::string& library) {
  std::ifstream maps("/proc/self/maps");
  std::stringstream text;
  text << maps.rdbuf();
  return text.str().find(library) != std::string::npos;
}

}  // namespace

// Runs alone in a process of its own, started by the test below: what was opened once stays open.
TEST_CASE("in a fresh process no picture library is there before the first picture", "[.fresh]") {
  const auto pictures = make_pictures();
  CHECK_FALSE(pictures->shrink("hello", {100, 0, true}));
  for (const auto* library : {"libturbojpeg", "libjpeg", "libpng", "libwebp", "libz"}) {
    CAPTURE(library);
    CHECK_FALSE(is_mapped(library));
  }

  CHECK_FALSE(pictures->shrink(std::string("\xff\xd8\xff\xda\0\2\xff\xd9", 8), {100, 0, true}));
  CHECK_FALSE(is_mapped("libturbojpeg"));
  CHECK_FALSE(pictures->shrink(std::string("\xff\xd8\xff\xc0\0\2\xff\xda\0\2\xff\xd9", 12), {100, 0, true}));

  CHECK(is_mapped("libturbojpeg.so.0"));
}

TEST_CASE("the picture libraries are opened by the first picture and not before") {
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();

  CHECK(std::system(("'" + self + "' '[.fresh]' >/dev/null").c_str()) == 0);
}

TEST_CASE("a missing picture library is said to be missing, with the packages to install") {
  LibraryNames without_jpeg;
  without_jpeg.jpeg = "libpostq-has-no-such-thing.so.0";
  LibraryNames without_png;
  without_png.png = "libpostq-has-no-such-thing.so.0";
  LibraryNames without_webp;
  without_webp.webp = "libpostq-has-no-such-thing.so.0";
  const std::pair<LibraryNames, std::string> cases[] = {
      {without_jpeg, "libturbojpeg0"}, {without_png, "libpng16-16"}, {without_webp, "libwebp7"}};
  for (const auto& [names, package] : cases) {
    const auto loaded = load_picture_api(names);

    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().kind == ErrorKind::config);
    CHECK(loaded.error().message.starts_with("the library of the package " + package + " can't be opened: "));
    CHECK(loaded.error().hint == "install what shrinks pictures: sudo apt install libturbojpeg0 libpng16-16 libwebp7");
  }
}

TEST_CASE("a library that isn't the one that is meant is refused") {
  LibraryNames names;
  names.webp = "libm.so.6";

  const auto loaded = load_picture_api(names);

  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.starts_with("the library of the package libwebp7 lacks a function that postq needs: "));
}
