// Package check verifies a whole lab file: every page, every value, and that the buckets agree with
// each other.
package check
