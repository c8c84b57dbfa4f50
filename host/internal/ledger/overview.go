package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Each of these reads goes through an index of few rows, or ends after some: they are
// made again and again, while sales are stored for ever.

// tally counts rows, and returns the earliest of their times; the zero time if there are
// none.
func (s *Store) tally(ctx context.Context, statement string, args ...any) (n int, earliest time.Time, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	var ms sql.NullInt64
	if err := t.queryRow(ctx, statement, args...).Scan(&n, &ms); err != nil {
		return 0, time.Time{}, fmt.Errorf("counting in the ledger: %w", err)
	}
	return n, timeOf(ms), nil
}

// Unknown returns how many payments and refunds have a call whose result is not known,
// and when the first of these calls began.
func (s *Store) Unknown(ctx context.Context) (n int, began time.Time, err error) {
	return s.tally(ctx, `SELECT count(DISTINCT a.key), min(t.began) FROM {attempts} a JOIN {tries} t ON t.key = a.key
		WHERE a.status IS NULL AND a.next_check_at IS NOT NULL AND a.next_check_at > 0 AND a.released = 0
		AND (t.ended IS NULL OR t.outcome = 'INDETERMINATE')`)
}

// Queue returns how many attempts are due at a time, and when the first of them was.
func (s *Store) Queue(ctx context.Context, at time.Time) (n int, since time.Time, err error) {
	return s.tally(ctx, `SELECT count(*), min(next_check_at) FROM {attempts}
		WHERE next_check_at IS NOT NULL AND next_check_at <= $1`, at.UnixMilli())
}

// UndeliveredChanges returns how many changes the platform has not taken, and when the
// first of them happened.
func (s *Store) UndeliveredChanges(ctx context.Context) (n int, since time.Time, err error) {
	return s.tally(ctx, `SELECT count(*), min(at) FROM {changes} WHERE next_at IS NOT NULL AND next_at > 0`)
}

// Open returns how many payments are in each status that are not over. No status means
// that no payment is known, and that they are not given up.
func (s *Store) Open(ctx context.Context) (map[contract.PaymentStatus]int, error) {
	return s.byStatus(ctx, `SELECT status, count(*) FROM {attempts}
		WHERE next_check_at IS NOT NULL AND next_check_at > 0 AND operation = 'CREATE_PAYMENT'
		AND (status IS NULL AND released = 0 OR status IN ('PENDING', 'UNKNOWN')) GROUP BY status`)
}

// Begun returns how many payments that were begun between two times are in each status.
func (s *Store) Begun(ctx context.Context, from, until time.Time) (map[contract.PaymentStatus]int, error) {
	return s.byStatus(ctx, `SELECT status, count(*) FROM {attempts}
		WHERE created_at >= $1 AND created_at <= $2 AND operation = 'CREATE_PAYMENT' GROUP BY status`, from.UnixMilli(), until.UnixMilli())
}

func (s *Store) byStatus(ctx context.Context, statement string, args ...any) (_ map[contract.PaymentStatus]int, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	rows, err := t.query(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("counting payments: %w", err)
	}
	defer func() { _ = rows.Close() }()
	counts := map[contract.PaymentStatus]int{}
	for rows.Next() {
		var status sql.NullString
		var n int
		if err := rows.Scan(&status, &n); err != nil {
			return nil, fmt.Errorf("counting payments: %w", err)
		}
		counts[contract.PaymentStatus(status.String)] = n
	}
	return counts, rows.Err()
}

// Attention is an attempt that a person should look at.
type Attention struct {
	SaleID   string
	Sequence int       // of the latest change that says so; 0 if none does
	At       time.Time // of that change, or of the attempt
	Attempt  *Attempt
}

// Attention returns how many attempts a person should look at, and the oldest of them.
func (s *Store) Attention(ctx context.Context, limit int) (_ int, _ []Attention, err error) {
	// The attempts are in their index by when they were made, so the oldest come first.
	const where = `FROM {attempts} a WHERE attention IS NOT NULL AND created_at > 0`
	n, _, err := s.tally(ctx, `SELECT count(*), min(created_at) `+where)
	if err != nil || n == 0 {
		return 0, nil, err
	}
	t, ctx, done := s.read(ctx)
	defer done(&err)
	const latest = ` FROM {changes} c WHERE c.sale_id = a.sale_id AND c.key = a.key AND c.kind = 'ATTENTION')`
	rows, err := t.query(ctx, `SELECT sale_id, (SELECT max(c.sequence)`+latest+`, (SELECT max(c.at)`+latest+`, `+
		attemptColumns+` `+where+` ORDER BY created_at LIMIT $1`, limit)
	if err != nil {
		return 0, nil, fmt.Errorf("reading what needs attention: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var found []Attention
	for rows.Next() {
		var each Attention
		var sequence, at sql.NullInt64
		if each.Attempt, err = scanAttempt(rows, &each.SaleID, &sequence, &at); err != nil {
			return 0, nil, fmt.Errorf("reading what needs attention: %w", err)
		}
		each.Sequence, each.At = int(sequence.Int64), timeOf(at)
		if each.At.IsZero() {
			each.At = each.Attempt.CreatedAt
		}
		found = append(found, each)
	}
	return n, found, rows.Err()
}

// maxUnmatched bounds what is counted of events that belong to no payment: others may
// use the same account at a gateway.
const maxUnmatched = 10_000

// Unmatched returns how many events belong to no payment of the ledger, at most 10,000,
// and the latest of them. Those that a person should hear about come first: the others may
// be many, and about payments of somebody else.
func (s *Store) Unmatched(ctx context.Context, limit int) (int, []Event, error) {
	const where = `FROM {events} WHERE attempt IS NULL AND received_at > 0`
	n, _, err := s.tally(ctx, `SELECT count(*), min(received_at) FROM (SELECT received_at `+where+` LIMIT $1) AS latest`, maxUnmatched)
	if err != nil || n == 0 {
		return 0, nil, err
	}
	events, err := s.unmatched(ctx, where+` AND attention = 1`, limit)
	if err != nil || len(events) == limit {
		return n, events, err
	}
	others, err := s.unmatched(ctx, where+` AND attention = 0`, limit-len(events))
	return n, append(events, others...), err
}

func (s *Store) unmatched(ctx context.Context, where string, limit int) (_ []Event, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	rows, err := t.query(ctx, `SELECT provider, kind, payment_id, refund_id, key, received_at, attention `+where+
		` ORDER BY received_at DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("reading webhooks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var events []Event
	for rows.Next() {
		var e Event
		var received sql.NullInt64
		var attention int
		if err := rows.Scan(&e.Provider, &e.Kind, &e.PaymentID, &e.RefundID, &e.Key, &received, &attention); err != nil {
			return nil, fmt.Errorf("reading webhooks: %w", err)
		}
		e.ReceivedAt, e.Attention = timeOf(received), attention != 0
		events = append(events, e)
	}
	return events, rows.Err()
}
