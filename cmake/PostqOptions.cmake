# The compiler flags every target of postq shares, as the interface target postq_options.
add_library(postq_options INTERFACE)
target_include_directories(postq_options INTERFACE "${CMAKE_SOURCE_DIR}/include")
target_compile_definitions(postq_options INTERFACE POSTQ_VERSION="${PROJECT_VERSION}")
target_compile_options(postq_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Wunused -Woverloaded-virtual -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees uninitialised members in nlohmann/json's iterators where there are none.
  target_compile_options(postq_options INTERFACE -Wduplicated-cond -Wlogical-op -Wuseless-cast -Wno-maybe-uninitialized)
endif()
if(POSTQ_WERROR)
  target_compile_options(postq_options INTERFACE -Werror)
endif()

if(POSTQ_SANITIZE)
  # To look at an object's type UBSan opens a pipe; in the tests that leave no file to open, every object seems a wrong one.
  target_compile_options(postq_options INTERFACE -fsanitize=${POSTQ_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(postq_options INTERFACE -fsanitize=${POSTQ_SANITIZE})
endif()

if(POSTQ_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "POSTQ_FUZZ needs libFuzzer, which comes with clang; this compiler is ${CMAKE_CXX_COMPILER}. "
      "Debian's packages are clang-14 and libclang-rt-14-dev; `cmake --preset fuzz` uses them.")
  endif()
  target_compile_options(postq_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(postq_options INTERFACE -fsanitize=address,undefined)
endif()

# What Debian's hardening asks for and a little more; `readelf -d` of an installed binary shows it.
if(POSTQ_HARDEN)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES CXX)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  target_compile_options(postq_options INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS
    -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  target_link_options(postq_options INTERFACE -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
  # The addresses that a position-independent program corrects at its start, as 1 KiB instead of 160 (glibc 2.36).
  include(CheckLinkerFlag)
  check_linker_flag(CXX -Wl,-z,pack-relative-relocs POSTQ_PACKS_RELOCATIONS)
  if(POSTQ_PACKS_RELOCATIONS)
    target_link_options(postq_options INTERFACE -Wl,-z,pack-relative-relocs)
  endif()
endif()

# A library target per room of src/, made of every source below it: postq_text for text, postq_http for system/http.
function(postq_folder folder)
  get_filename_component(name "${folder}" NAME)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp")
  if(NOT sources)
    file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${name}_empty.cpp" "")
    set(sources "${CMAKE_CURRENT_BINARY_DIR}/${name}_empty.cpp")
  endif()
  add_library(postq_${name} STATIC ${sources})
  target_include_directories(postq_${name} PRIVATE "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(postq_${name} PUBLIC postq_options ${ARGN})
endfunction()
