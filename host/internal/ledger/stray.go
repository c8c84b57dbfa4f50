package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Stray is a payment at a gateway of which the ledger has no row.
type Stray struct {
	Provider, PaymentID, Key, Reference, Method string

	Amount    contract.Money
	CreatedAt time.Time
}

// AddStray records a stray, unless the ledger knows its key.
func (t *Tx) AddStray(ctx context.Context, s *Stray) error {
	_, err := t.Exec(ctx, `INSERT INTO {strays} (provider, payment_id, key, reference, method, currency, amount, created_at)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE NOT EXISTS (SELECT 1 FROM {attempts} WHERE key = $3)
		ON CONFLICT (provider, payment_id) DO NOTHING`,
		s.Provider, s.PaymentID, s.Key, s.Reference, s.Method, s.Amount.Currency, s.Amount.MinorUnits, s.CreatedAt.UnixMilli())
	if err != nil {
		return fmt.Errorf("storing a payment that the ledger does not have: %w", err)
	}
	return nil
}

// Stray returns the latest stray with a reference; ErrNotFound if there is none.
func (s *Store) Stray(ctx context.Context, reference string) (_ *Stray, err error) {
	found := Stray{Reference: reference}
	var created sql.NullInt64
	t, ctx, done := s.read(ctx)
	defer done(&err)
	err = t.queryRow(ctx, `SELECT provider, payment_id, key, method, currency, amount, created_at FROM {strays}
		WHERE reference = $1 ORDER BY created_at DESC LIMIT 1`, reference).
		Scan(&found.Provider, &found.PaymentID, &found.Key, &found.Method, &found.Amount.Currency, &found.Amount.MinorUnits, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("reading what a comparison found: %w", err)
	}
	found.CreatedAt = timeOf(created)
	return &found, nil
}

// RemoveStray ends a stray that an attempt has become.
func (t *Tx) RemoveStray(ctx context.Context, s *Stray) error {
	_, err := t.Exec(ctx, `DELETE FROM {strays} WHERE provider = $1 AND payment_id = $2`, s.Provider, s.PaymentID)
	return err
}

// Newest returns when the newest attempt was made; the zero time if there is none.
func (s *Store) Newest(ctx context.Context) (_ time.Time, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	var newest sql.NullInt64
	if err := t.queryRow(ctx, `SELECT max(created_at) FROM {attempts}`).Scan(&newest); err != nil {
		return time.Time{}, fmt.Errorf("reading the newest payment: %w", err)
	}
	return timeOf(newest), nil
}

// SetSetting stores a value under a name.
func (t *Tx) SetSetting(ctx context.Context, name, value string) error {
	_, err := t.Exec(ctx, `INSERT INTO {settings} (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

// Settings returns the values that are stored under names with a prefix, by the rest of
// the name.
func (s *Store) Settings(ctx context.Context, prefix string) (_ map[string]string, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	rows, err := t.query(ctx, `SELECT name, value FROM {settings} WHERE substr(name, 1, $1) = $2`, len(prefix), prefix)
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	found := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, fmt.Errorf("reading the settings: %w", err)
		}
		found[name[len(prefix):]] = value
	}
	return found, rows.Err()
}
