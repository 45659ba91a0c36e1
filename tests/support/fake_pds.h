#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <postq/ports/http_client.h>
#include <postq/time/time.h>

#include "support/fault_server.h"

namespace postq::testing {

// A personal data server with one account, the directory that names it, and some web pages to link to: what a Bluesky
// adapter meets. Sessions, records, blobs and their errors are as the reference server has them; what goes wrong, goes
// wrong on command. It answers requests that are handed to it (answer()), or on the wire (listen()).
class FakePds {
 public:
  struct Record {
    std::string json;
    std::string cid;
  };
  struct Page {
    std::string body;
    std::string type = "text/html; charset=utf-8";
    int status = 200;
    std::string location = {};
  };

  // Somebody else, as the AppView knows them.
  struct Person {
    std::string did;
    std::string handle;
    std::string name;
    bool bot = false;  // says so of themselves
    bool muted = false;
    bool blocked = false;
  };
  struct Counts {
    std::int64_t likes = 0;
    std::int64_t reposts = 0;
  };

  FakePds();
  ~FakePds();

  Behaviour answer(const ReceivedRequest& request);
  HttpResult exchange(const HttpRequest& request);  // for a ScriptedHttp's `otherwise`
  std::string listen();                             // starts a server on 127.0.0.1; its address

  // The next request for the method is answered so, and has no effect.
  void instead(const std::string& method, Behaviour behaviour) { instead_[method].push_back(std::move(behaviour)); }
  // The next request for the method does what it should, and this is what the client gets.
  void afterwards(const std::string& method, Behaviour behaviour) {
    afterwards_[method].push_back(std::move(behaviour));
  }

  void expire_access() { access_.clear(); }                               // ExpiredToken for those there were
  void end_sessions();                                                    // refresh tokens are dead, too
  void drop_blobs();                                                      // those that no record holds
  void limit_until(std::optional<TimePoint> at) { limited_until_ = at; }  // 429 with RateLimit-Reset only

  // Somebody posts in an app; the key.
  std::string add(const std::string& text, TimePoint at, unsigned clock_id = 5, const std::string& more = "");
  std::size_t asked(const std::string& method) const;

  // --- other people, and what the AppView tells of them (fake_appview.cpp)
  Person& person(const std::string& handle);  // made when first asked for
  std::string own_uri(const std::string& key) const;
  // They post, or answer (an at:// address of anybody's post), or quote one. Gives the at:// address. A text with
  // @HANDLE of the account mentions it.
  std::string say(const std::string& handle, const std::string& text, TimePoint at, const std::string& reply_to = "",
                  const std::string& quoted = "");
  void remove(const std::string& uri);  // by its author
  void rename(const std::string& handle, const std::string& new_handle, const std::string& new_name);

  // What a test sets.
  std::function<TimePoint()> now = [] { return TimePoint{}; };
  std::string origin = "https://pds.test";
  std::string did = "did:plc:annannannannannannannann";
  std::string handle = "ann.test";
  std::string password = "abcd-efgh-ijkl-mnop";
  bool tells_document = true;                    // createSession brings the DID document along
  bool has_appview = true;                       // false: 502 UpstreamFailure for app.bsky
  std::size_t notification_page = 100;           // at most so many at once
  std::map<std::string, Counts> counts;          // by address
  bool wants_code = false;                       // the main password, with a code by e-mail
  std::size_t page_size = 100;                   // at most so many records at once
  bool ignores_cursor = false;                   // lists the newest records, whatever it is asked for
  bool cursor_counts_up = false;                 // ... and names another next page each time
  std::map<std::string, std::string> handles;    // of others: handle -> DID
  std::map<std::string, Page> pages;             // by path
  std::map<std::string, Record> records;         // by key, of app.bsky.feed.post
  std::map<std::string, std::string> gates;      // other records: "app.bsky.feed.threadgate/KEY" -> JSON
  std::map<std::string, std::string> elsewhere;  // records of others, by at:// address: their JSON
  std::vector<ReceivedRequest> requests;

 private:
  // A post that the AppView has indexed.
  struct Indexed {
    std::string uri;
    std::string did;
    TimePoint at{};
    std::string json;
  };

  struct Blob {
    std::string mime;
    std::size_t size = 0;
  };

  Behaviour serve(const ReceivedRequest& request, const std::string& method,
                  const std::map<std::string, std::string>& query);
  Behaviour create_session(const std::string& body);
  Behaviour refresh_session(const std::string& token);
  Behaviour upload_blob(const ReceivedRequest& request);
  Behaviour put_record(const std::string& body, bool create);
  Behaviour apply_writes(const std::string& body);
  Behaviour get_record(const std::map<std::string, std::string>& query) const;
  Behaviour list_records(const std::map<std::string, std::string>& query) const;
  Behaviour appview(const std::string& method, const ReceivedRequest& request) const;
  Behaviour list_notifications(const std::string& target) const;
  Behaviour get_posts(const std::string& target) const;
  Behaviour get_thread(const std::string& target) const;
  Behaviour search_posts(const std::string& target) const;
  std::vector<Indexed> indexed() const;  // newest first
  std::optional<Indexed> indexed(const std::string& uri) const;
  std::string reason_for(const Indexed& post) const;
  std::string author_json(const std::string& did) const;
  std::string view_json(const Indexed& post) const;
  std::string thread_json(const Indexed& post, int depth, int height) const;
  std::string reply_json(const std::string& reply_to) const;
  const Person* person_of(const std::string& did) const;
  Behaviour page(const std::string& path) const;
  std::string wrong_with(const std::string& key, const std::string& record, std::string& name) const;
  std::string new_session();
  std::string document() const;
  std::string document(const std::string& of, const std::string& name) const;

  std::set<std::string> access_;
  std::set<std::string> issued_;
  std::map<std::string, std::string> refresh_;  // token -> the answer it gave, for a repeat
  std::map<std::string, Blob> blobs_;           // by CID
  std::deque<Person> people_;
  std::vector<Indexed> said_;  // by others, in the order in which they came
  int sessions_ = 0;
  std::optional<TimePoint> limited_until_;
  std::map<std::string, std::deque<Behaviour>> instead_;
  std::map<std::string, std::deque<Behaviour>> afterwards_;
  std::unique_ptr<FaultServer> server_;
  std::mutex mutex_;
};

}  // namespace postq::testing
