// Package move moves the sales of a shop from a file of SQLite to PostgreSQL, while no
// host runs, and back as long as nothing was sold there.
//
// # What is copied
//
// Every table of the engine and of the shop, column by column, in one transaction of
// PostgreSQL. What tables there are is not listed here: they are those that this release
// makes in an empty file. A table or column too many or too few, another type, or a value
// that does not fit is refused, and nothing is dropped. Not copied are the versions of the
// tables (goose), the jobs (River), which the engine makes anew from its own rows, and the
// table of moves. Before the transaction is committed all rows are read back, and their
// number and digest are compared.
//
// # What happens in which order
//
// Two databases have no common commit. The one order in which there is never a moment
// with two databases that a host would sell with is this:
//
//  1. The rows are copied and compared, and the move is recorded in PostgreSQL. Nothing is
//     committed.
//  2. The file is marked as LEAVING, and no host starts on it. Its transaction is the one
//     in which its rows were read, so it fails if they have changed since.
//  3. PostgreSQL commits.
//  4. The file is marked as LEFT.
//
// Whatever is cut off before step 2 leaves the file as it was. Between 2 and 4 the same
// command, run again, looks whether PostgreSQL has the move, and completes it or begins
// anew.
package move
