#include "system/images/profile.h"

#include "media/formats.h"

namespace postq::pictures {
namespace {

constexpr std::string_view kSegmentStart{"ICC_PROFILE\0\1\1", 14};  // piece 1 of 1
constexpr std::size_t kLongest = 0xFFFF - 2 - kSegmentStart.size();
constexpr std::size_t kHeaderSize = 128;  // of a profile
constexpr std::size_t kColoursAt = 16;    // in it: "RGB ", "GRAY", "CMYK"

constexpr std::size_t kSignatureSize = 8;
constexpr std::size_t kChunkFrame = 12;
constexpr std::string_view kChunkStart{
    "iCCP"
    "ICC\0\0",
    9};  // type, name, method

Bytef* writable(std::string& bytes) {
  return reinterpret_cast<Bytef*>(bytes.data());
}

const Bytef* readable(std::string_view bytes) {
  return reinterpret_cast<const Bytef*>(bytes.data());
}

// Empty when it isn't sound, or longer than is kept.
std::string inflated(const PngApi& api, std::string_view bytes) {
  std::string whole(kLongest, '\0');
  uLongf size = whole.size();
  if (api.inflate(writable(whole), &size, readable(bytes), bytes.size()) != Z_OK) return {};
  whole.resize(size);
  return whole;
}

}  // namespace

std::string rgb_profile(const PngApi& api, std::string_view bytes, const MediaInfo& info) {
  const auto stored = colour_profile(bytes, info);
  if (stored.empty() || stored.size() > kLongest) return {};
  auto profile = info.mime == "image/png" ? inflated(api, stored) : std::string(stored);
  const bool is_rgb = profile.size() > kHeaderSize && std::string_view(profile).substr(kColoursAt, 4) == "RGB ";
  return is_rgb ? profile : std::string{};
}

std::string jpeg_with_profile(std::string jpeg, std::string_view profile) {
  if (profile.empty()) return jpeg;
  std::string segment = "\xff\xe2";
  append_big_endian(segment, static_cast<std::uint32_t>(profile.size() + kSegmentStart.size() + 2), 2);
  segment.append(kSegmentStart).append(profile);
  // Behind the start of the picture and its JFIF segment, which has to be the first.
  const auto first = big_endian(jpeg, 4, 2).value_or(0);
  jpeg.insert(4 + std::size_t{first}, segment);
  return jpeg;
}

std::string png_with_profile(const PngApi& api, std::string_view png, std::string_view profile) {
  if (profile.empty()) return std::string(png);
  std::string deflated(profile.size() + profile.size() / 100 + 64, '\0');  // more than deflating ever adds
  uLongf size = deflated.size();
  if (api.deflate(writable(deflated), &size, readable(profile), profile.size()) != Z_OK) return std::string(png);
  deflated.resize(size);

  const auto header = kSignatureSize + kChunkFrame + 13;
  std::string with(png.substr(0, header));
  const std::string chunk = std::string(kChunkStart) + deflated;
  append_big_endian(with, static_cast<std::uint32_t>(chunk.size() - 4), 4);
  with += chunk;
  append_big_endian(with, static_cast<std::uint32_t>(api.checksum(0, readable(chunk), static_cast<uInt>(chunk.size()))),
                    4);
  // A profile and a claim to be sRGB exclude each other.
  for (auto at = header; at < png.size();) {
    const auto length = kChunkFrame + std::size_t{big_endian(png, at, 4).value_or(0)};
    const auto type = slice(png, at + 4, 4);
    if (type != "sRGB" && type != "gAMA" && type != "cHRM") with += slice(png, at, length).value_or(std::string_view{});
    at += length;
  }
  return with;
}

}  // namespace postq::pictures
