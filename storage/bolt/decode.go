package bolt

import (
	"encoding/binary"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// maxInterned bounds how many plans and how many tenants an interner keeps.
const maxInterned = 1 << 14

// interner gives equal bytes of the file one value in memory: most experiments of a lab
// have one of a few plans, and one tenant.
type interner struct {
	plans   map[string]*plan.Plan
	tenants map[string]text.Text
	last    text.Text // the last tenant: most often the next one, too
}

func newInterner() *interner {
	return &interner{plans: make(map[string]*plan.Plan), tenants: make(map[string]text.Text)}
}

// plan decodes a plan; ok is false when the bytes are none.
func (in *interner) plan(b []byte) (p *plan.Plan, ok bool) {
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
func (in *interner) tenant(b []byte) text.Text {
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

// key decodes a bare key.
func (in *interner) key(bare []byte) model.Key {
	return model.Key{ID: uuid.UUID(bare[:idSize]), Tenant: in.tenant(bare[idSize:])}
}

// summary decodes an entry of the index, without its error.
func (in *interner) summary(dst *model.Summary, key, payload []byte) error {
	name, err := in.fields(dst, key, payload)
	dst.Name = text.Clean(string(name))
	return err
}

// fields decodes an entry of the index but for its name, which is a part of the payload.
// The payload was verified against its checksum; that it is no summary all the same is told
// as damage.
func (in *interner) fields(dst *model.Summary, key, payload []byte) (name []byte, err error) {
	created, bare, ok := splitIndexKey(key)
	if !ok {
		return nil, model.Damaged("%s is no key of the index", indexBucket.describe(key))
	}
	r, ok := parseSummary(payload)
	if !ok {
		return nil, model.Damaged("%s is no summary", indexBucket.describe(key))
	}
	plan, ok := in.plan(r.plan)
	if !ok {
		return nil, model.Damaged("%s has no plan in its place", indexBucket.describe(key))
	}
	*dst = model.Summary{
		Key:          in.key(bare),
		NumDay:       model.Int(r.numDay),
		Status:       model.Status(r.status),
		Now:          model.SimTime{Day: model.Int(r.day), T: r.t},
		Plan:         plan,
		InputTokens:  r.input,
		OutputTokens: r.output,
		Created:      micro(created),
		Updated:      micro(created + r.updated),
	}
	return r.nameText, nil
}

// parseCreated decodes a value of the keys bucket.
func parseCreated(bare, payload []byte) (int64, error) {
	if len(payload) != createdSize {
		return 0, model.Damaged("%s has no time of creation", keysBucket.describe(bare))
	}
	return int64(binary.BigEndian.Uint64(payload)), nil
}
