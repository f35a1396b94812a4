// Package sqlite reads a sqlite.db of AgentSociety while the engine writes it.
//
// The engine gives up a run whose write has to wait 5 s for a reader. So the database is opened
// read-only, no transaction spans two statements, and a statement ends after two milliseconds, or
// with the row under way: the next one continues after its row number. A condition that few rows
// fit is looked for in as many rows at a time as that allows. Whatever happens, a statement is
// interrupted before it has held the database for 200 ms. While the engine writes, the reader waits.
//
// # Copies
//
// Where the database can't be read in place, a copy is: of one with a journal left from a crash, which
// a reader may not play back, of one in WAL mode that nobody has open, of one on a network file
// system, where locks may not reach the machine that writes, and of one with so many tables (some
// 10,000, of 1,000 experiments) that SQLite takes 200 ms only to look at their names. The journals are copied with it, and a
// copy during which one of the files changed is thrown away. When the files have changed, they are
// copied again, after twenty times as long as the last copy took. On a network file system a database
// of more than 1 GiB is refused.
package sqlite
