package conformance

import (
	"context"

	"github.com/paysocket/paysocket/conformance/internal/hostchecks"
)

// DoctorHost does what RunHost does before its first check, and has one order placed and
// paid, without a fault. Report and error are as those of Doctor.
func DoctorHost(ctx context.Context, m *HostManifest, options *Options) (*Report, error) {
	if options == nil {
		options = &Options{}
	}
	r, err := newHostRun(m.content, options)
	if err != nil {
		return nil, err
	}
	suite, err := hostchecks.Open(ctx, &r.settings)
	if err != nil {
		return nil, err
	}
	defer func() { _ = suite.Close() }() // whatever is left, the diagnosis counts
	if err = r.meet(ctx, suite); err == nil {
		r.report.payment = suite.Sell(ctx)
		err = r.diagnose(ctx, r.manifest.File)
	}
	for _, key := range r.order {
		r.report.Clauses = append(r.report.Clauses, *r.results[key])
	}
	return r.report, err
}
