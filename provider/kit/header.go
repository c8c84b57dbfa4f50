package kit

import (
	"maps"
	"slices"
	"strings"
)

// HeaderList returns the items of a header that is a comma-separated list, as RFC
// 9110 reads one: its lines are one list, white space around items and empty items
// have no meaning, and neither has the case of the name. A header that is no list
// has one item.
func HeaderList(headers map[string][]string, name string) []string {
	var items []string
	for _, given := range slices.Sorted(maps.Keys(headers)) {
		if !strings.EqualFold(given, name) {
			continue
		}
		for _, line := range headers[given] {
			for item := range strings.SplitSeq(line, ",") {
				if item = strings.Trim(item, " \t"); item != "" {
					items = append(items, item)
				}
			}
		}
	}
	return items
}
