// Package plugin carries package contract over a process border: a host opens
// a provider's binary with [Open], and the binary's main serves it with [Serve].
//
// Read it if you load providers into a platform; if you write a provider, you
// need [Serve] and [NewLogger] only. A host that runs for months has a
// [Supervisor], which opens the providers of a [Catalog], replaces those that
// are lost, and swaps those that are changed; docs/runtime.md tells how, with a
// whole host.
//
// The provider runs as a child process of the host and speaks gRPC over a unix
// socket that no other user can reach, with certificates that both ends make
// for this one connection. A provider that crashes, hangs or floods takes
// nothing down but itself.
//
// # Life cycle
//
// One [Client] is one process. Open starts it, and gives the Client only when
// the provider has described itself, has been configured and is healthy. When
// the process is gone, or the connection to it broke, the Client is finished:
// [Client.Done] is closed, calls in flight end with [contract.ConnectionLost],
// and calls after that fail at once with [contract.ProviderUnreachable]. It
// never reconnects; open another, or let a Supervisor do it. A host always ends
// with [Client.Close].
//
// A provider's process ends when its host closes it, when the host dies, and
// on SIGTERM. SIGINT, which a terminal sends to host and provider alike, is
// the host's to handle.
//
// [InProcess] gives a Client without a process, with the same gates and the
// same conversions, for tests.
//
// # Errors
//
// Open fails with an [*OpenError], whose Failure tells the causes apart. The
// operations of a Client fail as [contract.PaymentProvider] has it. Behind the
// error of a call for which a Supervisor has no process is an OpenError or a
// [*LostError].
//
// # What a provider's process gets
//
// Not the host's environment, only the names that [OpenOptions] lists; no
// arguments; no standard input. Secrets travel in Configure alone, and are
// struck out of whatever the provider prints. That keeps accidents small. It
// does not confine malice: a provider runs with the rights of the host's user.
//
// # Concurrency
//
// A Client, a Supervisor and a [Supervised] may be used by many goroutines at
// once, Close included.
//
// # Compatibility
//
// The magic cookie never changes. A host speaks its own [ProtocolVersion] and
// the one before, and says so when it meets another; a Supervisor does the same
// for the contract's version. The package works on Linux, and is kept free of what
// only Linux has; Windows is not supported.
package plugin
