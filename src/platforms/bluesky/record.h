#pragma once

#include <string>
#include <string_view>

#include <postq/ports/platform.h>

#include "platforms/bluesky/answers.h"

// What is written to a repository.
namespace postq::bluesky {

constexpr std::string_view kPosts = "app.bsky.feed.post";
constexpr std::string_view kReplyGates = "app.bsky.feed.threadgate";
constexpr std::string_view kQuoteGates = "app.bsky.feed.postgate";

// What a post answers, as Content::reply_ref keeps it: four words, so that nothing has to be parsed twice.
std::string reply_words(const StrongRef& root, const StrongRef& parent);

// The label that hides a post's pictures, for a warning that is the name of one: porn, sexual, nudity, graphic-media.
// Empty for a warning in a person's own words, which Bluesky has no place for.
std::string label_of(std::string_view warning);

// The record key of a part: made of its approval alone, so that every attempt at it and every copy of the database has
// the same one. It is a time shortly before the post was approved, or due if that is later; the parts of a thread
// follow each other, and the end tells how the post came about.
std::string record_key(const ApprovedDelivery& delivery, int part);

// A body of write_body() as it goes out now: an old createdAt, which would hide the post behind newer ones, becomes
// this moment. Empty while the one in it is new enough.
std::string body_of_now(std::string_view body, TimePoint now);

// The body of the request that writes a part. A post alone is a putRecord with `swapRecord: null`: create it, unless it
// is there. A post with gates (who may reply, who may quote) is an applyWrites that creates all of them under the same
// key, or none: nobody gets in before the gate. Sent again, the first is a 200 and the second a 500 with the post
// there. kind bug for a part that isn't there or a picture that isn't uploaded, sign_in for an account whose DID isn't
// known yet, refused while a mention or the post to answer isn't looked up.
Result<std::string> write_body(const Account& account, const ApprovedDelivery& delivery, const PartContext& facts);

// The method that takes such a body.
std::string_view method_of(std::string_view body);

// {"repo": ..., "collection": ..., "rkey": ...} of deleteRecord.
std::string delete_body(std::string_view repo, std::string_view collection, std::string_view key);

}  // namespace postq::bluesky
