// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/shapes.hpp"
#include "asn1/s1ap/trace_activation.hpp"

/// Shapes of the values of trace_activation.hpp.
namespace zerocell::aper {

ZC_SEQUENCE(CellBasedMdt, ZC_MEMBER(cell_id_list_for_mdt));

ZC_SEQUENCE(TaBasedMdt, ZC_MEMBER(ta_list_for_mdt));

ZC_SEQUENCE(TaiBasedMdt, ZC_MEMBER(tai_list_for_mdt));

ZC_NULL(PlmnWide);
ZC_WRAPPER(ThresholdRsrp);
ZC_WRAPPER(ThresholdRsrq);
ZC_SEQUENCE(M1ThresholdEventA2, ZC_MEMBER(measurement_threshold));

ZC_SEQUENCE(M1PeriodicReporting, ZC_MEMBER(report_interval), ZC_MEMBER(report_amount));

ZC_SEQUENCE(M3Configuration, ZC_MEMBER(m3period));

ZC_SEQUENCE(M4Configuration, ZC_MEMBER(m4period), ZC_MEMBER(m4_links_to_log));

ZC_SEQUENCE(M5Configuration, ZC_MEMBER(m5period), ZC_MEMBER(m5_links_to_log));

ZC_SEQUENCE(M6Configuration, ZC_MEMBER(m6report_interval), ZC_MEMBER(m6delay_threshold),
            ZC_MEMBER(m6_links_to_log));

ZC_SEQUENCE(M7Configuration, ZC_MEMBER(m7period), ZC_MEMBER(m7_links_to_log));

ZC_SEQUENCE(BluetoothMeasurementConfiguration, ZC_MEMBER(bluetooth_meas_config),
            ZC_MEMBER(bluetooth_meas_config_name_list), ZC_MEMBER(bluetooth_rssi));

ZC_SEQUENCE(WlanMeasurementConfiguration, ZC_MEMBER(wlan_meas_config), ZC_MEMBER(wlan_meas_config_name_list),
            ZC_MEMBER(wlan_rssi), ZC_MEMBER(wlan_rtt));

ZC_SEQUENCE(SensorMeasConfigNameItem, ZC_MEMBER(sensor_name_config));

ZC_SEQUENCE(SensorMeasurementConfiguration, ZC_MEMBER(sensor_meas_config),
            ZC_MEMBER(sensor_meas_config_name_list));

template <>
struct SequenceOf<s1ap::ImmediateMdt> {
  using T = s1ap::ImmediateMdt;
  static constexpr std::array fields{ZC_MEMBER(measurements_to_activate), ZC_MEMBER(m1reporting_trigger),
                                     ZC_MEMBER(m1_threshold_event_a2), ZC_MEMBER(m1_periodic_reporting)};
  static constexpr std::array extensions{
      ZC_EXTENSION(m3_configuration, ignore, M3Configuration),
      ZC_EXTENSION(m4_configuration, ignore, M4Configuration),
      ZC_EXTENSION(m5_configuration, ignore, M5Configuration),
      ZC_EXTENSION(mdt_location_info, ignore, MDT_Location_Info),
      ZC_EXTENSION(m6_configuration, ignore, M6Configuration),
      ZC_EXTENSION(m7_configuration, ignore, M7Configuration),
      ZC_EXTENSION(bluetooth_measurement_configuration, ignore, BluetoothMeasurementConfiguration),
      ZC_EXTENSION(wlan_measurement_configuration, ignore, WLANMeasurementConfiguration),
      ZC_EXTENSION(sensor_measurement_configuration, ignore, SensorMeasurementConfiguration)};
};

ZC_SEQUENCE(EventL1LoggedMdtConfig, ZC_MEMBER(l1_threshold), ZC_MEMBER(hysteresis),
            ZC_MEMBER(time_to_trigger));

ZC_NULL(Periodical);
template <>
struct SequenceOf<s1ap::LoggedMdt> {
  using T = s1ap::LoggedMdt;
  static constexpr std::array fields{ZC_MEMBER(logging_interval), ZC_MEMBER(logging_duration)};
  static constexpr std::array extensions{
      ZC_EXTENSION(bluetooth_measurement_configuration, ignore, BluetoothMeasurementConfiguration),
      ZC_EXTENSION(wlan_measurement_configuration, ignore, WLANMeasurementConfiguration),
      ZC_EXTENSION(logged_mdt_trigger, ignore, LoggedMDTTrigger),
      ZC_EXTENSION(sensor_measurement_configuration, ignore, SensorMeasurementConfiguration)};
};

ZC_SEQUENCE(MbsfnResultToLogInfo, ZC_MEMBER(mbsfn_area_id), ZC_MEMBER(carrier_freq));

ZC_SEQUENCE(LoggedMbsfnMdt, ZC_MEMBER(logging_interval), ZC_MEMBER(logging_duration),
            ZC_MEMBER(mbsfn_result_to_log));

ZC_CONTAINER(LoggedMbsfnMdt, logged_mbsfn_mdt, ignore, LoggedMBSFNMDT);

template <>
struct SequenceOf<s1ap::MdtConfiguration> {
  using T = s1ap::MdtConfiguration;
  static constexpr std::array fields{ZC_MEMBER(mdt_activation), ZC_MEMBER(area_scope_of_mdt),
                                     ZC_MEMBER(mdt_mode)};
  static constexpr std::array extensions{ZC_EXTENSION(signalling_based_mdt_plmn_list, ignore, MDTPLMNList)};
};

ZC_SEQUENCE(CellBasedQmc, ZC_MEMBER(cell_id_list_for_qmc));

ZC_SEQUENCE(TaBasedQmc, ZC_MEMBER(ta_list_for_qmc));

ZC_SEQUENCE(TaiBasedQmc, ZC_MEMBER(tai_list_for_qmc));

ZC_SEQUENCE(PlmnAreaBasedQmc, ZC_MEMBER(plmn_list_for_qmc));

template <>
struct SequenceOf<s1ap::UeAppLayerMeasConfig> {
  using T = s1ap::UeAppLayerMeasConfig;
  static constexpr std::array fields{ZC_MEMBER(container_for_app_layer_meas_config),
                                     ZC_MEMBER(area_scope_of_qmc)};
  static constexpr std::array extensions{ZC_EXTENSION(service_type, ignore, ServiceType)};
};

template <>
struct SequenceOf<s1ap::TraceActivation> {
  using T = s1ap::TraceActivation;
  static constexpr std::array fields{ZC_MEMBER(eutran_trace_id), ZC_MEMBER(interfaces_to_trace),
                                     ZC_MEMBER(trace_depth), ZC_MEMBER(trace_collection_entity_ip_address)};
  static constexpr std::array extensions{ZC_EXTENSION(mdt_configuration, ignore, MDT_Configuration),
                                         ZC_EXTENSION(ue_app_layer_meas_config, ignore, UEAppLayerMeasConfig),
                                         ZC_EXTENSION(mdt_configuration_nr, ignore, MDT_ConfigurationNR),
                                         ZC_EXTENSION(trace_collection_entity_uri, ignore, URI_Address)};
};

}  // namespace zerocell::aper
