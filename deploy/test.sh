#!/usr/bin/env bash
# Everything that must hold: format, lint, facts of the tree, a build with warnings as errors, all tests. The last line
# counts them, from what `swift test` said. Arguments go to `swift test`, for example --filter ReplicaTests.
set -euo pipefail
cd "$(dirname "$0")/.."
source deploy/prepare.sh git:git sqlite3:sqlite3 python3:python3

log=$(mktemp)
trap 'rm -f "$log"' EXIT
step() { printf '== %s (%d s)\n' "$1" "$SECONDS"; }

step "format and lint"
swift format lint --strict --recursive --parallel Package.swift Sources Tests

step "the tree"
deploy/check-tree.sh

# One debug build for everything: the processes under test are its `linli`, with every check of the language in place.
step "build"
if ! swift build --build-tests --explicit-target-dependency-import-check error >"$log" 2>&1; then
  grep -E 'error:|warning:' "$log" | sort -u | head -40 >&2
  tail -5 "$log" >&2
  exit 1
fi
tail -1 "$log"

step "tests"
LINLI_BINARY="${LINLI_BINARY:-$(swift build --show-bin-path)/linli}"
export LINLI_BINARY
# Freed memory is overwritten, here and in the daemons under test, so that its use is seen each time and not by chance.
export MALLOC_PERTURB_="${MALLOC_PERTURB_:-$((RANDOM % 255 + 1))}"
echo "MALLOC_PERTURB_=$MALLOC_PERTURB_"
status=0
swift test --skip-build --no-parallel "$@" >"$log" 2>&1 || status=$?

# What failed and why, which seeds were drawn, and what was skipped and why.
# An issue is one line with what is said below it: what a node answered is the quickest way to the cause.
awk '/recorded an issue/ { if (issue != "") print issue; issue = $0; next }
  issue != "" && /^↳ / { issue = issue " " substr($0, 1, 600); next }
  { if (issue != "") print issue; issue = ""; print } END { if (issue != "") print issue }' "$log" |
  grep -v 'Test case passing' |
  grep -E '^✘ |recorded an issue|error:|[Ff]atal|^➜ Test .*skipped|seed' | sort -u | head -100 || true
count() { grep -E "^$1 Test .*$2" "$log" | grep -vcE "^$1 Test (run|case) " || true; }
passed=$(count ✔ ' passed after ')
failed=$(count ✘ ' failed after ')
skipped=$(count ➜ ' skipped')
if [ "$status" != 0 ] || [ "$passed" = 0 ]; then
  # A crash ends the run before its tests are counted: which test it was, where it crashed, how the run ended.
  if grep -q 'unexpected signal' "$log"; then
    failed=$((failed + 1))
    grep -E '^◇ Test .* started' "$log" | tail -2
    sed -n '/^\*\*\* \|^💣/,/^Registers:/p' "$log" | head -60
    tail -3 "$log"
  elif [ "$failed" = 0 ]; then
    failed=1
    tail -20 "$log"
  fi
  status=1
fi
# The simulator: the same seeds each time, and fresh ones, which it prints.
if [ "$#" = 0 ] && [ "$status" = 0 ]; then
  step "simulated networks"
  for seeds in "--seed 1 --runs 12" "--runs 4"; do
    # shellcheck disable=SC2086
    timeout 170 "$LINLI_BINARY" sim $seeds --days 0.1 --daily 500 || status=1
  done
fi
step "done"
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
