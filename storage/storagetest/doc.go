// Package storagetest holds a [model.Source] to what its users rely on, as testing/fstest
// does for file systems. A source's own tests call [Run] with the hooks of a [Lab].
//
// A source that has more of an experiment than its summary, its run, says so by a Lab's
// Fill; of one that has not, the suite demands that it says that it does not offer it.
//
// Each test ends by opening the source again, reading all of it and running the store's own
// check.
//
// # Caveats
//
// The tests know what a source must tell, not how: whether it has a log of its changes, or
// lists everything again at every reading, is its own affair.
package storagetest
