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
  set(CMAKE_C_COMPILER_LAUNCHER ${ZEROCELL_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ZEROCELL_CCACHE})
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(fmt REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(benchmark REQUIRED)

# Catch2's main is compiled once; every NAME_test links it.
add_library(zc_catch_main STATIC ${CMAKE_SOURCE_DIR}/test/catch/main.cpp)
target_link_libraries(zc_catch_main PUBLIC zerocell_flags)
# Google Benchmark's is compiled once too. An object library: it puts itself before the allocator.
add_subdirectory(${CMAKE_SOURCE_DIR}/bench/row)
add_library(zc_benchmark_main OBJECT ${CMAKE_SOURCE_DIR}/test/catch/benchmark_main.cpp
  ${CMAKE_SOURCE_DIR}/test/catch/allocations.cpp)
target_link_libraries(zc_benchmark_main PUBLIC zerocell_flags zc_bench_row benchmark::benchmark)
