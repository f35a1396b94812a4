package layout

import (
	"encoding/binary"
	"hash/maphash"

	"societop/model/plan"
	"societop/model/text"
)

// Work is what a summary has of its experiment's config, encoded: the plan, and the language models,
// which are nil where the config was written before version 4 of the schema.
type Work struct{ Plan, Models []byte }

// NewWork encodes a plan and models. Either may be nil: unknown.
func NewWork(p *plan.Plan, m *plan.Models) Work {
	return Work{AppendPlan(nil, p), appendModels([]byte{}, m)}
}

// appendModels encodes models: name and provider of each, with their lengths.
func appendModels(b []byte, m *plan.Models) []byte {
	for _, l := range m.All() {
		b = appendText(appendText(b, l.Name.Raw()), l.Provider.Raw())
	}
	return b
}

// parseModels is the inverse of appendModels.
func parseModels(b []byte) (m *plan.Models, ok bool) {
	var list []plan.Model
	d := decoder{b: b}
	for len(d.b) > 0 && !d.bad {
		list = append(list, plan.Model{Name: text.Clean(string(d.text())), Provider: text.Clean(string(d.text()))})
	}
	return plan.NewModels(list), !d.bad
}

// WithModels adds models to a summary that has none.
func WithModels(payload, models []byte) []byte {
	r, _ := ParseSummary(payload)
	head := len(payload) - r.rest
	b := append(make([]byte, 0, len(payload)+len(models)+SumSize+2), payload[:head]...)
	b[0] |= hasModels
	b = append(binary.AppendUvarint(b, uint64(len(models))), models...)
	return append(b, payload[head:]...)
}

// maxWorks bounds how many works are kept.
const maxWorks = 1 << 12

var workSeed = maphash.MakeSeed()

// Works keeps the work of configs by their hashes: reading a config is slow, and most
// experiments of a lab share a few. The zero Works is empty; it is for one goroutine.
type Works struct {
	byHash map[uint64]Work
}

// Of reads plan and models of a config.
func (all *Works) Of(config string) Work {
	h := maphash.String(workSeed, config)
	w, ok := all.byHash[h]
	if !ok {
		if all.byHash == nil || len(all.byHash) >= maxWorks {
			all.byHash = make(map[uint64]Work)
		}
		w = NewWork(plan.Read(config))
		all.byHash[h] = w
	}
	return w
}
