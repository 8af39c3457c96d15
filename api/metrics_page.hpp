// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/http_server.hpp"

namespace zerocell::api {

/// `GET /metrics`: every metric of the process in Prometheus text format 0.0.4.
HttpResponse metrics_page(const HttpRequest& request);

}  // namespace zerocell::api
