// Package trust decides whether a file can be trusted: who could have written
// it, and who can replace the file at its path.
//
// # The rule
//
// A file is trusted if nobody but root and this process's user could have
// written it. So it must belong to one of the two, and nobody else may write to
// it. Its group may, if it has no other members: many systems create a private
// group for each user and, with the umask 002, let it write to all files that
// the user creates.
//
// The user is the effective one, of [os.Geteuid]. The kernel decides by it what
// the process may do, and the files that the process writes belong to it. In a
// setuid program the real user is whoever started it, and trusting that user's
// files would give that user the rights of the program. In a program that root
// started and that took another effective user, the real one is root, which is
// trusted anyway. Except for CheckPrivate, the groups of the process, and so setgid,
// do not matter: only the members of the file's group do.
//
// What the rule does not see: members whom a directory service adds to a group
// of /etc/group, and access lists, by which the owner of a file can let others
// write to it although its group is private. A group that is not in /etc/group
// may have any members, and is not private. Nor does it see who can write by another
// mount to a folder that is mounted here only for reading.
//
// # Three checks
//
// [File.CheckContent] checks who could have written the content of an open
// file. That is enough where it does not matter which file is at the path.
// [File.CheckPath] also checks who can replace the file at the path, and is for
// files that are named by a path: a program to execute, a list of them.
// [File.CheckPrivate] checks who else may read or write the file, and is for
// secrets. A group may read it that this process is in: by such a group
// orchestrators let a process that is not root read a secret.
//
// All of them look at the file that is open, so that none is exchanged between
// the look and the reading.
package trust
