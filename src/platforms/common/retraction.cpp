#include "platforms/common/retraction.h"

namespace postq {
namespace {

// What a person has to mend before the platform can be asked again.
bool is_trouble_here(ErrorKind kind) {
  return kind == ErrorKind::sign_in || kind == ErrorKind::config || kind == ErrorKind::usage ||
         kind == ErrorKind::storage;
}

Error with_way_out(Error error, const Receipt& receipt) {
  error.hint += (error.hint.empty() ? "" : "\n") + delete_it_yourself(receipt);
  return error;
}

}  // namespace

std::string delete_it_yourself(const Receipt& receipt) {
  const std::string& address = receipt.url.empty() ? receipt.remote_id : receipt.url;
  return "delete it there yourself: " + address;
}

Status retraction(AfterDeletion state, const std::optional<Error>& said, const std::string& place,
                  const Receipt& receipt) {
  if (state == AfterDeletion::gone) return {};
  const bool unasked = said && state == AfterDeletion::unknown && said->kind == ErrorKind::try_later;
  if (said && (is_trouble_here(said->kind) || unasked)) return pass_on(with_way_out(*said, receipt));
  const std::string answered = said ? said->message : place + " says that it is deleted";
  if (state == AfterDeletion::there) {
    return pass_on(with_way_out({ErrorKind::platform, "it is still on " + place + ": " + answered, {}, {}}, receipt));
  }
  return pass_on(Error{ErrorKind::unknown,
                       "whether it is gone from " + place + " can't be seen now: " + answered,
                       "look there: " + (receipt.url.empty() ? receipt.remote_id : receipt.url),
                       {}});
}

}  // namespace postq
