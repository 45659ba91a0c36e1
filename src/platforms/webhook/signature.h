#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>
#include <postq/base/secret.h>
#include <postq/time/time.h>

namespace postq {

// Standard Webhooks 1.0.0, symmetric signatures.

// The keys of a signing secret: base64 of 24 to 64 bytes, with or without whsec_ in front; several separated by a space
// while a secret is being changed. kind config for anything else, without a word of it.
Result<std::vector<Secret>> webhook_keys(const Secret& secret);

// The value of webhook-signature: "v1,<base64>" for each key.
std::string webhook_signature(const std::vector<Secret>& keys, std::string_view id, TimePoint at,
                              std::string_view body);

}  // namespace postq
