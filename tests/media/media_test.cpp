#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <postq/base/hex.h>
#include <postq/media/media.h>

#include "media/formats.h"
#include "support/catch.h"

namespace postq {

namespace {

// Pictures of 9 by 7 pixels as ImageMagick writes them; the GIF has two frames.
const std::string kPng = from_hex(
    "89504e470d0a1a0a0000000d494844520000000900000007100200000005692c74000000504944415418d39d8fc10d80300c03cf"
    "12d39475c83e9d279d27f384070f2a5580c23d2d3bb195c90f1406cd6705808f635b18eca3fcad037d91afead263cc0cdc29a236"
    "200e12107a5d35797457aa7002f8db140137553ae20000000049454e44ae426082");
const std::string kJpeg = from_hex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a"
    "333d3c3933383740485c4e404457453738506d51575f626768673e4d71797064785c656763ffdb0043011112121815182f1a1a2f"
    "63423842636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363"
    "6363ffc00011080007000903012200021101031101ffc4001500010100000000000000000000000000000006ffc4001610010101"
    "00000000000000000000000000000114ffc4001501010100000000000000000000000000000306ffc40017110003010000000000"
    "000000000000000000041552ffda000c03010002110311003f0098d74d741552d5c8b499d1ffd9");
const std::string kGif = from_hex(
    "47494638396109000700f00000ff000000000021f904000a00000021ff0b4e45545343415045322e3003010000002c0000000009"
    "000700000207848fa9cbed5c000021f904000a0000002c0000000009000700800000ff0000000207848fa9cbed5c00003b");
const std::string kWebp = from_hex(
    "524946464c0000005745425056503820400000007002009d012a0900070002003425a80274ba012603f80016ed65d44000fef79c"
    "4a37422fff339b8c4bfbfe63130335ffc80fff901fffc717276e8f1c593c4800");

const std::string kCanary = "GPS-CANARY 52.5200N 13.4050E";

bool holds_canary(std::string_view bytes) {
  return bytes.find("CANARY") != std::string_view::npos;
}

std::string strip(const std::string& bytes) {
  const auto info = inspect_media(bytes);
  REQUIRE(info);
  auto stripped = strip_metadata(bytes, *info);
  REQUIRE(stripped);
  return *stripped;
}

// ImageMagick's digest of the decoded pixels, one line per frame; nothing where ImageMagick is missing.
std::string pixels_of(const std::string& bytes) {
  const auto file = std::filesystem::temp_directory_path() / ("postq-media-" + std::to_string(getpid()));
  std::ofstream(file, std::ios::binary) << bytes;
  FILE* pipe =
      popen(("identify -quiet -format '%m %w %h %# %[orientation]\\n' " + file.string() + " 2>/dev/null").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 256> line{};
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) output += line.data();
  pclose(pipe);
  std::filesystem::remove(file);
  return output;
}

bool can_decode() {
  static const bool found = std::system("command -v identify >/dev/null 2>&1") == 0;
  if (!found) WARN("skipped: ImageMagick's identify is not installed, so pictures are not decoded again");
  return found;
}

std::string png_chunk(const std::string& type, const std::string& data) {
  std::string chunk;
  append_big_endian(chunk, static_cast<std::uint32_t>(data.size()), 4);
  return chunk + type + data + std::string(4, '\0');  // nobody checks the sum of a chunk that goes
}

std::string jpeg_segment(char marker, const std::string& data) {
  std::string segment{'\xff', marker};
  append_big_endian(segment, static_cast<std::uint32_t>(data.size() + 2), 2);
  return segment + data;
}

std::string riff_chunk(const std::string& type, const std::string& data) {
  std::string chunk = type;
  append_little_endian(chunk, static_cast<std::uint32_t>(data.size()), 4);
  return chunk + data + std::string(data.size() % 2, '\0');
}

std::string riff(const std::string& chunks) {
  return riff_chunk("RIFF", "WEBP" + chunks);
}

std::string box(const std::string& type, const std::string& payload) {
  std::string bytes;
  append_big_endian(bytes, static_cast<std::uint32_t>(payload.size() + 8), 4);
  return bytes + type + payload;
}

std::string big(std::uint32_t value, std::size_t size = 4) {
  std::string bytes;
  append_big_endian(bytes, value, size);
  return bytes;
}

std::string exif(int orientation) {
  return std::string("Exif\0\0", 6) + orientation_tiff(orientation) + kCanary;
}

const std::string kJfif = kJpeg.substr(0, 20);
const std::string kAfterJfif = kJpeg.substr(20);

std::string track_header(std::uint32_t width, std::uint32_t height, bool turned) {
  const std::string recorded = "CANARY!!";
  const auto matrix =
      turned ? big(0) + big(0x10000) + big(0) + big(0xFFFF0000) + big(0) + big(0) + big(0) + big(0) + big(0x40000000)
             : big(0x10000) + big(0) + big(0) + big(0) + big(0x10000) + big(0) + big(0) + big(0) + big(0x40000000);
  return box("tkhd", big(0) + recorded + big(1) + big(0) + big(0) + std::string(16, '\0') + matrix + big(width << 16) +
                         big(height << 16));
}

std::string handler(const std::string& type) {
  return box("hdlr", big(0) + big(0) + type + std::string(13, '\0'));
}

const std::string kFileType = box("ftyp", "isom" + big(0) + "isommp42");

// One sample of `size` bytes at `offset`.
std::string sample_table(std::uint32_t offset, std::uint32_t size) {
  return box("stbl", box("stsz", big(0) + big(0) + big(1) + big(size)) +
                         box("stsc", big(0) + big(1) + big(1) + big(1) + big(1)) +
                         box("stco", big(0) + big(1) + big(offset)));
}

std::string film_track(const std::string& type, std::uint32_t offset, std::uint32_t size, bool turned = false) {
  return box("trak", track_header(type == "vide" ? 640 : 0, type == "vide" ? 360 : 0, turned) +
                         box("mdia", handler(type) + box("minf", sample_table(offset, size))));
}

// Samples first, so that their place doesn't depend on the header.
const std::string kSamples = "moving pictures";
const auto kSamplesAt = static_cast<std::uint32_t>(kFileType.size() + 8);

std::string film(const std::string& in_header) {
  return kFileType + box("mdat", kSamples) +
         box("moov", film_track("vide", kSamplesAt, static_cast<std::uint32_t>(kSamples.size())) + in_header);
}

}  // namespace

TEST_CASE("a type is told by content, with the size that people see") {
  CHECK(inspect_media(kPng) == MediaInfo{"image/png", 9, 7, false});
  CHECK(inspect_media(kJpeg) == MediaInfo{"image/jpeg", 9, 7, false});
  CHECK(inspect_media(kGif) == MediaInfo{"image/gif", 9, 7, true});
  CHECK(inspect_media(kWebp) == MediaInfo{"image/webp", 9, 7, false});
  CHECK(inspect_media(film("")) == MediaInfo{"video/mp4", 640, 360, false});
  CHECK(inspect_media(kJfif + jpeg_segment('\xe1', exif(6)) + kAfterJfif) == MediaInfo{"image/jpeg", 7, 9, false, 6});
  CHECK(inspect_media(kPng.substr(0, 33) + png_chunk("acTL", std::string(8, '\0')) + kPng.substr(33))->animated);
  CHECK(inspect_media(kFileType + box("moov", film_track("vide", 0, 0, true))) ==
        MediaInfo{"video/mp4", 360, 640, false});
}

TEST_CASE("types that can't be posted are known by name") {
  const auto brand = [](const std::string& major, const std::string& more) {
    return inspect_media(box("ftyp", major + big(0) + more));
  };
  CHECK(brand("heic", "mif1heic")->mime == "image/heic");
  CHECK(brand("mif1", "mif1avif")->mime == "image/avif");
  CHECK(brand("avif", "")->mime == "image/avif");
  CHECK(brand("qt  ", "")->mime == "video/quicktime");
  CHECK(brand("M4A ", "")->mime == "audio/mp4");
  CHECK(inspect_media("\x1a\x45\xdf\xa3 and more")->mime == "video/webm");
  CHECK_FALSE(inspect_media(""));
  CHECK_FALSE(inspect_media("just text"));
  CHECK_FALSE(inspect_media("RIFF\x10\0\0\0WAVE"));

  const auto stripped = strip_metadata("whatever", MediaInfo{"image/heic"});
  REQUIRE_FALSE(stripped);
  CHECK(stripped.error().kind == ErrorKind::usage);
  CHECK(stripped.error().message == "files of type image/heic can't be posted");
  CHECK(stripped.error().hint == "convert it to JPEG or PNG");
  CHECK(strip_metadata("whatever", MediaInfo{"video/webm"}).error().hint == "convert it to MP4");
}

TEST_CASE("what holds no metadata stays as it is, byte for byte") {
  for (const auto& bytes : {kPng, kJpeg, kGif, kWebp, film("")}) {
    const auto once = strip(bytes);
    if (bytes != film("")) CHECK(once == bytes);
    CHECK(strip(once) == once);
  }
}

TEST_CASE("a PNG loses its texts, times, Exif and unknown chunks") {
  std::string with = kPng.substr(0, 33);
  for (const auto* type : {"tEXt", "zTXt", "iTXt", "eXIf", "tIME", "zzZz"}) with += png_chunk(type, kCanary);
  with += kPng.substr(33) + "trailing " + kCanary;

  const auto stripped = strip(with);

  CHECK_FALSE(holds_canary(stripped));
  CHECK(stripped == kPng);
  if (can_decode()) CHECK(pixels_of(stripped) == pixels_of(kPng));
}

TEST_CASE("a PNG keeps what decides how it looks") {
  for (const auto* type :
       {"iCCP", "gAMA", "cHRM", "sRGB", "pHYs", "tRNS", "acTL", "fcTL", "fdAT", "bKGD", "sBIT", "cICP"}) {
    const auto with = kPng.substr(0, 33) + png_chunk(type, "data") + kPng.substr(33);
    CHECK(strip(with) == with);
  }
}

TEST_CASE("a JPEG loses places, comments, thumbnails and what follows its end") {
  std::string jfif = kJfif.substr(0, 18) + std::string("\x01\x01", 2);
  jfif[5] = 16 + 3;  // a thumbnail of one pixel follows
  const auto with = jfif + "GPS" + jpeg_segment('\xe1', exif(1)) +
                    jpeg_segment('\xe1', "http://ns.adobe.com/xap/1.0/ " + kCanary) +
                    jpeg_segment('\xe2', "MPF " + kCanary) + jpeg_segment('\xed', "Photoshop 3.0 " + kCanary) +
                    jpeg_segment('\xee', "Other " + kCanary) + jpeg_segment('\xe0', "JFXX" + kCanary) +
                    jpeg_segment('\xef', kCanary) + jpeg_segment('\xfe', kCanary) + kAfterJfif + "SEFT " + kCanary;

  const auto stripped = strip(with);

  CHECK_FALSE(holds_canary(stripped));
  CHECK(stripped == kJpeg);
  if (can_decode()) CHECK(pixels_of(stripped) == pixels_of(kJpeg));
}

TEST_CASE("a JPEG keeps its orientation, colour profile and Adobe's colour transform") {
  const auto profile = jpeg_segment('\xe2', std::string("ICC_PROFILE\0\1\1", 14) + "profile");
  const auto adobe = jpeg_segment('\xee', "Adobe transform");
  const auto with =
      kJfif + jpeg_segment('\xe1', exif(6)) + jpeg_segment('\xe1', exif(3)) + profile + adobe + kAfterJfif;

  const auto stripped = strip(with);

  CHECK(stripped ==
        kJfif + jpeg_segment('\xe1', std::string("Exif\0\0", 6) + orientation_tiff(6)) + profile + adobe + kAfterJfif);
  CHECK(inspect_media(stripped) == MediaInfo{"image/jpeg", 7, 9, false, 6});
  if (can_decode()) {
    const auto plain = strip(kJfif + jpeg_segment('\xe1', exif(6)) + kAfterJfif);
    CHECK(pixels_of(plain).find("RightTop") != std::string::npos);
  }
}

TEST_CASE("a colour profile is found where a format keeps it, and nowhere else") {
  const auto profile_in = [](const std::string& bytes) {
    return std::string(colour_profile(bytes, inspect_media(bytes).value()));
  };
  const auto segment = [](const std::string& numbers) {
    return jpeg_segment('\xe2', std::string("ICC_PROFILE\0", 12) + numbers + "profile");
  };
  const auto in_png = big(13) + "iCCP" + std::string("name\0\0deflated", 14).substr(0, 13) + big(0);

  CHECK(profile_in(kJfif + segment("\1\1") + kAfterJfif) == "profile");
  CHECK(profile_in(kJfif + segment("\1\2") + segment("\2\2") + kAfterJfif).empty());
  CHECK(profile_in(kPng.substr(0, 33) + in_png + kPng.substr(33)) == "deflate");
  CHECK(profile_in(kPng.substr(0, 33) + big(4) + "iCCP" + "name" + big(0) + kPng.substr(33)).empty());
  CHECK(profile_in(kPng.substr(0, 33) + big(5) + "iCCP" + std::string("name\0", 5) + big(0) + kPng.substr(33)).empty());
  CHECK(profile_in(riff(riff_chunk("ICCP", "profile") + kWebp.substr(12))) == "profile");
  for (const auto& bytes : {kPng, kJpeg, kWebp, kGif}) CHECK(profile_in(bytes).empty());
}

TEST_CASE("a PNG keeps of its Exif how it lies, wherever that stands") {
  const std::string behind = kPng.substr(0, kPng.size() - 12);
  const std::string end = kPng.substr(kPng.size() - 12);
  std::string kept = png_chunk("eXIf", orientation_tiff(6));
  kept.resize(kept.size() - 4);
  append_big_endian(kept, 0xD6674B69, 4);  // zlib's crc32() of it
  for (const auto& turned : {kPng.substr(0, 33) + png_chunk("eXIf", orientation_tiff(6) + kCanary) + kPng.substr(33),
                             behind + png_chunk("eXIf", orientation_tiff(6) + kCanary) + end}) {
    const auto info = inspect_media(turned);
    REQUIRE(info);
    CHECK(info->orientation == 6);
    CHECK(info->width == 7);
    CHECK(info->height == 9);
    CHECK(strip_metadata(turned, *info).value() == kPng.substr(0, 33) + kept + kPng.substr(33));  // before the pixels
  }
}

TEST_CASE("an orientation is read in either byte order and nonsense is upright") {
  const std::string little{"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0", 26};
  CHECK(read_orientation(little) == 8);
  CHECK(read_orientation(orientation_tiff(5)) == 5);
  CHECK(read_orientation(orientation_tiff(9)) == 1);
  CHECK(read_orientation(little.substr(0, 15)) == 1);
  CHECK(read_orientation(std::string("MM\0*\xff\xff\xff\xff", 8)) == 1);
  CHECK(read_orientation("") == 1);
}

TEST_CASE("a GIF loses comments and applications' data, and keeps looping") {
  const auto body = kGif.substr(0, 19);
  const auto comment = "\x21\xfe" + std::string(1, static_cast<char>(kCanary.size())) + kCanary + '\0';
  const auto xmp =
      std::string("\x21\xff\x0bXMP DataXMP") + std::string(1, static_cast<char>(kCanary.size())) + kCanary + '\0';
  const auto with = body + comment + xmp + kGif.substr(19) + "trailing " + kCanary;

  const auto stripped = strip(with);

  CHECK_FALSE(holds_canary(stripped));
  CHECK(stripped == kGif);
  CHECK(stripped.find("NETSCAPE2.0") != std::string::npos);
  if (can_decode()) CHECK(pixels_of(stripped) == pixels_of(kGif));
}

TEST_CASE("a WebP loses Exif and XMP, and its flags say so") {
  const auto image = kWebp.substr(12);
  const std::string size{"\x08\0\0\x06\0\0", 6};
  const auto with = riff(riff_chunk("VP8X", std::string("\x0c\0\0\0", 4) + size) + image + riff_chunk("EXIF", exif(1)) +
                         riff_chunk("XMP ", kCanary) + riff_chunk("ZZZZ", kCanary)) +
                    kCanary;

  const auto stripped = strip(with);

  CHECK_FALSE(holds_canary(stripped));
  CHECK(stripped == riff(riff_chunk("VP8X", std::string(4, '\0') + size) + image));
  if (can_decode()) CHECK(pixels_of(stripped) == pixels_of(kWebp));
}

TEST_CASE("a WebP on its side stays so") {
  const auto image = kWebp.substr(12);
  const auto with =
      riff(riff_chunk("VP8X", std::string("\x0c\0\0\0\x08\0\0\x06\0\0", 10)) + image + riff_chunk("EXIF", exif(6)));

  const auto stripped = strip(with);

  CHECK_FALSE(holds_canary(stripped));
  CHECK(inspect_media(stripped) == MediaInfo{"image/webp", 7, 9, false, 6});
}

TEST_CASE("the frames of an animated WebP lose unknown chunks") {
  const auto image = kWebp.substr(12);
  const auto header =
      riff_chunk("VP8X", std::string("\x02\0\0\0\x08\0\0\x06\0\0", 10)) + riff_chunk("ANIM", std::string(6, '\0'));
  const std::string place(16, '\0');
  const auto with = riff(header + riff_chunk("ANMF", place + image + riff_chunk("zzzz", kCanary)));

  CHECK(strip(with) == riff(header + riff_chunk("ANMF", place + image)));
  CHECK(inspect_media(with)->animated);
}

TEST_CASE("a film's places, titles and times become free space, and nothing moves") {
  const auto with = kFileType + box("mdat", kSamples) +
                    box("moov", box("mvhd", big(0) + "CANARY!!" + big(1000) + big(2000)) +
                                    film_track("vide", kSamplesAt, static_cast<std::uint32_t>(kSamples.size())) +
                                    box("udta", box("\xa9xyz", kCanary)) + box("meta", kCanary)) +
                    box("uuid", kCanary) + box("free", kCanary) + box("beam", kCanary);

  const auto stripped = strip(with);

  CHECK_FALSE(holds_canary(stripped));
  CHECK(stripped.size() == with.size());
  CHECK(stripped.find(kSamples) == kSamplesAt);
  CHECK(inspect_media(stripped) == inspect_media(with));
}

TEST_CASE("a camera's data track goes with its samples") {
  const auto position = kCanary + " every second";
  const auto file = [&](const std::string& tracks) {
    return kFileType + box("mdat", kSamples + position) + box("moov", tracks);
  };
  const auto pictures = film_track("vide", kSamplesAt, static_cast<std::uint32_t>(kSamples.size()));
  const auto at = kSamplesAt + static_cast<std::uint32_t>(kSamples.size());
  const auto with = file(pictures + film_track("meta", at, static_cast<std::uint32_t>(position.size())));

  const auto stripped = strip(with);

  CHECK_FALSE(holds_canary(stripped));
  CHECK(stripped.size() == with.size());
  CHECK(stripped.find(kSamples) == kSamplesAt);
  CHECK(stripped.find("meta") == std::string::npos);

  const auto beyond = file(pictures + film_track("meta", at, 100'000));
  CHECK(strip_metadata(beyond, *inspect_media(beyond)).error().message ==
        "the film file is damaged: a track lies beyond its end");
  const auto over_the_boxes = file(pictures + film_track("meta", 4, 8));
  CHECK(strip_metadata(over_the_boxes, *inspect_media(over_the_boxes)).error().message ==
        "the film file is damaged: a track lies outside of its data");
  const auto fragmented = with + box("moof", "");
  CHECK(strip_metadata(fragmented, *inspect_media(fragmented)).error().message ==
        "the film holds a track of camera data that can't be taken out");
}

TEST_CASE("what was appended to a film is dropped") {
  const auto stripped = strip(film("") + "SEFT" + kCanary);

  CHECK_FALSE(holds_canary(stripped));
  CHECK(stripped.size() == film("").size());
}

TEST_CASE("a film without its header was cut off") {
  const auto bytes = kFileType + box("mdat", "moving pictures");
  const auto stripped = strip_metadata(bytes, *inspect_media(bytes));

  REQUIRE_FALSE(stripped);
  CHECK(stripped.error().kind == ErrorKind::usage);
  CHECK(stripped.error().message == "the film file is damaged: its header is missing, as when a recording was cut off");
}

TEST_CASE("damaged pictures are refused with the reason") {
  const auto message = [](const std::string& bytes) {
    const auto stripped = strip_metadata(bytes, *inspect_media(bytes));
    return stripped ? std::string("stripped") : stripped.error().message;
  };
  const auto png_start = kPng.substr(0, 8);
  CHECK(message(png_start + kPng.substr(33)) == "the PNG file is damaged: it doesn't begin with its header");
  CHECK(message(kPng.substr(0, 33) + kPng.substr(kPng.size() - 12)) == "the PNG file is damaged: it has no pixels");
  CHECK(message(kPng.substr(0, 33) + png_chunk("CgBI", "") + kPng.substr(33)) ==
        "the PNG file is damaged: it needs a chunk that is not part of PNG");
  CHECK(message(kJfif + "\xff\xd9") == "the JPEG file is damaged: it has no pixels");
  CHECK(message(kJfif + jpeg_segment('\xda', "scan") + "\xff\xd9") ==
        "the JPEG file is damaged: its pixels come before their size");
  CHECK(message(kGif.substr(0, 19) + ";") == "the GIF file is damaged: it has no picture");
  CHECK(message(riff(riff_chunk("ICCP", "x"))) == "the WebP file is damaged: it has no pixels");
  CHECK(message(riff("VP8 \xff\xff\xff\xff")) == "the WebP file is damaged: a chunk reaches beyond its end");
  CHECK(message(riff(riff_chunk("ANMF", "short"))) == "the WebP file is damaged: a frame of its animation is cut off");
  CHECK(message(film(big(100) + "udta")) == "the film file is damaged: a box reaches beyond the one that holds it");
  std::string deep;
  for (int i = 0; i < 20; ++i) deep = box("moov", deep);
  CHECK(message(kFileType + deep) == "the film file is damaged: its boxes are nested too deep");
}

TEST_CASE("a picture cut off anywhere is refused, never half of it kept") {
  for (const auto& bytes : {kPng, kJpeg, kGif, kWebp, film("")}) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto part = bytes.substr(0, size);
      const auto info = inspect_media(part);
      if (!info) continue;
      const auto stripped = strip_metadata(part, *info);
      CAPTURE(info->mime, size);
      CHECK_FALSE(stripped);
      if (!stripped) CHECK(stripped.error().kind == ErrorKind::usage);
    }
  }
}

TEST_CASE("a flipped byte never crashes") {
  for (const auto& original : {kPng, kJpeg, kGif, kWebp, film("")}) {
    for (std::size_t at = 0; at < original.size(); ++at) {
      for (const int value : {0x00, 0x01, 0x7F, 0xFF}) {
        auto bytes = original;
        bytes[at] = static_cast<char>(value);
        const auto info = inspect_media(bytes);
        if (!info) continue;
        const auto stripped = strip_metadata(bytes, *info);
        if (stripped) CHECK(stripped->size() <= bytes.size() + 1);
      }
    }
  }
}

}  // namespace postq
