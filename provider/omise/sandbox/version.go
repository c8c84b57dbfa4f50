package sandbox

import "time"

// version is a version of Omise's API, a date. Later ones compare greater.
type version string

const (
	version2014 version = "2014-07-27" // in events of old accounts only
	version2015 version = "2015-11-17"
	version2017 version = "2017-11-02" // a new account's default
	version2019 version = "2019-05-29"
)

// callable reports whether a request may ask for the version.
func (v version) callable() bool {
	return v == version2015 || v == version2017 || v == version2019
}

// known reports whether an account may have the version as its default.
func (v version) known() bool { return v == version2014 || v.callable() }

// currency returns an ISO 4217 code in the case that the version uses.
func (v version) currency(code string) string {
	if v >= version2019 {
		return code
	}
	return lower(code)
}

// created returns the version's name for the time of creation.
func (v version) created() string {
	if v >= version2019 {
		return "created_at"
	}
	return "created"
}

func timestamp(at time.Time) string {
	return at.UTC().Format("2006-01-02T15:04:05Z")
}

// timestampOrNull returns null for the zero time.
func timestampOrNull(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return timestamp(at)
}
