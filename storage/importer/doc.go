// Package importer brings experiments from AgentSociety's own files into a lab file: from
// its database, sqlite.db, and from the zip of its export. Which of them a file is, is told
// by its first bytes, never by its name.
//
// # All or nothing
//
// Every file is read to its end before the lab is touched, so a file that is missing,
// damaged or foreign leaves the lab as it was. What was read waits in a temporary file
// that only its owner can read and that has no name any more where the system allows that:
// ten thousand configs of 40 KB would not fit into the memory of every machine. The lab is
// then written in batches. A batch is whole or not there; a disk that fills up in between
// leaves the batches before it, and the same import again adds the rest.
//
// An import may be repeated: experiments that are in the lab as they are in the file are
// not written, and the lab's history of changes does not move. Of an experiment that is in
// several of the files, the last one counts. One that the lab has in a newer state becomes
// what the file says.
//
// # A live sqlite.db
//
// The engine gives up a run whose write has to wait 5 s for a reader. So the database is
// opened read-only, no transaction spans two statements, every statement takes one row or
// one page of row numbers, and a statement that is not done in two seconds is ended. Of a
// database that has a journal left from a crash, or one in WAL mode, a copy is read.
//
// The tables of callback tokens and of language-model keys are not read. Columns that an
// older version did not have take their defaults. SQLite keeps whatever it is given in a
// column of any type: a value that is no number or no time where one belongs counts as
// unknown, and the report says so.
//
// # Tenants
//
// An export names no tenant. If one tenant alone has an experiment of that id, in the lab
// or in the other files, the export is of that one; otherwise it is of "default", which is
// what AgentSociety's own server calls its only tenant.
//
// # Caveats
//
// Only experiments are taken: with their config and error, not yet their agents, talk,
// surveys and metrics. Nothing of a zip is unpacked to disk, and its member
// experiment.yaml may be 8 MiB long, some two hundred times its usual length. Times
// without an offset are UTC, as the engine writes them.
package importer
