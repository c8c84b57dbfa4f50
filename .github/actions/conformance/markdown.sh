#!/usr/bin/env bash
# Prints a report as Markdown. What a provider says is text, and neither markup nor a
# mention of somebody: GitHub interprets nothing within pre but HTML, which is escaped.
set -euo pipefail
echo "### Paysocket conformance"
echo "<pre>"
# At most 50,000 bytes: a comment holds 65,536 characters.
head -c 50000 "$REPORT/report.txt" | iconv -c -f UTF-8 -t UTF-8 | tr -d '\000-\010\013-\037\177' |
	sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' -e 's/@/\&#64;/g' -e 's/^$/\&nbsp;/'
echo "</pre>"
