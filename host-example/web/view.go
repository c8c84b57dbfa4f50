package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// View is what every template sees of who looks at a page. Embed it in a page's data:
//
//	{{.T "below_minimum" "amount" (.Amount .Minimum)}}
type View struct {
	Lang Language

	texts Texts
	zone  *time.Location
	url   *url.URL
}

// NewView returns the view of whoever sent a request. Times are shown in a zone; that of
// the machine if it is nil.
func NewView(r *http.Request, texts Texts, zone *time.Location) *View {
	if zone == nil {
		zone = time.Local
	}
	return &View{Lang: LanguageOf(r), texts: texts, zone: zone, url: r.URL}
}

// T returns a text; pairs are the names of placeholders and their values.
func (v *View) T(key string, pairs ...any) string { return v.texts.Text(v.Lang, key, pairs...) }

// Amount returns an amount as text.
func (v *View) Amount(m contract.Money) string { return v.Lang.Amount(m) }

// Moment returns a time as text.
func (v *View) Moment(t time.Time) string {
	if t.IsZero() {
		return v.Lang.Moment(t)
	}
	return v.Lang.Moment(t.In(v.zone))
}

// Machine returns a time for the attribute datetime of HTML.
func (v *View) Machine(t time.Time) string { return t.In(v.zone).Format(time.RFC3339) }

// Asset returns the address of a stylesheet or script.
func (v *View) Asset(name string) string { return Asset(name) }

// Choice is a link to a page in another language.
type Choice struct {
	Lang    Language
	Name    string
	URL     string
	Current bool
}

// Choices returns the links to the same page in all languages. What else is in its query
// stays.
func (v *View) Choices() []Choice {
	var all []Choice
	for _, l := range Languages() {
		query := v.url.Query()
		query.Set(languageParameter, string(l))
		all = append(all, Choice{l, l.Name(), "?" + query.Encode(), l == v.Lang})
	}
	return all
}
