package talk

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// said is a message as it is shown. What two agents said to each other is stored for both; here
// it is one message with its listeners.
type said struct {
	*model.Message
	*wording
	to    []int64  // who heard it, as far as that is known
	parts []string // the rows that it takes
	made  int      // what parts were laid out for; 0: nothing
}

// wording is the text of a message, and its lower case once it was searched.
type wording struct{ text, folded string }

// chat is the messages of one agent or of all, up to a moment: oldest first, each once.
type chat struct {
	kit.People
	rows    []model.Message // what said was made of
	others  []model.Message // who heard what
	cut     bool            // there were older ones
	said    []said
	shown   []int32 // those of the kinds that are shown
	until   int     // how many of these there were at the moment
	at      model.SimTime
	kinds   talkKinds
	replies map[*model.Message]*model.Message
	waiting model.Waiting // questions
	known   map[text.Lines]*wording
}

// talkKinds is which kinds of messages are shown.
type talkKinds int8

const (
	allKinds talkKinds = iota
	thoughtsOnly
	talkOnly
	userOnly
	howManyKinds
)

// has reports whether messages of a kind are shown.
func (k talkKinds) has(kind model.MessageKind) bool {
	return k == allKinds || kind == model.MessageKind(k-1)
}

// take sets the messages and reports whether they are new. others tells who heard those of one
// agent.
func (c *chat) take(rows, others []model.Message) bool {
	if kit.Same(rows, c.rows) && kit.Same(others, c.others) {
		return false
	}
	c.rows, c.others = rows, others
	before := c.known
	c.known = make(map[text.Lines]*wording, len(rows))
	c.merge(rows, before)
	if !kit.Same(rows, others) {
		c.listeners(others, before)
	}
	c.replies = model.Replies(rows)
	c.waiting = model.WaitingIn(rows, nil)
	c.choose()
	return true
}

// utterance identifies what was said once at a moment but stored twice.
type utterance struct {
	speaker int64
	words   string
}

// merge makes said from messages.
func (c *chat) merge(rows []model.Message, before map[text.Lines]*wording) {
	c.said = make([]said, 0, len(rows))
	at, places := model.Latest, make(map[utterance]int)
	for i := range rows {
		m := &rows[i]
		one := said{Message: m, wording: c.wordsOf(m, before)}
		id, ok := speakerID(m)
		if !ok {
			c.said = append(c.said, one)
			continue
		}
		if m.At != at {
			at = m.At
			clear(places)
		}
		place, twice := places[utterance{id, one.text}]
		if !twice {
			place = len(c.said)
			places[utterance{id, one.text}] = place
			c.said = append(c.said, one)
		}
		c.said[place].heardBy(m.ID, id)
	}
}

// wordsOf returns the wording of a message, from before if it is known.
func (c *chat) wordsOf(m *model.Message, before map[text.Lines]*wording) *wording {
	w := c.known[m.Content]
	if w == nil {
		if w = before[m.Content]; w == nil {
			w = &wording{text: strings.TrimSpace(m.Words().String())}
		}
		c.known[m.Content] = w
	}
	return w
}

// listeners adds the listeners of one agent's messages, which only others know.
func (c *chat) listeners(others []model.Message, before map[text.Lines]*wording) {
	for i := range others {
		m := &others[i]
		id, ok := speakerID(m)
		if !ok || m.ID == id {
			continue
		}
		first := sort.Search(len(c.said), func(i int) bool { return c.said[i].At.Compare(m.At) >= 0 })
		for s := c.said[first:]; len(s) > 0 && s[0].At == m.At; s = s[1:] {
			if s[0].ID == id && s[0].Kind == model.Talk && s[0].text == c.wordsOf(m, before).text {
				s[0].heardBy(m.ID, id)
			}
		}
	}
}

// heardBy adds a listener, unless it is the speaker.
func (s *said) heardBy(id, speaker int64) {
	if id != speaker && !slices.Contains(s.to, id) {
		s.to = append(s.to, id)
	}
}

// speakerID returns the agent that says something to another one.
func speakerID(m *model.Message) (id int64, ok bool) {
	if m.Kind != model.Talk {
		return 0, false
	}
	id, err := strconv.ParseInt(m.Speaker.String(), 10, 64)
	return id, err == nil
}

// choose finds the messages of the kinds that are shown.
func (c *chat) choose() {
	c.shown = c.shown[:0]
	for i := range c.said {
		if c.kinds.has(c.said[i].Kind) {
			c.shown = append(c.shown, int32(i))
		}
	}
	c.goTo(c.at)
}

// goTo shows the messages up to a moment.
func (c *chat) goTo(at model.SimTime) {
	c.at = at
	c.until = len(c.shown)
	if at.Valid() {
		c.until = c.after(at)
	}
}

// after returns the index of the first message after a moment.
func (c *chat) after(at model.SimTime) int {
	return sort.Search(len(c.shown), func(i int) bool { return c.message(i).At.Compare(at) > 0 })
}

// message returns the i-th message that is shown.
func (c *chat) message(i int) *said { return &c.said[c.shown[i]] }

// find returns the index of a message; if it is not shown any more, that of the first message
// not before its moment.
func (c *chat) find(m *said) (i int, found bool) {
	first := sort.Search(len(c.shown), func(i int) bool { return c.message(i).At.Compare(m.At) >= 0 })
	for i := first; i < len(c.shown) && c.message(i).At == m.At; i++ {
		if c.message(i).is(m) {
			return i, true
		}
	}
	return first, false
}

// is reports whether two messages are the same.
func (s *said) is(o *said) bool {
	return s.At == o.At && s.Kind == o.Kind && s.Speaker == o.Speaker && s.text == o.text && (s.ID == o.ID || s.Kind == model.Talk)
}

// open reports whether a message is a question of the user that was not answered by the moment,
// and whether it was answered later.
func (c *chat) open(s *said) (open, ever bool) {
	if !s.IsQuestion() || s.ID == model.Everyone {
		return false, false
	}
	reply := c.replies[s.Message]
	return reply == nil || c.at.Valid() && reply.At.Compare(c.at) > 0, reply != nil
}

// listener returns who heard a message, with names shortened by cut; "" if unknown.
func (c *chat) listener(s *said, cut func(string) string) string {
	switch {
	case s.ID == model.Everyone && s.Speaker.Empty():
		return kit.Researcher
	case s.Kind == model.UserTalk && s.Speaker.Empty():
		return "user"
	case s.Kind == model.UserTalk:
		return cut(c.Name(s.ID))
	case s.Kind != model.Talk:
		return ""
	}
	to := s.to
	if _, ok := speakerID(s.Message); !ok {
		to = []int64{s.ID}
	}
	switch len(to) {
	case 0:
		return ""
	case 1:
		return cut(c.Name(to[0]))
	case 2:
		return cut(c.Name(to[0])) + ", " + cut(c.Name(to[1]))
	}
	return cut(c.Name(to[0])) + " and " + human.Count(len(to)-1) + " others"
}
