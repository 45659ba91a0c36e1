#pragma once

#include <string>
#include <string_view>

#include <postq/ports/platform.h>

namespace postq {

// The JSON that a webhook gets, one kind of event each.
std::string publish_event(const Account& account, const ApprovedDelivery& delivery, const PartContext& facts);
std::string delete_event(const Account& account, const Receipt& receipt, TimePoint at);
std::string ping_event(const Account& account, TimePoint at);

// What a receiver may answer with a 2xx: {"id": "...", "url": "https://..."}. Both are empty for anything else, and for
// values that couldn't be an id or an address.
struct WebhookReply {
  std::string id;
  std::string url;
};
WebhookReply read_webhook_reply(std::string_view body);

// Why an answer can't be a receiver's own in spite of its 2xx, to stand behind "HOST answers "; empty for any other.
// What comes from a login page, a hotel's network or half a program proves nothing.
std::string why_no_reply(const HttpAnswer& answer);

}  // namespace postq
