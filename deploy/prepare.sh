#!/usr/bin/env bash
# Sees that this machine has what Linli is built and tested with, and installs what is missing (Debian, as root or with
# sudo). Sourced by demo.sh and test.sh; changes nothing where all is there.
set -euo pipefail

if ! command -v swift >/dev/null; then
  echo "there is no Swift toolchain on the PATH; install Swift 6.2 or newer from swift.org and try again" >&2
  exit 77
fi

missing=()
[ -f /usr/include/sqlite3.h ] || missing+=(libsqlite3-dev)
for tool in "$@"; do
  command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "missing packages: ${missing[*]}; install them as root: apt-get install ${missing[*]}" >&2
      exit 77
    fi
    as_root=(sudo)
  fi
  echo "installing ${missing[*]} …"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
