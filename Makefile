# What each target does: make help

GO ?= go
# Tools are built once, outside the clone, in a folder named by their version.
TOOLS ?= $(HOME)/.cache/paysocket/tools

GOLANGCI_LINT_VERSION := v2.15.0
BUF_VERSION := v1.75.0
PROTOC_GEN_GO_VERSION := v1.36.12
PROTOC_GEN_GO_GRPC_VERSION := v1.6.1
APIDIFF_VERSION := v0.0.0-20261113113407-e3970619a1a4
ACTIONLINT_VERSION := v1.7.12
CYCLONEDX_VERSION := v1.10.0
# v2.18 needs Go 1.27.
GORELEASER_VERSION := v2.17.0
MINISIGN_VERSION := v0.3.0

GOLANGCI_LINT := $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)/golangci-lint
BUF := $(TOOLS)/buf-$(BUF_VERSION)/buf
PROTOC_GEN_GO := $(TOOLS)/protoc-gen-go-$(PROTOC_GEN_GO_VERSION)/protoc-gen-go
PROTOC_GEN_GO_GRPC := $(TOOLS)/protoc-gen-go-grpc-$(PROTOC_GEN_GO_GRPC_VERSION)/protoc-gen-go-grpc
APIDIFF := $(TOOLS)/apidiff-$(APIDIFF_VERSION)/apidiff
ACTIONLINT := $(TOOLS)/actionlint-$(ACTIONLINT_VERSION)/actionlint
CYCLONEDX := $(TOOLS)/cyclonedx-gomod-$(CYCLONEDX_VERSION)/cyclonedx-gomod
GORELEASER := $(TOOLS)/goreleaser-$(GORELEASER_VERSION)/goreleaser
MINISIGN := $(TOOLS)/minisign-$(MINISIGN_VERSION)/minisign
PROTO_PATH := $(dir $(PROTOC_GEN_GO)):$(dir $(PROTOC_GEN_GO_GRPC)):$(PATH)

# Where there is no Node.js, what needs it is left out, and says so.
HAVE_POSTGRES := $(shell command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && echo yes)
HAVE_NODE := $(shell command -v node >/dev/null && command -v npm >/dev/null && echo yes)
NODE_EXAMPLE := $(if $(HAVE_NODE),node-example,no-node)

# The race detector needs a C compiler.
RACE := $(if $(shell command -v "$$($(GO) env CC)" 2>/dev/null),-race,)
SHA256 := $(if $(shell command -v sha256sum 2>/dev/null),sha256sum,shasum -a 256)

MAINS := \
	./provider/omisealipay/cmd/payment-provider-omise-alipay \
	./provider/stripealipay/cmd/payment-provider-stripe-alipay \
	./provider/memory/cmd/payment-provider-memory \
	./provider/omise/sandbox/cmd/omise-sandbox \
	./provider/stripealipay/sandbox/cmd/stripe-sandbox \
	./provider/memory/sandbox/cmd/memory-sandbox \
	./conformance/cmd/paysocket \
	./conformance/cmd/payment-provider-scripted \
	./host-example

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-21s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build all programs into bin/, and their checksums
	@mkdir -p bin
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o bin/ $(MAINS)
	@# The hosts as the conformance suite drives them; see docs/hostctl.md. They sell nothing for real.
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -tags hostctl -o bin/host-example-hostctl ./host-example
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -tags hostctl -o bin/tinyhost-hostctl ./docs/tinyhost
	@cd bin && $(SHA256) $(notdir $(MAINS)) > SHA256SUMS

.PHONY: node-example
node-example: provider/node-example/node_modules ## build the provider in JavaScript into bin/; needs Node.js 20 or later
	@mkdir -p bin
	cd provider/node-example && node build.js ../../bin/payment-provider-node-example
	@cd bin && $(SHA256) payment-provider-node-example > payment-provider-node-example.sha256

.PHONY: nodehost
nodehost: docs/nodehost/node_modules ## install the libraries of the host in JavaScript; needs Node.js 20 or later

.PHONY: axe
axe: host-example/testdata/axe/node_modules ## install what the tests of pages look for barriers with; needs Node.js

provider/node-example/node_modules docs/nodehost/node_modules host-example/testdata/axe/node_modules: %/node_modules: %/package-lock.json
	cd $(@D) && npm ci --prefer-offline --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: no-node
no-node:
	@echo "SKIPPED, NOT BUILT: there is no Node.js for the provider in JavaScript (PAYSOCKET_REQUIRE=node makes this a failure)"
	@case ",$(PAYSOCKET_REQUIRE)," in *,node,*) exit 1;; esac

CATALOG := host-example/$(if $(HAVE_NODE),catalog.all.yaml,catalog.yaml)

.PHONY: demo
demo: build $(NODE_EXAMPLE) ## sell something through every provider of the example's catalog, and have accidents
	@bin/host-example demo --catalog $(CATALOG)

.PHONY: shop
shop: build $(NODE_EXAMPLE) ## run the example's shop with sandboxes for the gateways, to try it
	@bin/host-example shop --catalog $(CATALOG)

# The engine runs three times: the second time on PostgreSQL, the third without its queue.
.PHONY: test
test: ## run all tests but the whole runs of the suite, with the race detector where there is a C compiler
	$(GO) test $(RACE) -timeout 20m ./...
	$(GO) test ./host -timeout 20m -postgres -parallel 6
	$(GO) test ./host -timeout 20m -river=false -parallel 6

.PHONY: restarts
restarts: ## restart a supervised provider 200 times, and count what is left
	$(GO) test $(RACE) ./plugin/supervisor -run TestSupervisor_RestartsLeaveNothingBehind -count=1 -v -restarts 200

# The tests that make test runs with a few clauses.
WHOLE := PAYSOCKET_CONFORMANCE=whole $(GO) test $(RACE) -count 1

.PHONY: conformance
conformance: build $(NODE_EXAMPLE) ## run the whole suite: within tests, against programs that are no providers, over the built providers, and over the shop as a host
	$(WHOLE) -run '^TestConformance$$' ./provider/memory ./provider/omisealipay ./provider/stripealipay
	$(WHOLE) -run '^TestScripts$$/^broken$$' ./conformance/cmd/paysocket
	@mkdir -p $(REPORTS)
	bin/paysocket conformance run -f provider/memory/conformance.yaml --json $(REPORTS)/memory.json
	bin/paysocket conformance run -f provider/omisealipay/conformance.yaml --json $(REPORTS)/omise.json
	bin/paysocket conformance run -f provider/omisealipay/conformance_singapore.yaml --json $(REPORTS)/omise-singapore.json
	bin/paysocket conformance run -f provider/stripealipay/conformance.yaml --json $(REPORTS)/stripe.json
	$(if $(HAVE_NODE),bin/paysocket conformance run -f provider/node-example/conformance.yaml --json $(REPORTS)/node-example.json)
	@# One and two minutes, most of which is waiting.
	bin/paysocket conformance host run -f host-example/host.yaml --json $(REPORTS)/host-sqlite.json
	$(if $(HAVE_POSTGRES),bin/paysocket conformance host run -f host-example/host_postgres.yaml --json $(REPORTS)/host-postgres.json)

.PHONY: bench
bench: build ## measure what a payment costs, and write docs/benchmarks.md (5 minutes on a quiet machine; BENCH=-full for more rounds)
	$(GO) run ./internal/cmd/bench $(BENCH)

# One whole run of a provider takes a minute, and all of this hours.
.PHONY: soak
soak: build ## run the suite again and again on a busy machine, and count what did not pass (hours; SOAK="-whole 1 -times 3" for less)
	$(GO) run ./internal/cmd/soak $(SOAK) provider/memory/conformance.yaml provider/omisealipay/conformance.yaml

# "make conformance" leaves its reports there, of which the matrix of faults is made, too.
REPORTS := bin/reports

# With PAYSOCKET_PROOFS, the file to which make test has added what it proved, it runs no test.
FAULT_MATRIX := $(GO) run ./internal/cmd/faultmatrix $(if $(PAYSOCKET_PROOFS),-events $(PAYSOCKET_PROOFS),$(if $(RACE),-race)) -reports $(REPORTS)

.PHONY: fault-matrix
fault-matrix: ## run the tests that prove something under a fault, read the reports of make conformance, and write the page
	$(FAULT_MATRIX) write

.PHONY: fault-matrix-check
fault-matrix-check: ## the same, and compare
	$(FAULT_MATRIX) check

.PHONY: guide
guide: ## follow docs/write-a-provider.md and its page for Python and JavaScript, including the whole runs of the suite
	PAYSOCKET_GUIDE=whole $(GO) test -count 1 -timeout 30m -run TestGuide ./conformance/internal/scaffold

.PHONY: selftest
selftest: build ## prove that the conformance suite fails defective providers
	bin/paysocket conformance selftest

.PHONY: host-selftest
host-selftest: build ## prove that the suite fails defective hosts (HOST_MUTANTS='name*,name' runs some)
	bin/paysocket conformance host selftest $(if $(HOST_MUTANTS),--only '$(HOST_MUTANTS)')

# Each takes the build of a host, and a clause or, if it is legal, all of them: two or three minutes together.
.PHONY: host-selftest-sample
host-selftest-sample: build ## run some of them: a fiftieth, and up to 2 whose declarations changed since SINCE (HEAD^ if not set)
	bin/paysocket conformance host selftest --sample 50 --since "$(or $(SINCE),HEAD^)" --since-at-most 2

# These mutants were carried to today's code by hand: what they change has another form.
BY_HAND := reads-header-names-as-they-come,keeps-the-webhook-secrets-of-a-refused-probe,follows-redirects,$\
	lets-the-http-library-repeat-a-charge,$\
	spoils-a-key-by-a-refusal,spoils-a-key-by-what-was-not-sent,makes-its-keys-of-order-and-amount,$\
	believes-the-kind-in-the-body,mends-a-body-that-was-cut,reads-a-body-past-its-deadline,sends-the-webhook-secret-to-the-gateway,gives-up-for-good,$\
	believes-another-amount,believes-another-currency,believes-another-method,turns-a-part-into-the-whole,$\
	reads-two-pages-at-most
# A clone that is not whole lacks the commit that the record begins with.
RECORD := $(if $(filter true,$(shell git rev-parse --is-shallow-repository 2>/dev/null)),,--record --by-hand $(BY_HAND))

.PHONY: selftest-check
selftest-check: build ## check that each defective provider and host fits the source, compiles, and is what the record leads to
	bin/paysocket conformance selftest check --compile $(RECORD)
	bin/paysocket conformance host selftest check --compile

.PHONY: selftest-sample
selftest-sample: build ## run some of them: a twentieth, and up to 40 whose declarations changed since SINCE (HEAD^ if not set)
	bin/paysocket conformance selftest --sample 20 --since "$(or $(SINCE),HEAD^)" --since-at-most 40

.PHONY: selftest-matrix
selftest-matrix: build ## run every clause against every defective provider (long), and compare
	bin/paysocket conformance selftest --matrix

.PHONY: selftest-matrix-write
selftest-matrix-write: build ## the same, and write the comparison anew
	bin/paysocket conformance selftest --matrix --write

.PHONY: selftest-matrix-stale
selftest-matrix-stale: build ## write only the lines that are not of a whole run of today's clauses; can be broken off
	bin/paysocket conformance selftest --matrix --write --stale

.PHONY: lint
lint: $(GOLANGCI_LINT) $(BUF) $(ACTIONLINT) ## check style, import fences, the .proto and the workflows
	$(GOLANGCI_LINT) run ./...
	$(GOLANGCI_LINT) run --build-tags hostctl ./host-example/... ./docs/tinyhost
	$(BUF) lint
	$(ACTIONLINT)

.PHONY: format
format: $(GOLANGCI_LINT) ## format all Go code
	$(GOLANGCI_LINT) fmt

.PHONY: generate
generate: $(BUF) $(PROTOC_GEN_GO) $(PROTOC_GEN_GO_GRPC) ## generate Go code and pages from the .proto, docs/portable, and with protoc 3.21 its Python
	PATH="$(PROTO_PATH)" $(BUF) generate
	$(GO) run ./internal/cmd/portable
	@mkdir -p bin
	$(BUF) build -o bin/paymentprovider.binpb
	$(GO) run ./internal/cmd/pages < bin/paymentprovider.binpb

.PHONY: generate-check
generate-check: generate ## check that the generated code is that of the .proto, and go.mod tidy
	git diff --exit-code -- contract/paymentprovider docs/portable docs/contract.md docs/states.svg conformance/internal/scaffold/python/paysocket/paymentprovider_pb2.py
	$(GO) mod tidy -diff

.PHONY: api
api: $(APIDIFF) ## compare what the promised packages export with docs/api
	GO="$(GO)" $(GO) run ./internal/cmd/api -apidiff $(APIDIFF) check

.PHONY: api-write
api-write: $(APIDIFF) ## record in docs/api what the promised packages export
	GO="$(GO)" $(GO) run ./internal/cmd/api -apidiff $(APIDIFF) write

.PHONY: breaking
breaking: $(BUF) ## compare the .proto with that of AGAINST, a branch or tag
	$(BUF) breaking --against '.git#ref=$(or $(AGAINST),HEAD)'

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME, 30s if not set
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(or $(FUZZTIME),30s) $$package || exit 1; \
		done; \
	done

.PHONY: cross
cross: ## compile all code for each system that a release has programs for
	@for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64; do \
		echo "$$target"; \
		CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) build -trimpath -ldflags "-s -w" ./... || exit 1; \
	done

.PHONY: release-test
release-test: ## install the tool as its user would, and build one program of a release twice
	PAYSOCKET_RELEASE=some $(GO) test -count 1 -timeout 30m ./internal/release

.PHONY: release-check
release-check: $(GORELEASER) ## build every program of a release twice, for each system, and compare (long)
	PAYSOCKET_RELEASE=whole PAYSOCKET_GORELEASER=$(GORELEASER) $(GO) test -count 1 -timeout 60m -run TestRelease ./internal/release

# docs/releasing.md says how to try it: make release RELEASE="--snapshot --clean --skip=sign"
.PHONY: release
release: $(GORELEASER) $(CYCLONEDX) $(MINISIGN) ## build, sum and sign the tagged commit, and upload a draft
	PATH="$(dir $(CYCLONEDX)):$(dir $(MINISIGN)):$(PATH)" $(GORELEASER) release $(or $(RELEASE),--clean)

.PHONY: clean
clean: ## remove what make build made
	rm -rf bin provider/node-example/node_modules docs/nodehost/node_modules host-example/testdata/axe/node_modules

$(GOLANGCI_LINT):
	GOBIN=$(@D) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)

$(BUF):
	GOBIN=$(@D) $(GO) install github.com/bufbuild/buf/cmd/buf@$(BUF_VERSION)

$(PROTOC_GEN_GO):
	GOBIN=$(@D) $(GO) install google.golang.org/protobuf/cmd/protoc-gen-go@$(PROTOC_GEN_GO_VERSION)

$(PROTOC_GEN_GO_GRPC):
	GOBIN=$(@D) $(GO) install google.golang.org/grpc/cmd/protoc-gen-go-grpc@$(PROTOC_GEN_GO_GRPC_VERSION)

$(APIDIFF):
	GOBIN=$(@D) $(GO) install golang.org/x/exp/cmd/apidiff@$(APIDIFF_VERSION)

$(ACTIONLINT):
	GOBIN=$(@D) $(GO) install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)

$(CYCLONEDX):
	GOBIN=$(@D) $(GO) install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)

$(GORELEASER):
	GOBIN=$(@D) $(GO) install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)

$(MINISIGN):
	GOBIN=$(@D) $(GO) install aead.dev/minisign/cmd/minisign@$(MINISIGN_VERSION)
