# SPDX-License-Identifier: Apache-2.0

find_program(ZEROCELL_ASN1C asn1c REQUIRED)

# The headers of asn1c's runtime: the descriptors that it makes of any module.
find_path(ZEROCELL_ASN1C_RUNTIME constr_TYPE.h PATHS /usr/share/asn1c REQUIRED)
add_library(asn1c_headers INTERFACE)
target_include_directories(asn1c_headers SYSTEM INTERFACE ${ZEROCELL_ASN1C_RUNTIME})

# asn1c_library(TARGET MODULE.asn1...)
#
# Lets asn1c compile the modules at build time, and builds what it generates, with its runtime, as library
# TARGET. Warnings are off: the code is not ours. The generated headers are system headers of its users.
function(asn1c_library target)
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/${target})
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE modules)
  list(JOIN modules " " modules_of_shell)
  # asn1c writes a file for each type.
  set(generated)
  foreach(module ${modules})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${module})
    file(STRINGS ${module} definitions REGEX "^[A-Z][A-Za-z0-9-]* +::=")
    foreach(definition ${definitions})
      string(REGEX REPLACE " .*" "" type ${definition})
      list(APPEND generated ${type})
    endforeach()
  endforeach()
  set(runtime
    BIT_STRING BOOLEAN INTEGER NULL NativeEnumerated NativeInteger OBJECT_IDENTIFIER
    OCTET_STRING PrintableString VisibleString asn_SEQUENCE_OF asn_SET_OF asn_codecs_prim ber_decoder
    ber_tlv_length ber_tlv_tag constr_CHOICE constr_SEQUENCE constr_SEQUENCE_OF constr_SET_OF constr_TYPE
    constraints der_encoder per_decoder per_encoder per_opentype per_support xer_decoder xer_encoder
    xer_support)
  set(sources ${generated} ${runtime})
  list(TRANSFORM sources PREPEND ${directory}/)
  list(TRANSFORM sources APPEND .c)
  file(MAKE_DIRECTORY ${directory})
  add_custom_command(
    OUTPUT ${sources}
    COMMAND sh -c
      "${ZEROCELL_ASN1C} -gen-PER -fcompound-names -fno-include-deps ${modules_of_shell} > asn1c.log 2>&1 || { cat asn1c.log; exit 1; }"
    DEPENDS ${modules}
    WORKING_DIRECTORY ${directory}
    COMMENT "asn1c ${target}"
    VERBATIM)
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} SYSTEM PUBLIC ${directory})
  target_compile_options(${target} PRIVATE -w)
  list(TRANSFORM runtime PREPEND ${directory}/)
  list(TRANSFORM runtime APPEND .c)
  set_source_files_properties(${runtime} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 48)
endfunction()
