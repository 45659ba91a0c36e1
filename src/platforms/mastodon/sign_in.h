#pragma once

#include <string>
#include <vector>

#include <postq/ports/platform.h>

namespace postq {

// What postq asks for; Pixelfed knows only the wide ones.
std::vector<std::string> mastodon_scopes(bool wide);

// Those of `needed` that `granted` doesn't cover: "write" covers "write:statuses".
std::vector<std::string> missing_scopes(const std::vector<std::string>& needed,
                                        const std::vector<std::string>& granted);

// OAuth's authorization code grant with a proof of code exchange (RFC 7636), for an app that is registered on the spot.
Result<SignIn> begin_mastodon_sign_in(const Account& account, const std::string& redirect_uri,
                                      const std::string& random_bytes, PlatformContext& context);
Result<SecretValues> finish_mastodon_sign_in(const Account& account, const SignIn& begun,
                                             const std::string& redirect_uri, const std::string& code,
                                             PlatformContext& context);

// A token that runs out soon is exchanged for a fresh one, which is saved. Tokens of Mastodon never run out.
Status refresh_mastodon_token(const Account& account, PlatformContext& context);

}  // namespace postq
