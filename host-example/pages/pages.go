package pages

import (
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/host-example/web"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// Options are the settings of the pages.
type Options struct {
	// Live says that the host sells for real money; otherwise each page says that it does not.
	Live bool

	// Secure says that buyers reach the shop over https only.
	Secure bool

	// Preferred returns the names of the providers, the one first that is asked first; by
	// their names if it is nil.
	Preferred func() []string

	// Zone is in which times are shown; that of the machine if it is nil.
	Zone *time.Location

	// Logger gets what went wrong; nil discards it.
	Logger *slog.Logger
}

// Pages are the buyer's pages of a shop. Use [New] to make them.
type Pages struct {
	shop      *shop.Shop
	providers *supervisor.Supervisor
	options   Options
	placing   *rate.Limiter
}

// How many orders are placed in a second, and at once. A proxy knows who sends them, and
// can bound those of one sender.
const (
	ordersPerSecond = 20
	ordersAtOnce    = 100
)

// New returns the pages of a shop that sells through the providers of a supervisor.
func New(s *shop.Shop, providers *supervisor.Supervisor, options *Options) *Pages {
	p := &Pages{shop: s, providers: providers, placing: rate.NewLimiter(ordersPerSecond, ordersAtOnce)}
	if options != nil {
		p.options = *options
	}
	if p.options.Logger == nil {
		p.options.Logger = slog.New(slog.DiscardHandler)
	}
	return p
}

// Handler returns the handler of the pages:
//
//	GET  /                          the goods
//	GET  /checkout                  the basket, and the ways to pay for it
//	POST /orders                    places an order
//	GET  /orders/TOKEN              the order, and what is known of its payment
//	GET  /orders/TOKEN/state        the part of that page which changes
//	POST /orders/TOKEN/pay-again    another payment for an order that was not paid
//	GET  /orders/TOKEN/receipt      the receipt
//
// What the shop itself serves, such as /return/TOKEN, is not among them; see ShowReturn.
func (p *Pages) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.serveGoods)
	mux.HandleFunc("GET /checkout", p.serveCheckout)
	mux.HandleFunc("POST /orders", p.placeOrder)
	mux.HandleFunc("GET /orders/{token}", p.serveOrder)
	mux.HandleFunc("GET /orders/{token}/state", p.serveState)
	mux.HandleFunc("POST /orders/{token}/pay-again", p.payAgain)
	mux.HandleFunc("GET /orders/{token}/receipt", p.serveReceipt)
	mux.HandleFunc("GET /", p.serveNothing)
	outer := http.NewServeMux()
	outer.Handle(web.StaticPath, web.Static())
	outer.Handle("/", web.Private(mux))
	return outer
}

//go:embed templates
var files embed.FS

// The pages. The data of each has a frame.
var (
	goodsPage    = page("goods.html")
	checkoutPage = page("checkout.html")
	orderPage    = page("order.html")
	receiptPage  = page("receipt.html")
	missingPage  = page("missing.html")
	stateBox     = template.Must(template.ParseFS(files, "templates/*.html")).Lookup("state")
)

func page(name string) *template.Template {
	return template.Must(template.ParseFS(files, "templates/layout.html", "templates/state.html", "templates/methods.html", "templates/"+name))
}

// frame is what every page has around it.
type frame struct {
	*web.View

	Test bool // no real money
}

func (p *Pages) frame(r *http.Request) frame {
	return frame{View: web.NewView(r, texts(), p.options.Zone), Test: !p.options.Live}
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, page *template.Template, data any) {
	web.Render(w, r, status, page, data, p.options.Logger)
}

type missingData struct {
	frame

	Known bool // that there is nothing; otherwise it could not be read
}

// serveNothing answers for what is not there, which is also what somebody else's order is.
func (p *Pages) serveNothing(w http.ResponseWriter, r *http.Request) {
	p.render(w, r, http.StatusNotFound, missingPage, missingData{p.frame(r), true})
}

// serveTrouble answers for what cannot be read at the moment.
func (p *Pages) serveTrouble(w http.ResponseWriter, r *http.Request, err error) {
	p.options.Logger.LogAttrs(r.Context(), slog.LevelError, "a buyer's page could not be made", slog.Any("error", err),
		slog.String("remedy", "bring the database back to what the error misses; the buyer may open the page again"))
	w.Header().Set("Retry-After", "5")
	p.render(w, r, http.StatusServiceUnavailable, missingPage, missingData{p.frame(r), false})
}
