#pragma once

#include <postq/ports/platform.h>

// What reaches a repository: blobs, posts, and their deletion.
namespace postq::bluesky {

// Uploads a part's pictures, and its card's. A blob that no record holds is dropped after some minutes, so an older
// upload is made again; the same bytes always give the same blob.
Result<Prepared> prepare_part(const Account& account, const ApprovedDelivery& delivery, const PartContext& facts,
                              PlatformContext& context);

// Sends the stored body of write_body(), with a new createdAt and its pictures uploaded again when it is old. Where the
// answer leaves room for doubt, the repository is asked for the record.
SendAnswer send_part(const Account& account, const ApprovedDelivery& delivery, const PreparedRequest& outgoing,
                     PlatformContext& context);

// Whether the record of an attempt is in the repository.
Settlement look_for_part(const Account& account, const ApprovedDelivery& delivery, const Attempt& attempt,
                         PlatformContext& context);

// With its gates, and looks whether it is gone.
Status delete_post(const Account& account, const Receipt& receipt, PlatformContext& context);

// Where people read a post.
std::string page_of(std::string_view repo, std::string_view key);

}  // namespace postq::bluesky
