package shop

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/trust"
)

// Database is the platform's own database.
type Database struct {
	*sql.DB

	// Kind is host.SQLite or host.Postgres.
	Kind string

	// Place is where it is, for people: a file, or a server without a password.
	Place string

	file *sqliteFile // nil for PostgreSQL

	// pool is what listens on PostgreSQL for what other processes of the host have
	// stored; nil on SQLite.
	pool *pgxpool.Pool
}

// Close closes all connections.
func (d *Database) Close() error {
	if d.pool != nil {
		d.pool.Close()
	}
	return d.DB.Close()
}

// Check returns an error if the file of SQLite is no longer where it was opened. SQLite
// goes on without an error in a file that was removed or replaced, and what it writes
// there is lost when the process ends.
func (d *Database) Check() error {
	if d.file == nil {
		return nil
	}
	return d.file.check()
}

// Credentials say where the password of PostgreSQL is.
type Credentials struct {
	// PasswordFile is the file with the password; empty if there is none, or if the
	// password is in the file that PGPASSFILE names.
	PasswordFile string

	// LookupEnv looks variables of the environment up; nil if there are none.
	LookupEnv func(name string) (string, bool)
}

// OpenDatabase opens a database by its address: postgres://USER@HOST/NAME, or else the
// path of a file of SQLite.
func OpenDatabase(ctx context.Context, address string, credentials *Credentials) (*Database, error) {
	isPostgres := strings.HasPrefix(address, "postgres:") || strings.HasPrefix(address, "postgresql:")
	switch {
	case isPostgres:
		return openPostgres(ctx, address, credentials)
	case address == "" || strings.Contains(address, "://") || strings.Contains(address, "password="):
		return nil, errors.New("the address of the database is neither postgres://USER@HOST/NAME nor the path of a file") // it may have a password
	default:
		return openSQLite(address)
	}
}

// A shop has so many connections to the database, and on PostgreSQL so many more that
// listen: the engine needs one of these, and another one while it is replaced.
const (
	maxConnections = 16
	maxListeners   = 2
)

// errPassword says where a password of PostgreSQL belongs.
var errPassword = errors.New("the address of the database has a password, which is shown in lists of processes: take it out, " +
	"write it into a file that only the host's user may read, and name that with --database-password-file, or use PGPASSFILE")

// openPostgres opens a database of PostgreSQL. Its errors do not show the address,
// which may have a password in a wrong place.
func openPostgres(ctx context.Context, address string, credentials *Credentials) (*Database, error) {
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" {
		return nil, errors.New("the address of the database is not a URL such as postgres://USER@HOST/NAME")
	}
	query := u.Query()
	if _, has := u.User.Password(); has || query.Has("password") || query.Has("sslpassword") {
		return nil, errPassword
	}
	if !query.Has("sslmode") && !isLocal(cmp.Or(query.Get("host"), u.Hostname())) {
		query.Set("sslmode", "verify-full") // or a proxy in between would read and change what is paid
		u.RawQuery = query.Encode()
	}
	password, err := credentials.password(query.Get("passfile"))
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(u.String())
	if err != nil {
		return nil, fmt.Errorf("the address of the database: %w", err) // without a password
	}
	if password != "" {
		config.ConnConfig.Password = password
	}
	config.ConnConfig.RuntimeParams["application_name"] = "host-example"
	config.MaxConns = maxListeners
	pool, err := pgxpool.NewWithConfig(ctx, config) // it connects when it is used
	if err != nil {
		return nil, fmt.Errorf("the address of the database: %w", err)
	}
	db := stdlib.OpenDB(*config.ConnConfig)
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections) // or most would be opened anew for each sale
	return &Database{DB: db, Kind: host.Postgres, Place: u.Redacted(), pool: pool}, nil
}

// isLocal reports whether a server is on this machine.
func isLocal(server string) bool {
	return server == "" || server == "localhost" || strings.HasPrefix(server, "/") || net.ParseIP(server).IsLoopback()
}

// maxPasswordFile bounds a file of passwords.
const maxPasswordFile = 64 << 10

// password returns the password of the file of its own; empty if there is none. The
// file that PGPASSFILE names, which the driver reads, is held to the same rule.
func (c *Credentials) password(passFile string) (string, error) {
	if c == nil {
		c = &Credentials{}
	}
	if c.LookupEnv != nil {
		if value, has := c.LookupEnv("PGPASSWORD"); has && value != "" {
			return "", errors.New("the password of the database is in the environment (PGPASSWORD), which other processes of this user can read: " +
				"write it into a file with mode 0600, and name that with --database-password-file or PGPASSFILE")
		}
		if named, has := c.LookupEnv("PGPASSFILE"); has && passFile == "" {
			passFile = named
		}
	}
	if passFile != "" {
		if _, err := readPrivate(passFile); err != nil {
			return "", err
		}
	}
	if c.PasswordFile == "" {
		return "", nil
	}
	content, err := readPrivate(c.PasswordFile)
	if err != nil {
		return "", err
	}
	password := strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r")
	if password == "" || strings.ContainsAny(password, "\n\x00") {
		return "", fmt.Errorf("the password of the database is to be the one line of its file: %s", c.PasswordFile)
	}
	return password, nil
}

// readPrivate reads a file that nobody else may read, nor could have written.
func readPrivate(path string) ([]byte, error) {
	file, err := trust.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the password of the database cannot be read: %w", err)
	}
	defer func() { _ = file.Close() }()
	if err := cmp.Or(file.CheckPrivate(), file.CheckContent()); err != nil {
		return nil, fmt.Errorf("the password of the database is not secret: %w; %s", err, trust.Remedy(path))
	}
	content, err := file.ReadAll(maxPasswordFile)
	if err != nil {
		return nil, fmt.Errorf("the password of the database cannot be read: %w", err)
	}
	return content, nil
}
