package model

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// IsQuestion reports whether a message is a question of the user.
func (m *Message) IsQuestion() bool { return m.Kind == UserTalk && !m.Speaker.Empty() }

// Replies maps the user's questions to their answers. An answer does not name its question: it
// belongs to the first unanswered question of the latest moment that has one.
func Replies(rows []Message) map[*Message]*Message {
	replies := make(map[*Message]*Message)
	open := make(map[int64][]*Message)
	for i := range rows {
		m := &rows[i]
		asked := open[m.ID]
		switch {
		case m.IsQuestion():
			open[m.ID] = append(asked, m)
		case m.Kind == UserTalk && len(asked) > 0:
			q := len(asked) - 1
			for q > 0 && asked[q-1].At == asked[q].At {
				q--
			}
			replies[asked[q]] = m
			open[m.ID] = slices.Delete(asked, q, q+1)
		}
	}
	return replies
}

// IsOpen reports whether a message is a question that has no answer among replies, and may get one. What
// is asked of a society as a whole is written down once it is over.
func (m *Message) IsOpen(replies map[*Message]*Message) bool {
	return m.IsQuestion() && m.ID != Everyone && replies[m] == nil
}

// Waiting is what was asked of the agents of a run and has no answer yet.
type Waiting struct {
	Questions int       // of the user
	Surveys   int       // questionnaires
	Agents    int       // that have one of these to answer
	Since     time.Time // when the oldest of all was asked; zero if unknown
}

// Any reports whether something waits for an answer.
func (w *Waiting) Any() bool { return w.Questions > 0 || w.Surveys > 0 }

// WaitingIn counts what waits for an answer in talk and answers that were read, each oldest first.
func WaitingIn(talk []Message, answers []Answer) (w Waiting) {
	if i := slices.IndexFunc(talk, func(m Message) bool { return m.IsQuestion() }); i >= 0 {
		talk = talk[i:]
		replies := Replies(talk)
		for i := range talk {
			if m := &talk[i]; m.IsOpen(replies) {
				w.Questions++
				w.asked(m.Created)
			}
		}
	}
	surveys, agents := map[uuid.UUID]bool{}, map[int64]bool{}
	for i := range answers {
		if a := &answers[i]; a.Pending {
			surveys[a.Survey], agents[a.ID] = true, true
			w.asked(a.Created)
		}
	}
	w.Surveys, w.Agents = len(surveys), len(agents)
	return w
}

// asked takes the time at which something was asked that waits.
func (w *Waiting) asked(at time.Time) {
	if !at.IsZero() && (w.Since.IsZero() || at.Before(w.Since)) {
		w.Since = at
	}
}
