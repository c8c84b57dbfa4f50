package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Accounts returns the accounts of a provider, by the fingerprint of the secrets.
func (s *Store) Accounts(ctx context.Context, provider string) (_ map[string]string, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	rows, err := t.query(ctx, `SELECT fingerprint, account FROM {accounts} WHERE provider = $1`, provider)
	if err != nil {
		return nil, fmt.Errorf("reading the accounts of %s: %w", provider, err)
	}
	defer func() { _ = rows.Close() }()
	found := map[string]string{}
	for rows.Next() {
		var fingerprint, account string
		if err := rows.Scan(&fingerprint, &account); err != nil {
			return nil, fmt.Errorf("reading the accounts of %s: %w", provider, err)
		}
		found[fingerprint] = account
	}
	return found, rows.Err()
}

// AddAccount records which account secrets are of. What is known already stays.
func (t *Tx) AddAccount(ctx context.Context, provider, fingerprint, account string, at time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO {accounts} (provider, fingerprint, account, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (provider, fingerprint) DO NOTHING`, provider, fingerprint, account, at.UnixMilli())
	return err
}

// Witness is a payment by which a provider can show that it works for its account.
type Witness struct{ SaleID, Key string }

// Witness returns the latest payment of a provider of which the gateway's id and the
// account are known.
func (s *Store) Witness(ctx context.Context, provider string) (_ *Witness, err error) {
	t, ctx, done := s.read(ctx)
	defer done(&err)
	var w Witness
	err = t.queryRow(ctx, `SELECT sale_id, key FROM {attempts} WHERE provider = $1 AND gateway_id IS NOT NULL AND account IS NOT NULL
		AND operation = 'CREATE_PAYMENT' ORDER BY created_at DESC LIMIT 1`, provider).Scan(&w.SaleID, &w.Key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	return &w, err
}

// Setting returns a value that was stored under a name, and stores one if there is none.
func (t *Tx) Setting(ctx context.Context, name, otherwise string) (string, error) {
	if _, err := t.Exec(ctx, `INSERT INTO {settings} (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, otherwise); err != nil {
		return "", err
	}
	var value string
	err := t.queryRow(ctx, `SELECT value FROM {settings} WHERE name = $1`, name).Scan(&value)
	return value, err
}
