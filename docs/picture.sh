#!/bin/sh
# Records docs/run.svg, the picture in the README, from a real run on the bundled model:
# the moment after the first repair, or the end where nothing had to be repaired.
# Usage: docs/picture.sh [TASK], from the top of the repository, with hrl on the PATH.
set -u
task=${1:-examples/word_report.md}
hrl solve "$task" --display none --quiet >/dev/null
moment=$(hrl view latest --json | grep -m 1 '"origin":"debug"' | sed 's/.*"seq":\([0-9]*\).*/\1/')
hrl view latest ${moment:+--at "$moment"} --width 130 --height 40 --svg docs/run.svg
