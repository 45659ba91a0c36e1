#pragma once

#include <optional>

#include <postq/ports/http_client.h>

namespace postq::http {

// Why this request can't be put on the wire as it stands: a character that would end a line and begin another header, a
// method or name that isn't one, or a header that belongs to the client. Nothing when it is sound.
std::optional<HttpFailure> flaw_of(const HttpRequest& request);

}  // namespace postq::http
