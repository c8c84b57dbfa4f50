package shop

// staffSchema makes the tables of package staff, which reads and writes them. They are
// made here with the others, so that a database that sales are moved into has them.
var staffSchema = []string{
	// The people of the staff. Password is a hash of argon2id with its salt and its cost.
	`CREATE TABLE IF NOT EXISTS shop_staff (
		name       TEXT   PRIMARY KEY,
		role       TEXT   NOT NULL,
		password   TEXT   NOT NULL,
		disabled   BIGINT NOT NULL,
		created_at BIGINT NOT NULL,
		changed_at BIGINT NOT NULL
	)`,

	// Who is logged in. The id is a hash of the one in the cookie.
	`CREATE TABLE IF NOT EXISTS shop_staff_sessions (
		id       TEXT   PRIMARY KEY,
		name     TEXT   NOT NULL,
		began_at BIGINT NOT NULL,
		seen_at  BIGINT NOT NULL
	)`,
	`CREATE INDEX IF NOT EXISTS shop_staff_sessions_name ON shop_staff_sessions (name)`,

	// What the staff has asked for, before it is done. Nothing of it is ever changed.
	`CREATE TABLE IF NOT EXISTS shop_staff_log (
		id      TEXT   PRIMARY KEY,
		at      BIGINT NOT NULL,
		name    TEXT   NOT NULL,
		what    TEXT   NOT NULL,
		subject TEXT   NOT NULL,
		why     TEXT   NOT NULL
	)`,
	`CREATE INDEX IF NOT EXISTS shop_staff_log_subject ON shop_staff_log (subject, at)`,

	// The providers that get no new orders.
	`CREATE TABLE IF NOT EXISTS shop_disabled (
		provider TEXT   PRIMARY KEY,
		by_whom  TEXT   NOT NULL,
		at       BIGINT NOT NULL
	)`,
}
