package staff

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/web"
)

//go:embed pages
var files embed.FS

// stylePath is where the stylesheet of these pages is, beside the one of all pages.
const stylePath = "/staff.css"

func serveStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, files, "pages/staff.css")
}

// styleAddress changes with the stylesheet, so that a browser may keep it.
func styleAddress() string {
	content, _ := files.ReadFile("pages/staff.css") // it is in the program
	sum := sha256.Sum256(content)
	const short = 6
	return stylePath + "?v=" + hex.EncodeToString(sum[:short])
}

// page is what the frame of every page shows.
type page struct {
	Title string
	User  *user // nil if nobody is logged in
	Path  string
	Live  bool
	Done  string // what the form of before has done

	zone *time.Location
}

func (s *Staff) pageOf(r *http.Request, who *session, title string) page {
	p := page{Title: title, Path: r.URL.Path, Live: s.options.Live, Done: done[r.URL.Query().Get("done")], zone: s.options.Zone}
	if who != nil {
		p.User = &who.user
	}
	return p
}

// done has what a page says after a form was carried out. The address has the key and not
// the text, or somebody could have the page say anything by a link.
var done = map[string]string{
	"refund":   "The refund is under way. Its state is below.",
	"look":     "The payment was looked at again.",
	"wait":     "It was looked at a moment ago. Wait ten seconds.",
	"cancel":   "Nothing is begun any more for this order. What became of its payment is below.",
	"resolve":  "Your decision was recorded and carried out.",
	"swap":     "A new process of the provider takes its calls.",
	"disable":  "The provider gets no new orders.",
	"enable":   "The provider gets new orders again.",
	"password": "Your password was changed, and your other sessions have ended.",
	"role":     "That was changed. They have to log in again.",
}

// May reports whether whoever looks at the page has a role.
func (p *page) May(needed Role) bool { return p.User != nil && p.User.Role.may(needed) }

// Amount returns an amount as text.
func (p *page) Amount(m contract.Money) string { return web.English.Amount(m) }

// Moment returns a time as text.
func (p *page) Moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(p.zone).Format("2 Jan 2006, 15:04:05")
}

// Machine returns a time for the attribute datetime.
func (p *page) Machine(t time.Time) string { return t.In(p.zone).Format(time.RFC3339) }

// Zone names the zone of the times.
func (p *page) Zone() string { return p.zone.String() }

// Assets returns the addresses of the stylesheets.
func (p *page) Assets() []string { return []string{web.Asset("style.css"), styleAddress()} }

// Style returns the class of a state.
func (p *page) Style(state string) string {
	switch state {
	case "SUCCEEDED", "PAID", "READY":
		return "good"
	case "FAILED", "EXPIRED", "CANCELED", "UNPAID", stateGivenUp:
		return "over"
	case "UNKNOWN", stateNone, "OPEN", "BACKOFF":
		return "warn"
	default:
		return "waits"
	}
}

// navLink is a link to a page.
type navLink struct {
	Href, Text string
	Current    bool
}

// decision is what the form of a decision about an attempt needs.
type decision struct{ Sale, Key, Provider, What string }

var functions = template.FuncMap{
	"link": func(path, href, text string) navLink { return navLink{href, text, path == href} },
	"decide": func(sale string, a host.Attempt, what string) decision {
		return decision{sale, a.Key, a.Provider, what}
	},
}

var templates = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range []string{
		"login", "message", "day", "payments", "payment", "attention", "providers", "password", "staff",
	} {
		all[name] = template.Must(template.New("frame.html").Funcs(functions).ParseFS(files, "pages/frame.html", "pages/"+name+".html"))
	}
	return all
}()

// render answers with a page, which is made whole before a byte of it is sent.
func (s *Staff) render(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var content bytes.Buffer
	if err := templates[name].Execute(&content, data); err != nil {
		s.log(r, slog.LevelError, "a page could not be made", slog.String("page", name), slog.Any("error", err),
			slog.String("remedy", "report it: its template does not fit its data"))
		http.Error(w, "This page cannot be shown at the moment.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(content.Bytes()) // fails only if the browser is gone
}

type messagePage struct {
	page

	Texts []string
	Back  string
}

// say answers with a page of a few sentences.
func (s *Staff) say(w http.ResponseWriter, r *http.Request, who *session, status int, title string, texts ...string) {
	back := "/"
	if sale := r.PathValue("sale"); sale != "" {
		back = salePath(sale)
	}
	s.render(w, r, status, "message", &messagePage{page: s.pageOf(r, who, title), Texts: texts, Back: back})
}

func (s *Staff) showMissing(w http.ResponseWriter, r *http.Request, who *session) {
	s.say(w, r, who, http.StatusNotFound, "Nothing here", "There is no such page, or no such payment.")
}

// fail answers what the host itself is at fault for, whose cause is for its log.
func (s *Staff) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.log(r, slog.LevelError, "a page of the staff failed", slog.String("path", r.URL.Path), slog.Any("error", err),
		slog.String("remedy", "bring the database back to what the error misses; the page may be opened again"))
	w.Header().Set("Retry-After", "5")
	http.Error(w, "This page is not there at the moment. Nothing is lost; try again.", http.StatusServiceUnavailable)
}

// refuse answers an error of the shop or the engine in plain words.
func (s *Staff) refuse(w http.ResponseWriter, r *http.Request, who *session, err error) {
	if errors.Is(err, host.ErrNotFound) {
		s.showMissing(w, r, who)
		return
	}
	s.log(r, slog.LevelInfo, "what somebody asked for was not done", slog.String("user", who.user.Name), slog.String("path", r.URL.Path), slog.Any("error", err))
	if differs, ok := errors.AsType[*host.OrderDiffersError](err); ok {
		s.say(w, r, who, http.StatusConflict, "Not done", "There is already a refund with this number: "+differs.Known+". Nothing was sent.")
		return
	}
	if busy, ok := errors.AsType[*host.NotFreeError](err); ok {
		texts := []string{"It is not possible now, and no money was moved: " + busy.Why + "."}
		if !busy.Left.IsZero() {
			texts = append(texts, "What is left: "+web.English.Amount(busy.Left)+".")
		}
		if !busy.From.IsZero() {
			texts = append(texts, "Try again from "+busy.From.In(s.options.Zone).Format("15:04:05")+" on.")
		}
		s.say(w, r, who, http.StatusConflict, "Not done", texts...)
		return
	}
	if refused, ok := errors.AsType[*contract.Error](err); ok && refused.Reason == contract.InvalidRequest {
		texts := []string{"Nothing was sent, since something is wrong with the form."}
		for _, v := range refused.Violations {
			texts = append(texts, v.Field+" "+v.Description+".")
		}
		s.say(w, r, who, http.StatusUnprocessableEntity, "Not done", texts...)
		return
	}
	s.say(w, r, who, http.StatusServiceUnavailable, "Nobody knows yet",
		"The request may be stored and go on, or not. Open the payment again before you repeat it.")
}

// Words returns what a state is called.
func (p *page) Words(state string) string { return words(state) }
