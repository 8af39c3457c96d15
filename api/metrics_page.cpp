// SPDX-License-Identifier: Apache-2.0
#include "api/metrics_page.hpp"

#include "core/telemetry/metrics.hpp"

namespace zerocell::api {
namespace {
Counter scrapes{"zerocell_metrics_scrapes_total", "Requests for /metrics that were answered."};
}  // namespace

HttpResponse metrics_page(std::string_view target) {
  if (target.substr(0, target.find('?')) != "/metrics")
    return {"404 Not Found", "text/plain; charset=utf-8", "only /metrics is here\n"};
  scrapes.add();
  return {"200 OK", "text/plain; version=0.0.4; charset=utf-8", prometheus_text()};
}

}  // namespace zerocell::api
