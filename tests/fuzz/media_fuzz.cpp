#include <cstdint>
#include <cstdlib>

#include <postq/media/media.h>

// What was stripped is still of its type, still whole, and stripping it again takes nothing more away.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto info = postq::inspect_media(bytes);
  if (!info) return 0;
  const auto stripped = postq::strip_metadata(bytes, *info);
  if (!stripped) return 0;
  const auto again = postq::inspect_media(*stripped);
  if (!again || again->mime != info->mime) std::abort();
  const auto twice = postq::strip_metadata(*stripped, *again);
  if (!twice || *twice != *stripped) std::abort();
  return 0;
}
