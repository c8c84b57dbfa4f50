package omise

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// The defaults of Options.
const (
	DefaultBaseURL      = "https://api.omise.co"
	DefaultAPIVersion   = "2019-05-29"
	DefaultUserAgent    = "Paysocket"
	DefaultReadTimeout  = 8 * time.Second
	DefaultWriteTimeout = 20 * time.Second
)

// Options are the settings of a Client. The zero value of every field means its default.
type Options struct {
	// BaseURL is scheme and host of the API; default DefaultBaseURL. It must be https; http is accepted for a
	// loopback host only, where a sandbox listens.
	BaseURL string
	// APIVersion is sent as Omise-Version, so that an upgrade of the account changes nothing here; default
	// DefaultAPIVersion. 2017-11-02 works too.
	APIVersion string
	// UserAgent is sent with every request; default DefaultUserAgent.
	UserAgent string
	// ReadTimeout bounds one attempt of a request that moves no money, from dialling to the last byte of the answer;
	// default 8 s. The context's deadline wins if it is earlier.
	ReadTimeout time.Duration
	// WriteTimeout does the same for a request that does; default 20 s. Keep it long: a short one does not stop the
	// gateway, it only makes the outcome unknown.
	WriteTimeout time.Duration
	// MinTimeLeft is how much of the context's deadline must be left for a request that moves money to be begun; else it
	// fails with KindExpired, unsent. Default 0: any. It holds for every attempt.
	MinTimeLeft time.Duration
	// Proxy is used for every request; default none. The environment is never asked.
	Proxy *url.URL
	// Logger gets one record for every attempt, at debug level; default none.
	Logger *slog.Logger
}

// A Client speaks to one Omise account. Make it with [New]; it is safe for concurrent use.
type Client struct {
	credentials Credentials
	live        bool
	baseURL     string
	options     Options
	transport   *http.Transport
	guard       guard
	// backoff is the wait after the attempt of that number, counted from 1.
	backoff func(attempt int) time.Duration
	logger  *slog.Logger
}

// New makes a client. It sends nothing; its errors tell which key or option is wrong, without quoting a key. options
// may be nil.
func New(credentials Credentials, options *Options) (*Client, error) {
	return newClient(credentials, options, nil)
}

// dialFunc opens a connection; tests put connections in memory in its place.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func newClient(credentials Credentials, options *Options, dial dialFunc) (*Client, error) {
	live, err := credentials.mode()
	if err != nil {
		return nil, err
	}
	settled, err := options.settle()
	if err != nil {
		return nil, err
	}
	return &Client{
		credentials: credentials,
		live:        live,
		baseURL:     settled.BaseURL,
		options:     settled,
		transport:   newTransport(settled.Proxy, dial),
		guard:       newGuard(settled.Logger),
		backoff:     fullJitter,
		logger:      settled.Logger,
	}, nil
}

// Live tells whether the keys move real money.
func (c *Client) Live() bool { return c.live }

// Close gives up the idle connections. Requests under way end as usual.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

var (
	versionForm   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	userAgentForm = regexp.MustCompile(`^[ -~]{1,256}$`)
)

// settle gives a copy with the defaults filled in, or an error that names the field at fault.
func (o *Options) settle() (Options, error) {
	var settled Options
	if o != nil {
		settled = *o
	}
	settled.BaseURL = orDefault(settled.BaseURL, DefaultBaseURL)
	settled.APIVersion = orDefault(settled.APIVersion, DefaultAPIVersion)
	settled.UserAgent = orDefault(settled.UserAgent, DefaultUserAgent)
	settled.ReadTimeout = orDefault(settled.ReadTimeout, DefaultReadTimeout)
	settled.WriteTimeout = orDefault(settled.WriteTimeout, DefaultWriteTimeout)
	settled.Logger = orDefault(settled.Logger, slog.New(slog.DiscardHandler))

	baseURL, err := checkBaseURL(settled.BaseURL)
	switch {
	case err != nil:
		return Options{}, err
	case !versionForm.MatchString(settled.APIVersion):
		return Options{}, errors.New("omise: the API version must be a date such as " + DefaultAPIVersion)
	case !userAgentForm.MatchString(settled.UserAgent):
		return Options{}, errors.New("omise: the user agent must be 1 to 256 printable ASCII characters")
	case settled.ReadTimeout < 0 || settled.WriteTimeout < 0 || settled.MinTimeLeft < 0:
		return Options{}, errors.New("omise: a timeout must not be negative")
	}
	settled.BaseURL = baseURL
	return settled, nil
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// checkBaseURL gives scheme and host. It refuses whatever would send the key in clear, or to a place that the
// settings do not show at a glance. Its errors do not quote the address, as a password may stand in it.
func checkBaseURL(text string) (string, error) {
	base, err := url.Parse(text)
	if err != nil || base.Host == "" {
		return "", errors.New("omise: the base URL must be scheme and host, such as " + DefaultBaseURL)
	}
	if base.User != nil || base.RawQuery != "" || base.Fragment != "" || strings.Trim(base.Path, "/") != "" {
		return "", errors.New("omise: the base URL must have neither user, path, query nor fragment")
	}
	if base.Scheme != "https" && (base.Scheme != "http" || !isLoopback(base.Hostname())) {
		return "", errors.New("omise: the base URL must be https (http only on a loopback host)")
	}
	return base.Scheme + "://" + base.Host, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
