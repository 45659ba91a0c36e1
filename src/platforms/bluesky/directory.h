#pragma once

#include <string>
#include <vector>

#include <postq/ports/platform.h>

// Who stands behind a handle, and where they are kept.
namespace postq::bluesky {

// A GET of an XRPC method, or of a document of a directory; `url` is whole.
HttpRequest get_request(const Account& account, std::string url);

// "https://HOST/xrpc/METHOD?QUERY"
std::string method_url(const std::string& host, std::string_view method, const std::string& query);
// A value for a query.
std::string escaped(std::string_view value);

// Whether an address may be a server's: https, or http on this machine. Its origin, or empty.
std::string server_origin(std::string_view address);

// The DID of a handle, asked of the first of the hosts that answers. kind not_found when there is no such handle.
Result<std::string> look_up_handle(const Account& account, const std::vector<std::string>& hosts,
                                   const std::string& handle, PlatformContext& context);

// The address of the PDS that keeps a DID, from plc.directory (or the account's own directory) or from the web site
// that the DID names.
Result<std::string> look_up_pds(const Account& account, const std::string& did, PlatformContext& context);

// Hosts that resolve handles for everybody.
const std::vector<std::string>& public_hosts();

}  // namespace postq::bluesky
