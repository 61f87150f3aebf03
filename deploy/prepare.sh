#!/usr/bin/env bash
# Sees that this machine has what Linli is built and tested with, and installs what is missing (Debian, as root or with
# sudo). Sourced by demo.sh and test.sh, with the tools that they need as COMMAND:PACKAGE; changes nothing where all is
# there.
set -euo pipefail

if ! command -v swift >/dev/null; then
  echo "there is no Swift toolchain on the PATH; install Swift 6.2 or newer (swift.org/install) and run this again" >&2
  exit 77
fi

missing=()
echo '#include <sqlite3.h>' | "${CC:-clang}" -E - >/dev/null 2>&1 || [ -f /usr/include/sqlite3.h ] || missing+=(libsqlite3-dev)
for tool in "$@"; do
  command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
    echo "these packages are missing: ${missing[*]}; install them as root (apt-get install ${missing[*]}) and run this again" >&2
    exit 77
  fi
  echo "installing ${missing[*]} …"
  if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null; then
    echo "apt-get could not install ${missing[*]}; install them by hand and run this again" >&2
    exit 74
  fi
fi
