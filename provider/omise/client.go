package omise

import (
	"cmp"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// The defaults of Options.
const (
	DefaultBaseURL      = "https://api.omise.co"
	DefaultAPIVersion   = "2019-05-29"
	DefaultReadTimeout  = 8 * time.Second
	DefaultWriteTimeout = 20 * time.Second
)

// Options are the settings of a Client. The zero value of every field means its default.
type Options struct {
	// BaseURL is scheme and host of the API; default DefaultBaseURL. It must be https; http is accepted only for this
	// machine, for a sandbox.
	BaseURL string
	// APIVersion is sent as Omise-Version, so that an upgrade of the account changes nothing here; default
	// DefaultAPIVersion. 2017-11-02 works too.
	APIVersion string
	// UserAgent is sent with every request; default Paysocket.
	UserAgent string
	// Proxy returns the proxy that leads to the API, as in roundtrip.Options; default none. BaseURL must be https then.
	Proxy func() (address, credentials string)
	// ReadTimeout bounds one attempt of a request that moves no money, from dialling to the last byte of the answer;
	// default 8 s. An earlier deadline of the context applies, too.
	ReadTimeout time.Duration
	// WriteTimeout does the same for a request that moves money; default 20 s. Keep it long: a short one does not stop
	// the gateway, it only makes the outcome unknown.
	WriteTimeout time.Duration
	// MinTimeLeft is how much time must be left before the context's deadline to start a request that moves money; with
	// less it fails with KindExpired, unsent. Default 0: any. It holds for every attempt.
	MinTimeLeft time.Duration
	// Backoff returns the wait after the attempt of that number, counted from 1, before the same request is sent again.
	// Default: a random time up to 200 ms after the first attempt and up to 400 ms after the second. A Retry-After of
	// the gateway is waited for even if it is longer. Backoff does not decide which requests are sent again, nor how often.
	Backoff func(attempt int) time.Duration
	// Dated is called with the gateway's clock in every answer that has it, by the goroutine that waits for the answer;
	// default none.
	Dated func(at time.Time)
	// Logger gets one record for every attempt, at debug level; default none.
	Logger *slog.Logger
}

// A Client calls the API for one Omise account. Make it with [New]. It may be used concurrently.
type Client struct {
	credentials Credentials
	live        bool
	options     Options
	transport   *roundtrip.Transport
	guard       guard
}

// New returns a client. It sends nothing. Its errors name the key or option that is wrong, without quoting a key. options
// may be nil.
func New(credentials Credentials, options *Options) (*Client, error) {
	return newClient(credentials, options, network())
}

// maxBody is far larger than a list of 100 charges.
const maxBody = 1 << 20

// network returns the options of the transport. A dial that takes longer than 2 s rarely succeeds; the next attempt uses
// the time better.
func network() *roundtrip.Options {
	return &roundtrip.Options{MaxBody: maxBody, DialTimeout: 2 * time.Second, TLSTimeout: 3 * time.Second, MaxIdle: 64}
}

func newClient(credentials Credentials, options *Options, network *roundtrip.Options) (*Client, error) {
	live, err := credentials.mode()
	if err != nil {
		return nil, err
	}
	filled, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	network.Proxy = filled.Proxy
	return &Client{
		credentials: credentials,
		live:        live,
		options:     filled,
		transport:   roundtrip.NewTransport(network),
		guard:       newGuard(filled.Logger),
	}, nil
}

// Close closes the idle connections. Requests in flight end as usual.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

var (
	versionForm   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	userAgentForm = regexp.MustCompile(`^[ -~]{1,256}$`)
)

// withDefaults returns a copy with the defaults filled in, or an error that names the invalid field.
func (o *Options) withDefaults() (Options, error) {
	var filled Options
	if o != nil {
		filled = *o
	}
	filled.BaseURL = strings.TrimRight(cmp.Or(filled.BaseURL, DefaultBaseURL), "/")
	filled.APIVersion = cmp.Or(filled.APIVersion, DefaultAPIVersion)
	filled.UserAgent = cmp.Or(filled.UserAgent, "Paysocket")
	filled.ReadTimeout = cmp.Or(filled.ReadTimeout, DefaultReadTimeout)
	filled.WriteTimeout = cmp.Or(filled.WriteTimeout, DefaultWriteTimeout)
	if filled.Backoff == nil {
		filled.Backoff = fullJitter
	}
	filled.Logger = cmp.Or(filled.Logger, slog.New(slog.DiscardHandler))
	switch {
	case !roundtrip.IsSafeBase(filled.BaseURL): // which is not quoted, since it may contain a password
		return Options{}, errors.New("omise: the base URL must be https, with a host and no user, path, query or fragment, such as " +
			DefaultBaseURL + " (http only on this machine)")
	case filled.Proxy != nil && strings.HasPrefix(filled.BaseURL, "http:"):
		return Options{}, errors.New("omise: a base URL over http is on this machine, and is not reached through a proxy")
	case !versionForm.MatchString(filled.APIVersion):
		return Options{}, errors.New("omise: the API version must be a date such as " + DefaultAPIVersion)
	case !userAgentForm.MatchString(filled.UserAgent):
		return Options{}, errors.New("omise: the user agent must be 1 to 256 printable ASCII characters")
	case filled.ReadTimeout < 0 || filled.WriteTimeout < 0 || filled.MinTimeLeft < 0:
		return Options{}, errors.New("omise: a timeout must not be negative")
	}
	return filled, nil
}
