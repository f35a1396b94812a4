package exporter

import (
	"cmp"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"societop/model"
	"societop/storage/bolt/kept"
	"societop/storage/pyjson"
)

// merged are the rows of metrics: those that were kept, and of the series what they do not have.
func merged(rows []kept.MetricRow, all []model.Metric) []kept.MetricRow {
	type cell struct{ key, step, value string }
	known := make(map[cell]bool, len(rows))
	for _, r := range rows {
		if r.Value == "nan" || r.Value == "inf" || r.Value == "-inf" { // a series has none of them
			r.Value = ""
		}
		known[cell{r.Key, r.Step, r.Value}] = true
	}
	for _, m := range all {
		for _, p := range m.Points {
			row := kept.MetricRow{Key: m.Key.Raw(), Step: strconv.FormatInt(p.Tick, 10)}
			if !math.IsNaN(p.Value) {
				row.Value = kept.Float(p.Value)
			}
			if row = row.Normal(time.Time{}); !known[cell{row.Key, row.Step, row.Value}] {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// writeSeries writes the rows as AgentSociety's metrics.json has them: by their keys, by ascending
// step.
func writeSeries(w io.Writer, rows []kept.MetricRow) error {
	steps := make(map[string]int64, len(rows))
	for _, r := range rows {
		steps[r.Step], _ = strconv.ParseInt(r.Step, 10, 64)
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b kept.MetricRow) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(steps[a.Step], steps[b.Step]))
	})
	b := []byte("{")
	for i, r := range rows {
		switch {
		case i > 0 && rows[i-1].Key == r.Key:
			b = append(b, ',')
		case i > 0:
			b = append(b, "\n  ],"...)
			fallthrough
		default:
			b = append(pyjson.AppendText(append(b, "\n  "...), r.Key), ": ["...)
		}
		b = append(pyjson.AppendText(append(b, "\n    {\"key\": "...), r.Key), ", \"value\": "...)
		b = append(append(b, number(r.Value)...), ", \"step\": "...)
		b = append(strconv.AppendInt(b, steps[r.Step], 10), '}')
		if len(b) < 1<<16 {
			continue
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		b = b[:0]
	}
	_, err := w.Write(append(b, "\n  ]\n}"...))
	return err
}

// number is a cell as Python's JSON has it.
func number(value string) string {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return "null"
	}
	return pyjson.Number(f)
}
