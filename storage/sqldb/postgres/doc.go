// Package postgres reads a database of AgentSociety 1.x on a server of PostgreSQL.
//
//	db, err := postgres.New("postgres://reader@lab-7/society", access)
//
// # Transactions
//
// Each reading is one message with one short transaction, BEGIN READ ONLY to COMMIT, in which the
// server ends a statement after 2 s by itself. Nothing is prepared, nothing is set for the session, and
// the only startup parameter is the name of the application, so a reading may go through
// pgbouncer in transaction mode. The transaction sets what its answer depends on: encoding, time
// zone, and the forms of dates and numbers.
//
// # Connections
//
// There are at most four: one for the list and three for runs. A connection that fails, or whose
// reading was cancelled, is closed; one that had been idle when it failed is replaced at once, since a
// server that was restarted has closed them all. A cancelled reading is cancelled on the server, too.
//
// # Login
//
// User, password and the rest come from the address, else from the service that it or $PGSERVICE
// names, else from the environment that [model.Access] has ($PGPASSWORD, …), else from ~/.pgpass. No
// error has the address as it was given: a password may stand anywhere in one that is mistyped.
package postgres
