package admin

import (
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/plugin/supervisor"
)

//go:embed page.html
var pageHTML string

// page is the template of the page. Its data is a pageData.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"short":  func(sum string) string { return sum[:min(12, len(sum))] },
	"moment": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
	"advice": advice,
}).Parse(pageHTML))

type pageData struct {
	Now       time.Time
	Health    healthResponse
	Served    int
	Listed    int
	Providers []providerData
}

// providerData is a provider with the states of all its processes. The first one is
// the provider's own.
type providerData struct {
	Name   string
	Listed bool // in the catalog
	States []providerState
}

func (a *Admin) servePage(w http.ResponseWriter, r *http.Request) {
	data := pageData{Now: time.Now(), Health: a.healthNow(r.Context())}
	for _, s := range data.Health.Providers {
		last := len(data.Providers) - 1
		if last >= 0 && data.Providers[last].Name == s.Provider {
			data.Providers[last].States = append(data.Providers[last].States, s)
			continue
		}
		_, listed := a.supervisor.State(s.Provider)
		data.Providers = append(data.Providers, providerData{Name: s.Provider, Listed: listed, States: []providerState{s}})
		if listed {
			data.Listed++
			if s.Status == supervisor.StatusReady {
				data.Served++
			}
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := page.Execute(w, &data); err != nil {
		a.options.Logger.LogAttrs(r.Context(), slog.LevelWarn, "writing the page failed", slog.Any("error", err))
	}
}

// advice returns what a status means for an operator.
func advice(s providerState) string {
	switch s.Status {
	case supervisor.StatusReady:
		if s.LastError != "" {
			return "Takes calls. There was an error before, see below."
		}
		return "Takes calls."
	case supervisor.StatusStarting:
		return "Being checked, started and configured. Wait."
	case supervisor.StatusBackoff:
		return "Calls fail and are not sent. The host will start it again; see the error."
	case supervisor.StatusFailed:
		return "Calls fail and are not sent. Fix the error, then restart it."
	case supervisor.StatusDraining:
		return "Finishes its calls in flight, takes no more, and ends."
	case supervisor.StatusStopped:
		return "Stopped."
	}
	return ""
}
