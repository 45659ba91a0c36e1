# The libraries, all from Debian 12. Those that every command needs are linked from their static archives, because each
# shared library costs a start-up its share of a millisecond (bench/README.md has the figures).
find_package(Threads REQUIRED)

function(postq_static_library target)
  cmake_parse_arguments(arg "" "HEADER" "NAMES;DEPENDS" ${ARGN})
  add_library(${target} INTERFACE)
  set(archives "")
  foreach(name IN LISTS arg_NAMES)
    find_library(${target}_${name} NAMES lib${name}.a REQUIRED)
    list(APPEND archives "${${target}_${name}}")
  endforeach()
  target_link_libraries(${target} INTERFACE -Wl,--start-group ${archives} -Wl,--end-group ${arg_DEPENDS})
  find_path(${target}_include "${arg_HEADER}" REQUIRED)
  target_include_directories(${target} SYSTEM INTERFACE "${${target}_include}")
endfunction()

postq_static_library(postq_dep_sqlite3 HEADER sqlite3.h NAMES sqlite3 DEPENDS m ${CMAKE_DL_LIBS} Threads::Threads)
postq_static_library(postq_dep_crypto HEADER openssl/sha.h NAMES crypto DEPENDS ${CMAKE_DL_LIBS} Threads::Threads)
postq_static_library(postq_dep_utf8proc HEADER utf8proc.h NAMES utf8proc)
postq_static_library(postq_dep_absl_time HEADER absl/time/time.h
  NAMES absl_time absl_time_zone absl_civil_time absl_strings absl_strings_internal absl_int128 absl_throw_delegate
        absl_base absl_spinlock_wait absl_raw_logging_internal absl_log_severity
  DEPENDS Threads::Threads)

# Header-only ones.
find_path(POSTQ_JSON_INCLUDE nlohmann/json.hpp REQUIRED)
find_path(POSTQ_TOML_INCLUDE toml++/toml.h REQUIRED)
find_path(POSTQ_EXPECTED_INCLUDE tl/expected.hpp REQUIRED)
find_path(POSTQ_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
find_path(POSTQ_SPDLOG_INCLUDE spdlog/spdlog.h REQUIRED)
# libcurl is opened at run time, so only its header is needed here.
find_path(POSTQ_CURL_INCLUDE curl/curl.h REQUIRED
  PATHS /usr/include /usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
# So are the libraries that shrink pictures.
foreach(header IN ITEMS turbojpeg.h png.h zlib.h webp/decode.h webp/encode.h)
  string(MAKE_C_IDENTIFIER "POSTQ_${header}" variable)
  find_path(${variable} ${header} REQUIRED PATHS /usr/include /usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
endforeach()
