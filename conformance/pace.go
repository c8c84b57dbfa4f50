package conformance

import "context"

// measurePace measures how fast the provider is, for the checks of all variants.
func (r *run) measurePace(ctx context.Context) {
	if r.left == 0 {
		return
	}
	r.suite.MeasurePace(ctx)
	for _, suite := range r.suites {
		suite.Pace = r.suite.Pace
	}
}
