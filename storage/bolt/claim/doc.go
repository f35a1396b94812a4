// Package claim lets one recorder at a time claim a lab, and lets its monitors see how that is going.
//
// A claim is a lock on LAB.recorder, a file that also holds how the recording goes, so that a
// recorder whose own source is unreachable says so to the monitors of its lab. Looking at it costs an
// open, an attempt at the shared lock, which holds it for a moment, and a read.
//
// The holder writes the file every second. One that has not been written for five seconds is of a
// process that is suspended or stuck: the lab is not live. A monitor that looks again and again sees
// by itself whether the file changes; one that looks once compares the time in the file with its
// clock, and allows the clock of another host 90 seconds. The claim of a recorder that was killed
// stays, and knows up to when its source was known.
//
// Where locks do not reach (another host, a network file system), the writing counts as the lock
// does. There each write is followed by a sync, without which other hosts would not see it.
package claim
