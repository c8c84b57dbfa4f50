package text

import (
	"fmt"
	"strings"
)

// Join returns the items as fmt.Sprint prints them, with separator between.
func Join[T any](items []T, separator string) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = fmt.Sprint(item)
	}
	return strings.Join(texts, separator)
}
