package supervisor

import (
	"context"
	"errors"
	"fmt"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Admission is a provider that a host has to decide about: it was started, has
// described itself, and has not been given any secrets.
type Admission struct {
	// Entry is its entry in the catalog. Entry.Conformance is the file of the
	// report that it requires, if it requires one.
	Entry *Entry

	// Descriptor is its description. It is valid, and this host supports its
	// version of the contract.
	Descriptor *contract.Descriptor

	// Process is its process, with the sum of the binary that runs.
	Process *plugin.Process
}

// checkAdmission returns an error if a provider may not have the entry's secrets
// and payments.
func checkAdmission(ctx context.Context, entry *Entry, client *plugin.Client, admit func(context.Context, *Admission) error) *plugin.OpenError {
	descriptor := client.Descriptor()
	if err := supports(contract.SpecVersion, descriptor.SpecVersion); err != nil {
		return &plugin.OpenError{Failure: FailureContract, Err: err}
	}
	if admit == nil {
		if entry.Conformance == "" {
			return nil
		}
		return &plugin.OpenError{Failure: FailureAdmission, Err: fmt.Errorf("the catalog requires the conformance report %s, "+
			"and this host reads none; it must set Options.Admit", entry.Conformance)}
	}
	err := admit(ctx, &Admission{Entry: entry, Descriptor: descriptor, Process: client.Process()})
	if err == nil && ctx.Err() != nil {
		err = errors.New("the host did not decide in time")
	}
	if err != nil {
		return &plugin.OpenError{Failure: FailureAdmission, Err: fmt.Errorf("the host does not admit it: %w", err)}
	}
	return nil
}
