package observe

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// ledgerCollector makes metrics of the engine's overview at each scrape. If the ledger
// cannot be read there is none but paysocket_ledger_up, which is 0: old numbers would
// look like good ones.
type ledgerCollector struct {
	read func(context.Context) (*host.Overview, error)

	up, open, lastHour, unknown, unknownAge, due, dueAge, undelivered, undeliveredAge, attention, unmatched *prometheus.Desc
}

func newLedgerCollector(read func(context.Context) (*host.Overview, error)) *ledgerCollector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &ledgerCollector{
		read:           read,
		up:             desc("paysocket_ledger_up", "1 if the ledger can be read and written to."),
		open:           desc("paysocket_payments_open", "Payments that are not over. NONE: it is being made, or found out whether there is one.", "status"),
		lastHour:       desc("paysocket_payments_last_hour", "Payments that were begun within the last hour, by their present status.", "status"),
		unknown:        desc("paysocket_unknown", "Payments and refunds with a call whose result is not known."),
		unknownAge:     desc("paysocket_unknown_oldest_seconds", "How long ago the first of these calls began."),
		due:            desc("paysocket_due", "Payments and refunds that are to be looked at now."),
		dueAge:         desc("paysocket_due_oldest_seconds", "How long the first of them has been due."),
		undelivered:    desc("paysocket_undelivered_changes", "Changes of sales that the shop has not taken."),
		undeliveredAge: desc("paysocket_undelivered_oldest_seconds", "How long ago the first of them happened."),
		attention:      desc("paysocket_attention", "Payments and refunds that a person should look at."),
		unmatched:      desc("paysocket_unmatched_webhooks", "Webhooks about no payment of the ledger, 10000 at most."),
	}
}

// Describe implements prometheus.Collector.
func (c *ledgerCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{
		c.up, c.open, c.lastHour, c.unknown, c.unknownAge, c.due, c.dueAge, c.undelivered, c.undeliveredAge, c.attention, c.unmatched,
	} {
		descs <- desc
	}
}

// openStatuses are those of payments that are not over, and overStatuses the others.
var (
	openStatuses = []contract.PaymentStatus{"", contract.PaymentPending, contract.PaymentUnknown}
	overStatuses = []contract.PaymentStatus{contract.PaymentSucceeded, contract.PaymentFailed, contract.PaymentExpired, contract.PaymentCanceled}
)

// ledgerTimeout bounds a read of the overview.
const ledgerTimeout = 5 * time.Second

// Collect implements prometheus.Collector.
func (c *ledgerCollector) Collect(metrics chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), ledgerTimeout)
	defer cancel()
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	o, err := c.read(ctx)
	if err != nil {
		gauge(c.up, 0)
		return
	}
	gauge(c.up, 1)
	for _, status := range openStatuses {
		gauge(c.open, float64(o.Open[status]), statusLabel(status))
		gauge(c.lastHour, float64(o.LastHour[status]), statusLabel(status))
	}
	for _, status := range overStatuses {
		gauge(c.lastHour, float64(o.LastHour[status]), statusLabel(status))
	}
	age := func(since time.Time) float64 {
		if since.IsZero() {
			return 0
		}
		return max(0, o.At.Sub(since).Seconds())
	}
	gauge(c.unknown, float64(o.Unknown))
	gauge(c.unknownAge, age(o.OldestUnknown))
	gauge(c.due, float64(o.Due))
	gauge(c.dueAge, age(o.OldestDue))
	gauge(c.undelivered, float64(o.Undelivered))
	gauge(c.undeliveredAge, age(o.OldestUndelivered))
	gauge(c.attention, float64(o.Attention))
	gauge(c.unmatched, float64(o.Unmatched))
}

func statusLabel(status contract.PaymentStatus) string {
	if status == "" {
		return "NONE"
	}
	return string(status)
}
