package checks

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin"
)

// tardy is a row of the sweep over deadlines: what lasts too long, or ends too early.
type tardy struct {
	name  string
	fault proxy.Fault // that a request meets; with no kind, none does

	clause string
	spot   spot
	limit  func(*harness.Env) time.Duration

	// left says why the row has no cell with a column; empty: it has one.
	left func(*column) string
}

// spot says which requests of a call meet the fault of a row.
type spot string

const (
	spotEach   spot = "each request"
	spotBefore spot = "each request before one that can move money"
	spotNone   spot = "none"
)

func tardyRows() []tardy {
	short := func(e *harness.Env) time.Duration { return e.Within(shortLimit) }
	always := func(*column) string { return "" }
	whole := func(c *column) string {
		if c.second {
			return "no request is made, and another column has the call"
		}
		return ""
	}
	moves := func(c *column) string {
		if why := whole(c); why != "" {
			return why
		}
		if !c.operation.MovesMoney() {
			return "what only reads may begin with any time left"
		}
		return ""
	}
	slow := func(name string, kind proxy.Kind) tardy {
		return tardy{
			name: name, clause: "DLN-001", spot: spotEach, limit: short, left: always,
			fault: proxy.Fault{Phase: proxy.AfterCommit, Kind: kind, Bytes: 8, Times: -1},
		}
	}
	return []tardy{
		slow("the answer does not come", proxy.FaultHold), slow("the headers drip", proxy.FaultSlowHeaders), slow("the body drips", proxy.FaultDrip),
		{
			name: "what comes before took until " + tooShort.String() + " were left", clause: "DLN-001", spot: spotBefore, limit: short,
			fault: proxy.Fault{Kind: proxy.FaultDelay, Times: -1},
			left: func(c *column) string {
				if c.later {
					return "it may find what the earlier call made, and need no more"
				}
				return moves(c)
			},
		},
		{
			name: "the deadline is in " + tooShort.String(), clause: "DLN-001", spot: spotNone, left: moves,
			limit: func(*harness.Env) time.Duration { return tooShort },
		},
		{
			name: "the deadline has passed", clause: "DLN-004", spot: spotNone, left: whole,
			limit: func(*harness.Env) time.Duration { return alreadyOver },
		},
		{
			name: "the caller cancels", clause: "DLN-002", spot: spotEach, fault: proxy.Fault{Kind: proxy.FaultHold},
			limit: func(e *harness.Env) time.Duration { return e.CallLimit() },
			left: func(c *column) string {
				if c.operation.MovesMoney() {
					return "a call that moves money may end what it has begun"
				}
				return ""
			},
		},
	}
}

// tardiness is the sweep over deadlines: every operation, in each position of a request
// that can move money, and each of its requests, also those that it makes because of what
// the gateway has answered.
func tardiness() sweep {
	rows := tardyRows()
	columns := slices.DeleteFunc(append(faultColumns(), secondColumns()...), func(c column) bool { return c.counts })
	var cells []cell
	for i := range columns {
		for j := range rows {
			crossed := cell{row: rows[j].name, column: columns[i].name, clause: rows[j].clause}
			if crossed.left = rows[j].left(&columns[i]); crossed.left != "" {
				crossed.clause = ""
			}
			cells = append(cells, crossed)
		}
	}
	return sweep{name: "deadlines", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			d := &deadlineRun{env: e}
			if clause != "DLN-002" { // which clients of gRPC can show
				d.start(t)
				defer d.end()
			}
			of := atOnePace(e, slices.DeleteFunc(slices.Clone(rows), func(r tardy) bool { return r.clause != clause }))
			made := slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return !c.made(e) })
			for _, column := range sampled(e, made, 2) {
				d.begin(t, &column, of)
			}
			d.running.Wait()
			if len(d.late) > 0 { // what was begun too late may still come
				letHappen(t, e, d.late[0].scenario, math.MaxInt)
			}
			for _, waiting := range d.late {
				if part := t.Part(func(t *harness.T) { waiting.judge(t, e) }); len(part.Failures) == 0 {
					waiting.scenario.Discard()
				}
			}
		}
	}}
}

// atOnePace leaves a slow provider one of the rows that wait until the deadline, drawn by
// the seed.
func atOnePace(e *harness.Env, rows []tardy) []tardy {
	isSlow := func(r tardy) bool { return r.spot == spotEach && r.fault.Phase == proxy.AfterCommit }
	if e.Pace.Call < slowPace || !slices.ContainsFunc(rows, isSlow) {
		return rows
	}
	drawn := e.Rand.IntN(3)
	return slices.DeleteFunc(slices.Clone(rows), func(r tardy) bool {
		at := slices.IndexFunc(rows, func(other tardy) bool { return other.name == r.name })
		return isSlow(r) && at != drawn
	})
}

// made reports whether the column's call can be made.
func (c *column) made(e *harness.Env) bool {
	return e.Descriptor.Has(c.operation) && (c.possible == nil || c.possible(e))
}

// deadlineRun makes calls that last too long. All wait at the same time, each for an
// account of its own: the calls keep the configuration that they began with.
type deadlineRun struct {
	env       *harness.Env
	processes []*lateProcess // none: the usual one

	running sync.WaitGroup
	late    []*lateCall
}

// lateProcess is a process of the provider whose memory of the attempts is empty.
type lateProcess struct {
	bare     *bare
	said     *handshake
	conn     *grpc.ClientConn
	provider contract.PaymentProvider
}

func (d *deadlineRun) start(t *harness.T) *lateProcess {
	p := &lateProcess{bare: startBare(t, d.env, true, plugin.ConfinementKey+"="+string(plugin.ConfinementFiles))} // it gets the addresses of many proxies
	d.processes = append(d.processes, p)
	p.said, p.conn = p.bare.announced(t)
	p.provider = wire.NewClient(p.conn, &wire.ClientOptions{Unchecked: true})
	return p
}

func (d *deadlineRun) end() {
	for _, p := range d.processes {
		if p.conn != nil {
			_ = p.conn.Close()
		}
		p.bare.close()
	}
}

// scenario arranges the column's call, and configures the process that it is made with;
// nil: the usual one. A Configure has one to itself, because another may wait for it.
func (d *deadlineRun) scenario(t *harness.T, c *column) (*harness.Scenario, *arranged, *lateProcess) {
	s := d.env.Scenario(t, nil)
	call := c.arrange(t, d.env, s)
	call.open = c.later || !c.operation.MovesMoney()
	if len(d.processes) == 0 {
		return s, call, nil
	}
	process := d.processes[0]
	if c.operation == contract.OperationConfigure {
		process = d.start(t)
	}
	if _, err := s.Through(process.provider).Configure(t, s.Configuration); err != nil {
		t.Fatalf("the provider refused the manifest's configuration: %v", err)
	}
	return s, call, process
}

// rehearse makes the call without a fault, and returns its requests.
func (d *deadlineRun) rehearse(t *harness.T, c *column) []met {
	s, call, process := d.scenario(t, c)
	before := s.Requests()
	with := s
	if process != nil {
		with = s.Through(process.provider)
	}
	ctx, cancel := context.WithTimeout(t.Context(), d.env.CallLimit())
	defer cancel()
	answer, err := call.call(ctx, with)
	c.judgeRehearsal(t, err)
	requests := requestsSince(t, s, before)
	s.Discard()
	return toMeet(requests, answer)
}

// begin begins the calls of a column, and leaves them waiting.
func (d *deadlineRun) begin(t *harness.T, c *column, rows []tardy) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r tardy) bool { return r.left(c) != "" })
	if len(rows) == 0 {
		return
	}
	t.Part(func(t *harness.T) {
		requests := d.rehearse(t, c)
		for i := range rows {
			for _, request := range rows[i].meets(c, requests) {
				d.call(t, &lateCall{run: d, column: c, row: &rows[i], request: request, requests: requests, limit: rows[i].limit(d.env)})
			}
		}
	})
}

// meets returns which of a call's requests meet the row's fault; for a row without one,
// a request that is none.
func (r *tardy) meets(c *column, requests []met) []met {
	first := slices.IndexFunc(requests, func(m met) bool { return m.commit })
	switch {
	case r.spot == spotNone:
		return []met{{}}
	case r.spot == spotEach && c.second: // as in the other column, until then
		return slices.DeleteFunc(slices.Clone(requests), func(m met) bool { return m.commit || !m.after })
	case r.spot == spotEach:
		return requests
	case first < 0:
		return nil
	default:
		return requests[:first]
	}
}

// call begins one call.
func (d *deadlineRun) call(t *harness.T, l *lateCall) {
	var process *lateProcess
	l.scenario, l.arranged, process = d.scenario(t, l.column)
	d.late = append(d.late, l)
	l.before, l.writes = l.scenario.Requests(), l.scenario.Writes()
	if l.row.fault.Kind != "" {
		fault := l.row.fault
		fault.Operation, fault.Nth, fault.Optional = l.request.operation, l.request.nth, true
		if fault.Kind == proxy.FaultDelay {
			fault.Delay = l.limit - tooShort
		}
		l.armed = l.scenario.Arm(fault)
	}
	ended := make(chan struct{})
	begin := func(with *harness.Scenario, ctx context.Context, end context.CancelFunc) {
		d.running.Go(func() {
			defer close(ended)
			l.answer, l.err = l.arranged.call(ctx, with)
			end()
			l.goesOn = l.row.spot == spotEach && !l.request.commit && !givenUp(t, d.env, l.scenario, l.request.operation) //nolint:contextcheck // the call has ended, and its context with it
		})
	}
	if process == nil {
		ctx, cancel := context.WithTimeout(t.Context(), l.limit)
		begin(l.scenario, ctx, cancel)
		l.arrives(t, ended)
		cancel()
		<-ended
		ctx, cancel = context.WithTimeout(t.Context(), d.env.CallLimit())
		defer cancel()
		_, l.again = l.arranged.call(ctx, l.scenario)
		return
	}
	l.patient = &patient{said: process.said, deadline: l.limit, wait: d.env.Within(grace)}
	begin(l.scenario.Through(wire.NewClient(l.patient, &wire.ClientOptions{Unchecked: true})), t.Context(), func() {})
	if l.armed == nil {
		<-ended
		return
	}
	// The next call needs another configuration.
	if !l.arrives(t, ended) && l.limit < d.env.CallLimit() && l.row.spot == spotEach {
		again := *l // it wants more time before it begins
		again.limit = d.env.CallLimit()
		d.late = d.late[:len(d.late)-1]
		l.scenario.Discard()
		d.call(t, &again)
	}
}

// arrives waits until a request meets the fault, and reports whether one did before the
// call had ended.
func (l *lateCall) arrives(t *harness.T, ended <-chan struct{}) bool {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		select {
		case <-ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	met := func(journal []proxy.Exchange) bool {
		return slices.ContainsFunc(journal, func(x proxy.Exchange) bool { return x.Fault == l.armed.ID() })
	}
	return l.scenario.Proxy.Await(ctx, met) == nil || met(l.scenario.Proxy.Journal())
}
