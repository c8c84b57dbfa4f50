package staff

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

type providersPage struct {
	page

	Providers []provider
}

// provider is an entry of the catalog, with all its processes.
type provider struct {
	Name     string
	Listed   bool // or it was taken out of the catalog, and its process ends
	Disabled *shop.Disabled
	Account  *contract.Account
	ID       string // the provider's own
	States   []supervisor.State
}

// Advice says what a state means.
func (p *provider) Advice() string { return stateAdvice(&p.States[0]) }

func stateAdvice(state *supervisor.State) string {
	switch state.Status {
	case supervisor.StatusReady:
		if state.LastError != "" {
			return "Takes calls. There was an error before."
		}
		return "Takes calls."
	case supervisor.StatusStarting:
		return "Being checked, started and configured. Wait."
	case supervisor.StatusBackoff:
		return "Calls fail and are not sent. The host will start it again; see the error."
	case supervisor.StatusFailed:
		return "Calls fail and are not sent. Correct what the error says, then swap it."
	case supervisor.StatusDraining:
		return "Finishes its calls in flight, takes no more, and ends."
	case supervisor.StatusStopped:
		return "Stopped."
	default:
		return ""
	}
}

func (s *Staff) showProviders(w http.ResponseWriter, r *http.Request, who *session) {
	disabled, err := s.shop.Disabled(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	data := &providersPage{page: s.pageOf(r, who, "Providers")}
	for _, state := range s.providers.States() {
		state.Stderr = "" // it may have what a gateway sent
		if last := len(data.Providers) - 1; last >= 0 && data.Providers[last].Name == state.Provider {
			data.Providers[last].States = append(data.Providers[last].States, state)
			continue
		}
		one := provider{Name: state.Provider, States: []supervisor.State{state}}
		if listed, ok := s.providers.Provider(state.Provider); ok {
			one.Listed, one.Account = true, listed.Account()
			if descriptor := listed.Descriptor(); descriptor != nil {
				one.ID = descriptor.ProviderID
			}
		}
		if off, is := disabled[state.Provider]; is {
			one.Disabled = &off
		}
		data.Providers = append(data.Providers, one)
	}
	s.render(w, r, http.StatusOK, "providers", data)
}

// swapTime bounds the wait for a provider that is swapped. The swap goes on afterwards.
const swapTime = 45 * time.Second

// swap starts a provider again beside its old process, which goes on with its calls.
func (s *Staff) swap(w http.ResponseWriter, r *http.Request, who *session) {
	s.ofProvider(w, r, who, "swap", func(ctx context.Context, name string) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), swapTime)
		defer cancel()
		if err := s.providers.Restart(ctx, name); err != nil {
			s.log(r, slog.LevelError, "a provider was to be swapped, and is not ready", slog.String("provider", name), slog.Any("error", err),
				slog.String("remedy", "correct what the error says, and swap it again; its process of before, if there was one, takes calls meanwhile"))
			return &swapError{}
		}
		return nil
	})
}

// swapError says that a new process did not become ready. The page of the providers says
// why.
type swapError struct{}

func (*swapError) Error() string { return "the new process is not ready" }

func (s *Staff) disable(w http.ResponseWriter, r *http.Request, who *session) {
	s.ofProvider(w, r, who, "disable", func(ctx context.Context, name string) error { return s.shop.Disable(ctx, name, who.user.Name) })
}

func (s *Staff) enable(w http.ResponseWriter, r *http.Request, who *session) {
	s.ofProvider(w, r, who, "enable", s.shop.Enable)
}

// ofProvider does something with a provider of the catalog.
func (s *Staff) ofProvider(w http.ResponseWriter, r *http.Request, who *session, what string, do func(ctx context.Context, name string) error) {
	name := r.PathValue("name")
	if _, ok := s.providers.State(name); !ok {
		s.showMissing(w, r, who)
		return
	}
	if err := s.record(r.Context(), who, what, name, ""); err != nil {
		s.fail(w, r, err)
		return
	}
	switch err := do(r.Context(), name).(type) { //nolint:errorlint // It is what do returns, as it is.
	case nil:
		s.log(r, slog.LevelInfo, "somebody has changed a provider", slog.String("user", who.user.Name), slog.String("provider", name), slog.String("what", what))
		http.Redirect(w, r, "/providers?done="+what, http.StatusSeeOther)
	case *swapError:
		s.say(w, r, who, http.StatusBadGateway, "Not swapped", "The new process did not become ready. The one of before takes calls, if there was one. The page of the providers says why.")
	default:
		s.fail(w, r, err)
	}
}
