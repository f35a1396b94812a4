package survey

import (
	"cmp"
	"slices"
	"sort"

	"github.com/google/uuid"

	"societop/model"
)

// Poll is the answers of an experiment by survey and round. An answer is read only when it is
// counted, and only once, however often more of them come.
type Poll struct {
	Rows    []model.Answer
	Surveys []Polled // in the order in which they were first asked
	replies []Reply  // by row
}

// Polled is one survey that was asked.
type Polled struct {
	ID     uuid.UUID
	Rounds []Round // ascending in time
}

// Round is the answers to a survey that was asked at one moment: one of each agent.
type Round struct {
	At   model.SimTime
	Rows []int32 // places in Poll.Rows, by agent
}

// Take goes over to other answers. What is known of those that stay is kept.
func (p *Poll) Take(rows []model.Answer) {
	replies, shift := make([]Reply, len(rows)), 0
	if len(rows) > 0 {
		shift = max(slices.IndexFunc(p.Rows, func(a model.Answer) bool { return a == rows[0] }), 0)
	}
	for i := range rows {
		if i+shift < len(p.Rows) && rows[i] == p.Rows[i+shift] {
			replies[i] = p.replies[i+shift]
		}
	}
	p.Rows, p.replies = rows, replies
	p.group()
}

// group finds the surveys and their rounds.
func (p *Poll) group() {
	type asked struct {
		survey uuid.UUID
		at     model.SimTime
	}
	rounds, order := map[asked][]int32{}, []asked{}
	for i := range p.Rows {
		key := asked{p.Rows[i].Survey, p.Rows[i].At}
		if _, ok := rounds[key]; !ok {
			order = append(order, key)
		}
		rounds[key] = append(rounds[key], int32(i))
	}
	slices.SortFunc(order, func(a, b asked) int {
		return cmp.Or(a.at.Compare(b.at), slices.Compare(a.survey[:], b.survey[:]))
	})
	p.Surveys = nil
	places := map[uuid.UUID]int{}
	for _, key := range order {
		at, ok := places[key.survey]
		if !ok {
			at = len(p.Surveys)
			places[key.survey] = at
			p.Surveys = append(p.Surveys, Polled{ID: key.survey})
		}
		s := &p.Surveys[at]
		s.Rounds = append(s.Rounds, Round{key.at, p.once(rounds[key])})
	}
}

// once is rows by agent, each once: of several that of an answer, else the newest.
func (p *Poll) once(rows []int32) []int32 {
	ascending := func(a, b int32) int { return cmp.Compare(p.Rows[a].ID, p.Rows[b].ID) }
	slices.SortStableFunc(rows, ascending)
	out := rows[:0]
	for _, i := range rows {
		last := len(out) - 1
		switch {
		case last < 0 || p.Rows[out[last]].ID != p.Rows[i].ID:
			out = append(out, i)
		case !p.Rows[i].Pending || p.Rows[out[last]].Pending:
			out[last] = i
		}
	}
	return out
}

// Until is the surveys that were asked up to a moment, with the rounds up to then. A moment
// that is not Valid sets no bound.
func (p *Poll) Until(at model.SimTime) (out []Polled) {
	for _, s := range p.Surveys {
		n := len(s.Rounds)
		if at.Valid() {
			n = sort.Search(n, func(i int) bool { return s.Rounds[i].At.Compare(at) > 0 })
		}
		if n > 0 {
			out = append(out, Polled{s.ID, s.Rounds[:n]})
		}
	}
	return out
}

// Reply is what was understood of a row.
func (p *Poll) Reply(row int32) *Reply {
	r := &p.replies[row]
	if r.State == UnreadReply {
		*r = ReplyOf(&p.Rows[row])
	}
	return r
}

// Guess is what was asked in a survey whose questionnaire is not known.
func (p *Poll) Guess(id uuid.UUID) []Question {
	var replies []Reply
	for i := range p.Rows {
		if p.Rows[i].Survey == id && len(replies) < guessReplies {
			replies = append(replies, *p.Reply(int32(i)))
		}
	}
	return Guess(replies)
}
