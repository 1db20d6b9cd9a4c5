# SPDX-License-Identifier: Apache-2.0
"""Real servers on loopback for the end-to-end tests, the benchmark and the demo."""
