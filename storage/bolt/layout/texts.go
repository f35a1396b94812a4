package layout

import (
	"encoding/binary"

	"societop/model"
	"societop/model/text"
)

// AppendMessage encodes a message: kind, microseconds since 1970, speaker and content. The
// rest is in the key.
func AppendMessage(b []byte, m *model.Message) []byte {
	b = append(b, byte(m.Kind))
	b = binary.AppendVarint(b, m.Created.UnixMicro())
	b = appendText(b, m.Speaker.Raw())
	return appendText(b, m.Content.Raw())
}

// ParseMessages returns the inverse for all messages of one agent and moment.
func ParseMessages(all []model.Message, id int64, at model.SimTime, raw []byte) ([]model.Message, bool) {
	d := decoder{b: raw}
	for len(d.b) > 0 {
		m := model.Message{ID: id, At: at, Kind: model.MessageKind(d.byte()), Created: Micro(d.varint())}
		speaker, content := d.text(), d.text()
		if d.bad {
			return nil, false
		}
		m.Speaker, m.Content = text.Clean(string(speaker)), text.CleanLines(string(content))
		all = append(all, m)
	}
	return all, true
}

// Bits of an answer.
const (
	pendingAnswer = 1 << iota
	troubledAnswer
)

// AppendAnswer encodes an answer: survey, the bits above, microseconds since 1970, result, and what
// troubles it, where it has that bit. The rest is in the key.
func AppendAnswer(b []byte, a *model.Answer) []byte {
	b = append(b, a.Survey[:]...)
	bits := byte(0)
	if a.Pending {
		bits |= pendingAnswer
	}
	if a.Trouble.Raw() != "" {
		bits |= troubledAnswer
	}
	b = binary.AppendVarint(append(b, bits), a.Created.UnixMicro())
	b = appendText(b, a.Result.Raw())
	if bits&troubledAnswer != 0 {
		b = appendText(b, a.Trouble.Raw())
	}
	return b
}

// ParseAnswers returns the inverse for all answers of one agent and moment.
func ParseAnswers(all []model.Answer, id int64, at model.SimTime, raw []byte) ([]model.Answer, bool) {
	d := decoder{b: raw}
	for len(d.b) > 0 {
		a := model.Answer{ID: id, At: at}
		copy(a.Survey[:], d.take(uint64(len(a.Survey))))
		bits := d.byte()
		a.Pending = bits&pendingAnswer != 0
		a.Created = Micro(d.varint())
		a.Result = text.CleanLines(string(d.text()))
		if bits&troubledAnswer != 0 {
			a.Trouble = text.Clean(string(d.text()))
		}
		if d.bad {
			return nil, false
		}
		all = append(all, a)
	}
	return all, true
}

// Texts are talk or answers: the texts of one agent at one moment are one value, and an index
// has their number in the order of time.
type Texts struct {
	Kind          Kinds
	Values, Times *Bucket
}

// Talk and answers.
var (
	TalkTexts   = Texts{HasTalk, Talk, TalkTimes}
	AnswerTexts = Texts{HasAnswers, Answers, AnswerTimes}
)

// Count returns how many texts a value holds; 0 where it can't be decoded.
func (t *Texts) Count(key, payload []byte) int {
	id, at, raw, ok := ParseTexts(key, payload)
	switch {
	case !ok:
		return 0
	case t.Kind == HasTalk:
		all, _ := ParseMessages(nil, id, at, raw)
		return len(all)
	}
	all, _ := ParseAnswers(nil, id, at, raw)
	return len(all)
}

// ParseTexts takes a value of talk or answers apart. raw holds the texts, encoded.
func ParseTexts(key, payload []byte) (id int64, at model.SimTime, raw []byte, ok bool) {
	if len(key) != RunSize+AgentSize+MomentSize {
		return 0, at, nil, false
	}
	raw, ok = Unpack(payload)
	return ParseInt(key[RunSize:]), ParseMoment(key[RunSize+AgentSize:]), raw, ok
}

// agentMoment is a moment of an agent.
type agentMoment struct {
	id int64
	at string // the moment, as in keys: NaN is equal to itself
}

// Grouped puts what belongs to one agent and one moment together, in the order given.
func Grouped[T any](all []T, of func(*T) (int64, model.SimTime)) [][]T {
	places := make(map[agentMoment]int)
	var groups [][]T
	for i := range all {
		id, at := of(&all[i])
		k := agentMoment{id, string(AppendMoment(nil, at))}
		n, ok := places[k]
		if !ok {
			n = len(groups)
			places[k] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], all[i])
	}
	return groups
}
