package bolt

import (
	"encoding/binary"
	"fmt"
	"slices"

	"societop/model"
)

// Schema is the version of the layout that this package writes.
//
// A change of the layout adds one to it and one step to migrations. The first batch that a
// new version writes to an older file takes all steps that are missing, in its own
// transaction. A reading never writes, so decoding keeps up with every version from 1.
const Schema = 3

// The buckets of a lab file: see the package's documentation for what is in them.
var (
	metaBucket   = newBucket("meta")
	indexBucket  = newBucket("index")
	keysBucket   = newBucket("keys")
	configBucket = newBucket("config")
	errorBucket  = newBucket("error")
	logBucket    = newBucket("log")

	runsBucket        = newBucket("runs")
	momentsBucket     = newBucket("moments")
	framesBucket      = newBucket("frames")
	profilesBucket    = newBucket("profiles")
	promptsBucket     = newBucket("prompts")
	talkBucket        = newBucket("talk")
	talkTimesBucket   = newBucket("talk-times")
	answersBucket     = newBucket("answers")
	answerTimesBucket = newBucket("answer-times")
	metricsBucket     = newBucket("metrics")
	linesBucket       = newBucket("lines")
	marksBucket       = newBucket("marks")
	surveysBucket     = newBucket("surveys")
	trashBucket       = newBucket("trash")

	// firstBuckets are those of version 1 of the schema, buckets those of this version.
	firstBuckets = []*bucket{metaBucket, indexBucket, keysBucket, configBucket, errorBucket, logBucket}
	buckets      = slices.Concat(firstBuckets, []*bucket{runsBucket, surveysBucket, trashBucket}, runBuckets)

	// runBuckets are those whose keys begin with the number of a run.
	runBuckets = []*bucket{
		momentsBucket, framesBucket, profilesBucket, promptsBucket, talkBucket, talkTimesBucket,
		answersBucket, answerTimesBucket, metricsBucket, linesBucket, marksBucket,
	}
)

// bucketsOf are the buckets that a file of a version of the schema has.
func bucketsOf(schema int) []*bucket {
	if schema < 2 {
		return firstBuckets
	}
	return buckets
}

// The keys of the meta bucket. Format, schema and lab keep their meaning in every version,
// so that any version can tell whether it may read a file.
var (
	formatKey   = []byte("format")   // formatName
	schemaKey   = []byte("schema")   // uvarint
	labKey      = []byte("lab")      // 16 random bytes that name this file for its whole life
	countersKey = []byte("counters") // see counters
	runsKey     = []byte("runs")     // uvarint: the newest number of a run; nothing before the first
	asOfKey     = []byte("as-of")    // up to when the lab knows its source, and why not longer: a model.Liveness as text; nothing in labs of older versions
)

const formatName = "societop lab"

// maxLog is how many changes the log keeps: a monitor that has not looked for longer reads
// everything anew.
const maxLog = 1 << 16

// labID names a lab file, so that a cursor of another file is not taken for one of its own.
type labID [16]byte

// format is what the meta bucket says of a file.
type format struct {
	schema int
	lab    labID
	counters
	asOf model.Liveness // while nobody records; live: it does not say
}

// parseFormat reads the meta bucket through get, which verifies a value and returns its
// payload, nil for what is not there. It fails with ErrNotLab where the file is not
// societop's, and with ErrNewer where a later version wrote it.
func parseFormat(get func(b *bucket, key []byte) ([]byte, error)) (f format, err error) {
	name, err := get(metaBucket, formatKey)
	if err != nil {
		return f, err
	}
	if string(name) != formatName {
		return f, fmt.Errorf("%w: it is a bbolt file of another program", model.ErrNotLab)
	}
	schema, err := get(metaBucket, schemaKey)
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
	f.schema = int(v)
	lab, err := get(metaBucket, labKey)
	if err != nil {
		return f, err
	}
	if copy(f.lab[:], lab) != len(f.lab) {
		return f, model.Damaged("the lab has no id")
	}
	numbers, err := get(metaBucket, countersKey)
	if err != nil {
		return f, err
	}
	var ok bool
	if f.counters, ok = parseCounters(numbers); !ok {
		return f, model.Damaged("the lab has no counters")
	}
	text, err := get(metaBucket, asOfKey)
	if err == nil && f.asOf.UnmarshalText(text) != nil {
		err = model.Damaged("up to when the lab knows its source is not to be read")
	}
	return f, err
}
