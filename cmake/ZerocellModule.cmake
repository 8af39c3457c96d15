# SPDX-License-Identifier: Apache-2.0

# zerocell_module(NAME [DEPENDS module...] [LIBRARIES target...] [PRECOMPILE header...])
#
# One folder is one module: library zc_NAME from its *.cpp, and beside the code, told by their suffix,
#   *_test.cpp    Catch2 tests, one executable NAME_test, CTest label `unit`
#   *_bench.cpp   Google Benchmark, one executable NAME_bench
#   *_fuzz.cpp    one libFuzzer target a file (only with ZEROCELL_FUZZ), a short run of it as a test;
#                 seeds are read from test/corpus/STEM
function(zerocell_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES;TEST_DEPENDS;PRECOMPILE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(library_sources ${sources})
  list(FILTER library_sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  set(test_sources ${sources})
  list(FILTER test_sources INCLUDE REGEX "_test\\.cpp$")
  set(bench_sources ${sources})
  list(FILTER bench_sources INCLUDE REGEX "_bench\\.cpp$")
  set(fuzz_sources ${sources})
  list(FILTER fuzz_sources INCLUDE REGEX "_fuzz\\.cpp$")

  list(TRANSFORM arg_DEPENDS PREPEND zc_)
  list(TRANSFORM arg_TEST_DEPENDS PREPEND zc_)
  if(library_sources)
    add_library(zc_${name} STATIC ${library_sources})
    target_link_libraries(zc_${name} PUBLIC zerocell_flags ${arg_DEPENDS} ${arg_LIBRARIES})
    if(arg_PRECOMPILE)
      target_compile_options(zc_${name} PRIVATE -Xclang -fno-pch-timestamp)
      target_precompile_headers(zc_${name} PRIVATE ${arg_PRECOMPILE})
    else()
      target_precompile_headers(zc_${name} REUSE_FROM zc_precompiled)
    endif()
  else()
    add_library(zc_${name} INTERFACE)
    target_link_libraries(zc_${name} INTERFACE zerocell_flags ${arg_DEPENDS} ${arg_LIBRARIES})
  endif()

  if(test_sources)
    add_executable(${name}_test ${test_sources})
    target_link_libraries(${name}_test PRIVATE zc_${name} ${arg_TEST_DEPENDS} zc_catch_main)
    target_compile_options(${name}_test PRIVATE ${ZEROCELL_TEST_OPTIONS})
    target_precompile_headers(${name}_test REUSE_FROM zc_catch_main)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 300)
  endif()

  if(bench_sources AND NOT ZEROCELL_SANITIZE)
    add_executable(${name}_bench ${bench_sources})
    target_link_libraries(${name}_bench PRIVATE zc_${name} ${arg_TEST_DEPENDS} zc_benchmark_main)
  endif()

  if(ZEROCELL_FUZZ)
    foreach(source ${fuzz_sources})
      get_filename_component(stem ${source} NAME_WE)
      add_executable(${stem} ${source})
      target_link_libraries(${stem} PRIVATE zc_${name} ${arg_TEST_DEPENDS})
      target_link_options(${stem} PRIVATE -fsanitize=fuzzer)
      set(corpus ${CMAKE_SOURCE_DIR}/test/corpus/${stem})
      set(found ${CMAKE_CURRENT_BINARY_DIR}/${stem}_found)
      file(MAKE_DIRECTORY ${found})
      if(NOT EXISTS ${corpus})
        set(corpus)
      endif()
      add_test(NAME ${stem} COMMAND ${stem} -max_total_time=5 -rss_limit_mb=2048 -timeout=5
        -artifact_prefix=${found}/ ${found} ${corpus})
      set_tests_properties(${stem} PROPERTIES LABELS unit TIMEOUT 120)
    endforeach()
  endif()
endfunction()
