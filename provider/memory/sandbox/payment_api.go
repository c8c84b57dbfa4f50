package sandbox

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

func createPayment(a *account, r *http.Request) (*answer, *refusal) {
	key, refused := readKey(r)
	if refused != nil {
		return nil, refused
	}
	var order paymentOrder
	refused = readBody(r, &order, "amount", "currency", "method", "payer_phone", "return_url", "reference", "description", "metadata")
	if refused != nil {
		return nil, refused
	}
	if refused := order.check(); refused != nil {
		return nil, refused
	}
	a.Lock()
	defer a.Unlock()
	p, replayed, refused := a.create(key, &order)
	if refused != nil {
		return nil, refused
	}
	return created(*p, replayed), nil
}

func (o *paymentOrder) check() *refusal {
	if !slices.Contains(methods(), o.Method) {
		return badRequest(codeMethodUnsupported, "method", "method must be one of %s", strings.Join(methods(), ", "))
	}
	if refused := checkAmount(o.Method, o.Amount, o.Currency); refused != nil {
		return refused
	}
	if refused := o.checkPhone(); refused != nil {
		return refused
	}
	if refused := checkReturnURL(o.ReturnURL); refused != nil {
		return refused
	}
	if refused := checkText("reference", o.Reference, 255); refused != nil {
		return refused
	}
	if refused := checkText("description", o.Description, 255); refused != nil {
		return refused
	}
	if len(o.Metadata) > 20 {
		return invalid("metadata", "metadata has at most 20 pairs")
	}
	for name, value := range o.Metadata {
		if name == "" || len(name) > 40 || len(value) > 255 {
			return invalid("metadata", "metadata has names of 1 to 40 bytes and values of at most 255")
		}
	}
	return nil
}

var phonePattern = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

func (o *paymentOrder) checkPhone() *refusal {
	if (o.Method == methodPhone) != (o.PayerPhone != "") {
		return invalid("payer_phone", "payer_phone is required for %s, and not allowed for others", methodPhone)
	}
	if o.PayerPhone != "" && !phonePattern.MatchString(o.PayerPhone) {
		return invalid("payer_phone", "payer_phone must be a number such as +66812345678")
	}
	return nil
}

func checkText(field, text string, longest int) *refusal {
	if len(text) > longest {
		return invalid(field, "%s has at most %d bytes", field, longest)
	}
	return nil
}

func checkReturnURL(address string) *refusal {
	parsed, err := url.Parse(address)
	isOdd := func(r rune) bool { return r <= ' ' || r > '~' } // what must be percent-encoded
	if err != nil || len(address) > 2048 || parsed.Hostname() == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") ||
		strings.ContainsFunc(address, isOdd) {
		return invalid("return_url", "return_url must be an absolute http or https URL of at most 2048 bytes of ASCII")
	}
	return nil
}

func getPayment(a *account, r *http.Request) (*answer, *refusal) {
	return withPayment(a, r, func(p *payment) (*answer, *refusal) { return ok(*p), nil })
}

// withPayment calls serve with the payment of the path and the account locked.
func withPayment(a *account, r *http.Request, serve func(*payment) (*answer, *refusal), queryFields ...string) (*answer, *refusal) {
	if _, refused := readQuery(r, queryFields...); refused != nil {
		return nil, refused
	}
	a.Lock()
	defer a.Unlock()
	p, refused := a.find(r.PathValue("payment"))
	if refused != nil {
		return nil, refused
	}
	return serve(p)
}

// cancelPayment accepts an empty body or {}.
func cancelPayment(a *account, r *http.Request) (*answer, *refusal) {
	content, refused := readContent(r)
	if refused != nil {
		return nil, refused
	}
	if body := bytes.TrimSpace(content); len(body) > 0 && string(body) != "{}" {
		return nil, invalid("", "the body must be empty or {}")
	}
	return withPayment(a, r, func(p *payment) (*answer, *refusal) {
		if refused := a.cancel(p); refused != nil {
			return nil, refused
		}
		return ok(*p), nil
	})
}

type paymentsAnswer struct {
	Payments      []payment `json:"payments"`
	NextPageToken string    `json:"next_page_token,omitempty"`
}

func listPayments(a *account, r *http.Request) (*answer, *refusal) {
	values, refused := readQuery(r, "idempotency_key", "created_from", "created_until", "page_size", "page_token")
	if refused != nil {
		return nil, refused
	}
	if values.Has("idempotency_key") {
		if len(values) > 1 {
			return nil, invalid("idempotency_key", "idempotency_key cannot be combined with other parameters")
		}
		return findByKey(a, values.Get("idempotency_key")), nil
	}
	page, refused := readPage(values)
	if refused != nil {
		return nil, refused
	}
	a.Lock()
	defer a.Unlock()
	return ok(a.list(page)), nil
}

func findByKey(a *account, key string) *answer {
	a.Lock()
	defer a.Unlock()
	found := paymentsAnswer{Payments: []payment{}}
	if p, ok := a.byKey[key]; ok {
		found.Payments = append(found.Payments, *p)
	}
	return ok(found)
}

// page says which of the account's payments a list has.
type page struct {
	from, until time.Time // zero: unbounded
	size        int
	start       int // index into the account's payments, which are never removed
}

const pageTokenPrefix = "after_"

func readPage(values url.Values) (*page, *refusal) {
	asked := &page{size: 20}
	for field, into := range map[string]*time.Time{"created_from": &asked.from, "created_until": &asked.until} {
		if !values.Has(field) {
			continue
		}
		at, err := time.Parse(time.RFC3339, values.Get(field))
		if err != nil {
			return nil, invalid(field, "%s must be an RFC 3339 time", field)
		}
		*into = at
	}
	if values.Has("page_size") {
		size, err := strconv.Atoi(values.Get("page_size"))
		if err != nil || size < 1 || size > 100 {
			return nil, invalid("page_size", "page_size must be 1 to 100")
		}
		asked.size = size
	}
	if values.Has("page_token") {
		place, found := strings.CutPrefix(values.Get("page_token"), pageTokenPrefix)
		start, err := strconv.ParseUint(place, 10, 31)
		if !found || err != nil {
			return nil, invalid("page_token", "page_token must be the next_page_token of an earlier answer")
		}
		asked.start = int(start)
	}
	return asked, nil
}

// list returns one page. The account's payments are sorted by time.
func (a *account) list(asked *page) *paymentsAnswer {
	first := sort.Search(len(a.payments), func(i int) bool { return !a.payments[i].CreatedAt.Before(asked.from) })
	found := &paymentsAnswer{Payments: []payment{}}
	for i := max(first, asked.start); i < len(a.payments); i++ {
		p := a.payments[i]
		if !asked.until.IsZero() && !p.CreatedAt.Before(asked.until) {
			break
		}
		if len(found.Payments) == asked.size {
			found.NextPageToken = pageTokenPrefix + strconv.Itoa(i)
			break
		}
		found.Payments = append(found.Payments, *p)
	}
	return found
}
