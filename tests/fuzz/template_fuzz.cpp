#include <cstdint>
#include <cstdlib>

#include <postq/time/zone.h>

#include "app/compose/edit_template.h"

// Whatever the editor leaves behind is a draft with at least one part or an error in words; and what was read gives a
// template that means the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const postq::WhenContext when{
      postq::time_point(1'795'380'240), postq::utc_zone(),
      [](std::string_view) -> postq::Result<const postq::Zone*> { return &postq::utc_zone(); }};
  postq::Draft before;
  postq::Media media;
  media.name = "oak.png";
  before.parts = {{"text", {media}}, {"more", {}}};
  before.variants["work"] = {"other"};
  before.warning = "careful";

  const auto draft = postq::parse_edit_template(text, before, when);
  if (!draft) {
    if (draft.error().message.empty()) std::abort();
    return 0;
  }
  if (draft->parts.empty()) std::abort();
  if (postq::media_of(*draft).size() != 1) std::abort();
  const auto again = postq::parse_edit_template(postq::edit_template(*draft, {}, when.zone), *draft, when);
  if (!again || *again != *draft) std::abort();
  return 0;
}
