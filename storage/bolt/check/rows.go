package check

import (
	"bytes"
	"encoding/binary"

	"societop/storage/bolt/layout"
)

// table is what was found of the rows of a dataset.
type table struct {
	want, have layout.Table
	named      bool // there is a state of it
}

// rows compares the rows of datasets with what their states say of them.
func (c *checker) rows() error {
	tables := make(map[string]*table)
	err := c.all(layout.Documents, func(key, payload []byte) {
		if run, hash, ok := layout.StateOf(key); ok && c.data.live[run] {
			state, _ := layout.TableDoc.Decode(payload)
			tables[string(layout.RunKey(run))+hash] = &table{want: state, named: true}
		}
	})
	if err != nil {
		return err
	}
	var before layout.RowsHead
	var last []byte
	err = c.all(layout.Rows, func(key, payload []byte) {
		if !c.data.live[binary.BigEndian.Uint64(key)] {
			return
		}
		k, _, _ := layout.ParseRows(key, payload)
		h, _, _ := layout.ParseRowsHead(key, payload)
		of := layout.TableOf(key)
		t := tables[of]
		if t == nil {
			t = &table{}
			tables[of] = t
			c.problem("%s belongs to no dataset", layout.Rows.Describe(key))
		}
		if last != nil && bytes.HasPrefix(last, []byte(of)) && !h.Follows(&before) {
			c.problem("%s begins before %s ends", layout.Rows.Describe(key), layout.Rows.Describe(last))
		}
		if h.Columns >= len(t.want.Columns) && t.named {
			c.problem("%s has columns without names", layout.Rows.Describe(key))
		}
		t.have.Count(&k, 1)
		last, before = bytes.Clone(key), h
	})
	c.compareTables(tables)
	return err
}

// compareTables compares what datasets have with what they should have.
func (c *checker) compareTables(tables map[string]*table) {
	for of, t := range tables {
		if w, h := &t.want, &t.have; t.named && (w.Rows != h.Rows || w.Chunks != h.Chunks || w.Ambiguous != h.Ambiguous) {
			c.problem("run %d has %d rows of a dataset in %d values, of %d in %d%s", binary.BigEndian.Uint64([]byte(of)), h.Rows, h.Chunks, w.Rows, w.Chunks, c.owner(layout.Rows, []byte(of)))
		}
	}
}
