package shop

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/paysocket/paysocket/host"
)

// OrderStatus is what the shop has to do with an order. What the money does is the
// sale's to say.
type OrderStatus string

// The statuses of an order.
const (
	OrderPlaced   OrderStatus = "PLACED"    // nothing until it is paid
	OrderToFulfil OrderStatus = "TO_FULFIL" // it is paid: ship it
	OrderUnpaid   OrderStatus = "UNPAID"    // nothing is left that could be paid; what was set aside is free again
)

// Order is the shop's own row of an order.
type Order struct {
	ID         string
	Status     OrderStatus
	PlacedAt   time.Time
	ChangedAt  time.Time // zero as long as it is PLACED
	RefundedAt time.Time // when money was paid back last; zero if none was
	Lines      []Line    // what was sold; none if the shop was not told

	token string // of its pages: nobody can guess it
}

// Line is a part of an order: so many pieces of something, at a price in the minor unit of
// the order's currency.
type Line struct {
	Goods    string `json:"goods"`
	Quantity int64  `json:"quantity"`
	Price    int64  `json:"price"` // of one piece
}

// schema makes the shop's own tables, beside those of the engine. Times are milliseconds.
var schema = []string{
	`CREATE TABLE IF NOT EXISTS shop_orders (
		id          TEXT   PRIMARY KEY,
		token       TEXT   NOT NULL UNIQUE,
		status      TEXT   NOT NULL,
		placed_at   BIGINT NOT NULL,
		changed_at  BIGINT,
		refunded_at BIGINT
	)`,
	`CREATE INDEX IF NOT EXISTS shop_orders_placed ON shop_orders (placed_at)`,

	// What is sold with an order, as JSON. It is written once, before the order.
	`CREATE TABLE IF NOT EXISTS shop_lines (
		order_id TEXT NOT NULL PRIMARY KEY,
		lines    TEXT NOT NULL
	)`,

	// A row for each time that the shop was told to act on an order that is paid. There is
	// to be one. Nothing keeps a second one out: that would hide a mistake, and not undo it.
	`CREATE TABLE IF NOT EXISTS shop_fulfilments (
		order_id    TEXT   NOT NULL,
		payment_key TEXT   NOT NULL,
		at          BIGINT NOT NULL
	)`,
	`CREATE INDEX IF NOT EXISTS shop_fulfilments_order ON shop_fulfilments (order_id)`,

	// The one row is written to see whether anything can be stored.
	`CREATE TABLE IF NOT EXISTS shop_probe (id INTEGER PRIMARY KEY, at BIGINT NOT NULL)`,

	MovesTable,
}

// createTables makes the tables if they are not there, all or none. IF NOT EXISTS alone
// needs the right to make tables also where there is nothing to do.
func (s *Shop) createTables(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, `SELECT 1 FROM shop_orders, shop_lines, shop_probe, shop_staff, shop_staff_sessions, shop_staff_log, shop_disabled LIMIT 0`); err == nil {
		return nil
	}
	err := s.createMissing(ctx)
	if err != nil && s.db.Kind == host.Postgres { // in which two processes cannot make one table at once
		err = s.createMissing(ctx)
	}
	if err != nil {
		return fmt.Errorf("making the shop's tables: %w", err)
	}
	return nil
}

func (s *Shop) createMissing(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, statement := range slices.Concat(schema, staffSchema) {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// place stores an order, unless it is there already, and returns it. It is stored before
// the engine is asked for anything, since that may tell at once that it is paid.
func (s *Shop) place(ctx context.Context, id string, lines []Line) (*Order, error) {
	if err := s.storeLines(ctx, id, lines); err != nil {
		return nil, err
	}
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO shop_orders (id, token, status, placed_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
		id, rand.Text(), string(OrderPlaced), time.Now().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("storing the order: %w", err)
	}
	return s.order(ctx, id)
}

// storeLines stores what is sold with an order that is not there yet.
func (s *Shop) storeLines(ctx context.Context, id string, lines []Line) error {
	if len(lines) == 0 {
		return nil
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, `INSERT INTO shop_lines (order_id, lines)
		SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM shop_orders WHERE id = $1) ON CONFLICT (order_id) DO NOTHING`, id, string(text))
	if err != nil {
		return fmt.Errorf("storing what is ordered: %w", err)
	}
	return nil
}

const selectOrders = `SELECT id, token, status, placed_at, changed_at, refunded_at, lines
	FROM shop_orders LEFT JOIN shop_lines ON order_id = id`

// order returns the order with an id; host.ErrNotFound if there is none.
func (s *Shop) order(ctx context.Context, id string) (*Order, error) {
	if CheckID(id) != nil { // PostgreSQL would refuse the query for some
		return nil, host.ErrNotFound
	}
	return scan(s.db.QueryRowContext(ctx, selectOrders+` WHERE id = $1`, id))
}

// orderOf returns the order whose pages have a token; host.ErrNotFound if there is none.
func (s *Shop) orderOf(ctx context.Context, token string) (*Order, error) {
	if CheckID(token) != nil { // likewise
		return nil, host.ErrNotFound
	}
	return scan(s.db.QueryRowContext(ctx, selectOrders+` WHERE token = $1`, token))
}

// Orders returns the latest orders, newest first.
func (s *Shop) Orders(ctx context.Context, limit int) ([]Order, error) {
	rows, err := s.db.QueryContext(ctx, selectOrders+` ORDER BY placed_at DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the orders: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var orders []Order
	for rows.Next() {
		o, err := scan(rows)
		if err != nil {
			return nil, err
		}
		orders = append(orders, *o)
	}
	return orders, rows.Err()
}

func scan(row interface{ Scan(dest ...any) error }) (*Order, error) {
	var o Order
	var placed, changed, refunded sql.NullInt64
	var lines sql.NullString
	err := row.Scan(&o.ID, &o.token, &o.Status, &placed, &changed, &refunded, &lines)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, host.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("reading an order: %w", err)
	}
	if lines.Valid {
		if err := json.Unmarshal([]byte(lines.String), &o.Lines); err != nil {
			return nil, fmt.Errorf("reading what is ordered with %s: %w", o.ID, err)
		}
	}
	o.PlacedAt, o.ChangedAt, o.RefundedAt = moment(placed), moment(changed), moment(refunded)
	return &o, nil
}

// moment returns a time of the table; the zero time if there is none.
func moment(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}
