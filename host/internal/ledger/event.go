package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
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
}

// AddEvent records an event, and reports whether it was new.
func (t *Tx) AddEvent(ctx context.Context, e *Event) (bool, error) {
	sum := sha256.Sum256([]byte(e.DedupeKey))
	result, err := t.Exec(ctx, `INSERT INTO {events} (provider, dedupe_key, n, kind, payment_id, refund_id, key, attempt, occurred_at, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (provider, dedupe_key, n) DO NOTHING`,
		e.Provider, hex.EncodeToString(sum[:]), e.N, e.Kind, e.PaymentID, e.RefundID, e.Key, text(e.Attempt), milliseconds(e.OccurredAt),
		e.ReceivedAt.UnixMilli())
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

// Match returns the sale and the key of the attempt that an event is about, by the key
// or else by the gateway's id.
func (t *Tx) Match(ctx context.Context, provider, key, gatewayID string) (saleID, attempt string, err error) {
	err = t.queryRow(ctx, `SELECT sale_id, key FROM {attempts} WHERE key = $1 AND provider = $2`, key, provider).Scan(&saleID, &attempt)
	if errors.Is(err, sql.ErrNoRows) && gatewayID != "" {
		err = t.queryRow(ctx, `SELECT sale_id, key FROM {attempts} WHERE provider = $1 AND gateway_id = $2`, provider, gatewayID).
			Scan(&saleID, &attempt)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", ErrNotFound
	}
	return saleID, attempt, err
}

// MatchEvents assigns the events that came before the id of an attempt was known, and
// reports whether there were any.
func (t *Tx) MatchEvents(ctx context.Context, a *Attempt) (bool, error) {
	column := "payment_id"
	if a.Of != "" {
		column = "refund_id"
	}
	result, err := t.Exec(ctx, `UPDATE {events} SET attempt = $1 WHERE provider = $2 AND attempt IS NULL AND `+column+` = $3`,
		a.Key, a.Provider, a.GatewayID)
	if err != nil {
		return false, fmt.Errorf("matching earlier events: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
