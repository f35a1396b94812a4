// Package storage opens the [model.Source] at an address.
//
// The packages below it know how: [societop/storage/bolt] is the lab file,
// [societop/storage/endpoint] a server, which is read by [societop/storage/peer] or
// [societop/storage/remote], [societop/storage/ssh] a file on another machine, and
// [societop/storage/sqldb] a database of AgentSociety. Each of them can be used by itself.
package storage
