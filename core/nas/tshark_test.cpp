// SPDX-License-Identifier: Apache-2.0

// Wireshark as a judge that knows nothing of our codec: every message, with every optional IE that Wireshark
// 4.0 knows, must dissect without a malformed or expert remark, and to the values that went in.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include <catch2/catch.hpp>

#include "core/nas/examples/examples.hpp"
#include "core/nas/security.hpp"

namespace zerocell::nas {
namespace {

constexpr std::uint32_t kLinkTypeUser0 = 147;

bool tshark_is_installed() {
  return std::system("tshark --version >/dev/null 2>&1") == 0;
}

/// A capture of bare NAS messages, removed at the end.
class Capture {
 public:
  Capture()
      : path_(std::filesystem::temp_directory_path() /
              ("zerocell-nas-" + std::to_string(::getpid()) + ".pcap")),
        file_(std::fopen(path_.c_str(), "wb")) {
    for (const std::uint32_t word : {0xA1B2C3D4u, 0x00040002u, 0u, 0u, 65535u, kLinkTypeUser0}) put(word);
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() {
    if (file_) std::fclose(file_);
    std::filesystem::remove(path_);
  }

  void add(Bytes message) {
    const auto size = static_cast<std::uint32_t>(message.size());
    for (const std::uint32_t word : {0u, 0u, size, size}) put(word);
    std::fwrite(message.data(), 1, message.size(), file_);
  }

  /// One row a message: the values of `fields`, several of one field joined by semicolons.
  std::vector<std::vector<std::string>> dissect(const char* protocol,
                                                const std::vector<std::string>& fields) {
    std::fflush(file_);
    std::string command =
        std::string("TZ=UTC tshark -r ") + path_.string() + " -o 'uat:user_dlts:\"User 0 (DLT=147)\",\"" +
        protocol +
        "\",\"0\",\"\",\"0\",\"\"' -o nas-eps.null_decipher:TRUE -T fields -E separator='|' "
        "-E occurrence=a -E aggregator=';'";
    for (const auto& field : fields) command += " -e " + field;
    std::FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
    std::vector<std::vector<std::string>> rows;
    std::string line;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
      if (c != '\n') {
        line += static_cast<char>(c);
        continue;
      }
      std::vector<std::string> row(1);
      for (const char letter : line)
        if (letter == '|')
          row.emplace_back();
        else
          row.back() += letter;
      rows.push_back(row);
      line.clear();
    }
    ::pclose(pipe);
    return rows;
  }

 private:
  void put(std::uint32_t word) { std::fwrite(&word, sizeof word, 1, file_); }
  std::filesystem::path path_;
  std::FILE* file_;
};

struct Sample {
  std::string name;
  ByteVector octets;
};

std::vector<Sample> samples() {
  std::vector<Sample> all;
  for (auto example : examples::every_emm_message(false)) {
    // Wireshark 4.0 takes all that follows for the value of either of these.
    if (auto* notification = std::get_if<CsServiceNotification>(&example.message)) {
      notification->ss_code.reset();
      notification->lcs_indicator.reset();
    }
    const auto type = std::visit([](const auto& one) { return one.kType; }, example.message);
    std::string name(name_of(type));
    if (std::holds_alternative<DetachRequestUeTerminated>(example.message)) name += " (network)";
    all.push_back({name, examples::octets_of(example.message)});
  }
  for (const auto& example : examples::every_esm_message())
    all.push_back(
        {std::string(name_of(std::visit([](const auto& one) { return one.kType; }, example.message))),
         examples::octets_of(example.message)});
  return all;
}

struct Expectation {
  const char* message;
  const char* field;
  const char* value;
};

// What went in, by the names of the specification, as Wireshark writes it.
constexpr Expectation kExpectations[] = {
    {"attach request", "nas_eps.nas_msg_emm_type", "0x41"},
    {"attach request", "nas_eps.emm.eps_att_type", "2"},
    {"attach request", "nas_eps.emm.nas_key_set_id", "3"},
    {"attach request", "e212.imsi", "001010123456789"},
    {"attach request", "nas_eps.emm.mme_grp_id", "32769"},
    {"attach request", "nas_eps.emm.m_tmsi", "3237998146"},
    {"attach request", "nas_eps.emm.tai_tac", "4660"},
    {"attach request", "nas_eps.emm.eea3", "1"},
    {"attach request", "nas_eps.emm.eia0", "0"},
    {"attach request", "nas_eps.emm.eia3", "1"},
    {"attach request", "nas_eps.emm.128_5g_ea2", "1"},
    {"attach request", "nas_eps.emm.128_5g_ea3", "0"},
    {"attach request", "nas_eps.emm.5g_ea15", "1"},
    {"attach request", "nas_eps.emm.128_5g_ia1", "1"},
    {"attach request", "nas_eps.emm.128_5g_ia2", "0"},
    {"attach request", "nas_eps.emm.5g_ia7", "1"},
    {"attach request", "nas_eps.emm.5g_ia15", "0"},
    {"tracking area update request", "nas_eps.emm.128_5g_ea2", "1"},
    {"tracking area update request", "nas_eps.emm.128_5g_ea3", "0"},
    {"tracking area update request", "nas_eps.emm.5g_ea15", "1"},
    {"tracking area update request", "nas_eps.emm.128_5g_ia1", "1"},
    {"tracking area update request", "nas_eps.emm.128_5g_ia2", "0"},
    {"tracking area update request", "nas_eps.emm.5g_ia7", "1"},
    {"tracking area update request", "nas_eps.emm.5g_ia15", "0"},
    {"security mode command", "nas_eps.emm.128_5g_ea2", "1"},
    {"security mode command", "nas_eps.emm.128_5g_ea3", "0"},
    {"security mode command", "nas_eps.emm.5g_ea15", "1"},
    {"security mode command", "nas_eps.emm.128_5g_ia1", "1"},
    {"security mode command", "nas_eps.emm.128_5g_ia2", "0"},
    {"security mode command", "nas_eps.emm.5g_ia7", "1"},
    {"security mode command", "nas_eps.emm.5g_ia15", "0"},
    {"attach request", "nas_eps.emm.n1mode_cap", "1"},
    {"attach request", "nas_eps.emm.epco_cap", "1"},
    {"attach request", "gsm_a.lac", "0x4321"},
    {"attach request", "gsm_a.gm.gmm.ptmsi_sig", "0x531982"},
    {"attach request", "gsm_a.gm.gmm.tmsi_flag", "1"},
    {"attach request", "nas_eps.emm.pnb_ciot", "1"},
    {"attach request", "nas_eps.emm.saf", "1"},
    {"attach request", "nas_eps.emm.add_upd_type", "1"},
    {"attach request", "gsm_a.gm.gmm.device_prop_low_prio", "1"},
    {"attach request", "nas_eps.emm.guti_type", "1"},
    {"attach request", "gsm_a.ext_periodic_timers", "1"},
    {"attach request", "gsm_a.gm.gmm.gprs_timer2", "0x36"},
    {"attach request", "gsm_a.gm.gmm.gprs_timer3", "0x0a"},
    {"attach request", "gsm_a.gm.gmm.paging_time_window", "0x03"},
    {"attach request", "gsm_a.gm.gmm.edrx_value", "0x05"},
    {"attach request", "nas_eps.emm.cipher_key", "1"},
    {"attach accept", "nas_eps.emm.EPS_attach_result", "2"},
    {"attach accept", "nas_eps.emm.tai_tac", "1;2;3;7;99"},
    {"attach accept", "nas_eps.emm.tai_tol", "1;2"},
    {"attach accept", "nas_eps.emm.m_tmsi", "3237998146"},
    {"attach accept", "nas_eps.emm.cause", "18"},
    {"attach accept", "e212.mcc", "310;262"},
    {"attach accept", "gsm_a.dtap.emergency_bcd_num", "110;1122"},
    {"attach accept", "nas_eps.emm.ims_vops", "1"},
    {"attach accept", "nas_eps.emm.15_bearers", "1"},
    {"attach accept", "nas_eps.emm.iwkn26", "1"},
    {"attach accept", "nas_eps.emm.add_upd_res", "2"},
    {"attach accept", "nas_eps.emm.sms_services_status", "3"},
    {"attach accept", "gsm_a.gm.gmm.dcn_id", "0x1240"},
    {"attach accept", "nas_5gs.mm.ue_radio_cap_id", "01234567"},
    {"attach reject", "nas_eps.emm.cause", "18"},
    {"attach reject", "nas_eps.emm.eutran_allowed_value", "1"},
    {"authentication failure", "gsm_a.dtap.auts", "0102030405060708090a0b0c0d0e"},
    {"authentication request", "gsm_a.dtap.rand", "101112131415161718191a1b1c1d1e1f"},
    {"authentication request", "gsm_a.dtap.autn", "101112131415161718191a1b1c1d1e1f"},
    {"authentication response", "nas_eps.emm.res", "a54211d5e3ba50bf"},
    {"CS service notification", "gsm_a.dtap.clg_party_bcd_num", "1234567"},
    {"detach request", "nas_eps.emm.detach_type_ul", "3"},
    {"detach request", "nas_eps.emm.switch_off", "1"},
    {"detach request (network)", "nas_eps.emm.detach_type_dl", "1"},
    {"detach request (network)", "nas_eps.emm.cause", "18"},
    {"EMM information", "gsm_a.dtap.text_string", "Zerocell;Zerocell"},
    {"EMM information", "gsm_a.dtap.time_zone_time", "Nov 23, 2026 22:05:59.000000000 UTC"},
    {"EMM information", "gsm_a.dtap.dst_adjustment", "1"},
    {"extended service request", "nas_eps.emm.service_type", "8"},
    {"extended service request", "3gpp.tmsi", "16909060"},
    {"extended service request", "nas_eps.emm.csfb_resp", "1"},
    {"extended service request", "nas_eps.emm.ebi5", "1"},
    {"extended service request", "nas_eps.emm.ebi7", "0"},
    {"extended service request", "nas_eps.emm.ebi15", "1"},
    {"identity request", "nas_eps.emm.id_type2", "3"},
    {"identity response", "e212.imsi", "001010123456789"},
    {"security mode command", "nas_eps.emm.toc", "2"},
    {"security mode command", "nas_eps.emm.toi", "2"},
    {"security mode command", "nas_eps.emm.gea3", "1"},
    {"security mode command", "nas_eps.emm.imeisv_req", "1"},
    {"security mode command", "nas_eps.emm.hash_mme", "0807060504030201"},
    {"security mode complete", "gsm_a.imeisv", "3520990012345612"},
    {"security mode complete", "e212.imsi", "001010123456789"},
    {"tracking area update request", "nas_eps.emm.update_type_value", "1"},
    {"tracking area update request", "nas_eps.emm.active_flg", "1"},
    {"tracking area update request", "gsm_a.key_seq", "5"},
    {"tracking area update accept", "nas_eps.emm.eps_update_result_value", "1"},
    {"tracking area update accept", "nas_eps.emm.ebi6", "1"},
    {"control plane service request", "nas_eps.emm.ctrl_plane_serv_type", "1"},
    {"control plane service request", "nas_eps.emm.nas_msg_cont", "0904"},
    {"uplink generic NAS transport", "nas_eps.emm.gen_msg_cont_type", "2"},
    {"service request", "nas_eps.seq_no_short", "17"},
    {"service request", "nas_eps.emm.short_mac", "0xbeef"},
    {"activate default EPS bearer context request", "nas_eps.bearer_id", "5"},
    {"activate default EPS bearer context request", "nas_eps.esm.proc_trans_id", "1"},
    {"activate default EPS bearer context request", "nas_eps.esm.qci", "1"},
    {"activate default EPS bearer context request", "nas_eps.esm.mbr_dl", "254"},
    {"activate default EPS bearer context request", "nas_eps.esm.embr_dl", "250;11"},
    {"activate default EPS bearer context request", "nas_eps.esm.egbr_dl", "186;0"},
    {"activate default EPS bearer context request", "gsm_a.gm.sm.apn", "internet.iot"},
    {"activate default EPS bearer context request", "nas_eps.esm.pdn_ipv4", "10.45.0.7"},
    {"activate default EPS bearer context request", "nas_eps.esm.pdn_ipv6_if_id", "0000000000000007"},
    {"activate default EPS bearer context request", "nas_eps.esm.apn_ambr_dl_total", "600000"},
    {"activate default EPS bearer context request", "nas_eps.esm.apn_ambr_ul_total", "50000"},
    {"activate default EPS bearer context request", "nas_eps.esm.cause", "50"},
    {"activate default EPS bearer context request", "gsm_a.gm.sm.pco.dns.ipv4", "8.8.8.8"},
    {"activate default EPS bearer context request", "gsm_a.gm.sm.pco.ipv4_link_mtu_size", "1400"},
    {"activate default EPS bearer context request", "nas_eps.esm.serv_plmn_rate_ctrl_val", "4672"},
    {"activate default EPS bearer context request", "nas_eps.esm.ext_apn_ambr_dl", "20000"},
    {"activate default EPS bearer context request", "nas_eps.esm.ext_apn_ambr_dl_unit", "3"},
    {"activate dedicated EPS bearer context request", "nas_eps.esm.linked_bearer_id", "5"},
    {"activate dedicated EPS bearer context request", "gsm_a.gm.sm.ip4_address", "10.1.2.0"},
    {"activate dedicated EPS bearer context request", "gsm_a.gm.sm.tft.port_low", "5000"},
    {"activate dedicated EPS bearer context request", "gsm_a.gm.sm.tft.pkt_flt_dir", "3;1"},
    {"activate dedicated EPS bearer context request", "nas_eps.esm.ext_mbr_dl", "40000"},
    {"activate dedicated EPS bearer context request", "nas_eps.esm.ext_mbr_unit", "2"},
    {"bearer resource allocation reject", "nas_eps.esm.ratc", "1"},
    {"PDN connectivity request", "nas_eps.esm_pdn_type", "3"},
    {"PDN connectivity request", "nas_eps.esm_request_type", "4"},
    {"PDN connectivity request", "nas_eps.esm.eit", "1"},
    {"PDN connectivity request", "gsm_a.gm.sm.pco_pid",
     "0x8021;0x000d;0x0003;0x000a;0x0005;0x0010;0x000c;0x000d;0x0010"},
    {"modify EPS bearer context request", "nas_eps.esm.hdr_comp_config.max_cid", "15"},
    {"notification", "nas_eps.esm.notif_ind", "1"},
    {"remote UE report", "nas_eps.esm.pkmf.ipv4", "10.1.2.3"},
    {"ESM data transport", "nas_eps.esm.rel_assist_ind.ddx", "1"},
};

TEST_CASE("wireshark_reads_every_message_without_a_remark_and_with_the_values_that_went_in") {
  if (!tshark_is_installed()) {
    WARN("skipped: tshark is not installed (scripts/deps installs it)");
    return;
  }
  const auto all = samples();
  Capture capture;
  for (const Sample& sample : all) capture.add(sample.octets);

  std::vector<std::string> fields{"_ws.malformed", "_ws.expert.message", "nas_eps.security_header_type"};
  std::map<std::string, std::size_t> column;
  for (const Expectation& expectation : kExpectations)
    if (column.emplace(expectation.field, fields.size()).second) fields.emplace_back(expectation.field);
  const auto rows = capture.dissect("nas-eps_plain", fields);
  REQUIRE(rows.size() == all.size());

  std::map<std::string, std::size_t> row_of;
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(all[i].name << " " << to_hex(all[i].octets));
    row_of[all[i].name] = i;
    REQUIRE(rows[i].size() == fields.size());
    CHECK(rows[i][0].empty());
    CHECK(rows[i][1].empty());
  }
  for (const Expectation& expectation : kExpectations) {
    INFO(expectation.message << " " << expectation.field);
    REQUIRE(row_of.contains(expectation.message));
    std::string value = rows[row_of[expectation.message]][column[expectation.field]];
    std::erase(value, ':');
    std::string wanted = expectation.value;
    std::erase(wanted, ':');
    CHECK(value == wanted);
  }
}

TEST_CASE("wireshark_reads_what_the_gate_protects") {
  if (!tshark_is_installed()) {
    WARN("skipped: tshark is not installed (scripts/deps installs it)");
    return;
  }
  EpsSecurityContext ue =
      new_context(*Key<32>::from_hex(std::string(64, '5')), 2,
                  {.ciphering = CipheringAlgorithm::eea0, .integrity = IntegrityAlgorithm::eia2});
  ue.uplink_count = 0x142;
  std::array<std::uint8_t, 256> room{};
  Capture capture;
  const auto message = protect(ue, Role::ue, SecurityHeader::integrity_ciphered,
                               examples::octets_of(examples::ordinary_attach_request()), room);
  REQUIRE(message.has_value());
  const std::uint32_t mac = Reader(message->subspan(1)).u32();
  capture.add(*message);
  capture.add(*protect_service_request(ue));
  const auto rows = capture.dissect(
      "nas-eps", {"_ws.malformed", "_ws.expert.message", "nas_eps.security_header_type", "nas_eps.seq_no",
                  "nas_eps.msg_auth_code", "nas_eps.nas_msg_emm_type", "e212.imsi", "nas_eps.seq_no_short"});
  REQUIRE(rows.size() == 2);
  char mac_text[11];
  std::snprintf(mac_text, sizeof mac_text, "0x%08x", mac);
  CHECK(rows[0] == std::vector<std::string>{"", "", "2;0", "66", mac_text, "0x41", "001010123456789", ""});
  CHECK(rows[1] == std::vector<std::string>{"", "", "12", "", "", "", "", "3"});
}

}  // namespace
}  // namespace zerocell::nas
