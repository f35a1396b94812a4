package wire

import (
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"societop/model"
	"societop/model/text"
)

// Dataset is model.Dataset.
type Dataset struct {
	ID           Raw         `json:"i"`
	Table        Raw         `json:"t,omitzero"`
	Module       Raw         `json:"m,omitzero"`
	Kind         Raw         `json:"k,omitzero"`
	Title        Raw         `json:"n,omitzero"`
	Description  Raw         `json:"s,omitzero"`
	EntityKey    Raw         `json:"ek,omitzero"`
	StepKey      Raw         `json:"sk,omitzero"`
	TimeKey      Raw         `json:"tk,omitzero"`
	Order        few[Raw]    `json:"o,omitzero"`
	Capabilities few[Raw]    `json:"c,omitzero"`
	Columns      few[Column] `json:"x,omitzero"`
	Rows         int64       `json:"r,omitzero"`
	Ambiguous    int64       `json:"u,omitzero"`
	Damaged      int64       `json:"d,omitzero"`
}

// Column is model.Column.
type Column struct {
	Name        Raw `json:"i"`
	Type        Raw `json:"t,omitzero"`
	Logical     Raw `json:"l,omitzero"`
	Role        Raw `json:"a,omitzero"`
	Title       Raw `json:"n,omitzero"`
	Description Raw `json:"s,omitzero"`
	Unit        Raw `json:"u,omitzero"`
}

// NewDataset encodes a dataset.
func NewDataset(d model.Dataset) Dataset {
	return Dataset{
		ID: newText(d.ID), Table: newText(d.Table), Module: newText(d.Module), Kind: Raw(d.Kind), Title: newText(d.Title), Description: Raw(d.Description.Raw()),
		EntityKey: newText(d.EntityKey), StepKey: newText(d.StepKey), TimeKey: newText(d.TimeKey),
		Order: Map[few[Raw]](d.Order, newText), Capabilities: Map[few[Raw]](d.Capabilities, newText),
		Columns: Map[few[Column]](d.Columns, newColumn), Rows: int64(d.Rows), Ambiguous: int64(d.Ambiguous), Damaged: int64(d.Damaged),
	}
}

// Model decodes it.
func (d Dataset) Model() model.Dataset {
	return model.Dataset{
		ID: d.ID.text(), Table: d.Table.text(), Module: d.Module.text(), Kind: model.DatasetKind(d.Kind.text().String()),
		Title: d.Title.text(), Description: d.Description.lines(),
		EntityKey: d.EntityKey.text(), StepKey: d.StepKey.text(), TimeKey: d.TimeKey.text(),
		Order: texts(d.Order), Capabilities: texts(d.Capabilities), Columns: Map[[]model.Column](d.Columns, Column.model), Rows: model.Int(max(d.Rows, -1)),
		Ambiguous: model.Int(max(d.Ambiguous, 0)), Damaged: model.Int(max(d.Damaged, 0)),
	}
}

func newColumn(c model.Column) Column {
	return Column{newText(c.Name), newText(c.Type), newText(c.Logical), newText(c.Role), newText(c.Title), Raw(c.Description.Raw()), newText(c.Unit)}
}

func (c Column) model() model.Column {
	return model.Column{
		Name: c.Name.text(), Type: c.Type.text(), Logical: c.Logical.text(), Role: c.Role.text(),
		Title: c.Title.text(), Description: c.Description.lines(), Unit: c.Unit.text(),
	}
}

// Rows is model.Rows, and what it takes to ask for no more than what is new the next time: in a dataset
// that is in the order of its steps, rows of whole steps come first and stay as they are.
type Rows struct {
	Columns   few[Raw]    `json:"columns"`
	Ambiguous List[int64] `json:"ambiguous,omitzero"`
	Total     int64       `json:"total"`
	Damaged   int64       `json:"damaged,omitzero"`
	Whole     int64       `json:"whole,omitzero"`
	Ordered   bool        `json:"ordered,omitzero"` // the rows are in the order of their steps
	Old       int64       `json:"old,omitzero"`     // how many of the rows are of whole steps
	Before    int64       `json:"before,omitzero"`  // how many rows of whole steps match, whatever the limit
	Since     int64       `json:"since,omitzero"`   // the rows are those of this step and later ones, as was asked for; 0: all
	Skipped   int64       `json:"skipped,omitzero"` // how many rows of former steps match, whatever the limit
	Cells     Cells       `json:"rows"`
}

// NewRows encodes rows, of which the cells are not copied.
func NewRows(r *model.Rows) *Rows {
	return &Rows{
		Columns:   Map[few[Raw]](r.Columns, newText),
		Ambiguous: Map[List[int64]](r.Ambiguous, func(i int) int64 { return int64(i) }),
		Total:     int64(r.Total), Damaged: int64(r.Damaged), Whole: int64(r.Whole), Cells: r.Cells,
	}
}

var errRows = errors.New("rows of it are not those of its columns")

// Model decodes rows. The cells are not copied.
func (r *Rows) Model() (out model.Rows, err error) {
	for _, row := range r.Cells {
		if len(row) != len(r.Columns) {
			return out, errRows
		}
	}
	last := int64(-1)
	for _, i := range r.Ambiguous {
		if i <= last || i >= int64(len(r.Cells)) {
			return out, errRows
		}
		last = i
	}
	if r.Old < 0 || r.Old > int64(len(r.Cells)) || r.Skipped < 0 || r.Since < 0 || r.Before < 0 {
		return out, errRows
	}
	return model.Rows{
		Columns: texts(r.Columns), Cells: r.Cells, Ambiguous: Map[[]int](r.Ambiguous, model.Int),
		Total: model.Int(max(r.Total, int64(len(r.Cells)))), Damaged: model.Int(max(r.Damaged, 0)), Whole: model.Int(max(r.Whole, 0)),
	}, nil
}

// Cells is rows of values. Each travels as the text of one list.
type Cells [][]text.Value

// maxCells is how many values all rows together may have.
const maxCells = 40_000_000

// MarshalJSONTo writes the rows one by one.
func (c Cells) MarshalJSONTo(e *jsontext.Encoder) error {
	if err := e.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	var b strings.Builder
	for _, row := range c {
		b.Reset()
		b.WriteByte('[')
		for i, v := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(v.Raw())
		}
		b.WriteByte(']')
		if err := json.MarshalEncode(e, Raw(b.String())); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndArray)
}

// UnmarshalJSONFrom reads the rows one by one.
func (c *Cells) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*c = nil
	left := maxCells
	return eachOf(d, MaxList, func(row Raw) error {
		list := text.ParseValue(string(row))
		if list.Kind() != text.ListValue {
			return errRows
		}
		values := list.Items()
		if left -= len(values); left < 0 {
			return errLong
		}
		for i := range values {
			if values[i].Kind() == text.NullValue {
				values[i] = text.Value{}
			}
		}
		*c = append(*c, values)
		return nil
	})
}
