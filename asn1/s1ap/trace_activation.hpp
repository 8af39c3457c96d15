// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/values.hpp"

/// Trace Activation, TS 36.413 §9.2.1.4, with the minimisation of drive tests and QoE measurements in it.
namespace zerocell::s1ap {

struct CellBasedMdt {
  List<Ecgi> cell_id_list_for_mdt{};  ///< At most 32.
};

struct TaBasedMdt {
  List<std::uint16_t> ta_list_for_mdt{};  ///< At most 8.
};

struct TaiBasedMdt {
  List<Tai> tai_list_for_mdt{};  ///< At most 8.
};

struct PlmnWide {};

struct AreaScopeOfMdt : std::variant<CellBasedMdt, TaBasedMdt, PlmnWide, TaiBasedMdt> {
  using variant::variant;
};

struct ThresholdRsrp {
  std::uint8_t value = 0;  ///< 0 to 97.
};

struct ThresholdRsrq {
  std::uint8_t value = 0;  ///< 0 to 34.
};

struct MeasurementThresholdA2 : std::variant<ThresholdRsrp, ThresholdRsrq> {
  using variant::variant;
};

struct M1ThresholdEventA2 {
  MeasurementThresholdA2 measurement_threshold{};
};

struct M1PeriodicReporting {
  ReportIntervalMdt report_interval{};
  ReportAmountMdt report_amount{};
};

/// §9.2.1.86.
struct M3Configuration {
  M3Period m3period{};
};

/// §9.2.1.87.
struct M4Configuration {
  M4Period m4period{};
  LinksToLog m4_links_to_log{};
};

/// §9.2.1.88.
struct M5Configuration {
  M5Period m5period{};
  LinksToLog m5_links_to_log{};
};

/// §9.2.1.101.
struct M6Configuration {
  M6ReportInterval m6report_interval{};
  std::optional<M6DelayThreshold> m6delay_threshold{};
  LinksToLog m6_links_to_log{};
};

/// §9.2.1.102.
struct M7Configuration {
  std::uint8_t m7period = 0;  ///< 1 to 60, extensible.
  LinksToLog m7_links_to_log{};
};

/// §9.2.1.137.
struct BluetoothMeasurementConfiguration {
  BluetoothMeasConfig bluetooth_meas_config{};
  List<Bytes> bluetooth_meas_config_name_list{};  ///< At most 4; empty when absent.
  std::optional<BluetoothMeasurementConfigurationBtRssi> bluetooth_rssi{};
};

/// §9.2.1.138.
struct WlanMeasurementConfiguration {
  WlanMeasConfig wlan_meas_config{};
  List<Bytes> wlan_meas_config_name_list{};  ///< At most 4; empty when absent.
  std::optional<WlanMeasurementConfigurationWlanRssi> wlan_rssi{};
  std::optional<WlanMeasurementConfigurationWlanRtt> wlan_rtt{};
};

struct SensorNameConfig : std::variant<SensorNameConfigUncompensatedBarometricConfig, ProtocolIeField> {
  using variant::variant;
};

struct SensorMeasConfigNameItem {
  SensorNameConfig sensor_name_config{};
};

/// §9.2.1.166.
struct SensorMeasurementConfiguration {
  SensorMeasConfig sensor_meas_config{};
  List<SensorMeasConfigNameItem> sensor_meas_config_name_list{};  ///< At most 3; empty when absent.
};

struct ImmediateMdt {
  std::uint8_t measurements_to_activate = 0;
  M1ReportingTrigger m1reporting_trigger{};
  std::optional<M1ThresholdEventA2> m1_threshold_event_a2{};
  std::optional<M1PeriodicReporting> m1_periodic_reporting{};
  std::optional<M3Configuration> m3_configuration{};
  std::optional<M4Configuration> m4_configuration{};
  std::optional<M5Configuration> m5_configuration{};
  std::optional<std::uint8_t> mdt_location_info{};
  std::optional<M6Configuration> m6_configuration{};
  std::optional<M7Configuration> m7_configuration{};
  std::optional<BluetoothMeasurementConfiguration> bluetooth_measurement_configuration{};
  std::optional<WlanMeasurementConfiguration> wlan_measurement_configuration{};
  std::optional<SensorMeasurementConfiguration> sensor_measurement_configuration{};
};

struct MeasurementThresholdL1LoggedMdt : std::variant<ThresholdRsrp, ThresholdRsrq, ProtocolIeField> {
  using variant::variant;
};

struct EventL1LoggedMdtConfig {
  MeasurementThresholdL1LoggedMdt l1_threshold{};
  std::uint8_t hysteresis = 0;  ///< 0 to 30.
  TimeToTrigger time_to_trigger{};
};

struct EventTrigger : std::variant<EventTriggerOutOfCoverage, EventL1LoggedMdtConfig, ProtocolIeField> {
  using variant::variant;
};

struct Periodical {};

struct LoggedMdtTrigger : std::variant<Periodical, EventTrigger> {
  using variant::variant;
};

struct LoggedMdt {
  LoggingInterval logging_interval{};
  LoggingDuration logging_duration{};
  std::optional<BluetoothMeasurementConfiguration> bluetooth_measurement_configuration{};
  std::optional<WlanMeasurementConfiguration> wlan_measurement_configuration{};
  std::optional<LoggedMdtTrigger> logged_mdt_trigger{};
  std::optional<SensorMeasurementConfiguration> sensor_measurement_configuration{};
};

struct MbsfnResultToLogInfo {
  std::optional<std::uint8_t> mbsfn_area_id{};
  std::uint32_t carrier_freq = 0;  ///< 0 to 262143, extensible.
};

struct LoggedMbsfnMdt {
  LoggingInterval logging_interval{};
  LoggingDuration logging_duration{};
  List<MbsfnResultToLogInfo> mbsfn_result_to_log{};  ///< At most 8; empty when absent.
};

struct MdtMode : std::variant<ImmediateMdt, LoggedMdt, LoggedMbsfnMdt> {
  using variant::variant;
};

/// §9.2.1.81.
struct MdtConfiguration {
  MdtActivation mdt_activation{};
  AreaScopeOfMdt area_scope_of_mdt{};
  MdtMode mdt_mode{};
  List<Plmn> signalling_based_mdt_plmn_list{};  ///< At most 16; empty when absent.
};

struct CellBasedQmc {
  List<Ecgi> cell_id_list_for_qmc{};  ///< At most 32.
};

struct TaBasedQmc {
  List<std::uint16_t> ta_list_for_qmc{};  ///< At most 8.
};

struct TaiBasedQmc {
  List<Tai> tai_list_for_qmc{};  ///< At most 8.
};

struct PlmnAreaBasedQmc {
  List<Plmn> plmn_list_for_qmc{};  ///< At most 16.
};

struct AreaScopeOfQmc : std::variant<CellBasedQmc, TaBasedQmc, TaiBasedQmc, PlmnAreaBasedQmc> {
  using variant::variant;
};

struct UeAppLayerMeasConfig {
  Bytes container_for_app_layer_meas_config{};  ///< 1 to 1000 octets.
  AreaScopeOfQmc area_scope_of_qmc{};
  std::optional<ServiceType> service_type{};
};

/// §9.2.1.4.
struct TraceActivation {
  std::array<std::uint8_t, 8> eutran_trace_id{};
  std::uint8_t interfaces_to_trace = 0;
  TraceDepth trace_depth{};
  TransportLayerAddress trace_collection_entity_ip_address{};
  std::optional<MdtConfiguration> mdt_configuration{};
  std::optional<UeAppLayerMeasConfig> ue_app_layer_meas_config{};
  std::optional<Bytes> mdt_configuration_nr{};
  std::optional<std::string_view> trace_collection_entity_uri{};
};

}  // namespace zerocell::s1ap
