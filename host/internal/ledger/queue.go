package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Due is an attempt whose next check is due.
type Due struct {
	SaleID, Key string
	At          time.Time

	// Unknown says that no payment (refund) of it is known.
	Unknown bool
}

// Due returns the attempts of one provider that are due at a time, those of unknown
// result first and then the oldest.
func (s *Store) Due(ctx context.Context, provider string, at time.Time, limit int) ([]Due, error) {
	return s.due(ctx, `SELECT sale_id, key, next_check_at, status FROM {attempts}
		WHERE provider = $1 AND next_check_at IS NOT NULL AND next_check_at <= $2
		ORDER BY (CASE WHEN status IS NULL THEN 0 ELSE 1 END), next_check_at LIMIT $3`, provider, at.UnixMilli(), limit)
}

func (s *Store) due(ctx context.Context, statement string, args ...any) (_ []Due, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	rows, err := t.query(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("reading what is due: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var due []Due
	for rows.Next() {
		var d Due
		var ms sql.NullInt64
		var status sql.NullString
		if err := rows.Scan(&d.SaleID, &d.Key, &ms, &status); err != nil {
			return nil, fmt.Errorf("reading what is due: %w", err)
		}
		d.At, d.Unknown = timeOf(ms), !status.Valid
		due = append(due, d)
	}
	return due, rows.Err()
}

// Undecided returns the attempts of which no payment (refund) is known and which are
// still looked after, some of the oldest.
func (s *Store) Undecided(ctx context.Context, limit int) ([]Due, error) {
	return s.due(ctx, `SELECT sale_id, key, next_check_at, status FROM {attempts}
		WHERE status IS NULL AND next_check_at IS NOT NULL ORDER BY next_check_at LIMIT $1`, limit)
}

// DueProviders returns the providers that have attempts due at a time.
func (s *Store) DueProviders(ctx context.Context, at time.Time) (_ []string, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	return t.strings(ctx, `SELECT DISTINCT provider FROM {attempts} WHERE next_check_at IS NOT NULL AND next_check_at <= $1`, at.UnixMilli())
}

// HasAttempts reports whether a provider has attempts.
func (s *Store) HasAttempts(ctx context.Context, provider string) (_ bool, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	// The order makes it a look into an index also where nearly all are of one provider.
	found, err := t.strings(ctx, `SELECT key FROM {attempts} WHERE provider = $1 ORDER BY created_at LIMIT 1`, provider)
	return len(found) > 0, err
}

func (t *Tx) strings(ctx context.Context, statement string, args ...any) ([]string, error) {
	rows, err := t.query(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the ledger: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var found []string
	for rows.Next() {
		var each string
		if err := rows.Scan(&each); err != nil {
			return nil, fmt.Errorf("reading the ledger: %w", err)
		}
		found = append(found, each)
	}
	return found, rows.Err()
}

// SaleOfRefund returns the id of the sale with the platform's id of a refund.
func (s *Store) SaleOfRefund(ctx context.Context, orderID string) (_ string, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	return one(t.strings(ctx, `SELECT sale_id FROM {attempts} WHERE order_id = $1 AND operation = 'REFUND'`, orderID))
}

func one(found []string, err error) (string, error) {
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return "", err
	}
	return found[0], nil
}

// Timeline returns what happened with a sale, oldest first.
func (s *Store) Timeline(ctx context.Context, saleID string) (_ []Entry, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	rows, err := t.query(ctx, `SELECT n, at, key, kind, text FROM {timeline} WHERE sale_id = $1 ORDER BY n`, saleID)
	if err != nil {
		return nil, fmt.Errorf("reading the timeline of sale %s: %w", saleID, err)
	}
	defer func() { _ = rows.Close() }()
	var entries []Entry
	for rows.Next() {
		var e Entry
		var at sql.NullInt64
		if err := rows.Scan(&e.N, &at, &e.Key, &e.Kind, &e.Text); err != nil {
			return nil, fmt.Errorf("reading the timeline of sale %s: %w", saleID, err)
		}
		e.At = timeOf(at)
		entries = append(entries, e)
	}
	return entries, rows.Err()
}
