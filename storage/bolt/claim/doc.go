// Package claim lets one recorder at a time claim a lab, and lets its monitors see how that is going.
//
// A claim is a lock on LAB.recorder, a file that also holds how the recording goes, so that a
// recorder whose own source is unreachable says so to the monitors of its lab. Looking at it costs an
// open, an attempt at the shared lock, which holds it for a moment, and a read. The claim of a
// recorder that was killed stays, and knows up to when its source was known, to five seconds. Where
// locks do not reach (another host, a network file system), what a recorder keeps saying counts
// instead.
package claim
