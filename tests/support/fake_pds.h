#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <postq/core/time.h>
#include <postq/ports/http_client.h>

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

  // What a test sets.
  std::function<TimePoint()> now = [] { return TimePoint{}; };
  std::string origin = "https://pds.test";
  std::string did = "did:plc:annannannannannannannann";
  std::string handle = "ann.test";
  std::string password = "abcd-efgh-ijkl-mnop";
  bool tells_document = true;                    // createSession brings the DID document along
  bool wants_code = false;                       // the main password, with a code by e-mail
  std::size_t page_size = 100;                   // at most so many records at once
  std::map<std::string, std::string> handles;    // of others: handle -> DID
  std::map<std::string, Page> pages;             // by path
  std::map<std::string, Record> records;         // by key, of app.bsky.feed.post
  std::map<std::string, std::string> gates;      // other records: "app.bsky.feed.threadgate/KEY" -> JSON
  std::map<std::string, std::string> elsewhere;  // records of others, by at:// address: their JSON
  std::vector<ReceivedRequest> requests;

 private:
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
  Behaviour page(const std::string& path) const;
  std::string wrong_with(const std::string& key, const std::string& record, std::string& name) const;
  std::string new_session();
  std::string document() const;

  std::set<std::string> access_;
  std::set<std::string> issued_;
  std::map<std::string, std::string> refresh_;  // token -> the answer it gave, for a repeat
  std::map<std::string, Blob> blobs_;           // by CID
  int sessions_ = 0;
  std::optional<TimePoint> limited_until_;
  std::map<std::string, std::deque<Behaviour>> instead_;
  std::map<std::string, std::deque<Behaviour>> afterwards_;
  std::unique_ptr<FaultServer> server_;
  std::mutex mutex_;
};

}  // namespace postq::testing
