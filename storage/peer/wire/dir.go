package wire

import "societop/model"

// Dir is model.RunDir.
type Dir struct {
	Done      int64    `json:"d,omitzero"`
	Epoch     Stamp    `json:"e,omitzero"`
	Label     Raw      `json:"l,omitzero"`
	Path      Raw      `json:"p,omitzero"`
	Kind      Raw      `json:"k,omitzero"` // of the phase
	Index     int64    `json:"i,omitzero"`
	Count     int64    `json:"n,omitzero"`
	Warnings  few[Raw] `json:"w,omitzero"`
	Alive     Raw      `json:"a,omitzero"`
	Agents    int64    `json:"g,omitzero"`
	Uncounted bool     `json:"u,omitzero"`
}

// newDir encodes what a run directory says; nil for none.
func newDir(d *model.RunDir) *Dir {
	if d == nil {
		return nil
	}
	return &Dir{
		Done: d.Done, Epoch: Stamp{d.Epoch}, Label: Raw(d.Label.Raw()), Path: Raw(d.Path.Raw()),
		Kind: Raw(d.Phase.Kind.Raw()), Index: int64(d.Phase.Index), Count: int64(d.Phase.Count),
		Warnings: Map[few[Raw]](d.Warnings, newText), Alive: Raw(d.Alive.Raw()), Agents: int64(d.Agents), Uncounted: d.Uncounted,
	}
}

// model decodes it.
func (d *Dir) model() *model.RunDir {
	if d == nil {
		return nil
	}
	return &model.RunDir{
		Done: max(d.Done, -1), Epoch: d.Epoch.Time, Label: d.Label.text(), Path: d.Path.text(),
		Phase:    model.Phase{Kind: d.Kind.text(), Index: model.Int(max(d.Index, 0)), Count: model.Int(max(d.Count, 0))},
		Warnings: texts(d.Warnings), Alive: d.Alive.text(), Agents: model.Int(max(d.Agents, -1)), Uncounted: d.Uncounted,
	}
}

// setStatus encodes a status. A run that is lost is one that was stopped to versions that know no
// others.
func (r *Row) setStatus(s model.Status) { r.Status, r.Lost = int8(s.Number()), s == model.Lost }

// status decodes it.
func (r *Row) status() model.Status {
	s := model.StatusOf(int64(r.Status))
	if r.Lost && s == model.Stopped {
		return model.Lost
	}
	return s
}
