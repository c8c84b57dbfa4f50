package admin

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// restartWait bounds the wait for a provider that starts anew. The start goes
// on after it.
const restartWait = 45 * time.Second

// serveRestart starts a provider anew beside the old process. It answers when
// the new one takes the calls, or when it is known why it does not.
func (a *Admin) serveRestart(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if _, ok := a.supervisor.State(name); !ok {
		fail(w, http.StatusNotFound, &problem{Reason: "NOT_FOUND", Message: "the catalog has no such provider"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), restartWait)
	defer cancel()
	err := a.supervisor.Restart(ctx, name)
	a.log(r, "a restart was asked for", slog.String("provider", name), slog.Any("error", err))
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, "/", http.StatusSeeOther) // the page says what became of it
		return
	}
	if err != nil {
		fail(w, http.StatusBadGateway, &problem{Reason: "NOT_READY", Message: err.Error()})
		return
	}
	now, _ := a.supervisor.State(name)
	answer(w, http.StatusOK, stateOf(&now))
}
