package supervisor

import "github.com/paysocket/paysocket/plugin"

// The failures of a [plugin.OpenError] that only a Supervisor has.
const (
	// FailureContract: the provider was built for a version of the contract that
	// this host does not support.
	FailureContract plugin.Failure = "CONTRACT"

	// FailureAdmission: Options.Admit refused the provider.
	FailureAdmission plugin.Failure = "ADMISSION"
)
