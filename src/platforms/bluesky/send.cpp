#include "platforms/bluesky/send.h"

#include <algorithm>

#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/bluesky/directory.h"
#include "platforms/bluesky/record.h"
#include "platforms/bluesky/session.h"
#include "platforms/bluesky/tid.h"
#include "platforms/common/answers.h"
#include "platforms/common/retraction.h"

namespace postq::bluesky {
namespace {

constexpr Seconds kAtIt{std::chrono::minutes{15}};     // a slow server may take so long
constexpr Seconds kBlobKept{std::chrono::minutes{5}};  // "eg, minutes", says the lexicon of uploadBlob

// Every picture that a part brings along.
std::vector<const Media*> pictures_of(const Content::Part& part) {
  std::vector<const Media*> pictures;
  for (const Media& media : part.media) pictures.push_back(&media);
  if (part.media.empty() && part.card && part.card->thumbnail) pictures.push_back(&*part.card->thumbnail);
  return pictures;
}

Result<Upload> upload(Caller& caller, const Media& media, TimePoint now) {
  Call call;
  call.method = "com.atproto.repo.uploadBlob";
  call.media = &media;
  POSTQ_TRY(const std::string answer, caller.ask(call));
  auto blob = read_blob(answer, media.bytes);
  if (!blob) return fail(ErrorKind::try_later, "the answer to uploading " + media.name + " can't be read");
  return Upload{media.digest, std::move(*blob), true, now + kBlobKept};
}

// The post of that key as the repository has it.
HttpResult get_record(Caller& caller, const Account& account, std::string_view key) {
  const auto pds = caller.pds();
  if (!pds) {
    const Error& error = pds.error();
    return tl::make_unexpected(HttpFailure{HttpFailure::Sent::not_sent, error.kind, error.message, error.hint});
  }
  Call get;
  get.method = "com.atproto.repo.getRecord";
  get.query = "repo=" + escaped(account.remote_id) + "&collection=" + std::string(kPosts) +
              "&rkey=" + escaped(std::string(key));
  return caller.read(*pds, get);
}

// The repository has no such record, and says so.
bool says_not_found(const HttpAnswer& answer) {
  return answer.status == 404 || answer.status == 410 ||
         (answer.status == 400 && read_error(answer.body).name == "RecordNotFound");
}

// Whether the list of the account's posts has one of that key; an error when it doesn't reach that far.
Result<bool> lists_post(Caller& caller, const Account& account, std::string_view key) {
  constexpr std::size_t kListed = 100;
  POSTQ_TRY(const std::string pds, caller.pds());
  Call list;
  list.method = "com.atproto.repo.listRecords";
  // Keys sort as text, and the list goes on below its cursor: the post would come first.
  list.query = "repo=" + escaped(account.remote_id) + "&collection=" + std::string(kPosts) +
               "&limit=" + std::to_string(kListed) + "&cursor=" + escaped(std::string(key) + "z");
  const HttpResult answer = caller.read(pds, list);
  if (!answer) return pass_on(error_of(answer.error()));
  const auto found = answer->status == 200 ? read_posts(answer->body) : std::nullopt;
  if (!found) {
    return fail(ErrorKind::try_later, "its server says " + std::to_string(answer->status) + " to reading its posts");
  }
  bool reached = found->listed < kListed;
  for (const PostRecord& post : found->posts) {
    const auto uri = parse_record_uri(post.ref.uri);
    if (uri && uri->key == key) return true;
    reached = reached || (uri && uri->key < key);
  }
  if (!reached) return fail(ErrorKind::try_later, "its server lists only later posts");
  return false;
}

// The post of a receipt; a person who settled it may have given any of its addresses, or none: then its key stands
// there.
std::optional<RecordUri> uri_in(const Receipt& receipt, const Account& account) {
  if (auto uri = parse_record_uri(receipt.remote_id)) return uri;
  if (parse_tid(receipt.remote_id)) return RecordUri{account.remote_id, std::string(kPosts), receipt.remote_id};
  auto uri = parse_post_address(receipt.url);
  if (uri && uri->repo == account.remote_name) uri->repo = account.remote_id;
  return uri;
}

std::string place_of(Caller& caller, const Account& account) {
  const auto pds = caller.pds();
  return pds ? pds->substr(pds->find("//") + 2) : account.name;
}

AfterDeletion after_deletion(Caller& caller, const Account& account, const RecordUri& uri) {
  const HttpResult got = get_record(caller, account, uri.key);
  const auto post = got && got->status == 200 ? read_post(got->body) : std::nullopt;
  if (post && post->ref.uri == uri.text()) return AfterDeletion::there;
  const auto listed = lists_post(caller, account, uri.key);
  if (listed && *listed) return AfterDeletion::there;
  return listed && got && says_not_found(*got) ? AfterDeletion::gone : AfterDeletion::unknown;
}

class Sending {
 public:
  Sending(const Account& account, const ApprovedDelivery& delivery, const PreparedRequest& outgoing,
          PlatformContext& context)
      : account_(account), delivery_(delivery), outgoing_(outgoing), context_(context), caller_(account, context) {}

  SendAnswer run() {
    Call put;
    put.method = method_of(outgoing_.body);
    put.body = outgoing_.body;
    put.before_send = context_.may_send;
    // A repeat that comes late: what was uploaded for the first one may be dropped by now.
    if (std::string fresh = body_of_now(outgoing_.body, context_.now()); !fresh.empty()) {
      put.body = std::move(fresh);
      if (const Status uploaded = upload_again(); !uploaded) return unsent(uploaded.error());
    }
    for (bool again = false;; again = true) {
      const Answered answered = caller_.exchange(put);
      if (!answered) return answered.error();
      if (!*answered) return answer_without_reply(answered->error());
      const HttpAnswer& answer = **answered;
      if (answer.status == 200) return taken(answer);
      const std::string name = read_error(answer.body).name;
      // A repeat came so late that the blobs were dropped meanwhile. The record was not written.
      if (name == "BlobNotFound" && !again) {
        if (const Status uploaded = upload_again(); !uploaded) return unsent(uploaded.error());
        continue;
      }
      if (name == "InvalidSwap") return looked_up(answer, true);
      // To a second applyWrites the server says no more than that.
      if (answer.status == 500) return looked_up(answer, put.method != "com.atproto.repo.putRecord");
      return caller_.meaning(answer);
    }
  }

 private:
  SendAnswer taken(const HttpAnswer& answer) const {
    const auto written = read_written(answer.body);
    if (written && written->uri == uri().text()) return sent(*written, answer);
    SendAnswer unclear;
    unclear.error = {ErrorKind::unknown, "the server took the post, and its answer can't be read", {}, {}};
    unclear.answered = true;
    unclear.clock_skew = clock_skew(answer, context_.now());
    return unclear;
  }

  SendAnswer sent(const StrongRef& ref, const HttpAnswer& answer) const {
    SendAnswer result;
    result.outcome = Outcome::sent;
    result.answered = true;
    result.receipt = {ref.uri, ref.cid, page_of(account_.remote_id, outgoing_.key), context_.now()};
    result.clock_skew = clock_skew(answer, context_.now());
    return result;
  }

  // InvalidSwap says that there is another record under this key, a 500 says nothing: the repository knows.
  // `only_creates`: nothing of ours can have been written where another record is.
  SendAnswer looked_up(const HttpAnswer& answer, bool only_creates) {
    SendAnswer result = caller_.meaning(answer);
    result.outcome = Outcome::unconfirmed;
    result.error.kind = ErrorKind::unknown;
    const HttpResult got = get_record(caller_, account_, outgoing_.key);
    if (!got || got->status != 200) return result;
    const auto post = read_post(got->body);
    const Likeness likeness = compare_record(outgoing_.body, got->body, {delivery_.approval().at, context_.now()});
    const bool ours = likeness == Likeness::same || likeness == Likeness::edited;
    if (post && post->ref.uri == uri().text() && ours) return sent(post->ref, answer);
    if (only_creates && likeness == Likeness::other) {
      result.outcome = Outcome::refused;
      result.error = {ErrorKind::platform, "another post has the record key " + outgoing_.key + " already", {}, {}};
    }
    return result;
  }

  Status upload_again() {
    const auto& parts = delivery_.content().parts;
    const auto index = static_cast<std::size_t>(outgoing_.part) - 1;
    if (index >= parts.size()) return fail(ErrorKind::bug, "a part that isn't there");
    for (const Media* media : pictures_of(parts[index])) {
      POSTQ_CHECK(upload(caller_, *media, context_.now()));
    }
    return {};
  }

  SendAnswer unsent(Error error) const {
    SendAnswer answer;
    answer.outcome = Outcome::not_sent;
    answer.sign_in_needed = error.kind == ErrorKind::sign_in;
    answer.try_at = caller_.wait_until();
    answer.limited = answer.try_at.has_value();
    answer.error = std::move(error);
    return answer;
  }

  RecordUri uri() const { return {account_.remote_id, std::string(kPosts), outgoing_.key}; }

  const Account& account_;
  const ApprovedDelivery& delivery_;
  const PreparedRequest& outgoing_;
  PlatformContext& context_;
  Caller caller_;
};

}  // namespace

std::string page_of(std::string_view repo, std::string_view key) {
  return "https://bsky.app/profile/" + std::string(repo) + "/post/" + std::string(key);
}

Result<Prepared> prepare_part(const Account& account, const ApprovedDelivery& delivery, const PartContext& facts,
                              PlatformContext& context) {
  const auto& parts = delivery.content().parts;
  if (facts.part < 1 || static_cast<std::size_t>(facts.part) > parts.size()) {
    return fail(ErrorKind::bug, "a part that isn't there");
  }
  Caller caller(account, context);
  Prepared prepared;
  for (const Media* media : pictures_of(parts[static_cast<std::size_t>(facts.part) - 1])) {
    const TimePoint now = context.now();
    const auto known = std::find_if(facts.uploads.begin(), facts.uploads.end(), [&](const Upload& upload) {
      return upload.digest == media->digest && upload.ready && upload.expires_at > now;
    });
    if (known != facts.uploads.end()) {
      prepared.uploads.push_back(*known);
      continue;
    }
    auto made = upload(caller, *media, now);
    if (!made && caller.wait_until()) {
      prepared.ask_again_at = caller.wait_until();
      prepared.limited = true;
      prepared.error = std::move(made.error());
      return prepared;
    }
    if (!made) return pass_on(std::move(made.error()));
    prepared.uploads.push_back(std::move(*made));
  }
  return prepared;
}

SendAnswer send_part(const Account& account, const ApprovedDelivery& delivery, const PreparedRequest& outgoing,
                     PlatformContext& context) {
  return Sending(account, delivery, outgoing, context).run();
}

Settlement look_for_part(const Account& account, const ApprovedDelivery& delivery, const Attempt& attempt,
                         PlatformContext& context) {
  Caller caller(account, context);
  const TimePoint now = context.now();
  const std::string place = place_of(caller, account);
  const auto undecided = [](std::string detail) {
    return Settlement{Settlement::Kind::undecided, {}, std::move(detail), {}};
  };
  const HttpResult got = get_record(caller, account, attempt.key);
  if (!got) return undecided(got.error().message);
  if (says_not_found(*got)) {
    const bool still_at_it = !said_no(attempt) && now < attempt.ended_at.value_or(attempt.started_at) + kAtIt;
    if (still_at_it) return undecided("not on " + place + " yet");
    return {Settlement::Kind::absent, {}, "not on " + place, {}};
  }
  const RecordUri uri{account.remote_id, std::string(kPosts), attempt.key};
  const auto post = got->status == 200 ? read_post(got->body) : std::nullopt;
  if (!post || post->ref.uri != uri.text()) {
    Settlement unread = undecided(place + " says " + std::to_string(got->status) + " to reading the post");
    if (got->status == 429) unread.limited_until = limited_until(*got, now);
    return unread;
  }
  const std::string page = page_of(account.remote_id, attempt.key);
  const TimeRange ours{std::min(delivery.approval().at, attempt.started_at), now};
  if (compare_record(attempt.request, got->body, ours) == Likeness::other) {
    Settlement another = undecided("another post has its record key");
    another.candidates = {page};
    return another;
  }
  const TimePoint made_at = std::min(post->created_at.value_or(attempt.started_at), now);
  return {Settlement::Kind::sent, {post->ref.uri, post->ref.cid, page, made_at}, "found on " + place, {}};
}

Status delete_post(const Account& account, const Receipt& receipt, PlatformContext& context) {
  const auto uri = uri_in(receipt, account);
  if (!uri || uri->repo != account.remote_id || uri->collection != kPosts) {
    return fail(ErrorKind::not_found, receipt.remote_id + " is no post of " + account.name);
  }
  Caller caller(account, context);
  const auto taken_back = [&](std::string_view collection) {
    Call call;
    call.method = "com.atproto.repo.deleteRecord";
    call.body = delete_body(uri->repo, collection, uri->key);
    return caller.ask(call);
  };
  // The post first: that is what people see. Its gates may be another app's work; without them the server says yes too.
  const auto answer = taken_back(kPosts);
  const auto said = answer ? std::optional<Error>{} : std::optional(answer.error());
  POSTQ_CHECK(retraction(after_deletion(caller, account, *uri), said, place_of(caller, account), receipt));
  for (const std::string_view collection : {kReplyGates, kQuoteGates}) POSTQ_CHECK(taken_back(collection));
  return {};
}

}  // namespace postq::bluesky
