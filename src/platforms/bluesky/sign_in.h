#pragma once

#include <string>

#include <postq/ports/platform.h>

namespace postq::bluesky {

// createSession at a host (a PDS, or the entryway of many).
HttpRequest sign_in_request(const Account& account, const std::string& host, const std::string& name,
                            const Secret& password);

// Why it was refused, and what to do about it. `said` holds no secret.
Error sign_in_error(const Account& account, const std::string& host, const HttpAnswer& answer, const std::string& said,
                    const Secret& password);

// Whether it reads like one that a server made for an app (four groups of four), and not like a person's own password.
bool is_app_password(const Secret& password);

}  // namespace postq::bluesky
