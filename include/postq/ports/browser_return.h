#pragma once

#include <map>
#include <string>

#include <postq/base/result.h>

namespace postq {

// Where a browser comes back to when a person has said yes or no there: a loopback address that answers one request.
class BrowserReturn {
 public:
  virtual ~BrowserReturn() = default;
  virtual const std::string& address() const = 0;  // http://127.0.0.1:PORT/callback
  // Readable when arrived() has something to do.
  virtual int descriptor() const = 0;
  // Whether the browser has come back; never waits. What isn't a GET of the address is turned away.
  virtual bool arrived() = 0;
  // What it brought: the decoded query. Empty before it has arrived.
  virtual const std::map<std::string, std::string>& query() const = 0;
  // The page that it gets; after that nobody listens any more.
  virtual void show(int status, const std::string& text) = 0;
};

}  // namespace postq
