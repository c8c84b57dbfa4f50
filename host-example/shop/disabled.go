package shop

import (
	"context"
	"fmt"
	"slices"
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

// withoutDisabled takes the providers that get no new orders out of an order. If none is
// left nothing was stored or sent.
func (s *Shop) withoutDisabled(ctx context.Context, order *host.Order) error {
	disabled, err := s.Disabled(ctx)
	if err != nil || len(disabled) == 0 {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(order.Providers), func(name string) bool { _, is := disabled[name]; return is })
	if len(left) == 0 && len(order.Providers) > 0 {
		return contract.NewError(contract.ProviderUnreachable, "nothing was stored or sent: the shop's staff has disabled the providers of the order")
	}
	order.Providers = left
	return nil
}
