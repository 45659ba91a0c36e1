#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>

#include <postq/base/result.h>

#include "os/descriptor.h"

namespace postq {

inline constexpr mode_t kOwnerOnly = 0600;

// Replaces a file as a whole: a reader sees the old bytes or the new ones, also after a power cut. The folder must
// exist. kind storage.
Status atomic_write(const std::string& path, std::string_view bytes, mode_t mode);

// All of a regular file of at most `limit` bytes. kind not_found, config (may not be read), usage (not a regular file,
// or too large) or storage.
Result<std::string> read_file(const std::string& path, std::uint64_t limit);

// Writes all bytes, however the system cuts them up. kind storage, naming the path.
Status write_all(const Descriptor& file, std::string_view bytes, const std::string& path);

Status sync_file(const Descriptor& file, const std::string& path);

// Makes the names in the folder durable.
Status sync_folder(const std::string& path);

// The folder and those above it, 0700 where they are missing. kind config where something else is in the way or the
// folder may not be made, storage when the disk refuses.
Status make_folder(const std::string& path);

std::string folder_of(const std::string& path);
std::string name_of(const std::string& path);

// What the system says to an error number, such as "No space left on device".
std::string reason(int error_number);

// A storage error that names the step, the file and the reason.
tl::unexpected<Error> disk_refused(std::string_view step, const std::string& path, int error_number);

// A word for a hint's command line, quoted if the shell would read more into it.
std::string quoted(const std::string& word);

}  // namespace postq
