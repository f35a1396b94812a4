package sqldb

import (
	"context"
	"slices"

	"societop/model"
	"societop/storage/sqldb/table"
)

// still reports whether no moment can have come since: no step was made, and the newest is known, or
// there will be none.
func (m *moments) still(state runState) bool {
	if m == nil || m.state != state {
		return false
	}
	n := len(m.newest)
	return state.ended || n > 0 && m.newest[n-1].at == state.now
}

// groupMoments reads the moments of a run where rows have no numbers: each once, with the newest of its
// rows, which are those of the newest run. The database goes through all rows for it.
func (r *runData) groupMoments(ctx context.Context, s table.Scan, state runState) (*moments, error) {
	s.Columns = []string{"min(" + s.Columns[0] + ")", s.Columns[1], s.Columns[2], "max(" + s.Columns[3] + ")"}
	s.Group = `"day", "t"`
	var found moments
	err := r.s.db.Scan(ctx, s, func(rows []table.Row) error {
		found.add(rows)
		return ctx.Err()
	})
	m := &moments{state: state}
	at := make(map[model.SimTime]int)
	for _, one := range found.all { // each page has its own
		i, known := at[one.at]
		if !known {
			at[one.at] = len(m.all)
			m.all = append(m.all, one)
		} else if one.created.After(m.all[i].created) {
			m.all[i].created = one.created
		}
	}
	m.choose()
	m.newest = slices.Clip(m.newest)
	return m, err
}
