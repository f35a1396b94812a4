package pipe

import (
	"net"
	"time"
)

// Base is the part of a net.Conn that means nothing to a pipe. Time limits do not apply to it: what reads
// closes it instead.
type Base struct{}

// SetDeadline does nothing.
func (Base) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (Base) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (Base) SetWriteDeadline(time.Time) error { return nil }

// LocalAddr is an Addr.
func (Base) LocalAddr() net.Addr { return Addr{} }

// RemoteAddr is an Addr.
func (Base) RemoteAddr() net.Addr { return Addr{} }

// Addr is the address of either end.
type Addr struct{}

// Network is "pipe".
func (Addr) Network() string { return "pipe" }

// String is "pipe".
func (Addr) String() string { return "pipe" }
