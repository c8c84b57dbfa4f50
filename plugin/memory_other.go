//go:build unix && !linux

package plugin

import "errors"

func residentMemory(int) (int64, error) { return 0, errors.ErrUnsupported }
