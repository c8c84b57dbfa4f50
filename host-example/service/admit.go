package service

import (
	"context"
	"errors"
	"fmt"

	"github.com/paysocket/paysocket/conformance/admission"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// admit decides whether a provider may have secrets and payments. Its checksum, its
// descriptor and the version of its contract have been checked before.
func (s *service) admit(_ context.Context, request *supervisor.Admission) error {
	entry := request.Entry
	if err := s.sameMode(entry); err != nil {
		return err
	}
	if entry.Conformance == "" {
		if !s.options.RequireConformance {
			return nil
		}
		return errors.New("this host requires a conformance report of every provider, and the entry has none; " +
			"write conformance: FILE into the entry, and make the report with paysocket conformance run -f MANIFEST --provider " + entry.Path + " --json FILE")
	}
	subject := &admission.Subject{Path: entry.Path, SHA256: request.Process.SHA256, Descriptor: request.Descriptor}
	return admission.Check(entry.Conformance, subject, &admission.Options{
		Profile: s.options.Profile, MaxAge: s.options.MaxReportAge,
	})
}

// sameMode keeps real money out of a host for tests, and test mode out of a host that
// sells for real money.
func (s *service) sameMode(entry *supervisor.Entry) error {
	switch {
	case s.options.Live && entry.Mode != contract.ModeLive:
		return fmt.Errorf("its entry has mode %s, and this host was started with --live", entry.Mode)
	case !s.options.Live && entry.Mode != contract.ModeTest:
		return fmt.Errorf("its entry has mode %s, and this host was started without --live", entry.Mode)
	default:
		return nil
	}
}
