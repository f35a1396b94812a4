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
// reading and each batch and closed again, under a lock (flock; on Windows LockFileEx) on the whole file: shared
// for a reading, exclusive for a batch. Such a lease lasts milliseconds, however large the
// file is.
//
// # Layout
//
// A lab file is a bbolt database. Six of its buckets hold the experiments:
//
//	meta    format, schema version, the lab's id; the counters; as of when the lab is
//	index   created (newest first), id, tenant → summary, with the plan of the workflow
//	keys    id, tenant → created
//	config  id, tenant → YAML, where there is any
//	error   id, tenant → text, where there is any
//	log     number of a change → created, id, tenant, and what the index has under them since;
//	        the newest 65,536 changes
//
// The others hold what an experiment has beside its summary, its run. The keys of all but
// three begin with the number of a run, which is never used again:
//
//	runs          id, tenant → number of the run; which data it was given; its latest moments
//	moments       run, day, t → number of agents and blocks, checksum: the timeline
//	frames        run, day, t, last agent → a block of up to 256 agents at that moment
//	profiles      run, last agent → a block of up to 256 profiles
//	prompts       run, day, t → text
//	talk          run, agent, day, t → what the agent thought and said at that moment
//	talk-times    run, day, t, agent (latest first) → how many messages that is
//	answers       run, agent, day, t → answers to surveys
//	answer-times  run, day, t, agent (latest first) → how many answers that is
//	metrics       run, hash of the metric's key → key and points
//	marks         run, name → how far something outside, such as a recorder, has come with the run
//	lines         run, number of a chunk (latest first) → about 64 KB of the log
//	surveys       id → questionnaire
//	trash         number of a run whose experiment was deleted, or began again
//
// Numbers in keys are big-endian, so that the order of the bytes is the order of the
// numbers, below zero, too. Every value ends in a CRC-32C over its bucket, its key and
// itself. Wall times are kept in microseconds, the unit that AgentSociety stores. Texts are
// kept as the source had them: what is read cleans them.
//
// Version 1 of the schema had the first six buckets only, and before version 3 the log had
// keys only: what had changed was looked up in the index, in as many places of the file. Such
// files are read as they are. The first batch adds the buckets and begins a new log, so that
// those who have not followed the old one to its end read everything anew.
//
// # Frames
//
// A block of a frame is its columns one after the other, numbers byte plane by byte plane,
// compressed with zstd at its fastest level. Bytes an agent, for frames as AgentSociety's
// recorded ones (everybody somewhere else at each step, no status like another), and for
// frames where nine of ten stay where they are; whole rows and columns in blocks of 256:
//
//	                                        recorded   staying
//	rows, not compressed                       103.8     103.8
//	columns, not compressed                     89.9      89.9
//	rows, zstd, fastest                         27.8      27.8
//	columns, zstd, better                       23.2      23.2
//	columns, zstd, default                      23.9      24.0
//	columns, zstd, fastest                      22.2      22.2
//	the same in blocks of 128                   23.6      23.6
//	the same in blocks of 1,024                 20.4      20.4
//	a frame in one block of 10,000              18.4      18.4
//	columns as XOR to the frame before          21.2       9.9
//
// The fastest level is also the smallest: the columns hold little to find but frequent
// bytes. Packing and unpacking 256 agents take about 65 and 30 µs. The difference to the
// frame before is worth its while where agents stay, but a frame would then cost those before
// it, replacing one would rewrite those behind it, and one wrong byte would spoil many. Blocks
// of 256 are a compromise: with larger ones the file shrinks by a tenth, and the history of
// one agent, which unpacks one block a frame, costs four times as much. With their pages,
// 10,000 agents × 1,000 steps are 25 bytes an agent and step, 0.16 of AgentSociety's SQLite
// database; a frame is read in at most 1.2 times the time it takes in a run of 10 steps, and a
// history in a hundredth of the time of all frames. On two cores 60 to 100 such frames a second
// are written, each in a batch of its own, and 130 to 220 are read.
//
// # Reading
//
// bbolt writes; reading is done here, page by page (pages.go). bbolt trusts its pages: one
// that points to itself makes its cursor overflow the stack, which no recover catches, and
// one that points outside, or a file that is cut while it is mapped, is a fault. Here every
// offset, page number and checksum is verified before it is used, and nothing is mapped.
// Whatever the bytes are, a reading ends, and what it returns is what was written. Where
// something was not found, the neighbours of its place are verified: that it is not there is
// never the doing of a flipped bit. Compressed values say how long they are, and no more is
// unpacked than that, than 64 MiB of one value, and than 1 GiB in one reading.
//
// The data of a run is copied out under a lease and decoded after it. What takes more than a
// lease goes on in the next one, and begins anew where the frame was replaced, or the
// experiment deleted and put anew, meanwhile.
//
// # Live or not
//
// A lab is live while a recorder holds its claim ([Store.Claim]): a lock on LAB.recorder, a file
// that also holds how the recording goes, so that a recorder whose own source is away says so
// to the monitors of its lab. A look at it costs an open, a try of the shared lock, which holds
// it for a moment, and a read. Without a recorder a lab is as of when its source was last heard
// of: each batch notes that ([Batch.SetAsOf]), and so does the recorder's end; of one that was
// killed its claim, which stays, knows it to five seconds. Where locks do not reach (another
// host, a network file system) what a recorder keeps saying counts instead.
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
// Deleting frees pages inside the file; the file never shrinks. The run of an experiment that
// is deleted is removed little by little, by the batches after it: a bounded number of values
// each, because a long list of free pages makes every batch slow.
//
// A run that begins again under the same id goes back in time. A batch does not notice that by
// itself: [Batch.Restart] takes the data of the run before away. It gives the experiment the
// number of a new run, so readers see the data of one run only, also in the middle of a reading.
//
// A message or an answer belongs to an agent and a moment; its order among those of the same
// agent and moment is kept, but that of different agents at one moment is by their ids.
package bolt
