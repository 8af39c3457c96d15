// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "asn1/aper/form.hpp"
#include "asn1/s1ap/descriptors.hpp"
#include "asn1/s1ap/tables.hpp"

// How structs stand for ASN.1 types. Inside a struct's shape `T` is the struct.

// offsetof is defined for every struct here: none has a virtual or a reference; clang only warns in general.
#pragma clang diagnostic ignored "-Winvalid-offsetof"

#define ZC_MEMBER(member) ::zerocell::aper::field<decltype(T::member)>(#member, offsetof(T, member))

/// A member whose IE id has another name.
#define ZC_EXTENSION_AS(member, id_name, how, asn_type)                                     \
  ::zerocell::aper::Extension {                                                             \
    static_cast<std::uint16_t>(::zerocell::s1ap::IeId::id_name),                            \
        static_cast<std::uint8_t>(::zerocell::s1ap::Criticality::how), &asn_DEF_##asn_type, \
        ZC_MEMBER(member)                                                                   \
  }
#define ZC_EXTENSION(member, how, asn_type) ZC_EXTENSION_AS(member, member, how, asn_type)

/// A struct without extensions: its members in the order of the ASN.1 type.
#define ZC_SEQUENCE(struct_type, ...)                       \
  template <>                                               \
  struct SequenceOf<s1ap::struct_type> {                    \
    using T = s1ap::struct_type;                            \
    static constexpr std::array<Extension, 0> extensions{}; \
    static constexpr std::array fields{__VA_ARGS__};        \
  }

/// A struct with one member, which stands for the member's type.
#define ZC_WRAPPER(struct_type)                      \
  template <>                                        \
  struct WrapperOf<s1ap::struct_type> {              \
    using type = decltype(s1ap::struct_type::value); \
  }
/// A struct without members, which stands for NULL.
#define ZC_NULL(struct_type)            \
  template <>                           \
  struct WrapperOf<s1ap::struct_type> { \
    using type = Null;                  \
  }

/// A value that always stands in a container of its own.
#define ZC_CONTAINER(struct_type, id_name, how, asn_type)                               \
  template <>                                                                           \
  struct ContainerOf<s1ap::struct_type> {                                               \
    static constexpr Container value{static_cast<std::uint16_t>(s1ap::IeId::id_name),   \
                                     static_cast<std::uint8_t>(s1ap::Criticality::how), \
                                     &asn_DEF_##asn_type};                              \
    static constexpr const Container* container = &value;                               \
  }

/// A row of a message's table.
#define ZC_IE_AS(member, id_name, how, present, asn_type)                                                \
  Ie {                                                                                                   \
    IeId::id_name, Criticality::how, Presence::present, &asn_DEF_##asn_type, ZC_MEMBER(member), nullptr, \
        straight<asn_DEF_##asn_type>                                                                     \
  }
#define ZC_IE(member, how, present, asn_type) ZC_IE_AS(member, member, how, present, asn_type)
#define ZC_IE_IF(member, how, asn_type, condition)                                                 \
  Ie {                                                                                             \
    IeId::member, Criticality::how, Presence::conditional, &asn_DEF_##asn_type, ZC_MEMBER(member), \
        condition, straight<asn_DEF_##asn_type>                                                    \
  }
