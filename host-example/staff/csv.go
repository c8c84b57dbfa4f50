package staff

import (
	"cmp"
	"encoding/csv"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// csvTime bounds how long a day may take to be read and sent.
const csvTime = 30 * time.Second

// showCSV sends the payments of a day as a table for spreadsheets, in the form of RFC 4180.
func (s *Staff) showCSV(w http.ResponseWriter, r *http.Request, who *session) {
	from, err := s.dayOf(cmp.Or(r.URL.Query().Get("date"), s.today()))
	if wrong, ok := errors.AsType[*searchError](err); ok {
		s.say(w, r, who, http.StatusBadRequest, "There is no such day", wrong.text)
		return
	}
	rows, err := s.db.QueryContext(r.Context(), s.tables(`SELECT `+paymentColumns+` FROM {attempts}
		WHERE created_at >= $1 AND created_at < $2 AND operation = 'CREATE_PAYMENT' ORDER BY created_at, key`),
		from.UnixMilli(), from.AddDate(0, 0, 1).UnixMilli())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer func() { _ = rows.Close() }()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(csvTime)) // or that of the server holds
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="payments-`+from.Format(time.DateOnly)+`.csv"`)
	table := csv.NewWriter(w)
	table.UseCRLF = true
	_ = table.Write([]string{
		"begun", "order", "payment", "provider", "method", "payment_id", "state", "currency", "amount", "refunded", "settlement_currency", "net", "fee",
	})
	for err == nil && rows.Next() {
		var p *payment
		if p, err = scanPayment(rows); err == nil {
			err = table.Write(s.csvRow(p))
		}
	}
	table.Flush()
	if err := errors.Join(err, rows.Err(), table.Error()); err != nil {
		s.log(r, slog.LevelWarn, "a table was not sent to its end", slog.Any("error", err))
		panic(http.ErrAbortHandler) // or half of the day would be taken for all of it
	}
}

func (s *Staff) csvRow(p *payment) []string {
	row := []string{
		p.CreatedAt.In(s.options.Zone).Format(time.RFC3339), p.Sale, number(p.N), p.Provider, p.Method, p.GatewayID, p.State(),
		p.Amount.Currency, decimal(p.Amount), decimal(p.Refunded), "", "", "",
	}
	if settled := p.Settlement; settled != nil {
		row[10], row[11], row[12] = settled.Currency, decimal(settled.Net), decimal(settled.Fee)
	}
	for i := range row {
		row[i] = cell(row[i])
	}
	return row
}

// decimal returns the number of an amount.
func decimal(m contract.Money) string {
	_, number, _ := strings.Cut(m.String(), " ")
	return number
}

// cell keeps a spreadsheet from taking a text for a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}
