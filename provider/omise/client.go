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
	// BaseURL is scheme and host of the API; default DefaultBaseURL. It must be https; http is accepted for this
	// machine only, where a sandbox listens.
	BaseURL string
	// APIVersion is sent as Omise-Version, so that an upgrade of the account changes nothing here; default
	// DefaultAPIVersion. 2017-11-02 works too.
	APIVersion string
	// UserAgent is sent with every request; default Paysocket.
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
	// Backoff returns the wait after the attempt of that number, counted from 1, before the same request is sent again.
	// Default: a random time up to 200 ms after the first attempt and up to 400 ms after the second. A Retry-After of
	// the gateway is waited for even if it is longer. Backoff does not decide which requests are sent again, nor how often.
	Backoff func(attempt int) time.Duration
	// Logger gets one record for every attempt, at debug level; default none.
	Logger *slog.Logger
}

// A Client speaks to one Omise account. Make it with [New]; it is safe for concurrent use.
type Client struct {
	credentials Credentials
	live        bool
	baseURL     string
	options     Options
	transport   *roundtrip.Transport
	guard       guard
	logger      *slog.Logger
}

// New makes a client. It sends nothing; its errors tell which key or option is wrong, without quoting a key. options
// may be nil.
func New(credentials Credentials, options *Options) (*Client, error) {
	return newClient(credentials, options, network())
}

// maxBody is larger than a list of 100 charges by far.
const maxBody = 1 << 20

// network returns how the API is reached. A dial that takes longer than 2 s will not succeed, and the time belongs to
// the next attempt.
func network() *roundtrip.Options {
	return &roundtrip.Options{MaxBody: maxBody, DialTimeout: 2 * time.Second, TLSTimeout: 3 * time.Second, MaxIdle: 64}
}

func newClient(credentials Credentials, options *Options, network *roundtrip.Options) (*Client, error) {
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
		transport:   roundtrip.NewTransport(network),
		guard:       newGuard(settled.Logger),
		logger:      settled.Logger,
	}, nil
}

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
	settled.BaseURL = strings.TrimRight(cmp.Or(settled.BaseURL, DefaultBaseURL), "/")
	settled.APIVersion = cmp.Or(settled.APIVersion, DefaultAPIVersion)
	settled.UserAgent = cmp.Or(settled.UserAgent, "Paysocket")
	settled.ReadTimeout = cmp.Or(settled.ReadTimeout, DefaultReadTimeout)
	settled.WriteTimeout = cmp.Or(settled.WriteTimeout, DefaultWriteTimeout)
	if settled.Backoff == nil {
		settled.Backoff = fullJitter
	}
	settled.Logger = cmp.Or(settled.Logger, slog.New(slog.DiscardHandler))
	switch {
	case !roundtrip.IsSafeBase(settled.BaseURL): // which is not quoted, as a password may stand in it
		return Options{}, errors.New("omise: the base URL must be https, with a host and no user, path, query or fragment, such as " +
			DefaultBaseURL + " (http only on this machine)")
	case !versionForm.MatchString(settled.APIVersion):
		return Options{}, errors.New("omise: the API version must be a date such as " + DefaultAPIVersion)
	case !userAgentForm.MatchString(settled.UserAgent):
		return Options{}, errors.New("omise: the user agent must be 1 to 256 printable ASCII characters")
	case settled.ReadTimeout < 0 || settled.WriteTimeout < 0 || settled.MinTimeLeft < 0:
		return Options{}, errors.New("omise: a timeout must not be negative")
	}
	return settled, nil
}
