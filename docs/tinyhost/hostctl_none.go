//go:build !hostctl

package main

import (
	"database/sql"
	"net/http"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// tested adds nothing: only a build with the tag hostctl can be driven by the suite.
func tested(mux *http.ServeMux, _ *host.Engine, _ *sql.DB, _ *supervisor.Supervisor) http.Handler {
	return mux
}
