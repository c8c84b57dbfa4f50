package host_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
)

// The benchmarks measure two things by turns, so that a busy machine slows both down. An
// iteration is a round of both: run them with -benchtime 20x. They report medians of the
// rounds, and of the ratio also the quartiles.

// benchCallers is how many callers there are at once, and how many connections.
const benchCallers = 16

// newBenchWorld returns a host that keeps as many connections as it has callers.
func newBenchWorld(b *testing.B) *world {
	b.Helper()
	w := newWorld(b)
	w.db.SetMaxOpenConns(benchCallers)
	w.db.SetMaxIdleConns(benchCallers)
	engine, err := host.Open(b.Context(), w.db, w.engineOf(), w.provider, w.options)
	require.NoError(b, err)
	b.Cleanup(func() { assert.NoError(b, engine.Close()) })
	w.engine = engine
	return w
}

// stream makes webhooks, each about another payment that waits for its payer.
type stream struct {
	world   *world
	handler http.Handler
	payment host.Attempt // the one that the others are copies of
	next    int          // the number of the next copy
}

func newStream(b *testing.B) *stream {
	b.Helper()
	w := newBenchWorld(b)
	sale, err := w.engine.Checkout(b.Context(), alone("open"))
	require.NoError(b, err)
	return &stream{world: w, handler: w.engine.Webhooks(), payment: sale.Payments[0], next: 1}
}

// take returns the ends of the ids of as many payments.
func (s *stream) take(n int) []string {
	s.world.t.Helper()
	s.world.fillLedger(s.world.db, "open", s.next, n)
	ends := make([]string, n)
	for i := range ends {
		ends[i] = "-" + strconv.Itoa(s.next+i)
	}
	s.next += n
	return ends
}

// requests returns a webhook about each of the payments.
func (s *stream) requests(ends []string) []*http.Request {
	s.world.t.Helper()
	requests := make([]*http.Request, len(ends))
	for i, end := range ends {
		requests[i] = s.world.webhook("wallet-a", &gateway.WebhookSpec{
			Event: gateway.EventPaymentUpdated, Payment: s.payment.GatewayID, BodyPatch: []gateway.PatchOp{
				{Op: "replace", Path: "/id", Value: "evt" + end},
				{Op: "replace", Path: "/data/id", Value: s.payment.GatewayID + end},
				{Op: "replace", Path: "/data/idempotency_key", Value: s.payment.Key + end},
			},
		})
	}
	return requests
}

// accept has the engine accept a webhook.
func (s *stream) accept(request *http.Request) error {
	answer := httptest.NewRecorder()
	s.handler.ServeHTTP(answer, request)
	if answer.Code/100 != 2 {
		return errors.New("a webhook was answered with " + strconv.Itoa(answer.Code))
	}
	return nil
}

// floor returns a database on which rows are inserted as fast as it can: on SQLite by one
// connection, since more would wait for each other in the file.
func (s *stream) floor() *sql.DB {
	s.world.t.Helper()
	db, connections := s.world.openDatabase(), benchCallers
	if !*postgres {
		connections = 1
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// insert commits the row that a webhook about a payment has in the ledger, and nothing else.
func (s *stream) insert(ctx context.Context, db *sql.DB, end string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	sum := sha256.Sum256([]byte("bare" + end))
	now := s.world.clock.Now().UnixMilli()
	_, err = tx.ExecContext(ctx, `INSERT INTO `+s.world.table("events")+`
		(provider, dedupe_key, n, kind, payment_id, refund_id, key, attempt, occurred_at, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		"wallet-a", hex.EncodeToString(sum[:]), 0, "payment.updated", s.payment.GatewayID+end, "", s.payment.Key+end, s.payment.Key+end, now, now)
	if err != nil {
		return err
	}
	return tx.Commit()
}

// BenchmarkEngine_Webhooks has webhooks accepted, and compares with the bare insert of the
// same rows. Run does not run: what follows from a webhook is not measured.
func BenchmarkEngine_Webhooks(b *testing.B) {
	const each = 400 // in a round
	s := newStream(b)
	db := s.floor()
	var ratios, webhooks, inserts, took []float64
	round := func() {
		ends := s.take(each)
		requests := s.requests(ends)
		var accepted, inserted float64
		inTurn(len(ratios),
			func() {
				var each []float64
				accepted, each = atOnce(b, len(requests), func(i int) error { return s.accept(requests[i]) })
				took = append(took, each...)
			},
			func() {
				inserted, _ = atOnce(b, len(ends), func(i int) error { return s.insert(b.Context(), db, ends[i]) })
			})
		webhooks, inserts, ratios = append(webhooks, accepted), append(inserts, inserted), append(ratios, accepted/inserted)
	}
	round() // opens the connections
	ratios, webhooks, inserts, took = nil, nil, nil, nil
	for b.Loop() {
		round()
	}
	s.heard(b, s.next-1)
	reportRatios(b, ratios)
	b.ReportMetric(quantile(webhooks, 0.5), "webhooks/s")
	b.ReportMetric(quantile(inserts, 0.5), "inserts/s")
	reportTook(b, took)
}

// BenchmarkEngine_WebhooksAtARate has 200 webhooks a second, whether the ones before were
// accepted or not. A webhook's time begins when it was to be sent. One that is refused,
// since too many are under way, comes again at a real host; here it is counted.
func BenchmarkEngine_WebhooksAtARate(b *testing.B) {
	const each, pause = 400, 5 * time.Millisecond
	s := newStream(b)
	var took []float64
	var refused atomic.Int64
	for b.Loop() {
		requests := s.requests(s.take(each))
		times := make([]float64, each)
		ticks := time.NewTicker(pause)
		began := time.Now()
		var sent sync.WaitGroup
		for i := range requests {
			<-ticks.C
			sent.Go(func() {
				if s.accept(requests[i]) != nil {
					refused.Add(1)
				}
				times[i] = milliseconds(time.Since(began) - time.Duration(i+1)*pause)
			})
		}
		sent.Wait()
		ticks.Stop()
		took = append(took, times...)
	}
	s.heard(b, s.next-1-int(refused.Load()))
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(refused.Load())/float64(len(took)), "refused")
	reportTook(b, took)
}

// heard requires that each webhook that was accepted has moved its payment.
func (s *stream) heard(b *testing.B, accepted int) {
	b.Helper()
	var moved int
	require.NoError(b, s.world.db.QueryRowContext(b.Context(), "SELECT count(*) FROM "+s.world.table("attempts")+" WHERE hints = 1").Scan(&moved))
	require.Equal(b, accepted, moved)
}

// inTurn runs functions in an order that each round changes.
func inTurn(round int, first, second func()) {
	if round%2 == 1 {
		first, second = second, first
	}
	first()
	second()
}

// atOnce calls do for each number below n, from as many callers as there are at once. It
// returns how many calls were made a second, and how many milliseconds each took.
func atOnce(b *testing.B, n int, do func(i int) error) (rate float64, took []float64) {
	b.Helper()
	took = make([]float64, n)
	failed := make([]error, n)
	var next atomic.Int64
	var callers sync.WaitGroup
	began := time.Now()
	for range benchCallers {
		callers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				from := time.Now()
				failed[i] = do(i)
				took[i] = milliseconds(time.Since(from))
			}
		})
	}
	callers.Wait()
	rate = float64(n) / time.Since(began).Seconds()
	require.NoError(b, errors.Join(failed...))
	return rate, took
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// quantile returns the value that a part of the values are not above.
func quantile(values []float64, part float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(part*float64(len(sorted)-1))]
}

// reportRatios reports ratios instead of the time of a round.
func reportRatios(b *testing.B, ratios []float64) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(quantile(ratios, 0.5), "ratio")
	b.ReportMetric(quantile(ratios, 0.25), "ratio-q1")
	b.ReportMetric(quantile(ratios, 0.75), "ratio-q3")
}

func reportTook(b *testing.B, took []float64) {
	b.Helper()
	b.ReportMetric(quantile(took, 0.5), "p50-ms")
	b.ReportMetric(quantile(took, 0.99), "p99-ms")
}
