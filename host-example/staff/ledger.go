package staff

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// readTime bounds a query of the pages: the engine sells through the same database.
const readTime = 5 * time.Second

// tables replaces the names of the engine's tables, which are in braces.
func (s *Staff) tables(query string) string {
	prefix := "paysocket_"
	if s.db.Kind == host.Postgres {
		prefix = "paysocket."
	}
	return strings.NewReplacer("{", prefix, "}", "").Replace(query)
}

// payment is one payment as the ledger has it, for lists.
type payment struct {
	Sale, Key, Provider, Method string

	GatewayID string
	N         int
	Amount    contract.Money
	Refunded  contract.Money
	Status    contract.PaymentStatus
	Failure   contract.FailureCode
	Released  bool
	Attention string
	CreatedAt time.Time

	// Settlement is what the merchant receives for a payment that has succeeded; nil if
	// the gateway does not say.
	Settlement *contract.Settlement
}

// State returns the status in one word: NONE as long as no payment is known, GIVEN UP if
// nobody waits for one any more.
func (p *payment) State() string { return stateOf(p.Status, p.Released) }

func stateOf(status contract.PaymentStatus, released bool) string {
	switch {
	case status != "":
		return string(status)
	case released:
		return stateGivenUp
	default:
		return stateNone
	}
}

// The states of attempts without a payment.
const (
	stateNone    = "NONE"
	stateGivenUp = "GIVEN_UP"
)

const paymentColumns = `sale_id, key, provider, method, gateway_id, n, currency, amount, refunded, status, failure, released, attention, created_at,
	settlement_currency, settlement_net, settlement_fee`

// payments returns those that a query of paymentColumns finds.
func (s *Staff) payments(ctx context.Context, query string, args ...any) ([]payment, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	rows, err := s.db.QueryContext(ctx, s.tables(query), args...)
	if err != nil {
		return nil, fmt.Errorf("reading payments: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var found []payment
	for rows.Next() {
		p, err := scanPayment(rows)
		if err != nil {
			return nil, fmt.Errorf("reading a payment: %w", err)
		}
		found = append(found, *p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading payments: %w", err)
	}
	return found, nil
}

func scanPayment(rows *sql.Rows) (*payment, error) {
	var p payment
	var gatewayID, status, failure, attention, settled sql.NullString
	var created int64
	var net, fee sql.NullInt64
	err := rows.Scan(&p.Sale, &p.Key, &p.Provider, &p.Method, &gatewayID, &p.N, &p.Amount.Currency, &p.Amount.MinorUnits, &p.Refunded.MinorUnits,
		&status, &failure, &p.Released, &attention, &created, &settled, &net, &fee)
	if err != nil {
		return nil, err
	}
	p.GatewayID, p.Attention, p.CreatedAt = gatewayID.String, attention.String, time.UnixMilli(created).UTC()
	p.Status, p.Failure = contract.PaymentStatus(status.String), contract.FailureCode(failure.String)
	p.Refunded.Currency = p.Amount.Currency
	if settled.Valid && p.Status == contract.PaymentSucceeded {
		in := func(n int64) contract.Money { return contract.Money{Currency: settled.String, MinorUnits: n} }
		p.Settlement = &contract.Settlement{Currency: settled.String, Net: in(net.Int64), Fee: in(fee.Int64)}
	}
	return &p, nil
}

// stray is a payment that a comparison has found at a gateway, and of which the ledger has
// no row.
type stray struct {
	Provider, PaymentID, Reference string

	Amount    contract.Money
	CreatedAt time.Time
}

// maxStrays bounds the list of them.
const maxStrays = 100

func (s *Staff) strays(ctx context.Context) ([]stray, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	rows, err := s.db.QueryContext(ctx, s.tables(`SELECT provider, payment_id, reference, currency, amount, created_at FROM {strays}
		ORDER BY created_at DESC LIMIT $1`), maxStrays)
	if err != nil {
		return nil, fmt.Errorf("reading what a comparison found: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []stray
	for rows.Next() {
		var one stray
		var created int64
		if err := rows.Scan(&one.Provider, &one.PaymentID, &one.Reference, &one.Amount.Currency, &one.Amount.MinorUnits, &created); err != nil {
			return nil, fmt.Errorf("reading what a comparison found: %w", err)
		}
		one.CreatedAt = time.UnixMilli(created).UTC()
		all = append(all, one)
	}
	return all, rows.Err()
}
