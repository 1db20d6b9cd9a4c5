# SPDX-License-Identifier: Apache-2.0
"""tally.py FILE.xml: prints "PASSED FAILED" for a JUnit report; names each failed case on stderr.

A skipped case counts as failed: what could not run has shown nothing.
"""

import sys
import xml.etree.ElementTree as ET


def is_bad(case):
    return any(case.find(tag) is not None for tag in ("failure", "error", "skipped")) or \
        case.get("status", "run") not in ("run", "passed")


cases = list(ET.parse(sys.argv[1]).iter("testcase"))
bad = [case for case in cases if is_bad(case)]
for case in bad:
    print("failed:", case.get("classname", ""), case.get("name", ""), file=sys.stderr)
print(len(cases) - len(bad), len(bad))
