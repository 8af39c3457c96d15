// SPDX-License-Identifier: Apache-2.0
#include "api/metrics_page.hpp"

#include "core/telemetry/metrics.hpp"

namespace zerocell::api {
namespace {
Counter scrapes{"zerocell_metrics_scrapes_total", "Requests for /metrics that were answered."};
}  // namespace

HttpResponse metrics_page(const HttpRequest& request) {
  if (request.method != HttpRequest::Method::get)
    return {"405 Method Not Allowed\r\nAllow: GET, HEAD", "text/plain; charset=utf-8", "expected GET\n"};
  if (request.target.substr(0, request.target.find('?')) != "/metrics")
    return {"404 Not Found", "text/plain; charset=utf-8", "only /metrics is here\n"};
  scrapes.add();
  return {"200 OK", "text/plain; version=0.0.4; charset=utf-8", prometheus_text()};
}

}  // namespace zerocell::api
