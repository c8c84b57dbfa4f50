package checks

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// configurations is the sweep over Configure: every way in which one fails, and what it
// answers and leaves behind, with another configuration in force and with none.
func configurations() sweep {
	rows := misfits()
	var cells []cell
	for i := range rows {
		for _, column := range configureColumns() {
			crossed := cell{row: rows[i].name, column: column.name, clause: column.clause}
			switch {
			case column.clause == "" && rows[i].clause == "":
				crossed.left = "the sweep over faults judges the error"
			case column.clause == "":
				crossed.clause = rows[i].clause
			case rows[i].mayFit:
				crossed.clause, crossed.left = "", "it need not fail"
			}
			cells = append(cells, crossed)
		}
	}
	return sweep{name: "configurations", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			for _, column := range configureColumns() {
				of := slices.DeleteFunc(slices.Clone(rows), func(m misfit) bool {
					return column.clause == "" && m.clause != clause || column.clause != "" && (column.clause != clause || m.mayFit)
				})
				if len(of) > 0 {
					t.Part(func(t *harness.T) { column.run(t, e, of) })
				}
			}
		}
	}}
}

// misfit is a row: a family of configurations that fail.
type misfit struct {
	name   string
	clause string // under which a wrong error is reported; empty: it is judged elsewhere
	mayFit bool   // whether it may succeed

	// cases returns the configurations for the account of a scenario, which is not
	// configured; none if the provider has nothing to misconfigure like that.
	cases func(t *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted
}

// misfitted is one configuration that fails.
type misfitted struct {
	what          string
	key           string // that the error names
	configuration *contract.Configuration
	reason        contract.Reason // of the error; empty: any
	fault         *proxy.Fault    // that the probe meets
	missed        bool            // the probe did not meet it, since its answers do not have what it changes
}

// configure makes the call.
func (m *misfitted) configure(t *harness.T, e *harness.Env, provider, account *harness.Scenario) error {
	limit := e.CallLimit()
	if m.fault != nil {
		armed := account.Arm(*m.fault)
		defer func() {
			armed.Disarm()
			m.missed = m.fault.WhereItFits && armed.Fired() == 0
		}()
		if m.fault.Kind == proxy.FaultHold {
			limit = e.Within(shortRead)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	for _, secret := range m.configuration.Secrets {
		e.Canaries.Add(secret.Reveal())
	}
	_, err := provider.Provider.Configure(ctx, m.configuration)
	if m.fault != nil && err != nil { // a request that still waits would be answered once the fault is over
		settled, end := context.WithTimeout(t.Context(), e.Within(grace))
		defer end()
		_ = account.Proxy.Await(settled, func(journal []proxy.Exchange) bool {
			return !slices.ContainsFunc(journal, func(x proxy.Exchange) bool { return !x.Done })
		})
	}
	return err
}

// configureColumn is a column: what is asked after a Configure that failed.
type configureColumn struct {
	name   string
	clause string // empty: that of the row

	run func(t *harness.T, e *harness.Env, rows []misfit)
}

func configureColumns() []configureColumn {
	return []configureColumn{
		{name: "the error", run: judgeMisfits},
		{name: "the descriptor", clause: "DSC-001", run: describesAfterMisfits},
		{name: "calls, with no configuration before", clause: "CFG-004", run: staysUnconfigured},
		{name: "calls, with a configuration before", clause: "CFG-005", run: staysConfigured},
	}
}

// judgeMisfits makes every Configure of the rows.
func judgeMisfits(t *harness.T, e *harness.Env, rows []misfit) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	for i := range rows {
		for _, m := range rows[i].cases(t, e, s) {
			err := m.configure(t, e, s, s)
			if fits := rows[i].mayFit || m.missed; err != nil || !fits {
				names(t, e, m, err)
			}
		}
		if rows[i].local() {
			harness.Equal(t, rows[i].name+": requests to the gateway", 0, s.Requests())
		}
	}
}

// local reports whether the row's configurations are judged without the gateway.
func (m *misfit) local() bool { return m.clause != modeClause }

func describesAfterMisfits(t *harness.T, e *harness.Env, rows []misfit) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	first := rawDescriptor(t, s, "before Configure")
	same := func(when string) {
		before := s.Requests()
		again := rawDescriptor(t, s, when)
		harness.Equal(t, "requests of Describe "+when, before, s.Requests())
		harness.True(t, proto.Equal(first, again), "Describe %s differs from the first answer: got %s, first %s", when, again, first)
	}
	probes := slices.IndexFunc(rows, func(m misfit) bool { return m.clause == "" })
	rows = append(rows[:probes:probes], rows[probes+e.Rand.IntN(len(rows)-probes)]) // one of them, since they take long
	for i := range rows {
		for _, m := range rows[i].drawn(t, e, s) {
			_ = m.configure(t, e, s, s)
			same("after a Configure " + m.what)
		}
	}
	for _, probe := range []bool{false, true} {
		configuration := *s.Configuration
		configuration.Probe = probe
		if _, err := s.Configure(t, &configuration); err == nil {
			same("after a Configure that succeeded")
		}
	}
}

// drawn returns one of the row's cases, drawn by the seed; none if there is none.
func (m *misfit) drawn(t *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
	cases := m.cases(t, e, s)
	if len(cases) == 0 {
		return nil
	}
	return []*misfitted{cases[e.Rand.IntN(len(cases))]}
}

func staysUnconfigured(t *harness.T, e *harness.Env, rows []misfit) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	for i := range rows {
		for _, m := range rows[i].drawn(t, e, s) {
			if err := m.configure(t, e, s, s); err == nil {
				if m.fault == nil { // a provider without a read to probe with succeeds
					t.Errorf("a Configure %s succeeded", m.what)
				}
				return
			}
			before := s.Requests()
			_, err := s.Status(t, "any-1")
			refusedLocally(t, s, "GetStatus after a Configure "+m.what, before, err, contract.NotConfigured)
		}
	}
	refusesAll(t, e, s, "after every Configure that fails")
}

func staysConfigured(t *harness.T, e *harness.Env, rows []misfit) {
	kept := e.Scenario(t, nil)
	other := e.Scenario(t, &harness.ScenarioOptions{NoProcess: true})
	for i := range rows {
		for _, m := range rows[i].drawn(t, e, other) {
			if err := m.configure(t, e, kept, other); err != nil {
				staysWith(t, e, kept, other, "after a Configure "+m.what)
			} else if _, err := kept.Configure(t, kept.Configuration); err != nil {
				t.Fatalf("the configuration that was in force was refused: %v", err)
			}
		}
	}
}

// refusesUnknownModes makes Configures with modes that the contract does not have.
func refusesUnknownModes(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	secrets := make(map[string]string)
	for name, secret := range s.Configuration.Secrets {
		secrets[name] = secret.Reveal()
	}
	for _, mode := range []v1.Mode{v1.Mode_MODE_UNSPECIFIED, 99, -1} {
		_, err := s.Raw.Configure(t.Context(), &v1.ConfigureRequest{Mode: mode, Settings: s.Configuration.Settings, Secrets: secrets})
		harness.Equal(t, "reason of a Configure with the mode "+mode.String(), string(contract.InvalidConfig), rawReason(err))
	}
	harness.Equal(t, "requests to the gateway", 0, s.Requests())
}
