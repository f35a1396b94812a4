package dataset

import (
	"context"
	"slices"

	"societop/model"
)

// windowRows is about how many rows of a dataset are read, and written, at once.
const windowRows = 5000

// Windows returns the queries that together read the rows of a dataset from a step on, some steps at a
// time where there are many, and below which step the rows are whole. The last query has no end.
func Windows(ctx context.Context, of model.DatasetReader, d *model.Dataset, from int) (all []model.RowQuery, whole int, err error) {
	if d.StepKey.Empty() {
		from = 0
	}
	last, err := of.Rows(ctx, d.ID.Raw(), model.RowQuery{From: from, Limit: 1, Newest: true})
	if err != nil {
		return nil, 0, err
	}
	if last.Whole < from && !d.StepKey.Empty() { // it went back
		return Windows(ctx, of, d, last.Whole)
	}
	rest := []model.RowQuery{{From: from}}
	at := slices.Index(last.Columns, d.StepKey)
	if last.Total <= windowRows || d.StepKey.Empty() || at < 0 || len(last.Cells) == 0 {
		return rest, last.Whole, nil
	}
	newest := StepOf(last.Cells[0][at])
	if newest <= from {
		return rest, last.Whole, nil
	}
	steps := newest - from + 1
	stepped, err := of.Rows(ctx, d.ID.Raw(), model.RowQuery{From: from, To: newest + 1, Limit: 1})
	if err != nil || stepped.Total < last.Total { // some have no step
		return rest, last.Whole, err
	}
	size := max(1, int(int64(windowRows)*int64(steps)/int64(last.Total)))
	for ; from+size <= newest; from += size {
		all = append(all, model.RowQuery{From: from, To: from + size})
	}
	return append(all, model.RowQuery{From: from}), last.Whole, nil
}
