// Package bolt is the lab file: experiments in one bbolt file that a recorder writes and
// any number of monitors read at the same time.
//
//	lab := bolt.Open("lab.db", bolt.Options{Write: true})
//	defer lab.Close()
//	err := lab.Update(ctx, func(b *bolt.Batch) error {
//		_, err := b.Put(experiment)
//		return err
//	})
//
// A [Store] is a [model.Source]. Opening one does nothing: each reading and each batch opens the
// file, locks it as a whole (shared for a reading, exclusive for a batch) and closes it again.
// Such a lease lasts milliseconds, however large the file is.
//
// The packages below this one:
//
//	page     reads bbolt's pages and trusts none of them
//	layout   what the buckets of a lab file hold: keys, values, checksums
//	labfile  opens and locks the file, and finds the buckets of one state of it
//	txn      writes through bbolt, and brings a file up to the schema of this version
//	chunk    writes lines of logs, and when steps were done
//	dataset  writes and reads rows of datasets
//	claim    who records into a lab, and how that is going
//	check    verifies a whole lab file
//	kept     what AgentSociety's files have of a run and a lab has no place of its own for
//
// # Reading
//
// bbolt writes; package page reads. Data is copied out of the file under a lease and decoded
// after it. What takes longer than one lease continues in the next one. It starts over where the
// frame was replaced, or the experiment was deleted and put again, in the meantime.
//
// # Caveats
//
// A lock covers the whole file, and it is not fair: a reader that never rests starves the writer.
// So one reading holds its lease for 20 ms at most, and a Store rests for 100 ms after a lease of
// more than a millisecond while somebody writes. Don't share a lab file between hosts over NFS or
// SMB: locks may not reach the other host.
//
// A [Batch] is in memory until it is committed; thousands of experiments are a good batch,
// a million is not. All of a batch is written or none of it. kill −9, a full disk or a power
// cut lose at most the batch in progress.
//
// Deleting frees pages inside the file; the file never shrinks. The batches after it remove the
// run of a deleted experiment, each a bounded number of values, because a long list of free pages
// makes every batch slow.
//
// A run that begins again under the same id goes back in time. A batch does not notice that by
// itself: [Batch.Restart] removes the data of the previous run. The experiment gets the number of
// a new run, so readers see the data of one run only, also in the middle of a reading.
//
// A message or an answer belongs to an agent and a moment. Those of the same agent and moment keep
// their order; those of different agents at one moment are ordered by their ids.
package bolt
