package agentmap

import (
	"slices"

	"societop/model/text"
	"societop/ui/pane/kit"
)

// kinds assigns classes to the most frequent of many texts. A text keeps its class until another
// is more than twice as frequent, so that colours do not flicker from moment to moment.
type kinds struct {
	held    []text.Text         // by class
	numbers map[text.Text]int32 // of every text that was counted
	texts   []text.Text         // by number
	counts  []int
	classes []int
}

// noText is the number of an empty text, whose class is −1.
const noText int32 = -1

// begin starts a new count.
func (k *kinds) begin() {
	if k.numbers == nil {
		k.numbers = map[text.Text]int32{}
	}
	clear(k.numbers)
	k.texts, k.counts = k.texts[:0], k.counts[:0]
}

// count counts a text and returns its number.
func (k *kinds) count(t text.Text) int32 {
	if t.Empty() {
		return noText
	}
	n, ok := k.numbers[t]
	if !ok {
		n = int32(len(k.texts))
		k.numbers[t] = n
		k.texts, k.counts = append(k.texts, t), append(k.counts, 0)
	}
	k.counts[n]++
	return n
}

// ofMembers counts a member of all profiles and returns the number of each value.
func (k *kinds) ofMembers(rows []kit.AgentRow, by kit.AgentField) []int32 {
	k.begin()
	out := []int32{}
	clean := map[string]text.Text{} // a value is cleaned once
	for i := range rows {
		if rows[i].Profile == nil {
			continue
		}
		v := by.Value(&rows[i])
		t, ok := clean[v.Raw()]
		if !ok {
			t = v.Text()
			clean[v.Raw()] = t
		}
		out = append(out, k.count(t))
	}
	return out
}

// settle decides which of the counted texts have a class; room is how many.
func (k *kinds) settle(room int) {
	k.held = k.held[:min(len(k.held), room)]
	k.classify()
	for {
		best := k.best()
		switch {
		case best < 0:
			return
		case len(k.held) < room:
			k.held = append(k.held, k.texts[best])
		default:
			weakest := k.weakest()
			if weakest < 0 || k.counts[best] <= 2*k.frequency(k.held[weakest]) {
				return
			}
			k.held[weakest] = k.texts[best]
		}
		k.classify()
	}
}

// classify sets the class of each text.
func (k *kinds) classify() {
	k.classes = slices.Grow(k.classes[:0], len(k.texts))[:len(k.texts)]
	for i := range k.classes {
		k.classes[i] = -1
	}
	for class, t := range k.held {
		if n, ok := k.numbers[t]; ok {
			k.classes[n] = class
		}
	}
}

// best returns the number of the most frequent text without a class, of equals the first by
// name; −1 if all have one.
func (k *kinds) best() int {
	best := -1
	for n, count := range k.counts {
		if k.classes[n] < 0 && (best < 0 || count > k.counts[best] || count == k.counts[best] && k.texts[n].String() < k.texts[best].String()) {
			best = n
		}
	}
	return best
}

// weakest returns the class of the least frequent text, of equals the last.
func (k *kinds) weakest() int {
	least := -1
	for class, t := range k.held {
		if least < 0 || k.frequency(t) <= k.frequency(k.held[least]) {
			least = class
		}
	}
	return least
}

// frequency returns how often a text was counted.
func (k *kinds) frequency(t text.Text) int {
	if n, ok := k.numbers[t]; ok {
		return k.counts[n]
	}
	return 0
}

// class returns the class of a number; −1 is none.
func (k *kinds) class(number int32) int {
	if number == noText {
		return -1
	}
	return k.classes[number]
}

// all reports whether each text has a class, so that only what has no text is of none.
func (k *kinds) all() bool { return !slices.Contains(k.classes, -1) }

// names returns the texts with a class, by class.
func (k *kinds) names() []string {
	out := make([]string, len(k.held))
	for i, t := range k.held {
		out[i] = t.String()
	}
	return out
}
