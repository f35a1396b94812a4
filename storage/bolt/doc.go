// Package bolt is the lab file: experiments in one bbolt file that a recorder writes and
// any number of monitors read at once.
//
//	lab := bolt.Open("lab.db", bolt.Options{Write: true})
//	defer lab.Close()
//	err := lab.Update(ctx, func(b *bolt.Batch) error {
//		_, err := b.Put(experiment)
//		return err
//	})
//
// A [Store] is a [model.Source]. Opening one does nothing; the file is opened for each
// reading and each batch and closed again, under a lock (flock) on the whole file: shared
// for a reading, exclusive for a batch. Such a lease lasts milliseconds, however large the
// file is.
//
// # Layout
//
// A lab file is a bbolt database with six buckets:
//
//	meta    format, schema version, the lab's id; the counters
//	index   created (newest first), id, tenant → summary, with the plan of the workflow
//	keys    id, tenant → created
//	config  id, tenant → YAML, where there is any
//	error   id, tenant → text, where there is any
//	log     number of a change → created, id, tenant; the newest 65,536 changes
//
// Numbers in keys are big-endian, so that the order of the bytes is the order of the
// numbers. Every value ends in a CRC-32C over its bucket, its key and itself. Wall times
// are kept in microseconds, the unit that AgentSociety stores.
//
// # Reading
//
// bbolt writes; reading is done here, page by page (pages.go). bbolt trusts its pages: one
// that points to itself makes its cursor overflow the stack, which no recover catches, and
// one that points outside, or a file that is cut while it is mapped, is a fault. Here every
// offset, page number and checksum is verified before it is used, and nothing is mapped.
// Whatever the bytes are, a reading ends, and what it returns is what was written.
//
// # Caveats
//
// A lock is the whole file's, and it is not fair: who reads again and again without a rest
// starves the writer. So one reading holds its lease for 20 ms at most, and a Store rests
// for 100 ms after a lease of more than a millisecond. Don't share a lab file between hosts
// over NFS or SMB: locks may not reach the other host.
//
// A [Batch] is in memory until it is committed; thousands of experiments are a good batch,
// a million is not. All of a batch is written or none of it. kill −9, a full disk or a power
// cut lose at most the batch under way.
//
// Deleting frees pages inside the file; the file never shrinks.
package bolt
