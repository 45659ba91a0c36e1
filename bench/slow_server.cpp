// A receiver that answers every POST with 204 after 100 ms, any number at once: says its port on the first line, and at
// the end of its input how many it answered. It sleeps instead of working, so that the time measured is postq's.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <httplib.h>

int main() {
  constexpr auto kDelay = std::chrono::milliseconds{100};
  constexpr int kAtOnce = 128;
  std::atomic<int> answered{0};
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kAtOnce); };
  server.set_keep_alive_max_count(1'000'000);
  server.set_keep_alive_timeout(60);
  server.set_tcp_nodelay(true);
  server.Post(".*", [&](const httplib::Request&, httplib::Response& response) {
    std::this_thread::sleep_for(kDelay);
    ++answered;
    response.status = 204;
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  if (port < 0) return 1;
  std::printf("%d\n", port);
  std::fflush(stdout);
  std::thread serving([&] { server.listen_after_bind(); });
  while (std::getchar() != EOF) {
  }
  server.stop();
  std::printf("%d\n", answered.load());
  std::fflush(stdout);
  std::_Exit(0);  // connections that are kept alive would be waited for
}
