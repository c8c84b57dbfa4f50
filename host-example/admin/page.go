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

// page shows a pageView.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"short":  func(sum string) string { return sum[:min(12, len(sum))] },
	"moment": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
	"advice": advice,
}).Parse(pageHTML))

type pageView struct {
	Now       time.Time
	Health    health
	Served    int
	Listed    int
	Providers []providerView
}

// providerView is a provider with all its processes, the one that counts first.
type providerView struct {
	Name   string
	Listed bool // in the catalog
	States []state
}

func (a *Admin) servePage(w http.ResponseWriter, r *http.Request) {
	view := pageView{Now: time.Now(), Health: a.health()}
	for _, s := range view.Health.Providers {
		last := len(view.Providers) - 1
		if last >= 0 && view.Providers[last].Name == s.Provider {
			view.Providers[last].States = append(view.Providers[last].States, s)
			continue
		}
		_, listed := a.supervisor.State(s.Provider)
		view.Providers = append(view.Providers, providerView{Name: s.Provider, Listed: listed, States: []state{s}})
		if listed {
			view.Listed++
			if s.Status == supervisor.StatusReady {
				view.Served++
			}
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := page.Execute(w, &view); err != nil {
		a.options.Logger.LogAttrs(r.Context(), slog.LevelWarn, "page not sent", slog.Any("error", err))
	}
}

// advice says what a status means for who looks at the page.
func advice(s state) string {
	switch s.Status {
	case supervisor.StatusReady:
		if s.LastError != "" {
			return "Takes calls. Something went wrong before, see below."
		}
		return "Takes calls."
	case supervisor.StatusStarting:
		return "Wait: it is being checked, started and configured."
	case supervisor.StatusBackoff:
		return "Its calls fail and nothing is sent. It is started again by itself; read why."
	case supervisor.StatusFailed:
		return "Its calls fail and nothing is sent. Mend what the error says, then restart it."
	case supervisor.StatusDraining:
		return "Finishes the calls that it has, takes no more, and ends."
	case supervisor.StatusStopped:
		return "Has ended."
	}
	return ""
}
