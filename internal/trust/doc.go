// Package trust decides whether a file may be believed: who could have written
// it, and who decides what stands at its path.
//
// # The rule
//
// A file is believed if nobody but root and this process's user could have
// written it. So it belongs to one of the two, and nobody else may write to it.
// Its group may, if nobody but the two is in that: many systems give each user
// a group of its own and, with the umask 002, let it write to all that the user
// makes.
//
// The user is the effective one, of [os.Geteuid]. By that one the kernel decides
// what the process may do, and to that one belongs what it writes. In a setuid
// program the real user is whoever started it: to believe that user's files
// would lend out the rights of the program. In one that root started and that
// took another effective user, the real one is root, which is believed anyway.
// The groups of the process, and so setgid, have no say: what counts is who is
// in the group of the file.
//
// What the rule does not see: members whom a directory service adds to a group
// of /etc/group, and access lists, by which the owner of a file can let others
// write to it although its group is private. A group that is not in /etc/group
// may have anybody in it, and is nobody's own.
//
// # Three questions
//
// [File.CheckContent] asks who could have written what is in an open file. That
// is enough where the content is believed wherever it lies.
// [File.CheckPath] also asks who decides what stands at the path, and is for
// what a path names: a program to execute, a list of them. [File.CheckPrivate]
// asks who else may use the file at all, and is for secrets.
//
// All of them look at the file that is open, so that none is exchanged between
// the look and the reading.
package trust
