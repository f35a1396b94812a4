package layout

import (
	"encoding/binary"
	"fmt"
	"slices"

	"societop/model"
)

// Schema is the version of the layout that this package writes.
//
// A change of the layout adds one to it and one step to txn.Migrations. The first batch that a
// new version writes to an older file takes all steps that are missing, in its own
// transaction. A reading never writes, so decoding keeps up with every version from 1.
const Schema = 6

// The buckets of a lab file: see the package's documentation for what is in them.
var (
	Meta    = newBucket("meta")
	Index   = newBucket("index")
	Keys    = newBucket("keys")
	Configs = newBucket("config")
	Errors  = newBucket("error")
	Log     = newBucket("log")

	Runs        = newBucket("runs")
	Moments     = newBucket("moments")
	Frames      = newBucket("frames")
	Profiles    = newBucket("profiles")
	Prompts     = newBucket("prompts")
	Talk        = newBucket("talk")
	TalkTimes   = newBucket("talk-times")
	Answers     = newBucket("answers")
	AnswerTimes = newBucket("answer-times")
	Metrics     = newBucket("metrics")
	Lines       = newBucket("lines")
	Checkpoints = newBucket("marks")
	Steps       = newBucket("steps")
	Documents   = newBucket("documents")
	Rows        = newBucket("rows")
	FileLines   = newBucket("file-lines")
	Surveys     = newBucket("surveys")
	DeletedRuns = newBucket("trash")

	// firstBuckets are those of version 1 of the schema, runBuckets those that version 2 added.
	firstBuckets = []*Bucket{Meta, Index, Keys, Configs, Errors, Log}
	runBuckets   = []*Bucket{
		Moments, Frames, Profiles, Prompts, Talk, TalkTimes,
		Answers, AnswerTimes, Metrics, Lines, Checkpoints,
	}

	// laterBuckets are those that version 6 added.
	laterBuckets = []*Bucket{Documents, Rows, FileLines}

	// RunBuckets are those whose keys begin with the number of a run, Buckets all of this version.
	RunBuckets = slices.Concat(runBuckets, []*Bucket{Steps}, laterBuckets)
	Buckets    = slices.Concat(firstBuckets, []*Bucket{Runs, Surveys, DeletedRuns}, RunBuckets)
)

// StepsSince is the first version of the schema that has the bucket Steps, DocumentsSince the first
// that has what only runs of AgentSociety 2 have.
const (
	StepsSince     = 4
	DocumentsSince = 6
)

// BucketsOf are the buckets that a file of a version of the schema has.
func BucketsOf(schema int) []*Bucket {
	if schema < 2 {
		return firstBuckets
	}
	return slices.DeleteFunc(slices.Clone(Buckets), func(b *Bucket) bool {
		return schema < StepsSince && b == Steps || schema < DocumentsSince && slices.Contains(laterBuckets, b)
	})
}

// The keys of the meta bucket. Format, schema and lab keep their meaning in every version,
// so that every version knows whether it may read a file.
var (
	FormatKey   = []byte("format")   // FormatName
	SchemaKey   = []byte("schema")   // uvarint
	LabKey      = []byte("lab")      // 16 random bytes that name this file for its whole life
	CountersKey = []byte("counters") // see Counters
	RunsKey     = []byte("runs")     // uvarint: the newest number of a run; nothing before the first
	UpgradeKey  = []byte("upgrade")  // the key of the index from which on summaries may lack the models of their configs; nothing where none does
	AsOfKey     = []byte("as-of")    // up to when the lab knows its source, and why not longer: a model.Liveness as text; nothing in labs of older versions
	OriginsKey  = []byte("sources")  // see Origin; nothing where there is one source
)

// FormatName is what the meta bucket of every lab file says that it is.
const FormatName = "societop lab"

// MaxLog is how many changes the log keeps: a monitor that has not looked for longer reads
// everything again.
const MaxLog = 1 << 16

// LabID names a lab file, so that a cursor of another file is not taken for one of its own.
type LabID [16]byte

// Format is what the meta bucket says of a file.
type Format struct {
	Schema int
	Lab    LabID
	Counters
	AsOf model.Liveness // while nobody records; live: it does not say
}

// ParseFormat reads the meta bucket through get, which verifies a value and returns its
// payload, nil for what is not there. It fails with ErrNotLab where the file is not
// societop's, and with ErrNewer where a later version wrote it.
func ParseFormat(get func(b *Bucket, key []byte) ([]byte, error)) (f Format, err error) {
	name, err := get(Meta, FormatKey)
	if err != nil {
		return f, err
	}
	if string(name) != FormatName {
		return f, fmt.Errorf("%w: it is a bbolt file of another program", model.ErrNotLab)
	}
	schema, err := get(Meta, SchemaKey)
	if err != nil {
		return f, err
	}
	v, n := binary.Uvarint(schema)
	if n <= 0 || v == 0 {
		return f, model.Damaged("it has no version of the schema")
	}
	if v > Schema {
		return f, fmt.Errorf("%w: its schema is version %d, this societop reads up to %d", model.ErrNewer, v, Schema)
	}
	f.Schema = int(v)
	lab, err := get(Meta, LabKey)
	if err != nil {
		return f, err
	}
	if copy(f.Lab[:], lab) != len(f.Lab) {
		return f, model.Damaged("the lab has no id")
	}
	numbers, err := get(Meta, CountersKey)
	if err != nil {
		return f, err
	}
	var ok bool
	if f.Counters, ok = ParseCounters(numbers); !ok {
		return f, model.Damaged("the lab has no counters")
	}
	text, err := get(Meta, AsOfKey)
	if err == nil && f.AsOf.UnmarshalText(text) != nil {
		err = model.Damaged("up to when the lab knows its source is not to be read")
	}
	return f, err
}
