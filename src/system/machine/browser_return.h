#pragma once

#include <memory>
#include <string>

#include <postq/ports/browser_return.h>

namespace postq {

// Listens on 127.0.0.1, on a port that the system chooses. See Machine::await_browser.
Result<std::unique_ptr<BrowserReturn>> listen_for_browser();

// Starts a program that shows the address, with nothing of ours open, and leaves it alone. See
// Machine::open_in_browser.
Status start_browser(const std::string& program, const std::string& address);

}  // namespace postq
