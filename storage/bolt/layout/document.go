package layout

import (
	"bytes"
	"crypto/sha256"
	"strings"

	"societop/model"
)

// A Document is a part of a run that is read and written as a whole. It is packed.
type Document[T any] struct {
	Name string // in its key; of some, more of the key follows
	code func(*coder, *T)
}

// The documents of a run.
var (
	DatasetsDoc = Document[[]model.Dataset]{"datasets", func(c *coder, all *[]model.Dataset) { list(c, all, codeDataset) }}
	TableDoc    = Document[Table]{"table ", codeTable} // and the hash of the id of a dataset
	ActivityDoc = Document[model.Activity]{"activity", codeActivity}
	HealthDoc   = Document[model.Health]{"health", codeHealth}
	LogsDoc     = Document[[]model.LogFile]{"logs", func(c *coder, all *[]model.LogFile) { list(c, all, codeLogFile) }}
	SurveysDoc  = Document[[]string]{"surveys", func(c *coder, all *[]string) { list(c, all, (*coder).string) }} // see Questionnaires
	NotesDoc    = Document[[]model.Note]{"notes ", func(c *coder, all *[]model.Note) { list(c, all, codeNote) }} // and the id of an agent, as in keys
)

// Key returns the key of the document of a run, with what follows its name.
func (d *Document[T]) Key(run uint64, more string) []byte {
	return append(append(RunKey(run), d.Name...), more...)
}

// Encode encodes a document.
func (d *Document[T]) Encode(v T) []byte {
	var c coder
	d.code(&c, &v)
	return Pack(nil, c.w)
}

// Decode is the inverse of Encode. It accepts any bytes; ok is false for those that are no such document.
func (d *Document[T]) Decode(payload []byte) (v T, ok bool) {
	raw, ok := Unpack(payload)
	if !ok {
		return v, false
	}
	c := coder{d: &decoder{b: raw}}
	d.code(&c, &v)
	return v, !c.bad() && len(c.d.b) == 0
}

// sound reports whether a payload is such a document.
func (d *Document[T]) sound(payload []byte) bool {
	_, ok := d.Decode(payload)
	return ok
}

// SoundDocument reports whether a value of the bucket Documents can be decoded and has a key of its kind.
func SoundDocument(key, payload []byte) bool {
	if len(key) <= RunSize {
		return false
	}
	switch name := string(key[RunSize:]); {
	case name == DatasetsDoc.Name:
		return DatasetsDoc.sound(payload)
	case name == ActivityDoc.Name:
		return ActivityDoc.sound(payload)
	case name == HealthDoc.Name:
		return HealthDoc.sound(payload)
	case name == LogsDoc.Name:
		return LogsDoc.sound(payload)
	case name == SurveysDoc.Name:
		all, ok := SurveysDoc.Decode(payload)
		_, whole := ParseQuestionnaires(all)
		return ok && whole
	case strings.HasPrefix(name, TableDoc.Name):
		return TableDoc.sound(payload) && len(name) == len(TableDoc.Name)+hashSize
	case strings.HasPrefix(name, NotesDoc.Name):
		return NotesDoc.sound(payload) && len(name) == len(NotesDoc.Name)+AgentSize
	}
	return false
}

// AgentName is what follows the name of a document of an agent.
func AgentName(id int64) string { return string(AppendInt(nil, id)) }

// NameHash is the part of a key that stands for a name, which may be of any length.
func NameHash(name string) []byte {
	hash := sha256.Sum256([]byte(name))
	return hash[:hashSize]
}

// Questionnaires are those of a run, each as its id and what AppendSurvey makes of it.
func Questionnaires(all []model.Survey) (out []string) {
	for i := range all {
		out = append(out, string(AppendSurvey(bytes.Clone(all[i].ID[:]), &all[i])))
	}
	return out
}

// ParseQuestionnaires is the inverse of Questionnaires.
func ParseQuestionnaires(all []string) (out []model.Survey, ok bool) {
	for _, one := range all {
		if len(one) < IDSize {
			return nil, false
		}
		s, ok := ParseSurvey([]byte(one[:IDSize]), []byte(one[IDSize:]))
		if !ok {
			return nil, false
		}
		out = append(out, s)
	}
	return out, true
}

func codeDataset(c *coder, d *model.Dataset) {
	kind := string(d.Kind)
	c.string(&kind)
	d.Kind = model.DatasetKind(kind)
	c.text(&d.ID)
	c.text(&d.Table)
	c.text(&d.Module)
	c.text(&d.Title)
	c.lines(&d.Description)
	c.text(&d.EntityKey)
	c.text(&d.StepKey)
	c.text(&d.TimeKey)
	list(c, &d.Order, (*coder).text)
	list(c, &d.Capabilities, (*coder).text)
	list(c, &d.Columns, codeColumn)
	number(c, &d.Rows)
	number(c, &d.Ambiguous)
	number(c, &d.Damaged)
}

func codeColumn(c *coder, of *model.Column) {
	c.text(&of.Name)
	c.text(&of.Type)
	c.text(&of.Logical)
	c.text(&of.Role)
	c.text(&of.Title)
	c.lines(&of.Description)
	c.text(&of.Unit)
}

func codeActivity(c *coder, a *model.Activity) {
	c.text(&a.From)
	number(c, &a.Steps)
	number(c, &a.Whole)
	list(c, &a.Agents, func(c *coder, of *model.AgentActivity) {
		number(c, &of.ID)
		c.text(&of.Name)
		list(c, &of.Deeds, number[model.Deed])
		c.text(&of.Why)
	})
	list(c, &a.Events, func(c *coder, of *model.EventCount) {
		c.text(&of.Kind)
		list(c, &of.Counts, number[int])
	})
	list(c, &a.Walls, (*coder).time)
}

func codeHealth(c *coder, h *model.Health) {
	c.text(&h.From)
	c.float(&h.Sample)
	list(c, &h.Steps, func(c *coder, s *model.StepSpan) {
		number(c, &s.Step)
		c.time(&s.Start)
		c.time(&s.End)
	})
	list(c, &h.Calls, codeCalls)
	list(c, &h.Failures, func(c *coder, f *model.Failure) {
		c.text(&f.Cause)
		number(c, &f.Count)
		c.time(&f.Last)
		c.text(&f.Example)
	})
	for _, n := range []*int64{&h.Retries, &h.RateLimits, &h.Input, &h.Cached, &h.Output} {
		number(c, n)
	}
}

func codeCalls(c *coder, s *model.CallStats) {
	c.text(&s.Name)
	number(c, &s.Count)
	number(c, &s.Failed)
	number(c, &s.Total)
	number(c, &s.P50)
	number(c, &s.P95)
	number(c, &s.Max)
	list(c, &s.Slowest, func(c *coder, one *model.Call) {
		number(c, &one.Agent)
		number(c, &one.Step)
		c.time(&one.Start)
		number(c, &one.Took)
		c.text(&one.Note)
	})
}

func codeLogFile(c *coder, f *model.LogFile) {
	c.text(&f.Name)
	number(c, &f.Size)
	c.time(&f.Written)
}

func codeNote(c *coder, n *model.Note) {
	c.text(&n.Name)
	c.lines(&n.Content)
	c.time(&n.Written)
}
