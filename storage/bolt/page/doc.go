// Package page reads the pages of a bbolt file and trusts none of them.
//
// bbolt trusts its pages: one that points to itself makes its cursor overflow the stack, which no
// recover catches, and one that points outside, or a file that is cut while it is mapped, is a
// fault. Here every offset and page number is verified before it is used, and nothing is mapped.
// Whatever the bytes are, a reading ends. Where a key was not found, [Cursor.VerifyAbsent] verifies
// the neighbours of its place, so that a flipped bit can't hide it.
package page
