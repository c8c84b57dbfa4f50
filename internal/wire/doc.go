// Package wire carries package contract over gRPC. It adds no meaning to it.
//
// It shows what exactly crosses a process boundary. To load or to serve a
// provider, use package plugin, which builds on this package.
//
// Each end checks what it receives. The server ([Register]) passes a call to the
// provider only if the operation is declared, the provider is configured, the
// request passes its Validate method and the limits in force, and the deadline
// has not passed. The client ([Client]) checks every answer. One that does not
// pass its Validate method, or does not answer the request, becomes a
// ProviderBug, which is Indeterminate on operations that move money.
//
// # Errors
//
// A *contract.Error is the same value at both ends, except for its cause, which
// stays in the process in which it was made. On the wire it is a gRPC status. Its
// code follows from the reason, and its details are google.rpc.ErrorInfo,
// BadRequest and RetryInfo, and OperationOutcome on operations that move money.
// An error that does not come from the contract (a broken connection, a deadline,
// a foreign plugin) has no OperationOutcome, and the client makes it
// Indeterminate.
package wire
