// Package wire carries package contract over gRPC, and adds no meaning.
//
// Read it if you want to know what exactly crosses a process border; to load
// or to serve a provider use package plugin, which builds on it.
//
// A gate stands at each end. The server ([Register]) hands a provider only
// calls that are legal: the operation is declared, the provider configured,
// the request passes its Validate method and the limits in force, the deadline
// has not passed. The client ([Client]) distrusts answers: one that does not
// pass its Validate method, or does not answer the request, becomes a
// ProviderBug, which on operations that move money is Indeterminate.
//
// # Errors
//
// A *contract.Error is the same value at both ends, but for its cause, which
// stays where it was made. On the wire it is a gRPC status whose code follows
// from the reason, with the details google.rpc.ErrorInfo, BadRequest and
// RetryInfo, and OperationOutcome on operations that move money. An error
// that does not come from the contract (a broken connection, a deadline, a
// foreign plugin) has no OperationOutcome, and the client makes it
// Indeterminate.
package wire
