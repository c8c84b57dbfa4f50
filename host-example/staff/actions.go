package staff

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"
)

// action is something that one of the staff has asked for.
type action struct {
	At              time.Time
	Name, What, Why string
}

// record stores what somebody asks for, before it is done. The subject is an order, a
// provider or a user.
func (s *Staff) record(ctx context.Context, who *session, what, subject, why string) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO shop_staff_log (id, at, name, what, subject, why) VALUES ($1, $2, $3, $4, $5, $6)`,
		rand.Text(), s.now().UnixMilli(), who.user.Name, what, subject, why)
	if err != nil {
		return fmt.Errorf("storing what somebody asked for: %w", err)
	}
	return nil
}

// maxActions bounds how many are shown of one subject.
const maxActions = 500

// actions returns what the staff has asked for about a subject, oldest first.
func (s *Staff) actions(ctx context.Context, subject string) ([]action, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	rows, err := s.db.QueryContext(ctx, `SELECT at, name, what, why FROM shop_staff_log WHERE subject = $1 ORDER BY at LIMIT $2`, subject, maxActions)
	if err != nil {
		return nil, fmt.Errorf("reading what the staff asked for: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []action
	for rows.Next() {
		var one action
		var at int64
		if err := rows.Scan(&at, &one.Name, &one.What, &one.Why); err != nil {
			return nil, fmt.Errorf("reading what the staff asked for: %w", err)
		}
		one.At = time.UnixMilli(at).UTC()
		all = append(all, one)
	}
	return all, rows.Err()
}
