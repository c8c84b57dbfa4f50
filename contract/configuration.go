package contract

// Configuration tells a provider which account to work for, and how. Hosts
// pass it through [PaymentProvider.Configure] and no other way: not in
// arguments, not in the environment.
type Configuration struct {
	// Mode is the mode that the host means to be in. Credentials of the other
	// mode are ModeMismatch, so that a test set-up cannot move real money.
	Mode Mode

	// Settings are values that may be shown, by the names in
	// Descriptor.ConfigFields. A list is one value with commas between the
	// items.
	Settings map[string]string

	// Secrets are values that must never be shown, likewise.
	Secrets map[string]Secret

	// Probe asks the provider to read at the gateway whether the credentials
	// work and what the account may do.
	Probe bool
}

// Mode tells real money from play money.
type Mode string

// The modes. The zero value is not legal.
const (
	ModeTest Mode = "TEST" // no money moves
	ModeLive Mode = "LIVE" // real money moves
)

// Account is what a configured provider works for.
type Account struct {
	// ID is the gateway's id of the account, and Name its name for people;
	// empty if the gateway does not tell or was not asked.
	ID, Name string

	// Country is the ISO 3166-1 alpha-2 code of where the account is
	// registered; empty if not known.
	Country string

	// Live is true if the credentials move real money.
	Live bool

	// PaymentMethods are the methods that can be used with this account, with
	// the limits in force. A limit that is not known is absent.
	PaymentMethods []PaymentMethod
}
