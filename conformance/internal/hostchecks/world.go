package hostchecks

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// world is a host with a database of its own, its providers, and the checks that happen
// to it at the same time.
type world struct {
	suite  *Suite
	name   string
	fault  Fault
	host   *hostproc.World
	folder string // for the binaries of its plugins
	began  time.Time
	http   *http.Client

	catalog sync.Mutex // held while the catalog is changed

	lies bool // what it says is replaced by lies; see checkCanary

	falling chan struct{} // closed when its processes are first killed, or asked to end
	fallen  sync.Once

	mu      sync.Mutex
	wallets []*Wallet
	orders  []*Order
	said    []string            // what the host answered, for clauses about secrets
	kills   []fall              // of the host's processes
	others  []*scripted.Account // whose secrets a provider had for a while
	live    int                 // checks that go on
	waiting []chan error
	next    func() error // the fault that they wait for
	eve     []func()     // what checks do right before it

	final  map[*Order]*hostctl.Order // what it said of the orders at the end
	traces []hostproc.Trace          // what it has left then
	unread error                     // why that could not be read
}

// fall is a time at which the processes of a host were gone.
type fall struct {
	from, until time.Time
	killed      bool // and not asked to end
}

// addresses are the names that a catalog can have for providers. None says what it is.
var addresses = []string{"wallet", "bank", "card", "transfer", "kiosk", "coupon", "voucher", "instalment"}

// realIDs are ids of providers that there are, and of none that only the suite has: a host
// cannot tell from them that it is judged.
var realIDs = []string{"omise-alipay", "stripe-alipay", "memory"}

// newWorld makes a world with the providers of the checks, and starts its host.
func (s *Suite) newWorld(ctx context.Context, name string, fault Fault, processes int, wallets []placed) (*world, error) {
	host, err := s.environment.NewWorld(ctx, processes)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(s.folder, name+"-") // a run may have worlds of one name one after another
	if err != nil {
		return nil, fmt.Errorf("making the folder for plugins: %w", err)
	}
	w := &world{
		suite: s, name: name, fault: fault, host: host, folder: folder, began: time.Now(),
		falling: make(chan struct{}),
		http:    &http.Client{Timeout: callLimit, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	for n := range wallets {
		if err := w.addWallet(n, &wallets[n]); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(wallets, func(p placed) bool { return p.kind.Shape.Live }) {
		host.UseLive()
	}
	if err := w.writeCatalog(); err != nil {
		return nil, err
	}
	if err := host.Start(ctx); err != nil {
		return nil, err
	}
	return w, nil
}

// providerID returns the id of the n-th provider.
func (w *world) providerID(n int) string {
	return realIDs[(int(w.suite.Seed%uint64(len(realIDs)))+n)%len(realIDs)] //nolint:gosec // small
}

// addWallet makes the n-th provider of the world.
func (w *world) addWallet(n int, p *placed) error {
	shape := p.kind.Shape
	if shape.ProviderID == "" {
		shape.ProviderID = w.providerID(n)
	}
	made := &Wallet{
		Account: w.suite.server.NewAccount(shape), Name: addresses[n%len(addresses)] + "-" + strconv.Itoa(n+1), kind: p.kind, check: p.own, world: w,
	}
	for _, secret := range made.Secrets() {
		w.suite.Canaries.Add(secret)
	}
	if err := made.install(""); err != nil {
		return err
	}
	made.On(scripted.Rule{Match: func(c *scripted.Call) bool { w.see(c); return false }})
	w.wallets = append(w.wallets, made)
	return nil
}

// see notes the keys of orders as they come.
func (w *world) see(c *scripted.Call) {
	if c.Operation != contract.OperationCreatePayment || c.Key() == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, o := range w.orders {
		if o.Amount == c.Amount && !slices.Contains(o.keys, c.Key()) {
			o.keys = append(o.keys, c.Key())
		}
	}
}

// of returns the providers of a check, by kind.
func (w *world) of(check *Check) map[string]*Wallet {
	mine := make(map[string]*Wallet)
	for _, kind := range check.kinds() {
		for _, one := range w.wallets {
			if one.kind.Name == kind.Name && (one.check == check || !check.Own && one.check == nil) {
				mine[kind.Name] = one
			}
		}
	}
	return mine
}

// writeCatalog writes what the host is to load.
func (w *world) writeCatalog() error {
	w.catalog.Lock()
	defer w.catalog.Unlock()
	var entries []hostproc.Provider
	for _, one := range w.wallets {
		if !one.disabled {
			entries = append(entries, hostproc.Provider{Name: one.Name, Path: one.path, Mode: one.mode(), Secrets: one.secrets(), Probe: true})
		}
	}
	return w.host.WriteCatalog(entries...)
}

// join and leave count the checks that go on.
func (w *world) join() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.live++
}

func (w *world) leave() {
	w.mu.Lock()
	w.live--
	fault := w.ready()
	w.mu.Unlock()
	w.happen(fault)
}

// meet waits until every check that goes on has come here. Then each does what it has to do
// on the eve of the fault, the fault happens once, and all go on.
func (w *world) meet(ctx context.Context, eve func(), fault func() error) error {
	done := make(chan error, 1)
	w.mu.Lock()
	if eve != nil {
		w.eve = append(w.eve, eve)
	}
	w.waiting, w.next = append(w.waiting, done), fault
	ready := w.ready()
	w.mu.Unlock()
	go w.happen(ready)
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ready returns the fault if all checks wait for it. The lock is held.
func (w *world) ready() func() {
	if len(w.waiting) == 0 || len(w.waiting) < w.live {
		return nil
	}
	waiting, fault, eve := w.waiting, w.next, w.eve
	w.waiting, w.next, w.eve = nil, nil, nil
	return func() {
		var before sync.WaitGroup
		for _, do := range eve {
			before.Go(do)
		}
		before.Wait()
		err := fault()
		for _, done := range waiting {
			done <- err
		}
	}
}

func (w *world) happen(fault func()) {
	if fault != nil {
		fault()
	}
}

// kill kills the processes of the host, or one of them, and starts them again.
func (w *world) kill(ctx context.Context, only *hostproc.Process) error {
	end, start := w.host.Kill, w.host.Start
	if only != nil {
		end, start = only.Kill, only.Start
	}
	from := w.falls()
	if err := end(); err != nil {
		return err
	}
	err := start(ctx)
	w.fell(from, true)
	return err
}

// end asks the processes of the host to end, and starts them again.
func (w *world) end(ctx context.Context) error {
	from := w.falls()
	if err := w.host.Stop(ctx); err != nil {
		return err
	}
	err := w.host.Start(ctx)
	w.fell(from, false)
	return err
}

func (w *world) falls() time.Time {
	w.fallen.Do(func() { close(w.falling) })
	return time.Now()
}

func (w *world) fell(from time.Time, killed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kills = append(w.kills, fall{from, time.Now(), killed})
}

// client returns the client of the n-th process, counted from 0.
func (w *world) client(n int) *hostctl.Client {
	processes := w.host.Processes()
	return processes[n%len(processes)].Client()
}

// heard keeps an answer of the host's, the whole of it: a secret may be at its end.
func (w *world) heard(answer any, err error) {
	text, isText := answer.(string)
	switch {
	case err != nil:
		text = err.Error()
	case !isText:
		encoded, _ := json.Marshal(answer)
		text = string(encoded)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, text)
}

// send sends a request to an address of the host's, and returns status and header, and the
// body as far as it is kept.
func (w *world) send(request *http.Request) (status int, header http.Header, body string, err error) {
	answer, err := w.http.Do(request)
	if err != nil {
		return 0, nil, "", err
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(answer.Body, hostctl.MaxBody))
	text := strings.ToValidUTF8(string(content), "\ufffd")
	w.heard(fmt.Sprintf("%d %q %s", answer.StatusCode, answer.Header, text), nil)
	return answer.StatusCode, answer.Header, text, err
}

// close ends the host. What it has printed and stored stays until the run ends.
func (w *world) close() {
	w.host.Close()
	w.http.CloseIdleConnections()
}
