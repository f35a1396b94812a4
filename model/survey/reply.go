package survey

import (
	"math"
	"strings"

	"societop/model"
	"societop/model/text"
)

// Reply is an answer to a survey as it was understood.
type Reply struct {
	State  ReplyState
	answer text.Value // of UnderstoodReply: an object with a member a question
}

// ReplyState is what can be made of an answer.
type ReplyState int8

// The states of a reply.
const (
	UnreadReply     ReplyState = iota // nobody has looked at the answer yet
	UnderstoodReply                   // it answers questions by their names
	UnparsableReply                   // it is words of another form
	PendingReply                      // AgentSociety has no answer yet
	FailedReply                       // there is none, and will be none: the agent failed
)

// ReplyOf reads an answer: JSON with a member a question, bare or in a fence of Markdown, and
// once more in quotes.
func ReplyOf(a *model.Answer) Reply {
	if a.Pending {
		return Reply{State: PendingReply}
	}
	if a.Result.Empty() && !a.Trouble.Empty() {
		return Reply{State: FailedReply}
	}
	v := text.ParseValue(unfenced(a.Result.Raw()))
	if v.Kind() == text.TextValue {
		v = text.ParseValue(unfenced(v.Plain()))
	}
	if v.Kind() != text.ObjectValue {
		return Reply{State: UnparsableReply}
	}
	return Reply{State: UnderstoodReply, answer: v}
}

// unfenced is a text without the fence of Markdown around it.
func unfenced(s string) string {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, "```"); ok {
		if inner, ok := strings.CutSuffix(inner, "```"); ok {
			return strings.TrimPrefix(inner, "json")
		}
	}
	return s
}

// To is what is answered to a question, by its name or by its title; ok is false where that
// is nothing.
func (r *Reply) To(q *Question) (v text.Value, ok bool) {
	v, ok = r.answer.Get(q.Name.Raw())
	if !ok {
		v, _ = r.answer.Get(q.Title.Raw())
	}
	return v, v.Kind() != text.NullValue && v.Raw() != `""`
}

// Members is what is answered, in its order.
func (r *Reply) Members() []text.ValueMember { return r.answer.Members() }

// Guessing looks at so many replies, and takes few texts that come again and again for
// choices.
const (
	guessReplies = 500
	guessOptions = 9
	guessShare   = 4 // times as many answers as there are choices
)

// Guess is what was asked, by what was answered, where the questionnaire is not
// known: the names that replies have, each with the form of its answers.
func Guess(replies []Reply) []Question {
	places, out := map[string]int{}, []Question{}
	var values [][]text.Value
	for i := range min(len(replies), guessReplies) {
		for _, m := range replies[i].Members() {
			at, ok := places[m.Key.Raw()]
			if !ok && len(out) >= maxQuestions {
				continue
			}
			if !ok {
				at = len(out)
				places[m.Key.Raw()] = at
				out = append(out, Question{Name: m.Key, Title: m.Key, Min: math.NaN(), Max: math.NaN()})
				values = append(values, nil)
			}
			if m.Value.Kind() != text.NullValue {
				values[at] = append(values[at], m.Value)
			}
		}
	}
	for i := range out {
		out[i].guess(values[i])
	}
	return out
}

// guess finds the form of a question by answers to it.
func (q *Question) guess(values []text.Value) {
	kinds, different := map[text.ValueKind]int{}, map[string]bool{}
	for _, v := range values {
		kinds[v.Kind()]++
		different[v.Plain()] = true
	}
	few := len(different) <= guessOptions && len(different)*guessShare <= len(values)
	switch n := len(values); {
	case n == 0:
	case kinds[text.NumberValue] == n:
		q.Form = RatingQuestion
	case kinds[text.BoolValue] == n:
		q.Form, q.Options = ChoiceQuestion, yesNo(text.Value{})
	case kinds[text.ListValue] == n:
		q.Form = ChoicesQuestion
	case kinds[text.TextValue] == n && few:
		q.Form = ChoiceQuestion
	}
}
