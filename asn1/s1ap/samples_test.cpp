// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/samples_test.hpp"

#include "asn1/aper/descriptor.hpp"
#include "asn1/s1ap/tables.hpp"
#include "core/types/assert.hpp"

namespace zerocell::s1ap {
namespace {

using aper::Descriptor;
using aper::Form;
using aper::FormKind;
using aper::Range;
using aper::Tag;

constexpr std::uint64_t kListMax = 2;
constexpr std::uint64_t kOctetsMax = 20;
/// Some ranges of the specification have holes, which aligned PER does not see.
constexpr std::array kHoley{"ExpectedActivityPeriod", "ExpectedIdlePeriod"};

/// By the names of their types.
struct Content {
  std::string_view type;
  std::string_view hex;
};
constexpr std::array kReadable{
    Content{"NAS-PDU", "076012"},  // EMM Status.
    Content{"E-UTRAN-Trace-ID", "00f1100000010001"},
    Content{"Source-ToTarget-TransparentContainer", "00030102030000f110000102300000f11000010230800005"},
    Content{"Target-ToSource-TransparentContainer", "0003010203"},
    // RRC: an RLF report of the weakest cell, and others of nothing but absent options.
    Content{"UE-RLF-Report-Container", "0000"},
    Content{"UE-RLF-Report-Container-for-extended-bands", "00000000"},
    Content{"NB-IoT-RLF-Report-Container", "00000000"},
    Content{"CELevel", "00000000"},
    Content{"Cdma2000SectorID", "00000000000000000000000000000000"},
    // An Initial UE Message.
    Content{"S1-Message",
            "000c402b000005000800020007001a00040307601200430006"
            "00f1100007006440080000f1100019b0100086400130"},
};

class Sampler {
 public:
  Sampler(Fullness fullness, std::mt19937_64& random, Arena& arena, Contents contents)
      : fullness_(fullness), random_(random), arena_(arena), contents_(contents) {}

  bool wanted() { return fullness_ == Fullness::all || (fullness_ == Fullness::some && upto(1) == 1); }

  void value(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
             void* target) {
    auto* const storage = static_cast<std::uint8_t*>(target);
    if (contents_ == Contents::readable && readable(type, form, target)) return;
    switch (form.kind) {
      case FormKind::number:
        return number(type, constraints, form, target);
      case FormKind::enumeration:
        *storage = static_cast<std::uint8_t>(upto(aper::enumerators(type) - 1));
        return;
      case FormKind::octet_array:
        if (std::string_view(type.name) == "PLMNidentity") return plmn(storage);
        return fill({storage, form.width});
      case FormKind::inline_octets: {
        const Range size = aper::range_of(constraints->size);
        storage[form.width] = static_cast<std::uint8_t>(between(size.lower, size.upper));
        for (std::size_t i = 0; i < storage[form.width]; ++i) storage[i] = digit_pair();
        return;
      }
      case FormKind::inline_bits: {
        constexpr std::array<std::uint8_t, 4> kBits{32, 128, 160, 13};
        storage[form.width] = kBits.at(upto(3));
        const auto octets = (storage[form.width] + 7u) / 8;
        fill({storage, octets});
        if (storage[form.width] % 8 != 0) storage[octets - 1] &= 0xF8;
        return;
      }
      case FormKind::bit_number: {
        const Range size = aper::range_of(constraints->size);
        auto& number = *static_cast<aper::BitNumber*>(target);
        number.bits = static_cast<std::uint8_t>(between(size.lower, size.upper));
        number.value = static_cast<std::uint32_t>(random_() >> (64 - number.bits));
        return;
      }
      case FormKind::octets:
        return octets(type, constraints, *static_cast<Bytes*>(target));
      case FormKind::text: {
        const Range size = constraints ? aper::range_of(constraints->size) : Range{.lower = 1, .upper = 40};
        const auto text =
            arena_.make_array<std::uint8_t>(between(size.lower, std::min(size.upper, kOctetsMax)));
        for (auto& letter : text) letter = static_cast<std::uint8_t>("zerocell ENB-0123"[upto(16)]);
        *static_cast<std::string_view*>(target) = {reinterpret_cast<const char*>(text.data()), text.size()};
        return;
      }
      case FormKind::bit_string:
        return bit_string(constraints, *static_cast<aper::BitString*>(target));
      case FormKind::nothing:
        return;
      case FormKind::sequence:
        return sequence(type, *form.sequence, target);
      case FormKind::list:
        return list(type, constraints, *form.list, target);
      case FormKind::choice:
        return choice(type, *form.choice, target);
    }
  }

 private:
  bool readable(const Descriptor& type, const Form& form, void* target) {
    const auto known = std::ranges::find(kReadable, std::string_view(type.name), &Content::type);
    if (known != kReadable.end()) {
      const Bytes octets = arena_.copy(*from_hex(known->hex));
      if (form.kind == FormKind::octets)
        *static_cast<Bytes*>(target) = octets;
      else
        std::ranges::copy(octets, static_cast<std::uint8_t*>(target));
      return true;
    }
    if (std::string_view(type.name) != "HandoverType") return false;
    *static_cast<HandoverType*>(target) = HandoverType::intra_lte;  // What the containers above are of.
    return true;
  }

  std::uint64_t upto(std::uint64_t last) { return last == UINT64_MAX ? random_() : random_() % (last + 1); }
  std::uint64_t between(std::uint64_t lower, std::uint64_t upper) {
    switch (upto(5)) {
      case 0:
        return lower;
      case 1:
        return upper;
      case 2:
        return std::min(upper, lower + upto(255));  // Short encodings of long numbers.
      default:
        return lower + upto(upper - lower);
    }
  }
  void fill(MutableBytes octets) {
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random_());
  }

  // Where digits or a structure belong, tshark looks at them.
  std::uint8_t digit_pair() { return static_cast<std::uint8_t>(upto(9) << 4 | upto(9)); }
  void plmn(std::uint8_t* octets) {
    octets[0] = digit_pair();
    octets[1] = static_cast<std::uint8_t>((upto(1) == 0 ? 0xF0 : upto(9) << 4) | upto(9));
    octets[2] = digit_pair();
  }
  /// TS 23.041 §9.4.2.2.5: a count of pages of 82 octets, each with the count of those used behind it.
  Bytes warning_pages() {
    constexpr std::size_t kPage = 82;
    const auto octets = arena_.make_array<std::uint8_t>(1 + kPage + 1);
    octets.front() = 1;
    octets.back() = kPage;
    return octets;
  }

  void number(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
              void* target) {
    std::uint64_t value = 0;
    if (aper::tag_of(type) == Tag::integer) {
      const Range range = aper::range_of(constraints->value);
      const bool holey = std::ranges::find(kHoley, std::string_view(type.name)) != kHoley.end();
      value = between(range.lower, holey ? range.lower + 29 : range.upper);
      if (range.upper == INT64_MAX && upto(1) == 1) value = UINT64_MAX - upto(1000);
      if (range.extensible && upto(7) == 0 && form.width < 8 && (range.upper + 100) >> (8 * form.width) == 0)
        value = range.upper + 1 + upto(99);
    } else {
      const auto size = static_cast<unsigned>(constraints->size.lower_bound);
      value = random_() >> (64 - (aper::tag_of(type) == Tag::octet_string ? 8 * size : size));
    }
    std::memcpy(target, &value, form.width);
  }

  void octets(const Descriptor& type, const asn_per_constraints_t* constraints, Bytes& target) {
    if (aper::tag_of(type) == Tag::object_identifier) {
      static constexpr std::array<std::uint8_t, 8> kArcs{0x2B, 6, 1, 4, 1, 0x83, 0x88, 0x37};
      target = kArcs;
      return;
    }
    if (std::string_view(type.name) == "WarningMessageContents") {
      target = warning_pages();
      return;
    }
    const Range size = constraints ? aper::range_of(constraints->size) : Range{.lower = 0, .upper = 300};
    const std::uint64_t lower = size.constrained || !constraints ? size.lower : 0;
    const std::uint64_t upper = constraints && size.constrained ? size.upper : 300;
    const auto memory = arena_.make_array<std::uint8_t>(
        between(lower, upto(15) == 0 ? upper : std::min(upper, lower + kOctetsMax)));
    fill(memory);
    target = memory;
  }

  void bit_string(const asn_per_constraints_t* constraints, aper::BitString& target) {
    const Range size = aper::range_of(constraints->size);
    const std::uint64_t bits =
        size.lower == size.upper ? size.lower : between(size.lower, std::min<std::uint64_t>(size.upper, 200));
    const auto memory = arena_.make_array<std::uint8_t>((bits + 7) / 8);
    fill(memory);
    if (bits % 8 != 0) memory.back() &= static_cast<std::uint8_t>(0xFF << (8 - bits % 8));
    target = {.octets = memory, .bits = static_cast<std::uint32_t>(bits)};
  }

  void sequence(const Descriptor& type, const aper::SequenceForm& form, void* target) {
    const aper::Field* field = form.fields.data();
    for (int i = 0; i < type.elements_count; ++i) {
      const asn_TYPE_member_t& element = type.elements[i];
      if (element.type == kDialect.extension_container) continue;
      if (element.optional == 0 || wanted())
        value(*element.type, aper::constraints_of(element), *field->form, field->prepare(target));
      ++field;
    }
    for (const aper::Extension& extension : form.extensions)
      if (wanted() && !(contents_ == Contents::readable &&
                        extension.id == static_cast<std::uint16_t>(IeId::mdt_configuration_nr)))
        value(*extension.type, extension.type->per_constraints, *extension.field.form,
              extension.field.prepare(target));
  }

  void list(const Descriptor& type, const asn_per_constraints_t* constraints, const aper::ListForm& form,
            void* target) {
    const Range size = aper::range_of(constraints->size);
    const std::uint64_t count = between(size.lower, std::min(size.upper, size.lower + kListMax - 1));
    const asn_TYPE_member_t& element = type.elements[0];
    auto* const elements =
        static_cast<std::byte*>(arena_.allocate(count * form.element_size, form.element_alignment));
    ZC_ASSERT(elements);
    form.construct(elements, count);
    const bool contains = form.container && element.type == kDialect.container_field;
    for (std::size_t i = 0; i < count; ++i)
      if (contains)
        value(*form.container->type, form.container->type->per_constraints, *form.element,
              elements + i * form.element_size);
      else
        value(*element.type, aper::constraints_of(element), *form.element, elements + i * form.element_size);
    form.assign(target, elements, count);
  }

  void choice(const Descriptor& type, const aper::ChoiceForm& form, void* target) {
    std::size_t index = upto(form.alternatives.size() - 1);
    // The alternative for alternatives of later versions has no value in this one.
    while (std::string_view(type.elements[index].name) == "choice-Extensions")
      index = upto(form.alternatives.size() - 1);
    const asn_TYPE_member_t& element = type.elements[index];
    const aper::Alternative& alternative = form.alternatives[index];
    void* const place = alternative.emplace(target);
    if (alternative.container && element.type == kDialect.container_field)
      value(*alternative.container->type, alternative.container->type->per_constraints, *alternative.form,
            place);
    else
      value(*element.type, aper::constraints_of(element), *alternative.form, place);
  }

  Fullness fullness_;
  std::mt19937_64& random_;
  Arena& arena_;
  Contents contents_;
};

}  // namespace

Message sample(MessageType type, Fullness fullness, std::mt19937_64& random, Arena& arena,
               Contents contents) {
  const MessageTable& table = table_of(type);
  void* const body = arena.allocate(table.size, table.alignment);
  ZC_ASSERT(body);
  table.construct(body);
  Sampler sampler(fullness, random, arena, contents);
  if (table.plain) sampler.value(*table.plain, nullptr, *table.plain_form, body);
  for (const Ie& ie : table.ies) {
    const bool due = ie.condition && ie.condition(body);
    // Wireshark reads on in these, as another protocol.
    const bool opaque =
        contents == Contents::readable && (ie.id == IeId::intersystem_son_configuration_transfer_ect ||
                                           ie.id == IeId::intersystem_son_configuration_transfer_mct);
    const bool barred = opaque || (ie.condition && !due);
    if (ie.presence == Presence::mandatory || due || (!barred && sampler.wanted()))
      sampler.value(*ie.type, ie.type->per_constraints, *ie.field.form, ie.field.prepare(body));
  }
  return {.type = type, .body = body};
}

}  // namespace zerocell::s1ap
