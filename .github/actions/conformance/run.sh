#!/usr/bin/env bash
# Runs the suite. A provider that fails does not end the job here, so that its report is
# shown; the last step does.
set -euo pipefail
report=$(mktemp -d "${RUNNER_TEMP:-/tmp}/conformance.XXXXXX")
words=(conformance run -f "$MANIFEST" --json "$report/report.json" --html "$report/report.html")
if [ -n "$CLAUSES" ]; then
	words+=(--run "$CLAUSES" --allow-partial)
fi
code=0
paysocket "${words[@]}" > "$report/report.txt" || code=$?
cat "$report/report.txt"
verdict=$(jq -r '.verdict // "none"' "$report/report.json" 2>/dev/null | tr -cd 'A-Z_a-z' || true)
profile=$(jq -r '.profile // ""' "$report/report.json" 2>/dev/null | tr -cd 'a-z0-9-' || true)
colour=red
if [ "$code" = 0 ] && [ "$verdict" = CONFORMANT ]; then
	colour=brightgreen
elif [ "$code" = 0 ]; then
	colour=yellow # a part passed
fi
# In the form that shields.io/endpoint reads.
jq -n --arg message "${verdict:-none} $profile" --arg color "$colour" \
	'{schemaVersion: 1, label: "paysocket", message: $message, color: $color}' > "$report/badge.json"
{
	echo "code=$code"
	echo "verdict=${verdict:-none}"
	echo "report=$report"
} >> "$GITHUB_OUTPUT"
