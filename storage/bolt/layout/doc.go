// Package layout encodes and decodes what a lab file holds. It neither reads nor writes files.
//
// A lab file is a bbolt database. Six of its buckets hold the experiments:
//
//	meta    format, schema version, the lab's id; the counters; as of when the lab, and each of its sources, is
//	index   created (newest first), id, owner → summary, with the plan and the language models of the config
//	keys    id, owner → created
//	config  id, owner → YAML, where there is any
//	error   id, owner → text, where there is any
//	log     number of a change → created, id, owner, and what the index has under them since;
//	        the newest 65,536 changes
//
// The others hold the run of an experiment: everything but its summary. The keys of all but
// three begin with the number of a run, which is never used again:
//
//	runs          id, owner → number of the run; which data it was given; its latest moments
//	moments       run, day, t → number of agents and blocks, checksum: the timeline
//	frames        run, day, t, last agent → a block of up to 256 agents at that moment
//	profiles      run, last agent → a block of up to 256 profiles
//	prompts       run, day, t → text
//	talk          run, agent, day, t → what the agent thought and said at that moment
//	talk-times    run, day, t, agent (latest first) → how many messages that is
//	answers       run, agent, day, t → answers to surveys
//	answer-times  run, day, t, agent (latest first) → how many answers that is
//	metrics       run, hash of the metric's key → key and points
//	marks         run, name → how far something outside, such as a recorder, has come with the run;
//	              what is kept of it for an export (see package kept)
//	steps         run, day, t of the first → up to 64 steps, and when each was done
//	lines         run, number of a chunk (latest first) → about 64 KB of the log
//	file-lines    run, hash of a file's name, number of a chunk → the same of one of several logs
//	documents     run, name → what is read as a whole: see Document
//	rows          run, hash of a dataset's id, last step, part → rows of some steps of the dataset
//	surveys       id → questionnaire
//	trash         number of a run whose experiment was deleted, or began again
//
// The owner is the tenant and, where the lab records several sources, 00 FF and the name of the source.
//
// Numbers in keys are big-endian, so that the order of the bytes is the order of the
// numbers, also of negative ones. Every value ends in a CRC-32C over its bucket, its key and
// itself. Wall times are kept in microseconds, the unit that AgentSociety stores. Texts are
// kept as the source had them and cleaned when they are read.
//
// Version 1 of the schema had the first six buckets only, and before version 3 the log had
// keys only: readers looked up in the index what had changed. Such files are read as they are.
// The first batch adds the buckets and begins a new log, so that readers that have not followed
// the old one to its end read everything again. Version 4 added the steps: those of frames that were
// written before are read from the frames. It also added the language models: an upgrade reads the
// configs that are there, in batches, and notes in meta how far it is. Version 5 added the names of
// sources to keys, of a lab that records several: a key of one source, with which older labs have all
// theirs, is as it was. So nothing is rewritten; older programs, which would take the name for a part of
// the tenant, refuse the file. Version 6 added what runs of AgentSociety 2 have: three buckets, and in
// summaries that a run is lost and what its directory says. Nothing is rewritten for it, either.
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
// frame before pays off where agents stay, but reading a frame would then read those before
// it, replacing one would rewrite those after it, and one wrong byte would spoil many. Blocks
// of 256 are a compromise: with larger ones the file shrinks by a tenth, and the history of
// one agent, which unpacks one block a frame, costs four times as much. With their pages,
// 10,000 agents × 1,000 steps are 25 bytes an agent and step, 0.16 of AgentSociety's SQLite
// database; a frame is read in at most 1.2 times the time it takes in a run of 10 steps, and a
// history in a hundredth of the time of all frames. On two cores 60 to 100 such frames a second
// are written, each in a batch of its own, and 130 to 220 are read.
//
// # Rows
//
// Rows of datasets stand in chunks of whole steps, column by column: whole numbers as the distance to the
// one before, other numbers byte plane by byte plane where their text can be made of the number again,
// and the text of all else; then zstd, as for frames. A chunk with 512 rows gets no further step, so that
// a table with a row a step has few chunks, and a new step rewrites one small chunk of each dataset. A run
// of the demo with 1,000 agents and 100 steps has 37.3 MB of rows in its directory, and 3.1 MB in a lab,
// 11 bytes a row; the frames made of them take 3.9 MB.
//
// Whatever the bytes are, decoding ends, and a value is either decoded or reported as damaged.
// Compressed values say how long they are. No more than that is unpacked, at most 64 MiB of one
// value and 1 GiB in one reading.
package layout
