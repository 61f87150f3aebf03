#!/usr/bin/env bash
# Facts of the tree that a review would otherwise have to look for.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() { echo "$1" >&2; bad=1; }

git ls-files --error-unmatch Package.resolved >/dev/null 2>&1 && complain "Package.resolved is committed; it must not be"
[ -z "$(git ls-files .build)" ] || complain ".build is committed; it must not be"
if git grep -nE '(^|[^A-Za-z.])/(work|home|root|Users)/' -- . ':!deploy/check-tree.sh' ':!deploy/*.service'; then
  complain "a path of one machine stands above"
fi
for room in ChangeLog NetworkSchema SyncSession; do
  if git grep -nE '^(public |internal |package )?import Foundation$' -- "Sources/$room"; then
    complain "$room must not import Foundation"
  fi
done
exit $bad
