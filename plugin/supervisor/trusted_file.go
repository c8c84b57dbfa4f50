package supervisor

import (
	"fmt"

	"github.com/paysocket/paysocket/internal/trust"
)

// readTrusted reads a regular file of at most limit bytes that says what is
// executed. Nobody but root and this process's user may have written it, or be able
// to replace it; what is read is the open file that was checked.
func readTrusted(path string, limit int64) ([]byte, error) {
	file, err := trust.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if err := file.CheckPath(); err != nil {
		return nil, fmt.Errorf("it was not read, because it says what is executed: %w", err)
	}
	return file.ReadAll(limit)
}
