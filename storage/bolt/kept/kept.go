// Package kept keeps what AgentSociety's files have of an experiment and a lab has no place of
// its own for, so that an export has it again: artifacts.json, of metric.csv the id of each row and
// when it was created, and how times are written. They are checkpoints of the lab file, which are removed with the run, and
// which every version of societop that knows runs leaves as they are.
package kept

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"societop/model"
	"societop/storage/bolt/layout"
	"societop/storage/pycsv"
	"societop/storage/pyjson"
)

// Keeper is a source's data of a run that gives out what is kept.
type Keeper interface {
	Checkpoints(ctx context.Context) (map[string]string, error)
}

// Names are those of all checkpoints that are kept.
var Names = [...]string{Artifacts, Metrics, Offset}

// The names of the checkpoints.
const (
	Artifacts = "artifacts.json" // of the whole file
	Metrics   = "metric.csv"     // of its rows
	Offset    = "offset"         // of what stands after times; nothing where nothing does
)

// UTC is what Python writes after the times that AgentSociety has from PostgreSQL.
const UTC = "+00:00"

// MaxArtifacts is the most bytes of artifacts.json that are kept.
const MaxArtifacts = 64 << 20

// AppendArtifacts encodes artifacts.json.
func AppendArtifacts(b []byte, content string) []byte { return layout.Pack(b, []byte(content)) }

// ParseArtifacts is the inverse of AppendArtifacts.
func ParseArtifacts(value string) (content []byte, err error) { return unpacked(Artifacts, value) }

func unpacked(name, value string) ([]byte, error) {
	raw, ok := layout.Unpack([]byte(value))
	if !ok {
		return nil, model.Damaged("what is kept of %s can't be decoded", name)
	}
	return raw, nil
}

// Sound reports whether the value of a checkpoint can be decoded; of any other than those here it
// can.
func Sound(name, value string) bool {
	var err error
	switch name {
	case Artifacts:
		_, err = ParseArtifacts(value)
	case Metrics:
		_, err = ParseMetrics(value)
	}
	return err == nil
}

// MetricRow is a row of metric.csv: its cells, as text.
type MetricRow struct{ ID, Key, Value, Step, Created string }

// Normal is the row as Python writes it, wherever it was read: numbers and times in Python's form.
func (r MetricRow) Normal(created time.Time) MetricRow {
	if f, err := strconv.ParseFloat(r.Value, 64); err == nil {
		r.Value = Float(f)
	}
	if offset := OffsetOf(r.Created); !created.IsZero() {
		r.Created = Time(created) + offset
	}
	r.Key = strings.ToValidUTF8(r.Key, "\uFFFD")
	return r
}

// Float is a number as Python prints it.
func Float(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+"))
	}
	return pyjson.Number(f)
}

// Time is a time as Python prints it, in UTC; empty if it is not known.
func Time(t time.Time) string {
	t = t.UTC().Truncate(time.Microsecond)
	switch {
	case t.IsZero():
		return ""
	case t.Nanosecond() == 0:
		return t.Format(time.DateTime)
	}
	return t.Format(time.DateTime + ".000000")
}

// OffsetOf is UTC where a time ends in it, and nothing otherwise.
func OffsetOf(t string) string {
	if strings.HasSuffix(t, UTC) {
		return UTC
	}
	return ""
}

// AppendMetrics encodes rows of metric.csv.
func AppendMetrics(b []byte, rows []MetricRow) ([]byte, error) {
	var table bytes.Buffer
	w := pycsv.NewWriter(&table)
	for _, r := range rows {
		if err := w.Row(r.ID, r.Key, r.Value, r.Step, r.Created); err != nil {
			return nil, err
		}
	}
	err := w.Flush()
	return layout.Pack(b, table.Bytes()), err
}

// ParseMetrics is the inverse of AppendMetrics. No value has no rows.
func ParseMetrics(value string) (rows []MetricRow, err error) {
	if value == "" {
		return nil, nil
	}
	raw, err := unpacked(Metrics, value)
	if err != nil {
		return nil, err
	}
	table := pycsv.NewReader(bytes.NewReader(raw), math.MaxInt)
	for {
		cells, err := table.Row()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil || len(cells) != 5:
			return nil, model.Damaged("what is kept of %s can't be decoded", Metrics)
		}
		rows = append(rows, MetricRow{cells[0], cells[1], cells[2], cells[3], cells[4]})
	}
}
