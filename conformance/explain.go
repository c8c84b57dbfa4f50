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
		return fmt.Errorf("%w: %q; %s shows all", errUnknownClause, id, catalogue.lister())
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
	command := "paysocket conformance run"
	if catalogue.hosts {
		command = "paysocket conformance host run"
	}
	line("check it", command+" -f MANIFEST --run "+c.ID)
	return nil
}
