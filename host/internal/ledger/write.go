package ledger

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/paysocket/paysocket/contract"
)

// Save stores what the move has changed of a sale.
func (t *Tx) Save(ctx context.Context, s *Sale) error {
	if err := t.saveSale(ctx, s); err != nil {
		return fmt.Errorf("storing sale %s: %w", s.ID, err)
	}
	for _, a := range s.Attempts {
		if err := t.saveAttempt(ctx, s.ID, a); err != nil {
			return fmt.Errorf("storing attempt %s: %w", a.Key, err)
		}
	}
	for _, e := range s.timeline {
		if _, err := t.Exec(ctx, `INSERT INTO {timeline} (sale_id, n, at, key, kind, text) VALUES ($1, $2, $3, $4, $5, $6)`,
			s.ID, e.N, e.At.UnixMilli(), e.Key, e.Kind, e.Text); err != nil {
			return fmt.Errorf("storing the timeline of sale %s: %w", s.ID, err)
		}
	}
	for i := range s.changes {
		c := &s.changes[i]
		if _, err := t.Exec(ctx, `INSERT INTO {changes} (sale_id, sequence, kind, key, at, failures, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			s.ID, c.Sequence, c.Kind, c.Key, c.At.UnixMilli(), c.Failures, c.nextAt()); err != nil {
			return fmt.Errorf("storing a change of sale %s: %w", s.ID, err)
		}
	}
	return nil
}

func (c *Change) nextAt() any {
	if c.Delivered {
		return nil
	}
	return milliseconds(c.NextAt)
}

func (t *Tx) saveSale(ctx context.Context, s *Sale) error {
	entries := s.entries + len(s.timeline)
	if s.isNew {
		_, err := t.Exec(ctx, `INSERT INTO {sales} (id, currency, amount, method, status, paid_by, cancel_wanted, sequence, entries, version, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)`,
			s.ID, s.Amount.Currency, s.Amount.MinorUnits, s.Method, s.Status, text(s.PaidBy), number(s.CancelWanted), s.Sequence, entries,
			s.CreatedAt.UnixMilli())
		return err
	}
	if len(s.timeline) == 0 && len(s.changes) == 0 && s.Status == s.storedStatus {
		return nil // whatever else changes of a sale is told in one of them
	}
	_, err := t.Exec(ctx, `UPDATE {sales} SET status = $2, paid_by = $3, cancel_wanted = $4, sequence = $5, entries = $6 WHERE id = $1`,
		s.ID, s.Status, text(s.PaidBy), number(s.CancelWanted), s.Sequence, entries)
	return err
}

func (t *Tx) saveAttempt(ctx context.Context, saleID string, a *Attempt) error {
	if !a.changed() {
		return nil
	}
	columns, err := a.columns(saleID)
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, saveAttempt, columns...); err != nil {
		return err
	}
	for i := range a.Tries {
		try := &a.Tries[i]
		if a.stored != nil && i < len(a.stored.Tries) && *try == a.stored.Tries[i] {
			continue
		}
		if err := t.saveTry(ctx, a.Key, try); err != nil {
			return fmt.Errorf("storing call %d: %w", try.N, err)
		}
	}
	return nil
}

// changed reports whether the attempt differs from what is stored.
func (a *Attempt) changed() bool {
	if a.stored == nil {
		return true
	}
	now := *a
	now.stored = nil
	return !reflect.DeepEqual(&now, a.stored)
}

const saveAttempt = `INSERT INTO {attempts} (sale_id, ` + attemptColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34,
	$35, $36)
	ON CONFLICT (key) DO UPDATE SET provider = excluded.provider, fallbacks = excluded.fallbacks, account = excluded.account, mode = excluded.mode,
	payer_action = excluded.payer_action, refunded = excluded.refunded, gateway_id = excluded.gateway_id, status = excluded.status, request = excluded.request,
	provider_status = excluded.provider_status, failure = excluded.failure, payer = excluded.payer, next_action = excluded.next_action,
	shown = excluded.shown, released = excluded.released, cleared = excluded.cleared, look = excluded.look, attention = excluded.attention,
	checks = excluded.checks, hints = excluded.hints, useless = excluded.useless, settlement_currency = excluded.settlement_currency,
	settlement_net = excluded.settlement_net, settlement_fee = excluded.settlement_fee, expires_at = excluded.expires_at,
	next_check_at = excluded.next_check_at`

func (a *Attempt) columns(saleID string) ([]any, error) {
	fallbacks, err := marshal(slices.Concat([]string{}, a.Fallbacks))
	request, requestErr := marshal(&a.Request)
	next, nextErr := optional(a.NextAction)
	look, lookErr := marshalLook(a.Look)
	if err := errors.Join(err, requestErr, nextErr, lookErr); err != nil {
		return nil, err
	}
	currency, net, fee := a.Settlement.columns()
	return []any{
		saleID, a.Key, string(a.Operation), a.N, a.OrderID, text(a.Of), a.Provider, fallbacks, text(a.Account), text(a.Mode), a.Method,
		string(a.PayerAction), a.Amount.Currency, a.Amount.MinorUnits, a.Refunded, text(a.GatewayID), text(a.Status), text(a.ProviderStatus),
		text(a.Failure), request, a.Payer, next, number(a.Shown), number(a.Released), a.Cleared, look, text(a.Attention), a.Checks,
		a.Hints, a.Useless, currency, net, fee, milliseconds(a.ExpiresAt), milliseconds(a.NextCheckAt), a.CreatedAt.UnixMilli(),
	}, nil
}

const saveTry = `INSERT INTO {tries} (key, n, began, deadline, ended, answered, outcome, reason, retry_after, never_sent, kind, key_life,
	settle_time, lookup_by_key, account) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
	ON CONFLICT (key, n) DO UPDATE SET ended = excluded.ended, answered = excluded.answered, outcome = excluded.outcome,
	reason = excluded.reason, retry_after = excluded.retry_after, never_sent = excluded.never_sent, account = excluded.account`

func (t *Tx) saveTry(ctx context.Context, key string, try *contract.Try) error {
	_, err := t.Exec(ctx, saveTry, key, try.N, try.Began.UnixMilli(), try.Deadline.UnixMilli(), milliseconds(try.Ended), number(try.Answered),
		string(try.Outcome), string(try.Reason), atLeast(try.RetryAfter), number(try.NeverSent), string(try.Terms.Kind),
		try.Terms.KeyLife.Milliseconds(), atLeast(try.Terms.SettleTime), number(try.Terms.LookupByKey), try.Account)
	return err
}
