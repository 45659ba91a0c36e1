#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <postq/ports/http_client.h>
#include <postq/time/time.h>

#include "support/fault_server.h"

namespace postq::testing {

// One account on a server that speaks Mastodon's API, as Mastodon, GoToSocial or Pixelfed do it, with what they do
// wrong on command. It answers requests that are handed to it (answer()), or on the wire (listen()).
class FakeMastodon {
 public:
  enum class Software { mastodon, gotosocial, pixelfed };
  // What becomes of a request key that was used before.
  enum class Keys {
    honoured,    // the same status again
    ignored,     // another status: GoToSocial
    answer_500,  // nothing made, and a 500: Mastodon 4.6
    refused,     // nothing made, and a 400: Pixelfed
  };

  struct Status {
    std::string id;
    TimePoint created_at{};
    std::string text;
    std::string warning;
    std::string visibility = "public";
    std::string language;
    std::string reply_to;
    std::string reply_to_account;
    std::string author = "109";
    std::string acct = "anna";  // its name, as this server tells it
    std::string quotes;         // quote_approval_policy, when it was sent
    std::string app = "Web";    // empty: the server doesn't tell
    std::vector<std::string> media;
    bool sensitive = false;
    bool boost = false;
    bool quote = false;
    std::int64_t likes = 0;
    std::int64_t boosts = 0;
    std::string quoted;                // the status that it quotes, where it is known here
    std::string html;                  // empty: made of the text
    std::vector<std::string> earlier;  // texts before edits, oldest first
  };

  struct Media {
    std::string description;
    std::string focus;
    std::string mime;
    std::string bytes;
    int polls_until_ready = 0;
    bool broken = false;
    std::string status;  // that it is attached to
  };

  // Somebody else, as this server knows them.
  struct Person {
    std::string id;
    std::string acct;  // "mira@elsewhere.example"
    std::string name;
    bool bot = false;
    bool muted = false;  // by the account; their notifications come all the same
    bool blocked = false;
  };

  struct Notification {
    std::string id;
    std::string type;
    std::string status;  // its id; empty: of none, as a follow is
    TimePoint at{};
  };

  explicit FakeMastodon(Software software = Software::mastodon);
  ~FakeMastodon();

  Behaviour answer(const ReceivedRequest& request);
  HttpResult exchange(const HttpRequest& request);  // for a ScriptedHttp's `otherwise`
  std::string listen();                             // starts a server on 127.0.0.1; its address

  // The next request is answered so, and has no effect.
  void instead(Behaviour behaviour) { instead_.push_back(std::move(behaviour)); }
  // The next status is made, and this is what the client gets.
  void after_creating(Behaviour behaviour) { after_creating_.push_back(std::move(behaviour)); }

  // Somebody posts: by hand in an app, or on another server.
  Status& add(std::string text, TimePoint at, std::string app = "Web");
  Status& add_elsewhere(std::string url, std::string text);
  void edit(const std::string& id, const std::string& text);
  const Status* find(const std::string& id) const;

  // --- other people (fake_mastodon_people.cpp)
  // Made when first asked for; "tom" lives here, "mira@elsewhere.example" doesn't.
  Person& person(const std::string& acct);
  // They post, or answer. Who mentions @anna notifies her; who answers her without that doesn't. Gives the id.
  std::string say(const std::string& acct, const std::string& text, TimePoint at, const std::string& reply_to = "");
  // The same with one of her posts under it. Notifies her.
  std::string quote(const std::string& acct, const std::string& text, TimePoint at, const std::string& quoted);
  std::string notify(const std::string& type, const std::string& status, TimePoint at);
  void remove(const std::string& id);  // by its author: its notifications go with it
  void rename(const std::string& acct, const std::string& new_acct, const std::string& new_name);
  Status& status(const std::string& id);  // to change it

  // What a test sets.
  std::function<TimePoint()> now = [] { return TimePoint{}; };
  std::string token = "token-of-anna";
  bool revoked = false;
  std::set<std::string> scopes{"read", "write"};
  std::string app = "postq";  // of the token
  Keys keys = Keys::honoured;
  std::string version;
  std::string software_name;  // as nodeinfo says it; empty: there is none
  bool has_v2_instance = true;
  bool tells_scopes = true;
  bool has_metadata = true;
  bool has_history = true;  // of edits
  bool has_source = true;
  std::set<std::string> unlisted;  // visibilities that the list of own posts leaves out
  // What the server makes of a text; empty: plain HTML of it.
  std::function<std::string(const std::string& text)> render;
  std::string metadata = R"({"code_challenge_methods_supported":["S256"]})";
  std::size_t max_characters = 500;
  std::size_t page = 40;
  bool ignores_max_id = false;
  std::function<void()> after_listing;  // own posts were listed
  bool has_full_text = true;            // search finds words, not only addresses
  bool has_many_statuses = true;        // GET /api/v1/statuses?id[]=
  bool ignores_ids = false;             // of notifications: since_id and max_id
  std::size_t notification_page = 80;
  int media_polls = 0;  // answers of 206 before a new upload is ready
  std::int64_t expires_in = 0;

  // What a test looks at.
  std::vector<Status> statuses;             // in the order of their ids
  std::vector<Notification> notifications;  // in the order of their ids
  std::vector<std::string> deleted;
  std::map<std::string, Media> media;
  std::vector<ReceivedRequest> requests;
  std::map<std::string, std::string> last_form;  // of /oauth/token

 private:
  Behaviour route(const ReceivedRequest& request);
  Behaviour instance(bool v2) const;
  Behaviour create(const ReceivedRequest& request);
  Behaviour upload(const ReceivedRequest& request);
  Behaviour media_state(const std::string& id);
  Behaviour list(const std::map<std::string, std::string>& query) const;
  Behaviour context(const std::string& id) const;
  Behaviour search(const std::map<std::string, std::string>& query) const;
  Behaviour tagged(const std::string& tag, const std::map<std::string, std::string>& query) const;
  Behaviour notified(const std::string& target, const std::map<std::string, std::string>& query) const;
  Behaviour relationships(const std::string& target) const;
  Behaviour many_statuses(const std::string& target) const;
  const Person* person_of(const std::string& id) const;
  std::string account_json(const Status& status) const;
  Behaviour grant(const ReceivedRequest& request);
  std::string json_of(const Status& status) const;
  std::optional<Behaviour> refuse(const ReceivedRequest& request, const std::string& scope) const;
  std::string next_id();

  const Software software_;
  std::mutex mutex_;
  std::deque<Behaviour> instead_;
  std::deque<Behaviour> after_creating_;
  std::map<std::string, std::string> urls_;       // status id -> address elsewhere
  std::map<std::string, std::string> used_keys_;  // -> status id
  std::deque<Person> people_;
  std::string challenge_;
  int last_id_ = 0;
  int last_notification_ = 0;
  std::unique_ptr<FaultServer> server_;
};

}  // namespace postq::testing
