// Package act is the overlay with what can be done with experiments: stop, delete, put a question or
// a questionnaire to their agents.
//
// A [Panel] is closed, or shows one page: the menu, what an order still lacks, its confirmation, or
// what became of it. It draws, and handles keys and the answers to its commands, which read and
// carry out; it never waits. An order is carried out once: its page has no key that does it again.
package act
