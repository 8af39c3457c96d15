// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/config/formats.hpp"

namespace zerocell::config {

/// How a section tells what its keys are. Each section has one `describe(Fields&, Section&)` that names every
/// key once, with its meaning and limits; reading, refusing unknown keys, printing and the documentation all
/// visit that.
class Fields {
 public:
  struct Key {
    std::string_view name;
    std::string_view meaning;
    bool required = false;
  };
  /// One scalar, of whichever type.
  class Leaf {
   public:
    virtual std::string type() const = 0;
    /// The error says what was expected; the value is then unchanged.
    virtual std::expected<void, std::string> read(const Scalar& scalar) = 0;
    /// As YAML; nothing where an optional value is absent.
    virtual std::optional<std::string> write() const = 0;

   protected:
    ~Leaf() = default;
  };
  /// A list of scalars.
  class List {
   public:
    virtual std::string type() const = 0;
    virtual const Limits& count() const = 0;
    virtual void clear() = 0;
    virtual std::expected<void, std::string> read_item(const Scalar& scalar) = 0;
    virtual std::vector<std::string> write() const = 0;

   protected:
    ~List() = default;
  };
  /// A list of sections.
  class Sections {
   public:
    virtual void clear() = 0;
    virtual std::size_t size() const = 0;
    virtual void add() = 0;
    virtual void describe_item(std::size_t index, Fields& fields) = 0;
    /// An item that is in no list, with its defaults.
    virtual void describe_blank(Fields& fields) = 0;

   protected:
    ~Sections() = default;
  };
  using Describe = std::function<void(Fields&)>;

  Fields() = default;
  Fields(const Fields&) = delete;
  virtual ~Fields() = default;

  /// A key that may be left out: `value` holds its default.
  template <class T>
  void key(std::string_view name, T& value, std::string_view meaning, Limits limits = {}) {
    visit({name, meaning}, value, limits);
  }
  /// A key that must stand in the file.
  template <class T>
  void required(std::string_view name, T& value, std::string_view meaning, Limits limits = {}) {
    visit({name, meaning, true}, value, limits);
  }
  template <class T>
  void section(std::string_view name, T& value, std::string_view meaning) {
    visit_section({name, meaning}, [&value](Fields& fields) { describe(fields, value); });
  }
  template <class T>
  void sections(std::string_view name, std::vector<T>& values, std::string_view meaning) {
    SectionsOf<T> items(values);
    visit_sections({name, meaning}, items);
  }

 protected:
  virtual void visit_leaf(const Key& key, Leaf& leaf) = 0;
  virtual void visit_list(const Key& key, List& list) = 0;
  virtual void visit_section(const Key& key, const Describe& describe) = 0;
  virtual void visit_sections(const Key& key, Sections& sections) = 0;

 private:
  template <class T, class Use>
  static std::expected<void, std::string> take(std::expected<T, std::string> read, Use use) {
    if (!read) return std::unexpected(std::move(read.error()));
    use(std::move(*read));
    return {};
  }

  template <class T>
  struct LeafOf final : Leaf {
    T& value;
    Limits limits;
    LeafOf(T& v, Limits l) : value(v), limits(l) {}
    std::string type() const override { return Format<T>::type(limits); }
    std::expected<void, std::string> read(const Scalar& scalar) override {
      return take(Format<T>::read(scalar, limits), [this](T&& read) { value = std::move(read); });
    }
    std::optional<std::string> write() const override { return Format<T>::write(value); }
  };
  template <class T>
  struct OptionalOf final : Leaf {
    std::optional<T>& value;
    Limits limits;
    OptionalOf(std::optional<T>& v, Limits l) : value(v), limits(l) {}
    std::string type() const override { return Format<T>::type(limits); }
    std::expected<void, std::string> read(const Scalar& scalar) override {
      return take(Format<T>::read(scalar, limits), [this](T&& read) { value = std::move(read); });
    }
    std::optional<std::string> write() const override { return value.transform(&Format<T>::write); }
  };
  template <class T>
  struct ListOf final : List {
    std::vector<T>& values;
    Limits limits;
    ListOf(std::vector<T>& v, Limits l) : values(v), limits(l) {}
    std::string type() const override { return Format<T>::type({}); }
    const Limits& count() const override { return limits; }
    void clear() override { values.clear(); }
    std::expected<void, std::string> read_item(const Scalar& scalar) override {
      return take(Format<T>::read(scalar, {}), [this](T&& read) { values.push_back(std::move(read)); });
    }
    std::vector<std::string> write() const override {
      std::vector<std::string> texts;
      for (const T& value : values) texts.push_back(Format<T>::write(value));
      return texts;
    }
  };
  template <class T>
  struct SectionsOf final : Sections {
    std::vector<T>& values;
    explicit SectionsOf(std::vector<T>& v) : values(v) {}
    void clear() override { values.clear(); }
    std::size_t size() const override { return values.size(); }
    void add() override { values.emplace_back(); }
    void describe_item(std::size_t index, Fields& fields) override { describe(fields, values[index]); }
    void describe_blank(Fields& fields) override {
      T blank;
      describe(fields, blank);
    }
  };

  template <class T>
  void visit(const Key& key, T& value, const Limits& limits) {
    LeafOf<T> leaf(value, limits);
    visit_leaf(key, leaf);
  }
  template <class T>
  void visit(const Key& key, std::optional<T>& value, const Limits& limits) {
    OptionalOf<T> leaf(value, limits);
    visit_leaf(key, leaf);
  }
  /// For a list the limits are those of its count.
  template <class T>
  void visit(const Key& key, std::vector<T>& values, const Limits& limits) {
    ListOf<T> list(values, limits);
    visit_list(key, list);
  }
};

}  // namespace zerocell::config
