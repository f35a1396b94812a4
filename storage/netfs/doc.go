// Package netfs knows the file systems of a network, on which a lock may not reach other hosts.
package netfs
