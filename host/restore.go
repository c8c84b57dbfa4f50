package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// A database that was restored from a backup has lost payments that the gateways have.
// The engine notices by a mark, a file beside the key file that says when the newest
// payment was made. Then it makes nothing new by a provider until it has compared with
// what the gateway lists.

const (
	markSuffix     = ".mark"
	restoreMargin  = time.Hour        // before the newest row
	comparisonTime = time.Minute      // for all pages of one provider
	comparePause   = 30 * time.Second // after a comparison that failed
	comparedPrefix = "compared "      // of the names of settings
	restoredName   = "restored from"
)

// restoration is what an engine knows of a restored database. Neither lock is held while
// a provider is asked: one that hangs keeps nobody else waiting.
type restoration struct {
	from time.Time // since when payments may be missing; zero if none are

	mu        sync.Mutex
	done      map[string]bool      // providers that were compared since
	comparing map[string]bool      // those that are being compared
	failed    map[string]time.Time // when a comparison failed

	marking sync.Mutex
	marked  time.Time // what the mark says
}

// begin reports whether a provider was compared, and if not, whether the caller has to
// compare it now, and then end the comparison. One that is not there is not compared.
func (r *restoration) begin(name string, isThere bool, at time.Time) (done, compare bool) {
	if r.from.IsZero() {
		return true, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done[name] || !isThere || r.comparing[name] || at.Sub(r.failed[name]) < comparePause {
		return r.done[name], false
	}
	r.comparing[name] = true
	return false, true
}

func (r *restoration) end(name string, at time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.comparing, name)
	if err != nil {
		r.failed[name] = at
		return
	}
	r.done[name] = true
}

// noticeRestore compares the database with the mark, at Open.
func (e *Engine) noticeRestore(ctx context.Context) error {
	newest, err := e.store.Newest(ctx)
	if err != nil {
		return err
	}
	mark, err := readMark(e.options.KeyFile + markSuffix)
	if err != nil {
		return err
	}
	e.restored = &restoration{done: map[string]bool{}, comparing: map[string]bool{}, failed: map[string]time.Time{}, marked: mark}
	known, err := e.store.Settings(ctx, restoredName)
	if err != nil {
		return err
	}
	from := timeOfSetting(known[""])
	if mark.After(newest) && (from.IsZero() || newest.Before(from.Add(restoreMargin))) {
		from = newest.Add(-restoreMargin)
		if newest.IsZero() {
			from = mark.Add(-restoreMargin)
		}
		e.options.Logger.WarnContext(ctx, "the database is older than the mark beside the key file: nothing new is made before a comparison with the gateways")
		err = e.store.Do(ctx, func(ctx context.Context, tx *ledger.Tx) error {
			return tx.SetSetting(ctx, restoredName, setting(from))
		})
		if err != nil {
			return err
		}
	}
	compared, err := e.store.Settings(ctx, comparedPrefix)
	for name, value := range compared {
		e.restored.done[name] = value == setting(from)
	}
	e.restored.from = from
	return err
}

func setting(at time.Time) string { return strconv.FormatInt(at.UnixMilli(), 10) }

func timeOfSetting(value string) time.Time {
	ms, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func readMark(path string) (time.Time, error) {
	content, err := os.ReadFile(path) //nolint:gosec // The operator chose the path.
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the mark beside the key file: %w", err)
	}
	at := timeOfSetting(strings.TrimSpace(string(content)))
	if at.IsZero() {
		return time.Time{}, fmt.Errorf("the mark %s says no time: remove it only if you know that the database is the newest one", path)
	}
	return at, nil
}

// mark writes when the newest payment was made, once a second at most.
func (e *Engine) mark(ctx context.Context, newest time.Time) {
	r := e.restored
	r.marking.Lock()
	defer r.marking.Unlock()
	if newest.Sub(r.marked) < time.Second {
		return
	}
	path := e.options.KeyFile + markSuffix
	err := os.WriteFile(path+".new", []byte(setting(newest)+"\n"), 0o600)
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		e.fail(ctx, "the mark beside the key file could not be written", remedyMark, err)
		return
	}
	r.marked = newest
}

// isCompared reports whether a provider may make something new: if nothing was lost, or
// what was lost is found. It compares if that was not done yet and nobody else does.
func (e *Engine) isCompared(ctx context.Context, name string, p *present) bool {
	done, compare := e.restored.begin(name, p.pinned != nil, e.now(ctx))
	if !compare {
		return done
	}
	err := e.compare(ctx, name, p)
	e.restored.end(name, e.now(ctx), err)
	if err != nil {
		p.why = "the database was restored, and " + name + " could not be compared with it: " + err.Error()
	}
	return err == nil
}

// compare records the payments that a gateway has and the ledger has not.
func (e *Engine) compare(ctx context.Context, name string, p *present) error {
	if !p.pinned.Descriptor.Has(contract.OperationListPayments) {
		return errors.New("it lists no payments: look in the gateway's dashboard, and Resolve with NothingLost")
	}
	ctx, cancel := context.WithTimeout(ctx, comparisonTime)
	defer cancel()
	request := &contract.ListPaymentsRequest{CreatedFrom: e.restored.from, CreatedUntil: e.now(ctx).Add(skew)}
	for {
		page, err := p.pinned.ListPayments(ctx, request)
		if err != nil {
			return err
		}
		if err := e.addStrays(ctx, name, page); err != nil {
			return err
		}
		if request.PageToken = page.NextPageToken; request.PageToken == "" {
			return e.storeCompared(ctx, name)
		}
	}
}

func (e *Engine) addStrays(ctx context.Context, name string, page *contract.PaymentPage) error {
	return e.store.Do(ctx, func(ctx context.Context, tx *ledger.Tx) error {
		for i := range page.Payments {
			payment := &page.Payments[i]
			if payment.IdempotencyKey == "" { // made elsewhere
				continue
			}
			err := tx.AddStray(ctx, &ledger.Stray{
				Provider: name, PaymentID: payment.PaymentID, Key: payment.IdempotencyKey, Reference: payment.Reference, Method: payment.Method,
				Amount: payment.Amount, CreatedAt: payment.CreatedAt,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// setCompared records that a person has compared a provider.
func (e *Engine) setCompared(ctx context.Context, name string) error {
	err := e.storeCompared(ctx, name)
	if err == nil {
		e.restored.end(name, time.Time{}, nil)
	}
	return err
}

func (e *Engine) storeCompared(ctx context.Context, name string) error {
	return e.store.Do(ctx, func(ctx context.Context, tx *ledger.Tx) error {
		return tx.SetSetting(ctx, comparedPrefix+name, setting(e.restored.from))
	})
}

// strayOf returns the payment of an order that the ledger has lost; nil if it has lost
// none. An order with a reference of its own cannot be told by it.
func (e *Engine) strayOf(ctx context.Context, saleID string) (*ledger.Stray, error) {
	if e.restored.from.IsZero() {
		return nil, nil //nolint:nilnil // Nothing was lost.
	}
	stray, err := e.store.Stray(ctx, saleID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // Nothing of this order was lost.
	}
	return stray, err
}

// adopt goes on with the payment that the ledger had lost in place of a new one.
func (m *move) adopt(a *ledger.Attempt) *step {
	stray := m.stray
	m.stray, m.adopted = nil, stray
	m.release(a, "the gateway has a payment of this order")
	a.Payer = nil
	adopted := m.attemptAfter(a, []string{stray.Provider})
	adopted.Key, adopted.GatewayID, adopted.Status, adopted.Shown = stray.Key, stray.PaymentID, contract.PaymentUnknown, true
	adopted.Account = m.present(stray.Provider).account
	m.sale.Attempts = append(m.sale.Attempts, adopted)
	m.note(adopted, "adopted", "the database had lost this payment, of %s by %s", stray.Amount, stray.Method)
	if stray.Amount != a.Amount || stray.Method != a.Method {
		m.attend(adopted, sprintf("the database had lost a payment with this order's ID, of %s by %s", stray.Amount, stray.Method))
	}
	m.reads = true
	return m.next(adopted)
}
