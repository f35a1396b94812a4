// Package storage opens the [model.Source] at an address.
//
// The packages below it know how: [societop/storage/bolt] is the lab file,
// [societop/storage/remote] an endpoint,
// [societop/storage/sqldb] a database of AgentSociety. Each of them can be used by itself.
package storage
