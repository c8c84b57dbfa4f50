#!/usr/bin/env bash
# Writes the report into the summary of the job.
set -euo pipefail
"$(dirname "$0")/markdown.sh" >> "$GITHUB_STEP_SUMMARY"
