package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Event is one event of a webhook, of which the ledger keeps what it is about.
type Event struct {
	Provider   string
	DedupeKey  string // the provider's; only its hash is stored
	N          int    // counts the events of one webhook
	Kind       string
	PaymentID  string
	RefundID   string
	Key        string // as the gateway says
	Attempt    string // the key of the attempt that it is about; empty if there is none yet
	OccurredAt time.Time
	ReceivedAt time.Time
	Attention  bool // whether a person should hear about it
}

// AddEvent records an event, and reports whether it was new, or is about an attempt for
// the first time.
func (t *Tx) AddEvent(ctx context.Context, e *Event) (bool, error) {
	sum := sha256.Sum256([]byte(e.DedupeKey))
	result, err := t.Exec(ctx, `INSERT INTO {events} AS known (provider, dedupe_key, n, kind, payment_id, refund_id, key, attempt, occurred_at, received_at, attention)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (provider, dedupe_key, n)
		DO UPDATE SET attempt = excluded.attempt WHERE known.attempt IS NULL AND excluded.attempt IS NOT NULL`,
		e.Provider, hex.EncodeToString(sum[:]), e.N, e.Kind, e.PaymentID, e.RefundID, e.Key, text(e.Attempt), milliseconds(e.OccurredAt),
		e.ReceivedAt.UnixMilli(), number(e.Attention))
	if err != nil {
		return false, fmt.Errorf("storing a webhook's event: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// ForgetEvents deletes events that were received before a time, some at a time, and
// reports whether there were any.
func (t *Tx) ForgetEvents(ctx context.Context, before time.Time) (bool, error) {
	const some = 1000
	result, err := t.Exec(ctx, `DELETE FROM {events} WHERE (provider, dedupe_key, n) IN
		(SELECT provider, dedupe_key, n FROM {events} WHERE received_at < $1 ORDER BY received_at LIMIT $2)`, before.UnixMilli(), some)
	if err != nil {
		return false, fmt.Errorf("deleting old events: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// Match returns the sale and the key of the attempt that an event is about: by the key
// that the gateway says, or else by its id of the refund, or of the payment. A refund that
// was made at the gateway is about its payment.
func (t *Tx) Match(ctx context.Context, e *Event) (saleID, attempt string, err error) {
	err = t.queryRow(ctx, `SELECT sale_id, key FROM {attempts} WHERE key = $1 AND provider = $2`, e.Key, e.Provider).Scan(&saleID, &attempt)
	for _, by := range []struct {
		id        string
		operation contract.Operation
	}{{e.RefundID, contract.OperationRefund}, {e.PaymentID, contract.OperationCreatePayment}} {
		if errors.Is(err, sql.ErrNoRows) && by.id != "" {
			err = t.queryRow(ctx, `SELECT sale_id, key FROM {attempts} WHERE provider = $1 AND gateway_id = $2 AND operation = $3`,
				e.Provider, by.id, string(by.operation)).Scan(&saleID, &attempt)
		}
	}
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", ErrNotFound
	}
	return saleID, attempt, err
}

// MatchEvents assigns the events that came before the id of an attempt was known, and
// returns what they were and when they were received.
func (t *Tx) MatchEvents(ctx context.Context, a *Attempt) ([]Event, error) {
	column := "payment_id"
	if a.Of != "" {
		column = "refund_id"
	}
	rows, err := t.query(ctx, `UPDATE {events} SET attempt = $1 WHERE provider = $2 AND attempt IS NULL AND `+column+` = $3
		RETURNING kind, received_at, attention`, a.Key, a.Provider, a.GatewayID)
	if err != nil {
		return nil, fmt.Errorf("matching earlier events: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var found []Event
	for rows.Next() {
		var e Event
		var received sql.NullInt64
		var attention int
		if err := rows.Scan(&e.Kind, &received, &attention); err != nil {
			return nil, fmt.Errorf("matching earlier events: %w", err)
		}
		e.ReceivedAt, e.Attention = timeOf(received), attention != 0
		found = append(found, e)
	}
	return found, rows.Err()
}

// namedAtOnce is how many ids Named looks for in one statement.
const namedAtOnce = 50

// Named returns the one of some ids that is a provider's payment, and "" if none is, or
// more than one.
func (t *Tx) Named(ctx context.Context, provider string, ids []string) (string, error) {
	parameters := make([]string, namedAtOnce)
	for n := range parameters {
		parameters[n] = fmt.Sprintf("$%d", n+2)
	}
	statement := `SELECT DISTINCT gateway_id FROM {attempts} WHERE provider = $1 AND operation = 'CREATE_PAYMENT' AND gateway_id IN (` +
		strings.Join(parameters, ", ") + `) LIMIT 2`
	found := ""
	for some := range slices.Chunk(ids, namedAtOnce) {
		args := make([]any, 1+namedAtOnce)
		args[0] = provider
		for n := range namedAtOnce {
			args[1+n] = some[min(n, len(some)-1)] // as many as the statement has, whatever there are
		}
		named, err := t.strings(ctx, statement, args...)
		if err != nil {
			return "", err
		}
		for _, id := range named {
			if found != "" {
				return "", nil
			}
			found = id
		}
	}
	return found, nil
}

// Missed is an attempt that an event without one is about.
type Missed struct{ SaleID, Key string }

// Missed returns attempts that events are about which were received since a time and
// have no attempt: an event and the id of its payment may have been committed in the same
// moment, by transactions that did not see each other.
func (s *Store) Missed(ctx context.Context, since time.Time, limit int) (_ []Missed, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	rows, err := t.query(ctx, `SELECT DISTINCT a.sale_id, a.key FROM {events} e
		JOIN {attempts} a ON a.provider = e.provider AND a.gateway_id IN (e.payment_id, e.refund_id)
		WHERE e.attempt IS NULL AND e.received_at >= $1
		AND a.gateway_id = CASE WHEN a.operation = 'REFUND' THEN e.refund_id ELSE e.payment_id END LIMIT $2`, since.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("reading events that were missed: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var found []Missed
	for rows.Next() {
		var m Missed
		if err := rows.Scan(&m.SaleID, &m.Key); err != nil {
			return nil, fmt.Errorf("reading events that were missed: %w", err)
		}
		found = append(found, m)
	}
	return found, rows.Err()
}
