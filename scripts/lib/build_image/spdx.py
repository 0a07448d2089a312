"""Prints what the static binary is made of, as SPDX 2.3 JSON: versions as dpkg and the compiler say them."""

import argparse
import hashlib
import json
import re
import subprocess
import sys

# What the linker puts in, and the Debian package that has the archive.
LIBRARIES = (
    ("liburing", "liburing-dev", "MIT OR LGPL-2.1-or-later"),
    ("libaio", "libaio-dev", "LGPL-2.1-or-later"),
    ("libblkid", "libblkid-dev", "LGPL-2.1-or-later"),
    ("libsodium", "libsodium-dev", "ISC"),
    ("zlib", "zlib1g-dev", "Zlib"),
    ("glibc", "libc6-dev", "LGPL-2.1-or-later"),
)
DEBUG = (("busybox", "busybox-static", "GPL-2.0-only"),)


def debian_version(package):
    """The installed version; None where there is none."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def swift_version():
    """The compiler's, whose run-time libraries are linked in."""
    done = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"Swift version (\S+)", done.stdout)
    return found.group(1) if found else None


def package(name, version, licence, purl=None, **more):
    """One package of the document."""
    one = {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name),
        "name": name,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        **more,
    }
    if version:
        one["versionInfo"] = version
    if purl:
        one["externalRefs"] = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}]
    return one


def document(binary, version, created, revision):
    """The whole document."""
    with open(binary, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    root = package(
        "tbench", version, "NOASSERTION",
        checksums=[{"algorithm": "SHA256", "checksumValue": digest}], sourceInfo=f"commit {revision}",
    )
    parts = [package("swift-runtime", swift_version(), "Apache-2.0 WITH Swift-exception")]
    inside = len(parts)
    for name, debian, licence in LIBRARIES + DEBUG:
        found = debian_version(debian)
        purl = f"pkg:deb/debian/{debian}@{found}" if found else None
        parts.append(package(name, found, licence, purl))
    inside += len(LIBRARIES)
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", root["SPDXID"])]
    relations += [(root["SPDXID"], "STATIC_LINK", one["SPDXID"]) for one in parts[:inside]]
    # busybox is beside tbench in the :debug image, not in it.
    relations += [("SPDXRef-DOCUMENT", "DESCRIBES", one["SPDXID"]) for one in parts[inside:]]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"tbench-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/tbench-{version}-{digest[:32]}",
        "creationInfo": {"created": created, "creators": ["Tool: tbench-build-image"]},
        "packages": [root] + parts,
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other} for one, kind, other in relations
        ],
    }


def main():
    """Reads the flags, prints the document."""
    parser = argparse.ArgumentParser(prog="spdx.py", description=__doc__)
    for name in ("binary", "version", "created", "revision"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    json.dump(document(**vars(arguments)), sys.stdout, indent=2, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
