package shop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/paysocket/paysocket/host"
)

// Options are the settings of a Shop.
type Options struct {
	// BaseURL is the public URL of the shop, an absolute http or https URL without a
	// query.
	BaseURL string

	// KeyFile is the file of the key that seals what is known of buyers; see
	// host.Options.
	KeyFile string

	// CallTime is how long one call that moves money may take; see host.Options.
	CallTime time.Duration

	// Live says that it sells for real money.
	Live bool

	// Logger gets what the timeline of no order has; nil discards it.
	Logger *slog.Logger
}

// Shop is a platform that sells. Use [Open] to make one.
type Shop struct {
	engine  *host.Engine
	db      *Database
	baseURL *url.URL
	live    bool
	log     *slog.Logger
}

// Open returns the shop of a database, with which it ends. Providers returns a provider
// by its name in the catalog. Open fails with a *MovedError if the sales of the database
// were moved to another one.
func Open(ctx context.Context, db *Database, providers func(name string) (host.Provider, bool), options *Options) (*Shop, error) {
	base, err := url.Parse(strings.TrimSuffix(options.BaseURL, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.User != nil {
		return nil, errors.New("the shop's base URL must be an absolute http or https URL without user, query and fragment")
	}
	s := &Shop{db: db, baseURL: base, live: options.Live, log: options.Logger}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.createTables(ctx); err != nil {
		return nil, db.startError(err)
	}
	if err := db.refuseMoved(ctx); err != nil {
		return nil, err
	}
	s.engine, err = host.Open(ctx, db.DB, db.Kind, providers, &host.Options{
		KeyFile: options.KeyFile, CallTime: options.CallTime, OnChange: onChange, WebhookURL: s.WebhookURL, Pool: db.pool, Logger: s.log,
	})
	return s, db.startError(err)
}

// Engine returns the engine, for what needs nothing of the shop.
func (s *Shop) Engine() *host.Engine { return s.engine }

// Overview returns the counts of all sales, or why nothing can be read or stored. It
// stores something to know that: a full disk can be read.
func (s *Shop) Overview(ctx context.Context) (*host.Overview, error) {
	if err := s.db.Check(); err != nil {
		return nil, err
	}
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO shop_probe (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at`, time.Now().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("nothing can be stored: %w", err)
	}
	return s.engine.Overview(ctx)
}

// Run looks after the sales until ctx ends, and returns when what it has begun has
// ended. Without it a shop does not know whether it was paid.
func (s *Shop) Run(ctx context.Context) error { return s.engine.Run(ctx) }

// Close ends the shop: first the engine, which holds a connection, and then its
// database. End Run, and the requests that the shop serves, before it.
func (s *Shop) Close() error { return errors.Join(s.engine.Close(), s.db.Close()) }

// WebhookURL returns the URL to which a provider's gateway must send webhooks.
func (s *Shop) WebhookURL(provider string) string {
	return s.baseURL.JoinPath("webhooks", url.PathEscape(provider)).String()
}
