package main

// A figure is a row of the page.
type figure struct {
	id, what, floor, goal string
	parts                 []part
	// note stands below the table; empty for none.
	note string
}

// A part is one value of a figure, with the bounds that it must keep: at least low, and at most high unless that is 0.
type part struct {
	label, bench, unit string
	low, high          float64
}

func atLeast(label, bench, unit string, low float64) part {
	return part{label: label, bench: bench, unit: unit, low: low}
}

func atMost(label, bench, unit string, high float64) part {
	return part{label: label, bench: bench, unit: unit, high: high}
}

// none is met by 0 alone.
func none(label, bench, unit string) part {
	return part{label: label, bench: bench, unit: unit, high: 0.5}
}

// runs are what is run, in this order.
func runs() []*run {
	return []*run{
		{id: "P1", pkg: "./plugin", bench: "^BenchmarkHop$", quick: 20, full: 60},
		{id: "P2", pkg: "./provider/omise", bench: "^Benchmark(CreateCharge|RetrieveCharge)$", quick: 40, full: 200},
		{id: "P3", pkg: "./provider/omisealipay", bench: "^BenchmarkCreatePayment$", quick: 20, full: 100},
		{id: "P4", pkg: "./provider/omise", bench: "^BenchmarkParseWebhook$", quick: 40, full: 200},
		{id: "P5", pkg: "./plugin", bench: "^BenchmarkStart$", quick: 30, full: 60},
		{id: "P6", pkg: "./host", bench: "^BenchmarkEngine_Webhooks", quick: 10, full: 40},
		{id: "P7", pkg: "./host", bench: "^BenchmarkEngine_AmongManySales$", quick: 10, full: 20, args: []string{"-sales", "10000"}, prefix: "10000 "},
		{id: "P7", pkg: "./host", bench: "^BenchmarkEngine_AmongManySales$", quick: 20, full: 20, fullArgs: []string{"-sales", "1000000"}},
		{id: "P9", pkg: "./plugin/supervisor", bench: "^BenchmarkSwaps$", quick: 3, full: 20},
		{id: "P11", pkg: "./plugin", bench: "^BenchmarkMemory$", quick: 1, full: 3, fullArgs: []string{"-calls", "1000000"}},
		{id: "P14", pkg: "./plugin/supervisor", bench: "^BenchmarkManyProviders$", quick: 2, full: 10},
		{id: "P10", command: []string{"bin/paysocket", "conformance", "run", "-f", "provider/omisealipay/conformance.yaml"}},
		{id: "P13", pkg: "./host", bench: "^BenchmarkEngine_Costs$", quick: 1, full: 1},
		{id: "P12", pkg: "./provider/omisealipay", bench: "^BenchmarkLookup_OfABusyMerchant$", quick: 3, full: 20},
	}
}

const (
	hop      = "BenchmarkHop/"
	create   = "BenchmarkCreateCharge"
	retrieve = "BenchmarkRetrieveCharge"
	parsed   = "BenchmarkParseWebhook"
	started  = "BenchmarkStart"
	webhooks = "BenchmarkEngine_Webhooks"
	atARate  = "BenchmarkEngine_WebhooksAtARate"
	checkout = "BenchmarkEngine_AmongManySales/Checkout"
	sweep    = "BenchmarkEngine_AmongManySales/Sweep"
	swaps    = "BenchmarkSwaps"
	memory   = "BenchmarkMemory"
	many     = "BenchmarkManyProviders"
	through  = "BenchmarkCreatePayment/floor"
	oneStep  = "BenchmarkCreatePayment/one-step"
	costs    = "BenchmarkEngine_Costs"
	lookup   = "BenchmarkLookup_OfABusyMerchant/10"
)

// figures are the rows of the page.
func figures() []figure {
	return append(processFigures(), hostFigures()...)
}

func processFigures() []figure {
	return []figure{
		{
			id: "P1", what: "a call to a provider and back, 1 / 8 / 64 callers", floor: "go-plugin with certificates, the same messages, no checks",
			goal: "calls a second ≥ 0.93, CPU ≤ 1.10",
			parts: []part{
				atLeast("1", hop+"1", "ratio", 0.93), atLeast("8", hop+"8", "ratio", 0.93), atLeast("64", hop+"64", "ratio", 0.93),
				atMost("CPU", hop+"1", "cpu", 1.10), atMost("CPU", hop+"8", "cpu", 1.10), atMost("CPU", hop+"64", "cpu", 1.10),
			},
		},
		{
			id: "P2", what: "Omise's client: source and charge; charge read", floor: "net/http and encoding/json, 64 idle connections",
			goal: "time ≤ 1.10, allocations ≤ 1.15",
			parts: []part{
				atMost("create", create, "time", 1.10), atMost("read", retrieve, "time", 1.10),
				atMost("create allocs", create, "allocs", 1.15), atMost("read allocs", retrieve, "allocs", 1.15),
			},
		},
		{
			id: "P3", what: "CreatePayment, from the host through a plugin to a gateway's stub", floor: "go-plugin whose handler makes the bare requests",
			goal: "calls a second ≥ 0.92, CPU ≤ 1.15; one step ≤ 0.80 of two",
			parts: []part{
				atLeast("", through, "ratio", 0.92), atMost("CPU", through, "cpu", 1.15), atMost("one step", oneStep, "time", 0.80),
			},
		},
		{
			id: "P4", what: "a webhook of 2 kB verified, parsed and decoded", floor: "HMAC-SHA256 and one Unmarshal of encoding/json",
			goal: "time ≤ 0.75", parts: []part{atMost("", parsed, "time", 0.75)},
		},
		{
			id: "P5", what: "a provider's start to its first answer, with checksum, certificates and confinement",
			floor: "go-plugin with checksum and certificates", goal: "time ≤ 1.10", parts: []part{atMost("", started, "time", 1.10)},
		},
	}
}

func hostFigures() []figure {
	return []figure{
		{
			id: "P6", what: "webhooks accepted by package host, SQLite, 16 callers; 200 a second", floor: "the insert of the same rows",
			goal:  "≥ 0.6; p99 < 1,000 ms",
			parts: []part{atLeast("", webhooks, "ratio", 0.6), atMost("p99 ms", atARate, "p99-ms", 1000)},
		},
		{
			id: "P7", what: "a checkout in a large ledger", floor: "in a ledger of 1,000 sales", goal: "time ≤ 1.10",
			parts: []part{atMost("", checkout, "ratio", 1.10)}, note: "P7 and P8: the large ledger has 100,000 sales, or 1,000,000 in the full form.",
		},
		{
			id: "P8", what: "a sweep of 100 open payments in a large ledger", floor: "in a ledger of 1,000 sales", goal: "time ≤ 1.10",
			parts: []part{atMost("", sweep, "ratio", 1.10)},
		},
		{
			id: "P9", what: "a provider swapped ten times under 16 callers", floor: "–", goal: "no call fails; the longest ≤ 2 × that without",
			parts: []part{none("failed", swaps, "failed"), atMost("longest", swaps, "longest", 2)},
		},
		{
			id: "P10", what: "a conformance run of omise-alipay", floor: "–", goal: "≤ 45 s",
			parts: []part{atMost("s", "P10", "s", 45), {label: "CPU s", bench: "P10", unit: "cpu-s"}},
		},
		{
			id: "P11", what: "memory of provider and host after many calls", floor: "after 10,000", goal: "≤ 1.1",
			parts: []part{atMost("provider", memory, "provider", 1.1), atMost("host", memory, "host", 1.1)},
			note:  "P11: after 200,000 calls, or 1,000,000 in the full form.",
		},
		{
			id: "P12", what: "a look-up by key among ten charges a second, 300 ms a page", floor: "–",
			goal: "found or proved absent in ≤ 3 s; CPU ≤ 25 µs a charge",
			parts: []part{
				atMost("found s", lookup, "found-s", 3), atMost("absent s", lookup, "absent-s", 3), atMost("CPU µs", lookup, "cpu-us/charge", 25),
			},
		},
		{
			id: "P13", what: "transactions of a sale in the database", floor: "–", goal: "create ≤ 2, webhook ≤ 1, look-up ≤ 1",
			parts: []part{
				atMost("create", costs, "checkout-tx", 2), atMost("webhook", costs, "webhook-tx", 1), atMost("look-up", costs, "look-up-tx", 1),
			},
			note: "P13: these are counted. TestEngine_CostsTheSameAmongManySales compares them, and the statements, each time the tests run, " +
				"with 10,000 sales as well.",
		},
		{
			id: "P14", what: "50 providers of one binary", floor: "one", goal: "start ≤ 25 ×, idle CPU ≤ 2 ms/s with their host, ≤ 6 MB each",
			parts: []part{
				atMost("start", many, "start", 25), atMost("idle ms/s", many, "idle-ms/s", 2), atMost("MB", many, "pss-MB", 6),
			},
		},
	}
}
