#!/usr/bin/env bash
# Everything that must hold: format, lint, a build with warnings as errors, all tests. Ends with one line that counts.
set -euo pipefail
cd "$(dirname "$0")/.."
source deploy/prepare.sh sqlite3:sqlite3 python3:python3

echo "== format"
swift format lint --strict --recursive --parallel Sources Tests Package.swift \
  $(find Sources/WireMessages -name '*.pb.swift' -printf '')

echo "== the tree"
deploy/check-tree.sh

echo "== build"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build --build-tests --explicit-target-dependency-import-check error >"$log" 2>&1; then
  grep -E 'error|warning' "$log" | head -40 >&2
  tail -5 "$log" >&2
  exit 1
fi
tail -1 "$log"

echo "== tests"
LINLI_BINARY="$(swift build --show-bin-path)/linli"
export LINLI_BINARY
status=0
swift test --skip-build >"$log" 2>&1 || status=$?
grep -E '✘|error:|recorded an issue|skipped:' "$log" | head -80 || true
grep -E 'seed|skipped' "$log" | head -40 || true
tail -3 "$log"
passed=$(grep -cE '^✔ Test ' "$log" || true)
failed=$(grep -cE '^✘ Test ' "$log" || true)
skipped=$(grep -cE '^➜ Test .* skipped' "$log" || true)
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
