package layout

import (
	"encoding/binary"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// maxInterned bounds how many plans and how many tenants an interner keeps.
const maxInterned = 1 << 14

// Interner gives equal bytes of the file one value in memory: most experiments of a lab
// have one of a few plans, and one tenant.
type Interner struct {
	plans   map[string]*plan.Plan
	tenants map[string]text.Text
	last    text.Text // the last tenant: most often the next one, too
}

// NewInterner returns an empty interner.
func NewInterner() *Interner {
	return &Interner{plans: make(map[string]*plan.Plan), tenants: make(map[string]text.Text)}
}

// plan decodes a plan; ok is false when the bytes are none.
func (in *Interner) plan(b []byte) (p *plan.Plan, ok bool) {
	if len(b) == 0 {
		return nil, true
	}
	if p, ok = in.plans[string(b)]; ok {
		return p, true
	}
	if p, ok = parsePlan(b); ok {
		if len(in.plans) >= maxInterned {
			clear(in.plans)
		}
		in.plans[string(b)] = p
	}
	return p, ok
}

// tenant cleans a tenant.
func (in *Interner) tenant(b []byte) text.Text {
	switch {
	case len(b) == 0:
		return text.Text{}
	case string(b) == in.last.Raw():
		return in.last
	}
	t, ok := in.tenants[string(b)]
	if !ok {
		if len(in.tenants) >= maxInterned {
			clear(in.tenants)
		}
		t = text.Clean(string(b))
		in.tenants[string(b)] = t
	}
	in.last = t
	return t
}

// Key decodes a bare key.
func (in *Interner) Key(bare []byte) model.Key {
	return model.Key{ID: uuid.UUID(bare[:IDSize]), Tenant: in.tenant(bare[IDSize:])}
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
	plan, ok := in.plan(r.Plan)
	if !ok {
		return nil, model.Damaged("%s has no plan in its place", Index.Describe(key))
	}
	*dst = model.Summary{
		Key:          in.Key(bare),
		NumDay:       model.Int(r.numDay),
		Status:       model.Status(r.Status),
		Now:          model.SimTime{Day: model.Int(r.day), T: r.t},
		Plan:         plan,
		InputTokens:  r.input,
		OutputTokens: r.output,
		Created:      Micro(created),
		Updated:      Micro(created + r.Updated),
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
