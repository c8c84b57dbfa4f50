package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paysocket/paysocket/contract"
)

// ErrNotFound is returned for a sale, an attempt or a change that the ledger does not
// have.
var ErrNotFound = errors.New("the ledger has no such sale")

// CanStore reports whether every database can store a text: UTF-8 without the character
// NUL.
func CanStore(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

const saleColumns = `id, currency, amount, method, status, paid_by, cancel_wanted, sequence, entries, version, created_at`

// scanSale returns a sale without what belongs to it, and its version.
func scanSale(row *sql.Row) (_ *Sale, version int64, _ error) {
	var s Sale
	var paidBy sql.NullString
	var created sql.NullInt64
	err := row.Scan(&s.ID, &s.Amount.Currency, &s.Amount.MinorUnits, &s.Method, &s.Status, &paidBy, &s.CancelWanted,
		&s.Sequence, &s.entries, &version, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, ErrNotFound
	}
	if err != nil {
		return nil, 0, fmt.Errorf("reading a sale: %w", err)
	}
	s.storedStatus = s.Status
	s.PaidBy, s.CreatedAt = paidBy.String, timeOf(created)
	return &s, version, nil
}

// Lock returns a sale for the move that the transaction is. Other moves of the sale
// wait until it ends.
func (t *Tx) Lock(ctx context.Context, id string) (*Sale, error) {
	s, _, err := scanSale(t.queryRow(ctx, `UPDATE {sales} SET version = version + 1 WHERE id = $1 RETURNING `+saleColumns, id))
	if err != nil {
		return nil, err
	}
	return s, t.fill(ctx, s)
}

// Sale returns a sale as it was at one moment. It may change at any time. Its tables are
// read one after another, and all of them again if a move was made meanwhile: otherwise its
// payment could be paid, and the sale not.
func (s *Store) Sale(ctx context.Context, id string) (_ *Sale, err error) {
	if !CanStore(id) { // PostgreSQL would refuse the query
		return nil, ErrNotFound
	}
	t, ctx, done := s.read(ctx)
	defer done(&err)
	for {
		sale, version, err := scanSale(t.queryRow(ctx, `SELECT `+saleColumns+` FROM {sales} WHERE id = $1`, id))
		if err != nil {
			return nil, err
		}
		if err := t.fill(ctx, sale); err != nil {
			return nil, err
		}
		if now, err := t.version(ctx, id); now == version || err != nil {
			return sale, err
		}
	}
}

// version returns how many moves were made of a sale.
func (t *Tx) version(ctx context.Context, id string) (version int64, err error) {
	if err := t.queryRow(ctx, `SELECT version FROM {sales} WHERE id = $1`, id).Scan(&version); err != nil {
		return 0, fmt.Errorf("reading whether sale %s has changed: %w", id, err)
	}
	return version, nil
}

// fill reads what belongs to a sale.
func (t *Tx) fill(ctx context.Context, s *Sale) error {
	if err := t.fillAttempts(ctx, s); err != nil {
		return fmt.Errorf("reading the attempts of sale %s: %w", s.ID, err)
	}
	if err := t.fillTries(ctx, s); err != nil {
		return fmt.Errorf("reading the calls of sale %s: %w", s.ID, err)
	}
	for _, a := range s.Attempts {
		a.remember()
	}
	return nil
}

const attemptColumns = `key, operation, n, order_id, of_key, provider, fallbacks, account, mode, method, payer_action, currency, amount,
	refunded, gateway_id, status, provider_status, failure, request, payer, next_action, shown, released, cleared, look, attention, checks,
	hints, useless, settlement_currency, settlement_net, settlement_fee, expires_at, next_check_at, created_at`

func (t *Tx) fillAttempts(ctx context.Context, s *Sale) error {
	rows, err := t.query(ctx, `SELECT `+attemptColumns+` FROM {attempts} WHERE sale_id = $1 ORDER BY operation, n`, s.ID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		a, err := scanAttempt(rows)
		if err != nil {
			return err
		}
		s.Attempts = append(s.Attempts, a)
	}
	return rows.Err()
}

// nullable are the columns of an attempt that may be absent.
type nullable struct {
	of, account, mode, gatewayID, status, providerStatus, failure, next, look, attention sql.NullString

	settlement struct {
		currency sql.NullString
		net, fee sql.NullInt64
	}

	expires, nextCheck, created sql.NullInt64
}

// scanAttempt reads the columns of an attempt, and those before them into dest.
func scanAttempt(rows *sql.Rows, dest ...any) (*Attempt, error) {
	var a Attempt
	var n nullable
	var fallbacks, request string
	err := rows.Scan(append(dest, &a.Key, &a.Operation, &a.N, &a.OrderID, &n.of, &a.Provider, &fallbacks, &n.account, &n.mode, &a.Method, &a.PayerAction,
		&a.Amount.Currency, &a.Amount.MinorUnits, &a.Refunded, &n.gatewayID, &n.status, &n.providerStatus, &n.failure, &request, &a.Payer,
		&n.next, &a.Shown, &a.Released, &a.Cleared, &n.look, &n.attention, &a.Checks, &a.Hints, &a.Useless,
		&n.settlement.currency, &n.settlement.net, &n.settlement.fee, &n.expires, &n.nextCheck, &n.created)...)
	if err != nil {
		return nil, err
	}
	a.Of, a.Account, a.Mode, a.GatewayID = n.of.String, n.account.String, contract.Mode(n.mode.String), n.gatewayID.String
	a.Status, a.ProviderStatus = contract.PaymentStatus(n.status.String), n.providerStatus.String
	a.Failure, a.Attention = contract.FailureCode(n.failure.String), n.attention.String
	a.ExpiresAt, a.NextCheckAt, a.CreatedAt = timeOf(n.expires), timeOf(n.nextCheck), timeOf(n.created)
	if n.settlement.currency.Valid {
		a.Settlement = &Settlement{Currency: n.settlement.currency.String, Net: n.settlement.net.Int64, Fee: n.settlement.fee.Int64}
	}
	if n.next.Valid {
		a.NextAction = &contract.NextAction{}
		if err := json.Unmarshal([]byte(n.next.String), a.NextAction); err != nil {
			return nil, fmt.Errorf("the next action of attempt %s: %w", a.Key, err)
		}
	}
	if a.Look, err = unmarshalLook(n.look, a.Key); err != nil {
		return nil, fmt.Errorf("the look-up of attempt %s: %w", a.Key, err)
	}
	return &a, errors.Join(json.Unmarshal([]byte(fallbacks), &a.Fallbacks), json.Unmarshal([]byte(request), &a.Request))
}

func (t *Tx) fillTries(ctx context.Context, s *Sale) error {
	rows, err := t.query(ctx, `SELECT t.key, t.n, t.began, t.deadline, t.ended, t.answered, t.outcome, t.reason, t.retry_after, t.never_sent,
		t.kind, t.key_life, t.settle_time, t.lookup_by_key, t.account
		FROM {tries} t JOIN {attempts} a ON a.key = t.key WHERE a.sale_id = $1 ORDER BY t.key, t.n`, s.ID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key string
		var try contract.Try
		var began, deadline, ended sql.NullInt64
		var retryAfter, keyLife, settle int64
		err := rows.Scan(&key, &try.N, &began, &deadline, &ended, &try.Answered, &try.Outcome, &try.Reason, &retryAfter, &try.NeverSent,
			&try.Terms.Kind, &keyLife, &settle, &try.Terms.LookupByKey, &try.Account)
		if err != nil {
			return err
		}
		try.Began, try.Deadline, try.Ended = timeOf(began), timeOf(deadline), timeOf(ended)
		try.RetryAfter, try.Terms.KeyLife, try.Terms.SettleTime = duration(retryAfter), duration(keyLife), duration(settle)
		if a := s.Attempt(key); a != nil {
			a.Tries = append(a.Tries, try)
		}
	}
	return rows.Err()
}

func duration(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }
