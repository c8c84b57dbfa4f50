package contract

// Configuration tells a provider which account to work for, and how. A host
// passes it through [PaymentProvider.Configure] and in no other way: not in
// arguments, not in the environment.
type Configuration struct {
	// Mode is the mode that the host intends. Credentials of the other mode are
	// refused with ModeMismatch, so that a test set-up cannot move real money: those
	// that show their mode, such as "sk_test_...", always, and others by what a probe
	// finds.
	Mode Mode

	// Settings are the values that may be shown, by the names in
	// Descriptor.ConfigFields. A list is one value, its items separated by
	// commas.
	Settings map[string]string

	// Secrets are the values that must never be shown, nor parts of them of
	// twelve bytes or more, by the names in Descriptor.ConfigFields.
	Secrets map[string]Secret

	// Probe asks the provider to find out from the gateway whether the
	// credentials work, whose they are and what the account may do.
	Probe bool
}

// Mode says whether real money moves.
type Mode string

// The modes. The zero value is invalid.
const (
	ModeTest Mode = "TEST" // no money moves
	ModeLive Mode = "LIVE" // real money moves
)

// Account is the account that a configured provider works for.
type Account struct {
	// ID is the gateway's id of the account, and Name its name for people. Each
	// is empty if the gateway does not say it or was not asked. By the id a
	// provider can tell that two configurations are of one account.
	ID, Name string

	// Country is the ISO 3166-1 alpha-2 code of the country in which the account
	// is registered; empty if unknown.
	Country string

	// Live is true if the credentials move real money.
	Live bool

	// PaymentMethods are the methods of the descriptor that can be used with this
	// account, with the limits in force, which are never wider than the descriptor's.
	// A limit that is unknown is absent. Without a probe they are those that the
	// provider takes every account to have; other methods need one.
	PaymentMethods []PaymentMethod
}
