package staff

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/host-example/web"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// Options are the settings of the pages. Nil means the defaults.
type Options struct {
	// URL is where the staff reach the pages through a proxy, such as
	// https://staff.example. With https the cookies need TLS. Nil means this machine's own
	// addresses only.
	URL *url.URL

	// Zone is where a day begins and ends, and what times are shown in; UTC if nil.
	Zone *time.Location

	// Live says that the shop sells for real money.
	Live bool

	// Begin counts a request that may move money until end is called, and returns false if
	// the host is shutting down or has too many. Nil accepts all.
	Begin func() (end func(), ok bool)

	// Logger gets who has done what; nil discards it.
	Logger *slog.Logger

	now func() time.Time
}

// Staff is the pages of a shop's staff. Use [New] to make one.
type Staff struct {
	db        *shop.Database
	shop      *shop.Shop
	providers *supervisor.Supervisor
	options   Options
	now       func() time.Time
	hasher    *hasher
	logins    struct{ names, addresses *limiter }
	looks     *limiter // at one payment
}

// New returns the pages of a shop whose providers a supervisor runs. The database is the
// shop's.
func New(db *shop.Database, s *shop.Shop, providers *supervisor.Supervisor, options *Options) *Staff {
	staff := &Staff{db: db, shop: s, providers: providers, now: time.Now, hasher: newHasher(), looks: newLimiter(1, lookEvery)}
	if options != nil {
		staff.options = *options
	}
	if staff.options.now != nil {
		staff.now = staff.options.now
	}
	if staff.options.Zone == nil {
		staff.options.Zone = time.UTC
	}
	if staff.options.Logger == nil {
		staff.options.Logger = slog.New(slog.DiscardHandler)
	}
	if staff.options.Begin == nil {
		staff.options.Begin = func() (func(), bool) { return func() {}, true }
	}
	staff.logins.names = newLimiter(triesOfName, nameEvery)
	staff.logins.addresses = newLimiter(triesOfAddress, addressEvery)
	return staff
}

// serve is a page of somebody who is logged in.
type serve func(w http.ResponseWriter, r *http.Request, who *session)

// Handler returns the handler of all pages.
func (s *Staff) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(web.StaticPath, web.Static())
	mux.HandleFunc("GET "+stylePath, serveStyle)
	mux.HandleFunc("GET /login", s.showLogin)
	mux.HandleFunc("POST /login", s.logIn)
	for pattern, route := range s.routes() {
		mux.Handle(pattern, s.onlyFor(route.needs, route.serve))
	}
	mux.Handle("/", s.onlyFor(Clerk, s.showMissing))
	private := web.Private(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.isOwnHost(r.Host) { // a page of the internet whose name was pointed at this machine
			http.Error(w, "There is nothing here under this name.", http.StatusMisdirectedRequest)
			return
		}
		private.ServeHTTP(w, r)
	})
}

// route is a page and the role that it needs.
type route struct {
	needs Role
	serve serve
}

func (s *Staff) routes() map[string]route {
	return map[string]route{
		"GET /{$}":                       {Clerk, s.showDay},
		"GET /day":                       {Clerk, s.showDay},
		"GET /day.csv":                   {Clerk, s.showCSV},
		"GET /payments":                  {Clerk, s.showPayments},
		"GET /payments/{sale}":           {Clerk, s.showPayment},
		"POST /payments/{sale}/look":     {Clerk, s.look},
		"POST /payments/{sale}/refund":   {Refunds, s.moving(s.refund)},
		"POST /payments/{sale}/cancel":   {Operator, s.moving(s.cancel)},
		"POST /payments/{sale}/resolve":  {Operator, s.moving(s.resolve)},
		"GET /attention":                 {Clerk, s.showAttention},
		"GET /providers":                 {Clerk, s.showProviders},
		"POST /providers/{name}/swap":    {Operator, s.swap},
		"POST /providers/{name}/disable": {Operator, s.disable},
		"POST /providers/{name}/enable":  {Operator, s.enable},
		"GET /password":                  {Clerk, s.showPassword},
		"POST /password":                 {Clerk, s.changePassword},
		"POST /logout":                   {Clerk, s.logOut},
		"GET /staff":                     {Operator, s.showStaff},
		"POST /staff":                    {Operator, s.addStaff},
		"POST /staff/{name}":             {Operator, s.changeStaff},
		"POST /staff/{name}/password":    {Operator, s.resetStaff},
	}
}

// onlyFor serves a page to whoever is logged in and has the role.
func (s *Staff) onlyFor(needs Role, serve serve) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.sessionOf(r)
		switch {
		case errors.Is(err, errNoSession):
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		case err != nil:
			s.fail(w, r, err)
			return
		case !who.user.Role.may(needs):
			s.log(r, slog.LevelWarn, "a page was refused, since it needs another role", slog.String("user", who.user.Name), slog.String("path", r.URL.Path))
			s.say(w, r, who, http.StatusForbidden, "You may not do that", "This needs the role "+string(needs)+", and yours is "+string(who.user.Role)+". Nothing was done.")
			return
		}
		if r.Method == http.MethodPost && !web.ReadForm(w, r) {
			return
		}
		serve(w, r, who)
	})
}

// moving serves a request that may move money. What it begins goes on if the browser
// leaves.
func (s *Staff) moving(serve serve) serve {
	return func(w http.ResponseWriter, r *http.Request, who *session) {
		end, ok := s.options.Begin()
		if !ok {
			w.Header().Set("Retry-After", "5")
			s.say(w, r, who, http.StatusServiceUnavailable, "Not now", "The host is shutting down, or has too much to do. Nothing was done; try again.")
			return
		}
		defer end()
		serve(w, r.WithContext(context.WithoutCancel(r.Context())), who)
	}
}

// isOwnHost reports whether a request was sent to this machine or to the address of the
// proxy.
func (s *Staff) isOwnHost(hostport string) bool {
	if s.options.URL != nil && strings.EqualFold(hostport, s.options.URL.Host) {
		return true
	}
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func (s *Staff) secure() bool { return s.options.URL != nil && s.options.URL.Scheme == "https" }

func (s *Staff) log(r *http.Request, level slog.Level, message string, attrs ...slog.Attr) {
	s.options.Logger.LogAttrs(r.Context(), level, message, attrs...)
}
