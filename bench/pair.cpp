// Runs two commands in turn, each as a process of its own, and prints medians and the peak of the second one's memory.
//
//   pair RUNS FLOOR [ARGUMENT...] -- COMMAND [ARGUMENT...]
//
// RUNS 0: once, without warming up.
// `{n}` in an argument becomes the number of the run. Output: floor ms, command ms, ratio, peak MiB. The ratio is the
// median of the ratios of neighbouring runs, so that a machine that changes its speed changes both. This program is
// small on purpose: the peak that wait4 tells starts at the size of whoever started the process.
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <vector>

namespace {

constexpr int kWarm = 3;

using Words = std::vector<std::string>;

struct Run {
  double ms = 0;
  double mib = 0;
};

Run run(const Words& command, int number) {
  Words words = command;
  std::vector<char*> arguments;
  for (auto& word : words) {
    if (const auto at = word.find("{n}"); at != std::string::npos) word.replace(at, 3, std::to_string(number));
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  int status = 0;
  rusage usage{};
  if (posix_spawnp(&child, arguments[0], &quiet, nullptr, arguments.data(), environ) != 0 ||
      wait4(child, &status, 0, &usage) != child || status != 0) {
    std::fprintf(stderr, "pair: %s ended with status %d\n", arguments[0], status);
    std::exit(1);
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  posix_spawn_file_actions_destroy(&quiet);
  return {took.count(), static_cast<double>(usage.ru_maxrss) / 1024};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const Words words(argv + 1, argv + argc);
  const auto middle = std::find(words.begin(), words.end(), "--");
  if (words.size() < 4 || middle == words.end()) return 2;
  const Words floor(words.begin() + 1, middle);
  const Words command(middle + 1, words.end());
  const int runs = std::max(1, std::atoi(words[0].c_str()));
  const int warm = words[0] == "0" ? 0 : kWarm;
  std::vector<double> floors;
  std::vector<double> commands;
  std::vector<double> ratios;
  double peak = 0;
  for (int n = 0; n < runs + warm; ++n) {
    const auto first = run(floor, n);
    const auto second = run(command, n);
    if (n < warm) continue;
    floors.push_back(first.ms);
    commands.push_back(second.ms);
    ratios.push_back(second.ms / first.ms);
    peak = std::max(peak, second.mib);
  }
  std::printf("%.3f %.3f %.3f %.1f\n", median(floors), median(commands), median(ratios), peak);
  return 0;
}
