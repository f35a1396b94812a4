// Package txn writes to a lab file through bbolt: transactions on a file that is locked already,
// and the steps that lead from one version of the schema to the next.
package txn
