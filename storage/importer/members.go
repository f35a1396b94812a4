package importer

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"societop/model"
	"societop/storage/bolt/kept"
	"societop/storage/charset"
	"societop/storage/gzfile"
	"societop/storage/pycsv"
	"societop/storage/pyjson"
	"societop/storage/sqldb/table"
)

const (
	artifactsFile = "artifacts.json"
	// metricsFile has what metric.csv has.
	metricsFile = "metrics.json"
	// seriesBytes is the most bytes of metricsFile.
	seriesBytes = 64 << 20
	// guessedRow is about how many bytes a row has.
	guessedRow = 128
)

// readMembers reads the tables of an export. Empty ones are left out of it by the server.
func (x *export) readMembers(ctx context.Context, in *intake, run int) error {
	in.read[run].known |= 1<<table.Talk | 1<<table.Answers | 1<<table.Metrics
	for _, t := range table.OfRun {
		m := x.members[t.Name+".csv"]
		read := readCSV
		if m == nil && t.Kind == table.Metrics {
			m, read = x.members[metricsFile], readMetrics
		}
		if m == nil {
			continue
		}
		r := in.table(t, run, int64(min(m.UncompressedSize64/guessedRow, 1<<31)))
		r.who = m.Name
		if err := readMember(ctx, m, r, read); err != nil {
			return err
		}
		r.end()
	}
	return x.readArtifacts(in, run)
}

// readArtifacts keeps artifacts.json as it is.
func (x *export) readArtifacts(in *intake, run int) error {
	m := x.members[artifactsFile]
	if m == nil {
		return nil
	}
	text, err := unpackWhole(m, kept.MaxArtifacts)
	if errors.Is(err, errLong) {
		in.leftOut("%s is left out: %v", m.Name, err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	in.total += 2
	in.step(1)
	f := &in.read[run]
	f.known |= 1 << table.Artifacts
	f.rows[table.Artifacts]++
	return in.spool.add(place{kind: table.Artifacts, run: run}, []table.Cell{{Text: string(text), OK: true}})
}

// readMember unpacks one member. It fails where that can't be read as a whole. What is no UTF-8
// is read again as GB18030.
func readMember(ctx context.Context, m *zip.File, in *rows, read func(io.Reader, *rows) error) error {
	before := *in
	err := readText(ctx, m, in, true, read)
	if errors.Is(err, charset.ErrNotUTF8) && !in.Pending { // nobody but we writes those tables
		*in = before
		if err = in.forget(); err == nil {
			err = readText(ctx, m, in, false, read)
		}
	}
	var spooling *model.Error
	switch {
	case ctx.Err() != nil || errors.As(err, &spooling):
		return errors.Join(err, ctx.Err())
	case err != nil:
		return fmt.Errorf("%s: %w", m.Name, err)
	case in.count > 0 && in.read[in.run].rows[in.Kind] == 0:
		return fmt.Errorf("%s: none of its %d rows can be used: %s", m.Name, in.count, in.why)
	}
	return nil
}

// errZip is the fault of a member that can't be unpacked.
var errZip = errors.New("the zip is damaged")

// readText unpacks a member and reads the text in it.
func readText(ctx context.Context, m *zip.File, in *rows, asUTF8 bool, read func(io.Reader, *rows) error) error {
	f, err := m.Open()
	if err == nil {
		defer f.Close()
		packed := int64(min(m.CompressedSize64, math.MaxInt64))
		err = read(charset.NewReader(gzfile.Bounded(ctx, f, packed, "zip", errZip), asUTF8), in)
	}
	return err
}

// readCSV reads a table by the names in its first line. A row that can't be used is left out; one of
// another number of cells is damage of the file.
func readCSV(text io.Reader, in *rows) error {
	c := pycsv.NewReader(text, table.RowLimit)
	head, err := c.Row()
	if errors.Is(err, io.EOF) {
		return errors.New("it is empty and has no line of column names")
	}
	if err != nil {
		return fmt.Errorf("its first line: %w", err)
	}
	places, err := in.places(head)
	if err != nil {
		return err
	}
	cells := make([]table.Cell, len(in.Columns))
	var torn tornRows
	for n := int64(1); ; n++ {
		texts, err := c.Row()
		switch {
		case errors.Is(err, io.EOF):
			return torn.err()
		case errors.Is(err, pycsv.ErrLongRow):
			in.skip(n, err.Error())
			continue
		case errors.Is(err, pycsv.ErrOpenCell):
			return fmt.Errorf("row %d: %w", n, err)
		case err != nil:
			return err
		case len(texts) != len(head):
			torn.add(c.Line(), len(texts), len(head))
			continue
		}
		for i, p := range places {
			cells[i] = in.cell(i, texts, p)
		}
		if err := in.add(n, cells); err != nil {
			return err
		}
	}
}

// tornRows are rows of another number of cells than the first line.
type tornRows struct {
	count int
	first string
}

// add takes one more row, which begins on a line.
func (t *tornRows) add(line, cells, want int) {
	if t.count++; t.count == 1 {
		t.first = fmt.Sprintf("line %d: its number of cells is %d, not %d", line, cells, want)
	}
}

// err is what is wrong, nil if there is no such row.
func (t *tornRows) err() error {
	if t.count == 0 {
		return nil
	}
	return fmt.Errorf("%s (damaged rows: %d)", t.first, t.count)
}

// places finds the columns of the table in the first line of its member.
func (r *rows) places(head []string) ([]int, error) {
	places := make([]int, len(r.Columns))
	var none []string
	for i, c := range r.Columns {
		places[i] = slices.IndexFunc(head, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), c.Name) })
		switch {
		case places[i] >= 0:
		case c.Format.Must():
			return nil, fmt.Errorf("it has no column %s", c.Name)
		default:
			none = append(none, c.Name)
		}
	}
	if len(none) > 0 {
		r.leftOut("%s has no column %s", r.who, strings.Join(none, ", "))
	}
	return places, nil
}

// cell is the cell of a column. Python writes None as nothing; the answer to a survey is None only in
// a table of pending ones.
func (r *rows) cell(column int, texts []string, at int) table.Cell {
	if at < 0 || (texts[at] == "" && (r.Pending || r.Columns[column].Name != "result")) {
		return table.Cell{}
	}
	return table.Cell{Text: texts[at], OK: true}
}

// readMetrics reads series by their keys from JSON.
func readMetrics(text io.Reader, in *rows) error {
	dec := json.NewDecoder(pyjson.NewReader(io.LimitReader(text, seriesBytes))) // which keeps a value whole in memory
	dec.UseNumber()
	n := int64(0)
	err := pyjson.Object(dec, func(string) error {
		return pyjson.Array(dec, func() error {
			n++
			return in.point(dec, n)
		})
	})
	if errors.Is(err, pyjson.ErrShape) {
		return errors.New("it does not hold series of measurements")
	}
	return err
}

// point takes one measurement.
func (r *rows) point(dec *json.Decoder, n int64) error {
	var p struct{ Key, Value, Step any }
	err := dec.Decode(&p)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return fmt.Errorf("row %d: it is a %s", n, wrong.Value)
	case err != nil:
		return err
	}
	cells := make([]table.Cell, len(r.Columns))
	for i, v := range []any{p.Key, p.Value, p.Step} {
		if v != nil {
			cells[i+1] = table.Cell{Text: fmt.Sprint(v), OK: true}
		}
	}
	return r.add(n, cells)
}
