#!/usr/bin/env bash
# Posts the report to the pull request of the event; does nothing for other events.
# Never run against GitHub so far.
set -euo pipefail
number=$(jq -r '.pull_request.number // empty | select(type == "number")' "$GITHUB_EVENT_PATH")
if [ -z "$number" ]; then
	echo "the event is of no pull request; nothing is posted"
	exit
fi
# The token is in a file for curl: arguments can be read by other processes.
header=$(mktemp)
trap 'rm -f "$header"' EXIT
printf 'Authorization: Bearer %s\n' "$TOKEN" > "$header"
"$(dirname "$0")/markdown.sh" | jq -Rs '{body: .}' |
	curl --silent --show-error --fail --max-time 30 --output /dev/null \
		--header "@$header" --header 'Accept: application/vnd.github+json' --json @- \
		"$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$number/comments"
echo "posted to pull request $number"
