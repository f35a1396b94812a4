package talk

import (
	"sort"
	"strings"

	"societop/model"
	"societop/ui/human"
)

// found finds the messages that match the search.
func (c *chatView) found() {
	if c.hits, c.hit = nil, -1; c.Search.Query == "" {
		return
	}
	folded := strings.ToLower(c.Search.Query)
	whole := func(name string) string { return name }
	for i := range c.shown {
		s := c.message(i)
		if s.folded == "" {
			s.folded = strings.ToLower(s.text)
		}
		if strings.Contains(s.folded, folded) || c.Search.Matches(c.Speaker(s.Message)) || c.Search.Matches(c.listener(s, whole)) {
			c.hits = append(c.hits, int32(i))
		}
	}
}

// present returns the hits up to the moment.
func (c *chatView) present() []int32 {
	return c.hits[:sort.Search(len(c.hits), func(i int) bool { return int(c.hits[i]) >= c.until })]
}

// look goes to the last hit not after a moment, or else to the first hit.
func (c *chatView) look(from model.SimTime) {
	c.found()
	all := c.present()
	if len(all) == 0 {
		return
	}
	later := sort.Search(len(all), func(i int) bool { return c.message(int(all[i])).At.Compare(from) > 0 })
	c.reveal(int(all[max(later-1, 0)]))
}

// turn goes to the next hit, or to the previous one, and wraps around.
func (c *chatView) turn(by int) {
	all := c.present()
	if len(all) == 0 {
		return
	}
	i := sort.Search(len(all), func(i int) bool { return int(all[i]) >= c.hit })
	if by < 0 || i < len(all) && int(all[i]) == c.hit {
		i += by
	}
	c.reveal(int(all[(i+len(all))%len(all)]))
}

// reveal makes a message visible.
func (c *chatView) reveal(i int) {
	c.hit = i
	top := c.first()
	above, below := place{i, 0}, c.move(place{i, c.rows(i) - 1}, -max(c.height-1, 0))
	if top.before(below) {
		top = below
	}
	if above.before(top) {
		top = above
	}
	c.top, c.follow = top, false
}

// count returns which hit is current: "3 of 17".
func (c *chatView) count() string {
	all := c.present()
	at := sort.Search(len(all), func(i int) bool { return int(all[i]) >= c.hit }) + 1
	switch {
	case len(all) == 0:
		return "no hit"
	case c.hit < 0 || at > len(all):
		return human.Count(len(all)) + " hits"
	}
	return human.Count(at) + " of " + human.Count(len(all))
}
