package ledger

import (
	"database/sql"
	"encoding/json"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Columns have no types of Go: times are milliseconds, and what is absent is NULL.

func milliseconds(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func timeOf(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// atLeast returns a duration in milliseconds, rounded up: what is waited for must not
// become shorter.
func atLeast(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}

func text[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// columns returns a settlement as it is stored.
func (s *Settlement) columns() (currency, net, fee any) {
	if s == nil {
		return nil, nil, nil
	}
	return s.Currency, s.Net, s.Fee
}

// look is a contract.Look as it is stored.
type look struct {
	FirstAt       time.Time       `json:"first_at,omitzero"`
	LastUnknownAt time.Time       `json:"last_unknown_at,omitzero"`
	Began         time.Time       `json:"began"`
	After         int             `json:"after"`
	Reason        contract.Reason `json:"reason"`
	Proves        bool            `json:"proves,omitzero"`
	SettleMS      int64           `json:"settle_ms"`
	Account       string          `json:"account"`
}

func marshalLook(l *contract.Look) (any, error) {
	if l == nil {
		return nil, nil //nolint:nilnil // NULL is the value of no look-up.
	}
	return marshal(&look{
		FirstAt: l.Asked.FirstAt, LastUnknownAt: l.Asked.LastUnknownAt, Began: l.Began, After: l.After, Reason: l.Reason,
		Proves: l.Proves, SettleMS: atLeast(l.SettleTime), Account: l.Account,
	})
}

func unmarshalLook(stored sql.NullString, key string) (*contract.Look, error) {
	if !stored.Valid {
		return nil, nil //nolint:nilnil // There was no look-up.
	}
	var l look
	if err := json.Unmarshal([]byte(stored.String), &l); err != nil {
		return nil, err
	}
	return &contract.Look{
		Asked: contract.Attempt{Key: key, FirstAt: l.FirstAt, LastUnknownAt: l.LastUnknownAt}, Began: l.Began, After: l.After,
		Reason: l.Reason, Proves: l.Proves, SettleTime: time.Duration(l.SettleMS) * time.Millisecond, Account: l.Account,
	}, nil
}

func marshal(v any) (any, error) {
	encoded, err := json.Marshal(v)
	return string(encoded), err
}

// optional returns v as JSON, and nil for a nil pointer.
func optional[T any](v *T) (any, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // NULL is the value of what is not there.
	}
	return marshal(v)
}
