// Package event tells what happens to the experiments of a source: it turns the changes of a lab
// into events. It reads and writes nothing and has no clock; its callers hand in what a source
// answered, and the time.
//
// An [Engine] says nothing of what there is at the start. It goes on where a former one stopped if
// it is given its [Memory]: then it also tells what happened in between, up to a day ago.
package event
