#include "system/images/picture_api.h"

#include <dlfcn.h>

#include <bit>
#include <string>

namespace postq::pictures {
namespace {

constexpr const char* kHint = "install what shrinks pictures: sudo apt install libturbojpeg0 libpng16-16 libwebp7";

std::string last_dl_error() {
  const char* text = dlerror();
  return text == nullptr ? "unknown reason" : text;
}

// One library, in which functions are looked up until one is missing.
class Library {
 public:
  Library(const char* file, const char* package) : package_(package) {
    // RTLD_NOW finds a broken one right here, before a picture is half done.
    opened_ = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (opened_ == nullptr)
      problem_ = "the library of the package " + package_ + " can't be opened: " + last_dl_error();
  }

  template <typename Function>
  void find(const char* name, Function& function) {
    if (!problem_.empty()) return;
    function = reinterpret_cast<Function>(dlsym(opened_, name));
    if (function == nullptr) {
      problem_ = "the library of the package " + package_ + " lacks a function that postq needs: " + last_dl_error();
    }
  }

  Status status() const {
    if (problem_.empty()) return {};
    return fail(ErrorKind::config, problem_, kHint);
  }

 private:
  std::string package_;
  void* opened_ = nullptr;
  std::string problem_;
};

Status load(const char* file, JpegApi& api) {
  Library library(file, "libturbojpeg0");
  library.find("tjInitDecompress", api.init_decompress);
  library.find("tjInitCompress", api.init_compress);
  library.find("tjInitTransform", api.init_transform);
  library.find("tjTransform", api.transform);
  library.find("tjDestroy", api.destroy);
  library.find("tjDecompressHeader3", api.read_header);
  library.find("tjDecompress2", api.decompress);
  library.find("tjCompress2", api.compress);
  library.find("tjFree", api.free);
  library.find("tjGetErrorStr2", api.error_text);
  return library.status();
}

Status load(const char* file, PngApi& api) {
  Library library(file, "libpng16-16");
  library.find("png_image_begin_read_from_memory", api.begin_read);
  library.find("png_image_finish_read", api.finish_read);
  library.find("png_image_write_to_memory", api.write);
  library.find("png_image_free", api.free);
  library.find("uncompress", api.inflate);
  library.find("compress", api.deflate);
  library.find("crc32", api.checksum);
  return library.status();
}

Status load(const char* file, WebpApi& api) {
  Library library(file, "libwebp7");
  library.find("WebPGetFeaturesInternal", api.features);
  library.find(std::endian::native == std::endian::little ? "WebPDecodeBGRAInto" : "WebPDecodeARGBInto", api.decode);
  library.find("WebPPictureInitInternal", api.init);
  library.find("WebPPictureAlloc", api.alloc);
  library.find("WebPPictureFree", api.free);
  library.find("WebPPictureCopy", api.copy);
  library.find("WebPPictureView", api.view);
  library.find("WebPPictureRescale", api.rescale);
  library.find("WebPPictureHasTransparency", api.has_transparency);
  library.find("WebPBlendAlpha", api.blend);
  return library.status();
}

}  // namespace

Result<PictureApi> load_picture_api(const LibraryNames& names) {
  PictureApi api;
  POSTQ_CHECK(load(names.jpeg, api.jpeg));
  POSTQ_CHECK(load(names.png, api.png));
  POSTQ_CHECK(load(names.webp, api.webp));
  return api;
}

const Result<PictureApi>& picture_api() {
  static const Result<PictureApi> api = load_picture_api(LibraryNames{});
  return api;
}

}  // namespace postq::pictures
