// Package pgtest runs a PostgreSQL for tests, with AgentSociety's tables in it.
//
//	db := pgtest.New(t)                    // an empty database with AgentSociety's tables
//	db.Load(t, "testdata/sqlite.db.gz")    // the rows of a sqlite.db
//	source, err := sqldb.Open(db.URL, …)   // or db.Pooled(t), through pgbouncer
//
// The server is Debian's, in a temporary directory, on a port of its own, with a user of its own where
// the tests are root's. It is started by the first test of a process that wants it, and ends with
// the process, however that ends. Where PostgreSQL is not installed, or may not be run, the test is
// skipped with a sentence.
//
// Nothing is written for safety: the data of these servers need not survive them.
package pgtest
