// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/config/config.hpp"
#include "core/config/fields.hpp"

namespace zerocell::config {
namespace {

std::string flow(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& text : items) (out += out.size() > 1 ? ", " : "") += text;
  return out + "]";
}

class Printer final : public Fields {
 public:
  Printer(std::string& out, std::string first_indent, std::string indent)
      : out_(out), next_indent_(std::move(first_indent)), indent_(std::move(indent)) {}

 protected:
  void visit_leaf(const Key& key, Leaf& leaf) override {
    if (const auto text = leaf.write()) line(key, " " + *text);
  }
  void visit_list(const Key& key, List& list) override {
    const auto items = list.write();
    std::size_t width = 0;
    for (const std::string& text : items) width += text.size();
    if (width <= 80) return line(key, " " + flow(items));
    line(key, "");
    for (const std::string& text : items) out_ += indent_ + "  - " + text + "\n";
  }
  void visit_section(const Key& key, const Describe& describe) override {
    std::string body;
    Printer printer(body, indent_ + "  ", indent_ + "  ");
    describe(printer);
    if (body.empty()) return;  // Every key of it is optional and absent.
    line(key, "");
    out_ += body;
  }
  void visit_sections(const Key& key, Sections& sections) override {
    if (sections.size() == 0) return line(key, " []");
    line(key, "");
    for (std::size_t i = 0; i < sections.size(); ++i) {
      Printer printer(out_, indent_ + "  - ", indent_ + "    ");
      sections.describe_item(i, printer);
    }
  }

 private:
  void line(const Key& key, const std::string& rest) {
    out_ += next_indent_;
    out_ += key.name;
    out_ += ":" + rest + "\n";
    next_indent_ = indent_;
  }
  std::string& out_;
  std::string next_indent_;
  const std::string indent_;
};

class Lister final : public Fields {
 public:
  Lister(std::vector<KeyInfo>& out, std::string prefix) : out_(out), prefix_(std::move(prefix)) {}

 protected:
  void visit_leaf(const Key& key, Leaf& leaf) override {
    add(key, leaf.type(), leaf.write().value_or("none"));
  }
  void visit_list(const Key& key, List& list) override {
    add(key, "list of " + list.type(), flow(list.write()));
  }
  void visit_section(const Key& key, const Describe& describe) override {
    add(key, "section", "");
    Lister lister(out_, path(key) + ".");
    describe(lister);
  }
  void visit_sections(const Key& key, Sections& sections) override {
    add(key, "list of sections", "[]");
    Lister lister(out_, path(key) + "[].");
    sections.describe_blank(lister);
  }

 private:
  std::string path(const Key& key) const { return prefix_ + std::string(key.name); }
  void add(const Key& key, std::string type, std::string fallback) {
    out_.push_back({path(key), std::move(type), key.required ? "required" : std::move(fallback),
                    std::string(key.meaning)});
  }
  std::vector<KeyInfo>& out_;
  const std::string prefix_;
};

std::string for_a_table(std::string_view text) {
  std::string out;
  for (const char c : text) (out += c == '|' ? "\\" : "") += c;
  return out;
}

}  // namespace

std::string dump(const Config& config) {
  std::string out;
  Printer printer(out, "", "");
  Config copy = config;
  describe(printer, copy);
  return out;
}

std::vector<KeyInfo> keys() {
  std::vector<KeyInfo> all;
  Lister lister(all, "");
  Config defaults;
  describe(lister, defaults);
  return all;
}

std::string keys_as_markdown() {
  std::string out;
  for (const KeyInfo& key : keys()) {
    const bool top = key.path.find('.') == std::string::npos;
    if (top) {
      out += fmt::format("{}### `{}`\n\n{}\n\n| key | type | default | meaning |\n|---|---|---|---|\n",
                         out.empty() ? "" : "\n", key.path, key.meaning);
      continue;
    }
    const std::string fallback = key.fallback.empty() || key.fallback == "required" || key.fallback == "none"
                                     ? key.fallback
                                     : "`" + key.fallback + "`";
    out += fmt::format("| `{}` | {} | {} | {} |\n", key.path.substr(key.path.find('.') + 1),
                       for_a_table(key.type), for_a_table(fallback), for_a_table(key.meaning));
  }
  return out;
}

}  // namespace zerocell::config
