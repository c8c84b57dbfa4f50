package shop

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// Disabled says that a provider gets no new orders, by whom and since when. What was begun
// with it goes on, and is refunded, looked up and told of by webhooks as ever.
type Disabled struct {
	By string
	At time.Time
}

// Disable has a provider get no new orders until Enable.
func (s *Shop) Disable(ctx context.Context, provider, by string) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO shop_disabled (provider, by_whom, at) VALUES ($1, $2, $3) ON CONFLICT (provider) DO NOTHING`,
		provider, by, time.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("disabling a provider: %w", err)
	}
	return nil
}

// Enable ends Disable.
func (s *Shop) Enable(ctx context.Context, provider string) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM shop_disabled WHERE provider = $1`, provider); err != nil {
		return fmt.Errorf("enabling a provider: %w", err)
	}
	return nil
}

// Disabled returns the providers that get no new orders, by name.
func (s *Shop) Disabled(ctx context.Context) (map[string]Disabled, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT provider, by_whom, at FROM shop_disabled`)
	if err != nil {
		return nil, fmt.Errorf("reading which providers are disabled: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string]Disabled{}
	for rows.Next() {
		var name string
		var one Disabled
		var at int64
		if err := rows.Scan(&name, &one.By, &at); err != nil {
			return nil, fmt.Errorf("reading which providers are disabled: %w", err)
		}
		one.At = time.UnixMilli(at).UTC()
		all[name] = one
	}
	return all, rows.Err()
}

// DisabledError says that the staff has disabled all providers of an order, of which
// nothing was stored or sent.
type DisabledError struct{ Providers []string }

// Error implements error.
func (e *DisabledError) Error() string {
	return "nothing was stored or sent: the shop's staff has disabled " + strings.Join(e.Providers, ", ") +
		"; name another provider, or have one enabled on the staff's pages"
}

// Unwrap returns what the error is for whoever knows no staff.
func (e *DisabledError) Unwrap() error {
	return contract.NewError(contract.ProviderUnreachable, e.Error())
}

// withoutDisabled takes the providers that get no new orders out of an order. If none is
// left nothing was stored or sent.
func (s *Shop) withoutDisabled(ctx context.Context, order *host.Order) error {
	disabled, err := s.Disabled(ctx)
	if err != nil || len(disabled) == 0 {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(order.Providers), func(name string) bool { _, is := disabled[name]; return is })
	if len(left) == 0 && len(order.Providers) > 0 {
		return &DisabledError{Providers: order.Providers}
	}
	order.Providers = left
	return nil
}
