package pgserver

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
)

// Database is a database of a [Server]. Its user has no password.
type Database struct {
	Host string // the folder of a socket, or an address
	Port int
	User string
	Name string

	server *Server
}

// DSN returns how to connect to it as keywords and values.
func (d *Database) DSN() string {
	return fmt.Sprintf("host=%s port=%d user=%s dbname=%s sslmode=disable", d.Host, d.Port, d.User, d.Name)
}

// URL returns how to connect to it as a URL.
func (d *Database) URL() string {
	query := url.Values{"host": {d.Host}, "port": {strconv.Itoa(d.Port)}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", User: url.User(d.User), Path: "/" + d.Name, RawQuery: query.Encode()}).String()
}

// Dump returns all that is in it as text, by pg_dump.
func (d *Database) Dump(ctx context.Context) ([]byte, error) {
	command := exec.CommandContext(ctx, filepath.Join(d.server.bin, "pg_dump"), "--inserts", "--dbname", d.URL()) //nolint:gosec // The program is an installed one.
	command.Env = environment()
	text, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("pg_dump: %w", err)
	}
	return text, nil
}
