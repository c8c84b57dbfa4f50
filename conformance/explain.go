package conformance

import (
	"fmt"
	"io"
	"strings"
)

// Explain writes what a clause requires, why, and how it is checked. It fails
// if there is no clause with this id.
func Explain(w io.Writer, catalogue *Catalogue, id string) error {
	c, ok := catalogue.clause(strings.ToUpper(id))
	if !ok {
		return fmt.Errorf("%w: %q; \"paysocket conformance list\" shows all", errUnknownClause, id)
	}
	fmt.Fprintf(w, "%s [%s] %s\n\n", c.ID, c.Level, c.Title)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(w, "%-9s %s\n", name, wrap(text, "          "))
		}
	}
	line("contract", c.Text)
	line("why", c.Why)
	line("how", c.How)
	line("holds for", c.Gate)
	line("needs", strings.Join(c.Needs, ", "))
	line("check it", "paysocket conformance run -f MANIFEST --run "+c.ID)
	return nil
}
