# SPDX-License-Identifier: Apache-2.0
# Compiler flags that hold for every target, and the outside libraries that several folders share.

add_library(zerocell_flags INTERFACE)
target_compile_options(zerocell_flags INTERFACE
  -Wall -Wextra -Wno-missing-designated-field-initializers -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -fno-omit-frame-pointer -march=x86-64-v2)
target_include_directories(zerocell_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)

if(ZEROCELL_SANITIZE)
  target_compile_options(zerocell_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(zerocell_flags INTERFACE -fsanitize=address,undefined)
endif()
if(ZEROCELL_FUZZ)
  # Without coverage in the libraries a fuzzer is blind: its corpus never grows.
  target_compile_options(zerocell_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(ZEROCELL_LLD NAMES ld.lld-19)
if(ZEROCELL_LLD)
  target_link_options(zerocell_flags INTERFACE -fuse-ld=${ZEROCELL_LLD})
endif()

find_program(ZEROCELL_CCACHE ccache)
if(ZEROCELL_CCACHE)
  # Objects that were compiled with precompiled headers can be kept too, if told so.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${ZEROCELL_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(fmt REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(benchmark REQUIRED)

# Most of a file's compile time is the standard library's headers, and Catch2's: both are compiled once.
target_compile_definitions(zerocell_flags INTERFACE FMT_SHARED)
add_library(zc_precompiled STATIC ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
target_link_libraries(zc_precompiled PUBLIC zerocell_flags fmt::fmt)
target_compile_options(zc_precompiled PRIVATE -Xclang -fno-pch-timestamp)
target_precompile_headers(zc_precompiled PRIVATE
  <algorithm> <array> <atomic> <charconv> <chrono> <coroutine> <cstdint> <cstring> <expected> <functional> <map>
  <memory> <optional> <span> <string> <string_view> <tuple> <unordered_map> <utility> <variant> <vector>
  <fmt/format.h>)

# Half of a build's time went into making the tests themselves fast.
set(ZEROCELL_TEST_OPTIONS -O0)
if(ZEROCELL_FUZZ)
  list(APPEND ZEROCELL_TEST_OPTIONS -fno-sanitize=fuzzer-no-link)
endif()
# Catch2's main is compiled once; every NAME_test links it.
add_library(zc_catch_main STATIC ${CMAKE_SOURCE_DIR}/test/catch/main.cpp ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
target_link_libraries(zc_catch_main PUBLIC zerocell_flags)
target_compile_options(zc_catch_main PRIVATE ${ZEROCELL_TEST_OPTIONS} -Xclang -fno-pch-timestamp)
target_precompile_headers(zc_catch_main PRIVATE
  <algorithm> <array> <chrono> <coroutine> <cstring> <expected> <functional> <map> <memory> <optional> <span>
  <string> <variant> <vector> <fmt/format.h> <catch2/catch.hpp>)
set_source_files_properties(${CMAKE_SOURCE_DIR}/test/catch/main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
# Google Benchmark's is compiled once too. An object library: it puts itself before the allocator.
add_subdirectory(${CMAKE_SOURCE_DIR}/bench/row)
add_library(zc_benchmark_main OBJECT ${CMAKE_SOURCE_DIR}/test/catch/benchmark_main.cpp
  ${CMAKE_SOURCE_DIR}/test/catch/allocations.cpp)
target_link_libraries(zc_benchmark_main PUBLIC zerocell_flags zc_bench_row benchmark::benchmark)
