#pragma once

#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <webp/decode.h>
#include <webp/encode.h>

#include <postq/base/result.h>

namespace postq::pictures {

// The functions of the picture libraries that postq uses. The libraries are opened on first use, as most posts have no
// picture that is too large (docs/adr/0012-shrinking-pictures.md). The types are those of the headers.

struct JpegApi {
  decltype(&tjInitDecompress) init_decompress = nullptr;
  decltype(&tjInitCompress) init_compress = nullptr;
  decltype(&tjInitTransform) init_transform = nullptr;
  decltype(&tjTransform) transform = nullptr;
  decltype(&tjDestroy) destroy = nullptr;
  decltype(&tjDecompressHeader3) read_header = nullptr;
  decltype(&tjDecompress2) decompress = nullptr;
  decltype(&tjCompress2) compress = nullptr;
  decltype(&tjFree) free = nullptr;
  decltype(&tjGetErrorStr2) error_text = nullptr;
};

struct PngApi {
  decltype(&png_image_begin_read_from_memory) begin_read = nullptr;
  decltype(&png_image_finish_read) finish_read = nullptr;
  decltype(&png_image_write_to_memory) write = nullptr;
  decltype(&png_image_free) free = nullptr;
  // Of zlib, which libpng brings along: a PNG's colour profile is deflated.
  decltype(&uncompress) inflate = nullptr;
  decltype(&compress) deflate = nullptr;
  decltype(&crc32) checksum = nullptr;
};

struct WebpApi {
  decltype(&WebPGetFeaturesInternal) features = nullptr;
  decltype(&WebPDecodeBGRAInto) decode = nullptr;  // or its sister of the same type; see canvas.h
  decltype(&WebPPictureInitInternal) init = nullptr;
  decltype(&WebPPictureAlloc) alloc = nullptr;
  decltype(&WebPPictureFree) free = nullptr;
  decltype(&WebPPictureCopy) copy = nullptr;
  decltype(&WebPPictureView) view = nullptr;
  decltype(&WebPPictureRescale) rescale = nullptr;
  decltype(&WebPPictureHasTransparency) has_transparency = nullptr;
  decltype(&WebPBlendAlpha) blend = nullptr;
};

struct PictureApi {
  JpegApi jpeg;
  PngApi png;
  WebpApi webp;
};

// Names of the library files, as dlopen takes them.
struct LibraryNames {
  const char* jpeg = "libturbojpeg.so.0";
  const char* png = "libpng16.so.16";
  const char* webp = "libwebp.so.7";
};

// Opens the libraries and fills the tables. kind config, naming Debian's packages, when one is missing or lacks a
// function. They stay open until the program ends.
Result<PictureApi> load_picture_api(const LibraryNames& names);

// The tables of Debian's libraries, opened by the first call; later calls, from any thread, get the same ones.
const Result<PictureApi>& picture_api();

}  // namespace postq::pictures
