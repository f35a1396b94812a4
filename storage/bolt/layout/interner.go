package layout

import (
	"encoding/binary"
	"strings"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// maxInterned bounds how many works and how many owners an interner keeps.
const maxInterned = 1 << 14

// Interner gives equal bytes of the file one value in memory: most experiments of a lab
// have one of a few plans, and one tenant.
type Interner struct {
	works  [4]map[string]work // by their bytes, of plan, models or both
	owners map[string]owner   // by the tails of keys
	tail   string             // the last of these: most often the next one, too
	last   owner
}

// owner is what a key says of an experiment but its id.
type owner struct {
	tenant text.Text
	source model.SourceName
}

// work is what a config says, as summaries share it.
type work struct {
	plan   *plan.Plan
	models *plan.Models
}

// NewInterner returns an empty interner.
func NewInterner() *Interner {
	return &Interner{owners: make(map[string]owner)}
}

// work decodes the work of an entry; ok is false when its bytes are none.
func (in *Interner) work(r *IndexEntry) (w work, ok bool) {
	if len(r.work) == 0 {
		return w, true
	}
	known := &in.works[(r.Bits&hasPlan)/hasPlan|(r.Bits&hasModels)/hasModels<<1]
	if w, ok = (*known)[string(r.work)]; ok {
		return w, true
	}
	var plans, models bool
	w.plan, plans = parsePlan(r.Work.Plan)
	w.models, models = parseModels(r.Work.Models)
	if !plans || !models {
		return w, false
	}
	if *known == nil || len(*known) >= maxInterned {
		*known = make(map[string]work)
	}
	(*known)[string(r.work)] = w
	return w, true
}

// owner decodes the tail of a key: a tenant, and the name of a source where there are several.
func (in *Interner) owner(b []byte) owner {
	switch {
	case len(b) == 0:
		return owner{}
	case string(b) == in.tail:
		return in.last
	}
	o, ok := in.owners[string(b)]
	if !ok {
		if len(in.owners) >= maxInterned {
			clear(in.owners)
		}
		tenant, source := string(b), ""
		if i := strings.LastIndex(tenant, sourceMark); i >= 0 {
			tenant, source = tenant[:i], tenant[i+len(sourceMark):]
		}
		o = owner{text.Clean(tenant), model.NewSourceName(source)}
		in.owners[string(b)] = o
	}
	in.tail, in.last = string(b), o
	return o
}

// Key decodes a bare key.
func (in *Interner) Key(bare []byte) model.Key {
	o := in.owner(bare[IDSize:])
	return model.Key{ID: uuid.UUID(bare[:IDSize]), Tenant: o.tenant, Source: o.source}
}

// Summary decodes an entry of the index, without its error.
func (in *Interner) Summary(dst *model.Summary, key, payload []byte) error {
	name, err := in.Fields(dst, key, payload)
	dst.Name = text.Clean(string(name))
	return err
}

// Fields decodes an entry of the index but for its name, which is a part of the payload.
// The payload was verified against its checksum; it is reported as damaged where it is no summary
// all the same.
func (in *Interner) Fields(dst *model.Summary, key, payload []byte) (name []byte, err error) {
	created, bare, ok := SplitIndexKey(key)
	if !ok {
		return nil, model.Damaged("%s is no key of the index", Index.Describe(key))
	}
	r, ok := ParseSummary(payload)
	if !ok {
		return nil, model.Damaged("%s is no summary", Index.Describe(key))
	}
	work, ok := in.work(&r)
	if !ok {
		return nil, model.Damaged("%s has no plan or no models in their place", Index.Describe(key))
	}
	var dir *model.RunDir
	if r.Bits&HasDir != 0 {
		if dir, ok = parseDir(r.dir); !ok {
			return nil, model.Damaged("%s has nothing of a run directory in its place", Index.Describe(key))
		}
	}
	*dst = model.Summary{
		Key:          in.Key(bare),
		NumDay:       model.Int(r.numDay),
		Status:       r.Status,
		Now:          model.SimTime{Day: model.Int(r.day), T: r.t},
		Plan:         work.plan,
		Models:       work.models,
		InputTokens:  r.input,
		OutputTokens: r.output,
		Created:      Micro(created),
		Updated:      Micro(created + r.Updated),
		Dir:          dir,
	}
	return r.nameText, nil
}

// ParseCreated decodes a value of the keys bucket.
func ParseCreated(bare, payload []byte) (int64, error) {
	if len(payload) != CreatedSize {
		return 0, model.Damaged("%s has no time of creation", Keys.Describe(bare))
	}
	return int64(binary.BigEndian.Uint64(payload)), nil
}
