package bolt

import (
	"encoding/binary"
	"societop/model"
	"societop/model/text"
)

// appendMessage encodes a message: kind, microseconds since 1970, speaker and content. The
// rest is in the key.
func appendMessage(b []byte, m *model.Message) []byte {
	b = append(b, byte(m.Kind))
	b = binary.AppendVarint(b, m.Created.UnixMicro())
	b = appendText(b, m.Speaker.Raw())
	return appendText(b, m.Content.Raw())
}

// parseMessages is the inverse for all messages of one agent and moment.
func parseMessages(all []model.Message, id int64, at model.SimTime, raw []byte) ([]model.Message, bool) {
	d := decoder{b: raw}
	for len(d.b) > 0 {
		m := model.Message{ID: id, At: at, Kind: model.MessageKind(d.byte()), Created: micro(d.varint())}
		speaker, content := d.text(), d.text()
		if d.bad {
			return nil, false
		}
		m.Speaker, m.Content = text.Clean(string(speaker)), text.CleanLines(string(content))
		all = append(all, m)
	}
	return all, true
}

// appendAnswer encodes an answer: survey, whether it is pending, microseconds since 1970 and
// result. The rest is in the key.
func appendAnswer(b []byte, a *model.Answer) []byte {
	b = append(b, a.Survey[:]...)
	if a.Pending {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	b = binary.AppendVarint(b, a.Created.UnixMicro())
	return appendText(b, a.Result.Raw())
}

// parseAnswers is the inverse for all answers of one agent and moment.
func parseAnswers(all []model.Answer, id int64, at model.SimTime, raw []byte) ([]model.Answer, bool) {
	d := decoder{b: raw}
	for len(d.b) > 0 {
		a := model.Answer{ID: id, At: at}
		copy(a.Survey[:], d.take(uint64(len(a.Survey))))
		a.Pending = d.byte() != 0
		a.Created = micro(d.varint())
		result := d.text()
		if d.bad {
			return nil, false
		}
		a.Result = text.CleanLines(string(result))
		all = append(all, a)
	}
	return all, true
}

// texts are talk or answers: the texts of one agent at one moment are one value, and an index
// has their number in the order of time.
type texts struct {
	kind          byte
	values, times *bucket
}

var (
	talkTexts   = texts{hasTalk, talkBucket, talkTimesBucket}
	answerTexts = texts{hasAnswers, answersBucket, answerTimesBucket}
)

// count returns how many texts a value holds; 0 where it can't be decoded.
func (t *texts) count(key, payload []byte) int {
	id, at, raw, ok := parseTexts(key, payload)
	switch {
	case !ok:
		return 0
	case t.kind == hasTalk:
		all, _ := parseMessages(nil, id, at, raw)
		return len(all)
	}
	all, _ := parseAnswers(nil, id, at, raw)
	return len(all)
}

// parseTexts takes a value of talk or answers apart. raw holds the texts, encoded.
func parseTexts(key, payload []byte) (id int64, at model.SimTime, raw []byte, ok bool) {
	if len(key) != runSize+agentSize+momentSize {
		return 0, at, nil, false
	}
	raw, ok = unpack(payload)
	return parseInt(key[runSize:]), parseMoment(key[runSize+agentSize:]), raw, ok
}
