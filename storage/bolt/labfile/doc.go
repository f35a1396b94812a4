// Package labfile is a lab file as a file: it opens and locks it, recognizes what is not one,
// explains the errors of the operating system, and finds the buckets of one state of it, a
// [Snapshot].
package labfile
