// SPDX-License-Identifier: Apache-2.0
// Nothing: it makes the precompiled header that the modules share.
