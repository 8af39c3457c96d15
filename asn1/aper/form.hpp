// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "asn1/aper/types.hpp"

// asn1c's descriptor of an ASN.1 type; its header is needed only where descriptors are walked.
struct asn_TYPE_descriptor_s;

/// How a C++ type holds an ASN.1 value. asn1c's descriptor says the syntax (order, ranges, sizes, extension
/// markers); a Form says where the value goes. One walks beside the other, element for element.
namespace zerocell::aper {

using Descriptor = asn_TYPE_descriptor_s;

enum class FormKind : std::uint8_t {
  number,         ///< Unsigned integer: INTEGER, or OCTET STRING and BIT STRING of a fixed size.
  enumeration,    ///< Enumeration of one octet: ENUMERATED.
  octet_array,    ///< Fixed octets: OCTET STRING, or BIT STRING of whole octets.
  inline_octets,  ///< InlineOctets.
  inline_bits,    ///< InlineBits.
  bit_number,     ///< BitNumber.
  octets,         ///< Bytes: OCTET STRING, OBJECT IDENTIFIER.
  text,           ///< std::string_view: PrintableString, VisibleString.
  bit_string,     ///< BitString.
  nothing,        ///< Null.
  sequence,
  list,
  choice,
};

struct SequenceForm;
struct ListForm;
struct ChoiceForm;

struct Form {
  FormKind kind{};
  std::uint8_t width = 0;  ///< Octets of a number, an array or inline storage.
  const SequenceForm* sequence = nullptr;
  const ListForm* list = nullptr;
  const ChoiceForm* choice = nullptr;
};

/// A member of a struct: where it stands, and how its absence is kept.
struct Field {
  const char* name = "";
  std::uint16_t offset = 0;
  std::uint16_t engaged_offset = 0;  ///< Of the flag of a std::optional; 0 for any other member.
  const Form* form = nullptr;
  void* (*emplace)(void* optional) = nullptr;

  bool optional() const { return engaged_offset != 0; }
  /// Whether a value is there: an optional that is engaged, a list that is not empty, any other member.
  bool present(const void* record) const;
  const void* value(const void* record) const { return static_cast<const std::byte*>(record) + offset; }
  void* prepare(void* record) const {
    void* const member = static_cast<std::byte*>(record) + offset;
    return optional() ? emplace(member) : member;
  }
  /// Makes an optional or a list absent again.
  void clear(void* record) const;
};

/// Id and criticality that go with a value inside a container, and its type.
struct Extension {
  std::uint16_t id = 0;
  std::uint8_t criticality = 0;
  const Descriptor* type = nullptr;
  Field field;
};

/// A value that always stands in a container of its own (ProtocolIE-SingleContainer).
struct Container {
  std::uint16_t id = 0;
  std::uint8_t criticality = 0;
  const Descriptor* type = nullptr;
};

struct SequenceForm {
  std::span<const Field> fields;
  std::span<const Extension> extensions;
};

struct ListForm {
  const Form* element = nullptr;
  const Container* container = nullptr;  ///< Where each element stands in one.
  std::uint32_t element_size = 0;
  std::uint32_t element_alignment = 0;
  void (*construct)(void* elements, std::size_t count) = nullptr;
  void (*assign)(void* list, const void* elements, std::size_t count) = nullptr;
  std::pair<const void*, std::size_t> (*view)(const void* list) = nullptr;
};

struct Alternative {
  const Form* form = nullptr;
  const Container* container = nullptr;
  void* (*emplace)(void* choice) = nullptr;
  const void* (*get)(const void* choice) = nullptr;
};

struct ChoiceForm {
  std::span<const Alternative> alternatives;
  std::size_t (*index)(const void* choice) = nullptr;
};

inline bool Field::present(const void* record) const {
  if (optional()) return static_cast<const std::uint8_t*>(record)[engaged_offset] != 0;
  return form->kind != FormKind::list || form->list->view(value(record)).second != 0;
}

inline void Field::clear(void* record) const {
  if (optional()) static_cast<std::uint8_t*>(record)[engaged_offset] = 0;
  if (form->kind == FormKind::list) form->list->assign(static_cast<std::byte*>(record) + offset, nullptr, 0);
}

/// Specialised for each struct: `fields`, in the order of the ASN.1 type, and `extensions`.
template <class T>
struct SequenceOf;

/// Specialised for each value that stands in containers of its own: `container`.
template <class T>
struct ContainerOf {
  static constexpr const Container* container = nullptr;
};

/// Specialised for a struct of one member that stands for the member's type.
template <class T>
struct WrapperOf;

/// True for a type that is nothing but its octets, and may be copied as such.
template <class T>
constexpr bool is_octet_array = false;
template <std::size_t kSize>
constexpr bool is_octet_array<std::array<std::uint8_t, kSize>> = true;

namespace detail {

template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<List<T>> = true;
template <>
inline constexpr bool is_list<Bytes> = false;

template <std::size_t kMax>
constexpr std::uint8_t inline_octets_size(const InlineOctets<kMax>*) {
  return kMax;
}
template <std::size_t kMax>
constexpr std::uint8_t inline_bits_size(const InlineBits<kMax>*) {
  return kMax;
}

template <class T>
struct FormOf;

template <class T>
struct ListOf {
  static constexpr ListForm value{
      .element = &FormOf<T>::value,
      .container = ContainerOf<T>::container,
      .element_size = sizeof(T),
      .element_alignment = alignof(T),
      .construct =
          [](void* elements, std::size_t count) {
            std::uninitialized_value_construct_n(static_cast<T*>(elements), count);
          },
      .assign =
          [](void* list, const void* elements, std::size_t count) {
            *static_cast<List<T>*>(list) = {static_cast<const T*>(elements), count};
          },
      .view = [](const void* list) -> std::pair<const void*, std::size_t> {
        const auto& items = *static_cast<const List<T>*>(list);
        return {items.data(), items.size()};
      },
  };
};

template <class T, class Variant>
struct ChoiceOf;
template <class T, class... Ts>
struct ChoiceOf<T, std::variant<Ts...>> {
  template <std::size_t... kIndex>
  static constexpr auto make(std::index_sequence<kIndex...>) {
    return std::array{Alternative{
        .form = &FormOf<Ts>::value,
        .container = ContainerOf<Ts>::container,
        .emplace = [](void* choice) -> void* { return &static_cast<T*>(choice)->template emplace<kIndex>(); },
        .get = [](const void* choice) -> const void* {
          return &std::get<kIndex>(*static_cast<const T*>(choice));
        },
    }...};
  }
  static constexpr auto alternatives = make(std::index_sequence_for<Ts...>());
  static constexpr ChoiceForm value{
      .alternatives = alternatives,
      .index = [](const void* choice) { return static_cast<const T*>(choice)->index(); },
  };
};

template <class T, class... Ts>
ChoiceOf<T, std::variant<Ts...>> choice_of(const std::variant<Ts...>*);

template <class T>
struct SequenceFormOf {
  static constexpr SequenceForm value{.fields = SequenceOf<T>::fields,
                                      .extensions = SequenceOf<T>::extensions};
};

template <class T>
constexpr Form make_form() {
  using enum FormKind;
  constexpr std::uint8_t kWidth = sizeof(T) < 256 ? sizeof(T) : 0;
  if constexpr (std::is_enum_v<T>) {
    static_assert(sizeof(T) == 1);
    return {.kind = enumeration, .width = 1};
  } else if constexpr (std::is_unsigned_v<T>) {
    return {.kind = number, .width = kWidth};
  } else if constexpr (is_octet_array<T>) {
    return {.kind = octet_array, .width = kWidth};
  } else if constexpr (requires(T* value) { inline_octets_size(value); }) {
    return {.kind = inline_octets, .width = inline_octets_size(static_cast<const T*>(nullptr))};
  } else if constexpr (requires(T* value) { inline_bits_size(value); }) {
    return {.kind = inline_bits, .width = inline_bits_size(static_cast<const T*>(nullptr))};
  } else if constexpr (std::is_same_v<T, BitNumber>) {
    return {.kind = bit_number};
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return {.kind = octets};
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    return {.kind = text};
  } else if constexpr (std::is_same_v<T, BitString>) {
    return {.kind = bit_string};
  } else if constexpr (std::is_same_v<T, Null>) {
    return {.kind = nothing};
  } else if constexpr (is_list<T>) {
    return {.kind = list, .list = &ListOf<typename T::value_type>::value};
  } else if constexpr (requires { typename WrapperOf<T>::type; }) {
    static_assert(sizeof(T) == sizeof(typename WrapperOf<T>::type) || std::is_empty_v<T>);
    return make_form<typename WrapperOf<T>::type>();
  } else if constexpr (requires(T* value) { choice_of<T>(value); }) {
    return {.kind = choice, .choice = &decltype(choice_of<T>(static_cast<T*>(nullptr)))::value};
  } else {
    return {.kind = sequence, .sequence = &SequenceFormOf<T>::value};
  }
}

template <class T>
struct FormOf {
  static constexpr Form value = make_form<T>();
};

}  // namespace detail

template <class T>
constexpr const Form* form_of() {
  return &detail::FormOf<T>::value;
}

/// Describes member `name` of type `Member` at `offset` of its struct.
template <class Member>
constexpr Field field(const char* name, std::size_t offset) {
  if constexpr (requires { typename Member::value_type; } && requires(Member m) { m.emplace(); }) {
    using Value = typename Member::value_type;
    // libstdc++ keeps the flag behind the payload; a test holds every field to it.
    return {.name = name,
            .offset = static_cast<std::uint16_t>(offset),
            .engaged_offset = static_cast<std::uint16_t>(offset + sizeof(Value)),
            .form = form_of<Value>(),
            .emplace = [](void* optional) -> void* { return &static_cast<Member*>(optional)->emplace(); }};
  } else {
    return {.name = name, .offset = static_cast<std::uint16_t>(offset), .form = form_of<Member>()};
  }
}

}  // namespace zerocell::aper
