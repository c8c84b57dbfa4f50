package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

const (
	maxBody  = 64 << 10
	pageSize = 20
)

// refusal is an answer with an error object.
type refusal struct {
	status int

	Code     string `json:"code"`
	Message  string `json:"message"`
	BillID   string `json:"bill_id,omitempty"`
	RefundID string `json:"refund_id,omitempty"`
}

func refuse(status int, code, message string) *refusal {
	return &refusal{status: status, Code: code, Message: message}
}

func (r *refusal) write(w http.ResponseWriter) { write(w, r.status, map[string]any{"error": r}) }

// operation serves one path of the API. It is called with the account's lock
// held.
type operation func(a *account, r *http.Request, body *request) (status int, answer any, refused *refusal)

// request has every field that a body can have.
type request struct {
	order
	Reason string `json:"reason"`
}

func newAPI(s *Sandbox) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/bills", s.serve(makeBill))
	mux.HandleFunc("GET /v1/bills", s.serve(listBills))
	mux.HandleFunc("GET /v1/bills/{bill}", s.serve(withBill(func(*account, *bill) *refusal { return nil })))
	mux.HandleFunc("POST /v1/bills/{bill}/void", s.serve(withBill(voidBill)))
	mux.HandleFunc("POST /v1/bills/{bill}/refunds", s.serve(makeRefund))
	mux.HandleFunc("GET /v1/bills/{bill}/refunds/{refund}", s.serve(getRefund))
	mux.HandleFunc("GET /v1/account", s.serve(getAccount))
	mux.HandleFunc("GET /pay/{account}/{bill}", s.showPage)
	mux.HandleFunc("POST /pay/{account}/{bill}", s.submitPage)
	return mux
}

func (s *Sandbox) serve(run operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, known := s.ByBearer(r)
		if !known {
			refuse(http.StatusUnauthorized, "unauthorized", "send Authorization: Bearer and a secret key").write(w)
			return
		}
		var body request
		if r.ContentLength != 0 {
			// The body is read before the lock is taken, so that a slow client delays no other.
			if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body); err != nil {
				refuse(http.StatusBadRequest, "body_unreadable", "the body is not the documented JSON").write(w)
				return
			}
		}
		a.Lock()
		status, answer, refused := run(a, r, &body)
		a.Unlock()
		if refused != nil {
			refused.write(w)
			return
		}
		write(w, status, answer)
	}
}

func write(w http.ResponseWriter, status int, answer any) {
	content, _ := json.Marshal(answer) // strings, numbers and times cannot fail
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(content, '\n'))
}

// made returns the status of an answer: 201 if the object is new, 200 if the key
// already had it.
func made(isNew bool) int {
	if isNew {
		return http.StatusCreated
	}
	return http.StatusOK
}

func readKey(r *http.Request) (string, *refusal) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || len(key) > 64 {
		return "", refuse(http.StatusBadRequest, "key_missing", "send an Idempotency-Key of 1 to 64 characters")
	}
	return key, nil
}

func makeBill(a *account, r *http.Request, body *request) (int, any, *refusal) {
	key, refused := readKey(r)
	if refused != nil {
		return 0, nil, refused
	}
	if refused := body.check(); refused != nil {
		return 0, nil, refused
	}
	b, isNew, refused := a.make(key, &body.order)
	if refused != nil {
		return 0, nil, refused
	}
	return made(isNew), b.json(), nil
}

func withBill(do func(*account, *bill) *refusal) operation {
	return func(a *account, r *http.Request, _ *request) (int, any, *refusal) {
		b, refused := a.find(r.PathValue("bill"))
		if refused == nil {
			refused = do(a, b)
		}
		if refused != nil {
			return 0, nil, refused
		}
		return http.StatusOK, b.json(), nil
	}
}

func voidBill(a *account, b *bill) *refusal {
	if b.mayBecome(statusVoid) {
		a.move(b, statusVoid, "")
	}
	if b.Status != statusVoid {
		refused := refuse(http.StatusConflict, "bill_not_voidable", "the bill is "+b.Status)
		refused.BillID = b.ID
		return refused
	}
	return nil
}

func listBills(a *account, r *http.Request, _ *request) (int, any, *refusal) {
	query := r.URL.Query()
	from, errFrom := time.Parse(time.RFC3339, query.Get("from"))
	until, errUntil := time.Parse(time.RFC3339, query.Get("until"))
	if !query.Has("key") && (errFrom != nil || errUntil != nil) {
		return 0, nil, refuse(http.StatusBadRequest, "query_unreadable", "send key, or from and until")
	}
	limit, err := strconv.Atoi(cmp.Or(query.Get("limit"), strconv.Itoa(pageSize)))
	if err != nil || limit < 1 || limit > pageSize {
		return 0, nil, refuse(http.StatusBadRequest, "query_unreadable", "limit must be from 1 to 20")
	}
	found, next, passed := []json.RawMessage{}, "", query.Get("after")
	for _, b := range a.bills {
		fits := b.Key == query.Get("key")
		if !query.Has("key") {
			fits = !b.CreatedAt.Before(from) && b.CreatedAt.Before(until)
		}
		switch {
		case passed != "":
			if b.ID == passed {
				passed = ""
			}
		case fits && len(found) == limit:
			return http.StatusOK, map[string]any{"bills": found, "next": next}, nil
		case fits:
			found, next = append(found, b.json()), b.ID
		}
	}
	if passed != "" {
		return 0, nil, refuse(http.StatusBadRequest, "query_unreadable", "after must be the next of an earlier answer")
	}
	return http.StatusOK, map[string]any{"bills": found}, nil
}

func makeRefund(a *account, r *http.Request, body *request) (int, any, *refusal) {
	key, refused := readKey(r)
	if refused != nil {
		return 0, nil, refused
	}
	b, refused := a.find(r.PathValue("bill"))
	if refused != nil {
		return 0, nil, refused
	}
	f, isNew, refused := a.refund(b, key, &refundOrder{Amount: body.Amount, Currency: body.Currency, Reason: body.Reason, Metadata: body.Metadata})
	if refused != nil {
		return 0, nil, refused
	}
	return made(isNew), f.json(), nil
}

func getRefund(a *account, r *http.Request, _ *request) (int, any, *refusal) {
	b, refused := a.find(r.PathValue("bill"))
	if refused != nil {
		return 0, nil, refused
	}
	f, refused := b.find(r.PathValue("refund"))
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, f.json(), nil
}

func getAccount(a *account, _ *http.Request, _ *request) (int, any, *refusal) {
	return http.StatusOK, map[string]any{"object": "account", "id": "acct_" + a.Name, "country": "TH", "live": false}, nil
}
