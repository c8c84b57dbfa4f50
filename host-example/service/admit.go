package service

import (
	"context"
	"errors"
	"fmt"

	"github.com/paysocket/paysocket/conformance/admission"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// admit decides whether a provider may have keys and payments. Its sum, its
// descriptor and its contract have been checked by then.
func (s *service) admit(_ context.Context, asks *supervisor.Admission) error {
	entry := asks.Entry
	if err := s.sameMode(entry); err != nil {
		return err
	}
	if entry.Conformance == "" {
		if !s.options.RequireConformance {
			return nil
		}
		return errors.New("this host requires a conformance report of every provider, and the entry names none; " +
			"write conformance: FILE into it, and run paysocket conformance run -f MANIFEST --provider " + entry.Path + " --json FILE")
	}
	subject := &admission.Subject{Path: entry.Path, SHA256: asks.Process.SHA256, Descriptor: asks.Descriptor}
	return admission.Check(entry.Conformance, subject, &admission.Options{
		Profile: s.options.Profile, MaxAge: s.options.MaxReportAge,
	})
}

// sameMode keeps real money out of a host that was started for tests, and test
// money out of one that sells.
func (s *service) sameMode(entry *supervisor.Entry) error {
	switch {
	case s.options.Live && entry.Mode != contract.ModeLive:
		return fmt.Errorf("the catalog has it for mode %s, and this host was started with --live", entry.Mode)
	case !s.options.Live && entry.Mode != contract.ModeTest:
		return fmt.Errorf("the catalog has it for mode %s, and this host was started without --live", entry.Mode)
	default:
		return nil
	}
}
