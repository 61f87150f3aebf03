#!/usr/bin/env bash
# Builds Linli and shows it: a hub and three stores on this machine, a partition, a reunion.
# Arguments go to `linli demo`: --keep, --data DIR, --sales FILE.
set -euo pipefail
cd "$(dirname "$0")/.."
source deploy/prepare.sh
echo "building (the first time takes several minutes) …"
swift build -c release --static-swift-stdlib --product linli 2>&1 | grep -vE '^\[[0-9]+/[0-9]+\]' || test "${PIPESTATUS[0]}" = 0
exec "$(swift build -c release --static-swift-stdlib --show-bin-path)/linli" demo "$@"
