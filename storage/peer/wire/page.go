package wire

import (
	"errors"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
)

// MaxRows is how many rows a page may have.
const MaxRows = 10_000

// Page is model.Changes.
type Page struct {
	First   bool        `json:"first,omitzero"`
	More    bool        `json:"more,omitzero"`
	Next    Raw         `json:"next"`
	Total   int64       `json:"total"`
	Now     Stamp       `json:"now,omitzero"`   // the server's clock
	Clock   Stamp       `json:"clock,omitzero"` // the source's clock, where it is another one
	Live    *Liveness   `json:"live,omitzero"`
	Trouble *Error      `json:"trouble,omitzero"`
	Of      List[State] `json:"of,omitzero"` // the state of each of several sources
	Gone    rows[Key]   `json:"gone,omitzero"`
	Tables
	Put rows[Row] `json:"put,omitzero"`
}

// Tables are what the rows of a page share.
type Tables struct {
	Sources rows[Source] `json:"sources,omitzero"`
	Plans   rows[Plan]   `json:"plans,omitzero"`
	Models  rows[Models] `json:"models,omitzero"`
}

// rows is a list of a page.
type rows[T any] []T

// UnmarshalJSONFrom reads a list, entry by entry.
func (l *rows[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	all, err := readList[T](d, 2*MaxRows)
	*l = all
	return err
}

// Source is one of the sources of the rows.
type Source struct {
	Name Raw  `json:"name,omitzero"` // as in model.Key; empty for an only source
	Bulk bool `json:"bulk,omitzero"` // gives out the talk of all agents at once
}

// Key is model.Key.
type Key struct {
	ID     uuid.UUID `json:"i"`
	Tenant Raw       `json:"o,omitzero"`
	Source int       `json:"s,omitzero"` // its number in the page
}

// Row is model.Summary.
type Row struct {
	Key
	Name    Raw   `json:"n,omitzero"`
	Days    int64 `json:"nd,omitzero"`
	Status  int8  `json:"st,omitzero"`
	Day     int64 `json:"d,omitzero"`
	T       Float `json:"t,omitzero"`
	Plan    int   `json:"p,omitzero"` // 1 is the first of the page; 0: unknown
	Models  int   `json:"m,omitzero"`
	Input   int64 `json:"ti,omitzero"`
	Output  int64 `json:"to,omitzero"`
	Created Stamp `json:"c,omitzero"`
	Updated Stamp `json:"u,omitzero"`
	Error   Raw   `json:"e,omitzero"`
	Lost    bool  `json:"l,omitzero"` // the status is model.Lost, and Status that of a run that was stopped
	Dir     *Dir  `json:"r,omitzero"`
}

// Experiment is model.Experiment.
type Experiment struct {
	Tables
	Row
	Config Raw `json:"config,omitzero"`
}

// Plan is plan.Plan: its start, then entry, first tick, ticks and steps of each segment.
type Plan []int64

// Models is plan.Models: name and provider of each.
type Models []Raw

// packer fills tables.
type packer struct {
	t       *Tables
	bulk    func(model.Key) bool
	sources map[model.SourceName]int
	plans   map[*plan.Plan]int
	equal   map[string]int // by what is encoded
	models  map[*plan.Models]int
}

func newPacker(t *Tables, bulk func(model.Key) bool) *packer {
	return &packer{t, bulk, map[model.SourceName]int{}, map[*plan.Plan]int{}, map[string]int{}, map[*plan.Models]int{}}
}

// key encodes a key.
func (p *packer) key(k model.Key) Key {
	n, ok := p.sources[k.Source]
	if !ok {
		n = len(p.t.Sources)
		p.sources[k.Source] = n
		p.t.Sources = append(p.t.Sources, Source{Raw(k.Source.Raw()), p.bulk(k)})
	}
	return Key{k.ID, Raw(k.Tenant.Raw()), n}
}

// row encodes a summary.
func (p *packer) row(s *model.Summary) Row {
	r := Row{
		Key: p.key(s.Key), Name: Raw(s.Name.Raw()), Days: int64(s.NumDay), Dir: newDir(s.Dir),
		Day: int64(s.Now.Day), T: Float(s.Now.T), Plan: p.plan(s.Plan), Models: p.modelsOf(s.Models),
		Input: s.InputTokens, Output: s.OutputTokens, Created: Stamp{s.Created}, Updated: Stamp{s.Updated}, Error: Raw(s.Error.Raw()),
	}
	r.setStatus(s.Status)
	return r
}

// plan is the number of a plan.
func (p *packer) plan(of *plan.Plan) int {
	if of == nil {
		return 0
	}
	n, ok := p.plans[of]
	if ok {
		return n
	}
	packed := Plan{of.Start}
	for _, s := range of.Segments {
		packed = append(packed, int64(s.Entry), s.First, s.Ticks, s.Steps)
	}
	text := packed.text()
	if n, ok = p.equal[text]; !ok {
		p.t.Plans = append(p.t.Plans, packed)
		n = len(p.t.Plans)
		p.equal[text] = n
	}
	p.plans[of] = n
	return n
}

// text is a plan as a key of maps.
func (p Plan) text() string {
	b := make([]byte, 0, 8*len(p))
	for _, n := range p {
		for range 8 {
			b = append(b, byte(n))
			n >>= 8
		}
	}
	return string(b)
}

// modelsOf is the number of models.
func (p *packer) modelsOf(of *plan.Models) int {
	if of == nil {
		return 0
	}
	n, ok := p.models[of]
	if ok {
		return n
	}
	var packed Models
	for _, m := range of.All() {
		packed = append(packed, Raw(m.Name.Raw()), Raw(m.Provider.Raw()))
	}
	text := packed.text()
	if n, ok = p.equal[text]; !ok {
		p.t.Models = append(p.t.Models, packed)
		n = len(p.t.Models)
		p.equal[text] = n
	}
	p.models[of] = n
	return n
}

// text is models as a key of maps, which is that of no plan.
func (m Models) text() string {
	var b strings.Builder
	b.WriteString("m")
	for _, s := range m {
		b.WriteString("\x00" + string(s))
	}
	return b.String()
}

// NewPage encodes changes of a source of an address at a time. bulk reports whether the run data of an
// experiment is that of all agents.
func NewPage(ch *model.Changes, address string, now time.Time, bulk func(model.Key) bool) *Page {
	p := &Page{
		First: ch.First, More: ch.More, Next: Raw(ch.Next.Token()), Total: int64(ch.Total), Now: Stamp{now}, Clock: Stamp{ch.Clock},
		Live: NewLiveness(ch.Liveness), Trouble: NewError(ch.Trouble, address),
	}
	for i := range ch.Sources {
		p.Of = append(p.Of, newState(&ch.Sources[i]))
	}
	pack := newPacker(&p.Tables, bulk)
	for _, k := range ch.Gone {
		p.Gone = append(p.Gone, pack.key(k))
	}
	p.Put = make(rows[Row], 0, len(ch.Put))
	for i := range ch.Put {
		p.Put = append(p.Put, pack.row(&ch.Put[i]))
	}
	return p
}

// NewExperiment encodes an experiment.
func NewExperiment(e *model.Experiment, bulk func(model.Key) bool) *Experiment {
	out := &Experiment{Config: Raw(e.Config.Raw())}
	out.Row = newPacker(&out.Tables, bulk).row(&e.Summary)
	return out
}

// errWrong is returned for what no server of societop sends.
var errWrong = errors.New("a row of it refers to what it does not have")

// Shared is what was decoded once and is shared by rows of many pages. It is for one goroutine; the
// zero value is empty.
type Shared struct {
	plans  map[string]*plan.Plan
	models map[string]*plan.Models
}

// maxShared is how many plans, and how many lists of models, are kept.
const maxShared = 1 << 14

// unpacker decodes what refers to tables.
type unpacker struct {
	sources []model.SourceName
	plans   []*plan.Plan
	models  []*plan.Models
}

// unpack decodes the tables of a page.
func (s *Shared) unpack(t *Tables) (*unpacker, error) {
	if s.plans == nil || len(s.plans) > maxShared || len(s.models) > maxShared {
		s.plans, s.models = map[string]*plan.Plan{}, map[string]*plan.Models{}
	}
	u := &unpacker{}
	for _, src := range t.Sources {
		u.sources = append(u.sources, model.NewSourceName(string(src.Name)))
	}
	for _, packed := range t.Plans {
		p, err := s.plan(packed)
		if err != nil {
			return nil, err
		}
		u.plans = append(u.plans, p)
	}
	for _, packed := range t.Models {
		key := packed.text()
		m, ok := s.models[key]
		if !ok {
			m = packed.model()
			s.models[key] = m
		}
		u.models = append(u.models, m)
	}
	return u, nil
}

// maxTick is where the ticks of all plans end.
const maxTick = 1 << 62

// plan decodes a plan.
func (s *Shared) plan(packed Plan) (*plan.Plan, error) {
	key := packed.text()
	if p, ok := s.plans[key]; ok {
		return p, nil
	}
	if len(packed)%4 != 1 {
		return nil, errors.New("a plan of it is cut")
	}
	p, left := &plan.Plan{Start: packed[0]}, int64(maxTick)
	for at := packed[1:]; len(at) > 0; at = at[4:] {
		seg := plan.Segment{Entry: model.Int(at[0]), First: at[1], Ticks: at[2], Steps: at[3]}
		if seg.Entry < 0 || seg.First < 0 || seg.First > maxTick || seg.Ticks <= 0 || seg.Steps <= 0 || seg.Steps > left/seg.Ticks {
			return nil, errors.New("a plan of it is none")
		}
		left -= seg.Steps * seg.Ticks
		p.Segments = append(p.Segments, seg)
	}
	if p.Start < 0 || p.Start > maxTick {
		return nil, errors.New("a plan of it is none")
	}
	s.plans[key] = p
	return p, nil
}

// model decodes models; nil where they are none that a config has.
func (m Models) model() *plan.Models {
	var list []plan.Model
	for i := 0; i+1 < len(m); i += 2 {
		list = append(list, plan.Model{Name: m[i].text(), Provider: m[i+1].text()})
	}
	return plan.NewModels(list)
}

// key decodes a key.
func (u *unpacker) key(k Key) (out model.Key, err error) {
	if k.Source < 0 || k.Source >= len(u.sources) {
		return out, errWrong
	}
	return model.Key{Tenant: k.Tenant.text(), ID: k.ID, Source: u.sources[k.Source]}, nil
}

// row decodes a summary.
func (u *unpacker) row(r *Row) (s model.Summary, err error) {
	if s.Key, err = u.key(r.Key); err != nil {
		return s, err
	}
	if r.Plan < 0 || r.Plan > len(u.plans) || r.Models < 0 || r.Models > len(u.models) {
		return s, errWrong
	}
	if r.Plan > 0 {
		s.Plan = u.plans[r.Plan-1]
	}
	if r.Models > 0 {
		s.Models = u.models[r.Models-1]
	}
	s.Name, s.NumDay, s.Status, s.Dir = r.Name.text(), model.Int(r.Days), r.status(), r.Dir.model()
	s.Now = model.SimTime{Day: model.Int(r.Day), T: float64(r.T)}
	s.InputTokens, s.OutputTokens = r.Input, r.Output
	s.Created, s.Updated, s.Error = r.Created.Time, r.Updated.Time, r.Error.lines()
	return s, nil
}

// Model decodes a page of a source at an address. Clocks are as they were sent.
func (p *Page) Model(s *Shared, address string) (ch model.Changes, err error) {
	u, err := s.unpack(&p.Tables)
	if err != nil {
		return ch, err
	}
	ch = model.Changes{
		First: p.First, More: p.More, Next: model.NewCursor(string(p.Next)), Total: model.Int(max(p.Total, -1)), Clock: p.Clock.Time,
		Liveness: p.Live.Model(), Trouble: p.Trouble.Model(address),
	}
	for i := range p.Of {
		ch.Sources = append(ch.Sources, p.Of[i].model())
	}
	for _, k := range p.Gone {
		key, err := u.key(k)
		if err != nil {
			return ch, err
		}
		ch.Gone = append(ch.Gone, key)
	}
	if len(p.Put) > 0 {
		ch.Put = make([]model.Summary, len(p.Put))
	}
	for i := range p.Put {
		if ch.Put[i], err = u.row(&p.Put[i]); err != nil {
			return ch, err
		}
	}
	return ch, nil
}

// Model decodes an experiment.
func (e *Experiment) Model(s *Shared) (out model.Experiment, err error) {
	u, err := s.unpack(&e.Tables)
	if err != nil {
		return out, err
	}
	out.Summary, err = u.row(&e.Row)
	out.Config = e.Config.lines()
	return out, err
}
