package staff

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/internal/pgtest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// engines are the addresses of a new database of each kind.
var engines = map[string]func(t *testing.T) string{
	"SQLite": func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "shop.db") },
	"PostgreSQL": func(t *testing.T) string {
		t.Helper()
		config, err := pgx.ParseConfig(pgtest.Database(t))
		require.NoError(t, err)
		query := url.Values{"host": {config.Host}, "port": {strconv.Itoa(int(config.Port))}, "sslmode": {"disable"}}
		return (&url.URL{Scheme: "postgres", User: url.User(config.User), Path: "/" + config.Database, RawQuery: query.Encode()}).String()
	},
}

// onEach runs a test with pages on each kind of database.
func onEach(t *testing.T, test func(o *office)) {
	t.Helper()
	for name, address := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newOffice(t, address(t), nil))
		})
	}
}

// office is the pages of a shop whose clock stands still unless a test moves it.
type office struct {
	*Staff

	t     *testing.T
	clock time.Time
}

var bangkok = time.FixedZone("Asia/Bangkok", 7*60*60)

func newOffice(t *testing.T, address string, change func(*Options)) *office {
	t.Helper()
	o := &office{t: t, clock: time.Date(2026, 3, 4, 12, 0, 0, 0, bangkok)}
	db, err := shop.OpenDatabase(t.Context(), address, nil)
	require.NoError(t, err)
	none := func(string) (host.Provider, bool) { return nil, false }
	s, err := shop.Open(t.Context(), db, none, &shop.Options{BaseURL: "http://127.0.0.1", KeyFile: filepath.Join(t.TempDir(), "key")})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	providers := supervisor.New(nil)
	t.Cleanup(func() { assert.NoError(t, providers.Close()) })
	options := &Options{Zone: bangkok, now: func() time.Time { return o.clock }}
	if change != nil {
		change(options)
	}
	o.Staff = New(db, s, providers, options)
	return o
}

// answer is what a browser gets, which follows no redirect.
type answer struct {
	status int
	header http.Header
	body   string
	cookie *http.Cookie
}

// send sends a request with the cookie of a session.
func (o *office) send(method, path string, form url.Values, cookie *http.Cookie) answer {
	o.t.Helper()
	r := httptest.NewRequestWithContext(o.t.Context(), method, "http://127.0.0.1"+path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	recorder := httptest.NewRecorder()
	o.Handler().ServeHTTP(recorder, r)
	a := answer{status: recorder.Code, header: recorder.Header(), body: recorder.Body.String()}
	for _, c := range recorder.Result().Cookies() {
		a.cookie = c
	}
	return a
}

// logIn returns the cookie of a new session.
func (o *office) logIn(name, password string) *http.Cookie {
	o.t.Helper()
	a := o.send(http.MethodPost, "/login", url.Values{"name": {name}, "password": {password}}, nil)
	require.Equal(o.t, http.StatusSeeOther, a.status, a.body)
	require.NotNil(o.t, a.cookie)
	return a.cookie
}

// isIn reports whether a cookie is that of a session.
func (o *office) isIn(cookie *http.Cookie) bool {
	o.t.Helper()
	return o.send(http.MethodGet, "/password", nil, cookie).status == http.StatusOK
}

// row is a payment as it is put into the ledger's tables.
type row struct {
	sale, status, currency string
	amount                 int64
	settled                string
	net, fee               int64
	at                     time.Time
}

func (o *office) put(rows ...row) {
	o.t.Helper()
	for i, r := range rows {
		_, err := o.db.ExecContext(o.t.Context(), o.tables(`INSERT INTO {sales} (id, currency, amount, method, status, cancel_wanted, sequence, entries, version, created_at)
			VALUES ($1, $2, $3, 'wallet', 'PAID', 0, 0, 0, 1, $4)`), r.sale, r.currency, r.amount, r.at.UnixMilli())
		require.NoError(o.t, err)
		settled := []any{nil, nil, nil}
		if r.settled != "" {
			settled = []any{r.settled, r.net, r.fee}
		}
		_, err = o.db.ExecContext(o.t.Context(), o.tables(`INSERT INTO {attempts} (key, sale_id, operation, n, order_id, provider, fallbacks, method, payer_action,
			currency, amount, refunded, gateway_id, status, request, shown, released, cleared, checks, hints, created_at,
			settlement_currency, settlement_net, settlement_fee)
			VALUES ($1, $2, 'CREATE_PAYMENT', 1, $2, 'wallet', '[]', 'wallet', 'REQUIRED', $3, $4, 0, $5, $6, 'request', 0, 0, 0, 0, 0, $7, $8, $9, $10)`),
			fmt.Sprintf("key-%04d-%s", i, r.sale), r.sale, r.currency, r.amount, "pay-"+r.sale, r.status, r.at.UnixMilli(), settled[0], settled[1], settled[2])
		require.NoError(o.t, err)
	}
}

func parse(t *testing.T, query string) url.Values {
	t.Helper()
	values, err := url.ParseQuery(query)
	require.NoError(t, err)
	return values
}
