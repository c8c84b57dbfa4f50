//go:build !hostctl

package admin

import "net/http"

// HostctlServer returns nil: only a build with the tag hostctl can be driven by the
// conformance suite.
func (a *Admin) HostctlServer() *http.Server { return nil }
