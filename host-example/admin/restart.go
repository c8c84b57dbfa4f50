package admin

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// restartTimeout bounds the wait for a provider that is restarted. The restart goes on
// afterwards.
const restartTimeout = 45 * time.Second

// serveRestart starts a provider again beside its old process. It answers when the new
// process takes calls, or with the reason why it does not.
func (a *Admin) serveRestart(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if _, ok := a.supervisor.State(name); !ok {
		a.refuse(w, r, http.StatusNotFound, &apiError{Reason: "NOT_FOUND", Message: "the catalog has no provider of this name"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), restartTimeout)
	defer cancel()
	err := a.supervisor.Restart(ctx, name)
	if err != nil {
		a.logFailure(r, "a provider was to be restarted, and is not ready",
			"correct what the error says, and restart it again; its process of before, if there was one, takes calls meanwhile",
			slog.String("provider", name), slog.Any("error", err))
	} else {
		a.log(r, "a provider was restarted", slog.String("provider", name))
	}
	if err != nil {
		writeError(w, http.StatusBadGateway, &apiError{Reason: "NOT_READY", Message: err.Error()})
		return
	}
	now, _ := a.supervisor.State(name)
	writeJSON(w, http.StatusOK, newProviderState(&now))
}
