# SPDX-License-Identifier: Apache-2.0
"""DNS services that answer as the real ones do, at their real names, backed by the lab's BIND."""
