// Package supervisor runs the payment providers of a host: many processes, for
// months.
//
// Read it if you load providers into a platform. A [Catalog], a file of the
// operator, names the binaries that may be executed and how each is configured. A
// [Supervisor] runs every entry of it in a process of its own, which package
// plugin starts and calls, and replaces a process that is lost or whose entry has
// changed in a later catalog. A [Provider] is one entry, whatever process serves
// it, and is what the rest of the host calls. docs/tinyhost is a whole host.
//
// # Life cycle
//
// [New] returns a Supervisor that runs nothing. [LoadCatalog] reads a catalog and
// [Supervisor.Apply] makes it the one to run, at the start and whenever it has
// changed; [Supervisor.Watch] does so when the file changes. A host always ends
// with [Supervisor.Shutdown], which waits for calls in flight, or with
// [Supervisor.Close], which does not. After either, no process, no folder and no
// goroutine is left. If the host is killed, its providers notice and end.
//
// Each start goes through the same steps. The binary is checked against the sum
// in the catalog and executed; it describes itself; [Options].Admit decides
// whether it may have secrets and payments; [Options].Configure reads its
// secrets; it is configured and asked whether it is healthy. Only then it is
// READY and takes calls. [Supervisor.States] returns the states of all processes.
//
// A Provider sends a call to the process that is ready when the call begins. A host that
// decides by [contract.Decide] first pins the process that it decides about:
// [Provider.Pin] returns a [plugin.Pinned], whose calls reach that process or are not
// sent.
//
// # Errors
//
// A call that finds no process is not sent and fails at once with
// [contract.ProviderUnreachable]. Behind it errors.As finds the [*plugin.OpenError]
// or [*plugin.LostError] that says why there is none. A call in flight in a process
// that is lost ends with [contract.ConnectionLost]; whether it was executed is
// unknown. No call is repeated or moved to another process.
//
// Apply and Restart return an [*EntryError] for each provider that did not become
// ready, and [ErrClosed] after the end. LoadCatalog returns a [*CatalogError].
//
// # Concurrency
//
// A Supervisor and its Providers may be used by many goroutines at once. A
// Catalog must not be modified once it was applied. The functions in Options are
// called by many goroutines at once.
//
// # Compatibility
//
// A host supports the version of the contract that it was built with and the one
// before. A provider that was built for another version is not configured, and
// the error says which side to upgrade. Catalogs of earlier releases are
// accepted, and their old names are reported in [Catalog].Warnings.
package supervisor
