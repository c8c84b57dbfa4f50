#!/usr/bin/env bash
# Installs paysocket, where there is none.
set -euo pipefail
if command -v paysocket >/dev/null; then
	paysocket version
	exit
fi
go install "github.com/paysocket/paysocket/conformance/cmd/paysocket@$PAYSOCKET_VERSION"
folder=$(go env GOBIN)
folder=${folder:-$(go env GOPATH)/bin}
echo "$folder" >> "$GITHUB_PATH"
"$folder/paysocket" version
