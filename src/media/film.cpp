#include <algorithm>
#include <iterator>
#include <vector>

#include "media/formats.h"

namespace postq {

namespace {

struct Box {
  std::uint32_t type = 0;
  std::size_t begin = 0;
  std::size_t payload = 0;
  std::size_t end = 0;
};

// The box at `at` within an enclosing one that ends at `limit`.
std::optional<Box> box_at(std::string_view bytes, std::size_t at, std::size_t limit) {
  if (at > limit || limit - at < 8) return std::nullopt;
  Box box{*big_endian(bytes, at + 4, 4), at, at + 8, 0};
  std::uint64_t size = *big_endian(bytes, at, 4);
  if (size == 1) {
    if (limit - at < 16) return std::nullopt;
    size = (std::uint64_t{*big_endian(bytes, at + 8, 4)} << 32) | *big_endian(bytes, at + 12, 4);
    box.payload = at + 16;
  } else if (size == 0) {
    size = limit - at;  // to the end
  }
  if (size < box.payload - at || size > limit - at) return std::nullopt;
  box.end = at + size;
  return box;
}

std::vector<Box> children_of(std::string_view bytes, std::size_t begin, std::size_t end) {
  std::vector<Box> children;
  for (auto box = box_at(bytes, begin, end); box; box = box_at(bytes, box->end, end)) children.push_back(*box);
  return children;
}

std::optional<Box> child(std::string_view bytes, const std::optional<Box>& parent, std::uint32_t type) {
  if (!parent) return std::nullopt;
  for (auto box = box_at(bytes, parent->payload, parent->end); box; box = box_at(bytes, box->end, parent->end)) {
    if (box->type == type) return box;
  }
  return std::nullopt;
}

template <std::size_t size>
bool is_one_of(const std::uint32_t (&types)[size], std::uint32_t type) {
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

constexpr std::uint32_t kHeicBrands[] = {fourcc("heic"), fourcc("heix"), fourcc("hevc"), fourcc("hevx"),
                                         fourcc("heim"), fourcc("heis"), fourcc("mif1"), fourcc("msf1")};

// The boxes that a film's file is made of. What else stands beside them is some maker's own.
constexpr std::uint32_t kTopLevel[] = {fourcc("ftyp"), fourcc("moov"), fourcc("mdat"), fourcc("moof"),
                                       fourcc("mfra"), fourcc("sidx"), fourcc("styp"), fourcc("pdin"),
                                       fourcc("ssix"), fourcc("prft"), fourcc("wide")};

constexpr std::uint32_t kContainers[] = {fourcc("moov"), fourcc("trak"), fourcc("mdia"), fourcc("minf"),
                                         fourcc("stbl"), fourcc("edts"), fourcc("dinf"), fourcc("mvex"),
                                         fourcc("moof"), fourcc("traf")};

// Titles, places, makers' data, and free space that may hold what an editor deleted.
constexpr std::uint32_t kMetadata[] = {fourcc("udta"), fourcc("meta"), fourcc("uuid"), fourcc("free"), fourcc("skip")};

constexpr std::uint32_t kHeadersWithTimes[] = {fourcc("mvhd"), fourcc("tkhd"), fourcc("mdhd")};

// What can be seen, heard or read. Cameras add tracks of their own that hold a position for every second.
constexpr std::uint32_t kHandlers[] = {fourcc("vide"), fourcc("soun"), fourcc("auxv"), fourcc("text"),
                                       fourcc("sbtl"), fourcc("subt"), fourcc("clcp"), fourcc("tmcd")};

std::optional<Box> sample_table_of(std::string_view bytes, const Box& track) {
  const auto media = child(bytes, track, fourcc("mdia"));
  return child(bytes, child(bytes, media, fourcc("minf")), fourcc("stbl"));
}

bool is_data_track(std::string_view bytes, const Box& track) {
  const auto handler = child(bytes, child(bytes, track, fourcc("mdia")), fourcc("hdlr"));
  if (!handler || handler->end - handler->payload < 12) return false;
  return !is_one_of(kHandlers, *big_endian(bytes, handler->payload + 8, 4));
}

// A table inside a full box: version and flags, a count at `count_at`, then rows.
struct Table {
  std::string_view rows;
  std::size_t row_size = 0;
  std::size_t count = 0;
};

Table table_of(std::string_view bytes, const std::optional<Box>& box, std::size_t count_at, std::size_t row_size) {
  if (!box) return {};
  const auto payload = bytes.substr(box->payload, box->end - box->payload);
  const auto count = big_endian(payload, count_at, 4).value_or(0);
  if (payload.size() < count_at + 4) return {};
  const auto rows = payload.substr(count_at + 4);
  return {rows, row_size, std::min<std::size_t>(count, rows.size() / row_size)};
}

std::uint32_t cell(const Table& table, std::size_t row, std::size_t offset) {
  return big_endian(table.rows, row * table.row_size + offset, 4).value_or(0);
}

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

// Where the samples of a track lie in the file (ISO/IEC 14496-12 §8.7): a list of chunks, how many samples each holds,
// and how big each sample is.
std::vector<Range> sample_ranges(std::string_view bytes, const Box& track) {
  const auto samples = sample_table_of(bytes, track);
  const auto sizes_box = child(bytes, samples, fourcc("stsz"));
  const auto sizes = table_of(bytes, sizes_box, 8, 4);
  const std::uint64_t same_size =
      sizes_box && sizes_box->end - sizes_box->payload >= 8 ? *big_endian(bytes, sizes_box->payload + 4, 4) : 0;
  const auto runs = table_of(bytes, child(bytes, samples, fourcc("stsc")), 4, 12);
  auto chunks = table_of(bytes, child(bytes, samples, fourcc("stco")), 4, 4);
  const bool wide = chunks.count == 0;
  if (wide) chunks = table_of(bytes, child(bytes, samples, fourcc("co64")), 4, 8);

  std::vector<Range> ranges;
  std::size_t run = 0;
  std::size_t sample = 0;
  for (std::size_t chunk = 0; chunk < chunks.count; ++chunk) {
    while (run + 1 < runs.count && cell(runs, run + 1, 0) <= chunk + 1) ++run;
    const std::uint64_t in_chunk = runs.count == 0 ? 0 : cell(runs, run, 4);
    Range range{cell(chunks, chunk, 0), 0};
    if (wide) range.begin = (range.begin << 32) | cell(chunks, chunk, 4);
    if (same_size != 0) {
      range.size = same_size * in_chunk;
    } else {
      for (std::uint64_t i = 0; i < in_chunk && sample < sizes.count; ++i) range.size += cell(sizes, sample++, 0);
    }
    ranges.push_back(range);
  }
  return ranges;
}

class FilmStripping {
 public:
  explicit FilmStripping(std::string_view bytes) : bytes_(bytes), stripped_(bytes) {
    for (const auto& box : children_of(bytes, 0, bytes.size())) {
      if (box.type == fourcc("mdat")) data_.push_back(box);
    }
  }

  Result<std::string> run() && {
    bool has_header = false;
    bool has_samples = false;
    std::size_t at = 0;
    while (at < bytes_.size()) {
      const auto box = box_at(bytes_, at, bytes_.size());
      if (!box) {
        const bool known = is_one_of(kTopLevel, big_endian(bytes_, at + 4, 4).value_or(0));
        if (known || !has_header || !has_samples) return broken_media("film", "it ends too early");
        break;  // something was appended to a complete film
      }
      has_header = has_header || box->type == fourcc("moov");
      has_samples = has_samples || box->type == fourcc("mdat");
      fragmented_ = fragmented_ || box->type == fourcc("moof");
      if (is_one_of(kTopLevel, box->type)) {
        POSTQ_CHECK(strip_box(*box, 0));
      } else {
        blank(*box);
      }
      at = box->end;
    }
    if (!has_header) return broken_media("film", "its header is missing, as when a recording was cut off");
    if (fragmented_ && dropped_track_) {
      return fail(ErrorKind::usage, "the film holds a track of camera data that can't be taken out",
                  "convert it: ffmpeg -i IN -map 0:v -map 0:a? -c copy -map_metadata -1 OUT.mp4");
    }
    stripped_.resize(at);
    return std::move(stripped_);
  }

 private:
  static constexpr int kDeepest = 8;  // moov, trak, mdia, minf, stbl and some room

  // NOLINTNEXTLINE(misc-no-recursion): boxes hold boxes, kDeepest deep.
  Status strip_box(const Box& box, int depth) {
    if (is_one_of(kMetadata, box.type)) {
      blank(box);
    } else if (is_one_of(kHeadersWithTimes, box.type)) {
      blank_times(box);
    } else if (box.type == fourcc("trak") && is_data_track(bytes_, box)) {
      return drop_track(box);
    } else if (is_one_of(kContainers, box.type)) {
      if (depth == kDeepest) return broken_media("film", "its boxes are nested too deep");
      auto at = box.payload;
      for (const auto& inner : children_of(bytes_, box.payload, box.end)) {
        POSTQ_CHECK(strip_box(inner, depth + 1));
        at = inner.end;
      }
      // Older QuickTime files close a list of boxes with four zero bytes.
      if (box.end - at > 4) return broken_media("film", "a box reaches beyond the one that holds it");
    }
    return {};
  }

  // The box stays where it is, because other boxes count bytes from the file's start; it becomes free space.
  void blank(const Box& box) {
    const std::string_view free_type = "free";
    std::copy(free_type.begin(), free_type.end(), offset(box.begin + 4));
    std::fill(offset(box.payload), offset(box.end), '\0');
  }

  // When it was recorded and changed, behind one byte of version and three of flags.
  void blank_times(const Box& box) {
    if (box.payload == box.end) return;
    const std::size_t size = bytes_[box.payload] == 1 ? 16 : 8;
    if (box.end - box.payload < 4 + size) return;
    std::fill(offset(box.payload + 4), offset(box.payload + 4 + size), '\0');
  }

  Status drop_track(const Box& track) {
    dropped_track_ = true;
    for (const auto& range : sample_ranges(bytes_, track)) {
      // A track holds each byte at most once; tables that say otherwise are made to keep us busy.
      blanked_ += range.size;
      const bool beyond = range.begin > bytes_.size() || range.size > bytes_.size() - range.begin;
      if (beyond || blanked_ > bytes_.size()) return broken_media("film", "a track lies beyond its end");
      // Nor does it lie where the boxes themselves are.
      if (range.size == 0) continue;
      if (!is_data(range)) return broken_media("film", "a track lies outside of its data");
      std::fill(offset(range.begin), offset(range.begin + range.size), '\0');
    }
    blank(track);
    return {};
  }

  // There may be very many of both, so the box is looked up and not looked for.
  bool is_data(const Range& range) const {
    const auto next = std::upper_bound(data_.begin(), data_.end(), range.begin,
                                       [](std::uint64_t at, const Box& box) { return at < box.payload; });
    return next != data_.begin() && range.begin + range.size <= std::prev(next)->end;
  }

  std::string::iterator offset(std::size_t at) { return stripped_.begin() + static_cast<std::ptrdiff_t>(at); }

  std::string_view bytes_;
  std::string stripped_;
  std::vector<Box> data_;  // where samples may lie, in the order of the file
  std::uint64_t blanked_ = 0;
  bool fragmented_ = false;
  bool dropped_track_ = false;
};

// The first track with a size is what people see. A matrix without its main diagonal turns it by a quarter.
void read_track_size(std::string_view bytes, const Box& track, MediaInfo& info) {
  const auto header = child(bytes, track, fourcc("tkhd"));
  if (!header || header->payload == header->end || info.width != 0) return;
  const auto payload = bytes.substr(header->payload, header->end - header->payload);
  const std::size_t matrix = payload[0] == 1 ? 52 : 40;
  const auto number = [&](std::size_t at) { return big_endian(payload, at, 4).value_or(0); };
  info.width = static_cast<int>(number(matrix + 36) >> 16);
  info.height = static_cast<int>(number(matrix + 40) >> 16);
  const bool turned = number(matrix) == 0 && number(matrix + 16) == 0 && number(matrix + 4) != 0;
  if (turned) std::swap(info.width, info.height);
}

std::string mime_of(std::string_view bytes, const Box& type_box) {
  const auto brands = bytes.substr(type_box.payload, type_box.end - type_box.payload);
  const auto major = big_endian(brands, 0, 4).value_or(0);
  bool avif = false;
  for (std::size_t at = 0; at + 4 <= brands.size(); at += 4) {
    const auto brand = brands.substr(at, 4);
    avif = avif || (at != 4 && (brand == "avif" || brand == "avis"));  // at 4 stands a version
  }
  if (avif) return "image/avif";
  if (is_one_of(kHeicBrands, major)) return "image/heic";
  if (major == fourcc("qt  ")) return "video/quicktime";
  if (major == fourcc("M4A ") || major == fourcc("M4B ")) return "audio/mp4";
  if (major == fourcc("crx ")) return "image/x-canon-cr3";
  return "video/mp4";
}

}  // namespace

MediaInfo inspect_boxes(std::string_view bytes) {
  const auto type_box = box_at(bytes, 0, bytes.size());
  MediaInfo info{type_box ? mime_of(bytes, *type_box) : "video/mp4"};
  for (const auto& box : children_of(bytes, 0, bytes.size())) {
    if (box.type != fourcc("moov")) continue;
    for (const auto& inner : children_of(bytes, box.payload, box.end)) {
      if (inner.type == fourcc("trak")) read_track_size(bytes, inner, info);
    }
  }
  return info;
}

Result<std::string> strip_film(std::string_view bytes) {
  return FilmStripping{bytes}.run();
}

}  // namespace postq
