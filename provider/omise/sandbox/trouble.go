package sandbox

// Trouble are looks of answers and events that are legal and seldom seen. A
// client that breaks by one of them would break some day in production.
type Trouble struct{}
