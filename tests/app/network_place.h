#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <postq/core/account.h>
#include <postq/ports/http_client.h>
#include <postq/time/time.h>

namespace postq::test {

// A network's server with one account on it, imitated, as the list of faults needs it: what every one of them has. A
// platform joins the list with a class and a line in network_places().
class NetworkPlace {
 public:
  // What a request is for.
  enum class Errand : std::uint8_t { publish, upload, read, remove, other };

  // A post as the server holds it.
  struct Held {
    std::string id;
    std::string text;
    std::string answers;  // the id of the post that it answers
    std::size_t media = 0;
  };

  // A way to say when to come back, of this network alone.
  struct WayToSayWhen {
    std::string name;
    std::string value;  // of the header
    Seconds wait{0};
  };

  // What ends by itself, and what postq renews without a person.
  struct Expiry {
    std::string name;
    std::function<void()> happens;
  };

  NetworkPlace() = default;
  NetworkPlace(const NetworkPlace&) = delete;
  NetworkPlace& operator=(const NetworkPlace&) = delete;
  virtual ~NetworkPlace() = default;

  virtual std::string platform() const = 0;
  virtual Settings settings() const = 0;
  virtual std::string token() const = 0;
  virtual void set_clock(Now now) = 0;
  virtual bool serves(const std::string& url) const = 0;
  virtual Errand errand_of(const HttpRequest& request) const = 0;
  virtual HttpResult answer(const HttpRequest& request) = 0;

  virtual std::vector<Held> posts() const = 0;                            // the account's own, oldest first
  virtual std::string write(const std::string& text, TimePoint at) = 0;   // in an app; the id
  virtual void edit(const std::string& id, const std::string& text) = 0;  // in an app
  virtual void remove(const std::string& id) = 0;                         // in an app
  virtual std::string answer_in_app(const std::string& text, const std::string& id, TimePoint at) = 0;
  // Somebody else says something to the account, answering one of its posts or out of the blue; the id.
  virtual std::string say(const std::string& who, const std::string& text, TimePoint at, const std::string& id) = 0;
  virtual void take_back(const std::string& id) = 0;  // by its author
  virtual void rename(const std::string& who, const std::string& new_name) = 0;
  virtual std::string person(const std::string& name) const = 0;                // as the place spells it: "@mira.test"
  virtual void drop_uploads() = 0;                                              // that no post uses, where it would
  virtual void end_sign_in() = 0;                                               // a person has to sign in again
  virtual void allow_sign_in() = 0;                                             // ... with token(), which is new
  virtual std::vector<Expiry> expiries() = 0;                                   // nothing: tokens last here
  virtual std::vector<WayToSayWhen> ways_to_say_when(TimePoint now) const = 0;  // header and value

  // Whether it looks like an answer of this network to a reader, and is none.
  static HttpResult nonsense() { return HttpAnswer{200, {}, "<!DOCTYPE html><p>Please sign in to this network"}; }
};

using MakePlace = std::function<std::unique_ptr<NetworkPlace>()>;

std::vector<MakePlace> network_places();
std::unique_ptr<NetworkPlace> network_place(const std::string& platform);

}  // namespace postq::test
