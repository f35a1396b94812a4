package cli

import (
	"slices"
	"strconv"

	"societop/model"
	"societop/model/text"
)

// hearers are the agents who heard what another one said. What one agent says to another is kept
// with both of them: the copy of the one who hears names the other, that of the speaker does not.
type hearers map[utterance][]int64

// utterance is what two copies of a message have in common.
type utterance struct {
	at      model.SimTime
	speaker int64
	words   text.Lines
}

// listeners are those who heard messages, as far as their copies are among them.
func listeners(rows []model.Message) hearers {
	h := make(hearers)
	for i := range rows {
		m := &rows[i]
		id, ok := speakerID(m)
		if !ok || id == m.ID {
			continue
		}
		u := utterance{m.At, id, m.Words()}
		if !slices.Contains(h[u], m.ID) {
			h[u] = append(h[u], m.ID)
		}
	}
	return h
}

// of names who heard a message: agents by their ids, or "user"; none where that is not known.
func (h hearers) of(m model.Message) (to []string) {
	switch {
	case m.Kind == model.UserTalk && m.Speaker.Empty():
		return []string{"user"}
	case m.Kind == model.Thought || ownCopy(m):
		for _, id := range h.copies(&m) {
			to = append(to, strconv.FormatInt(id, 10))
		}
		return to
	}
	if m.ID == model.Everyone {
		return []string{everyone}
	}
	return []string{strconv.FormatInt(m.ID, 10)}
}

// copies are the agents who have another copy of a message of a speaker.
func (h hearers) copies(m *model.Message) []int64 {
	id, ok := speakerID(m)
	if !ok {
		return nil
	}
	return h[utterance{m.At, id, m.Words()}]
}

// ownCopy reports whether a message is that of its speaker.
func ownCopy(m model.Message) bool {
	id, ok := speakerID(&m)
	return ok && id == m.ID
}

// speakerID is the agent that says something to another one.
func speakerID(m *model.Message) (id int64, ok bool) {
	if m.Kind != model.Talk {
		return 0, false
	}
	id, err := strconv.ParseInt(m.Speaker.Raw(), 10, 64)
	return id, err == nil
}
