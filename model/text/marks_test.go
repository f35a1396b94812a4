package text

import (
	"math/rand/v2"
	"testing"
)

// TestMixedMarks cleans letters and marks of all kinds in any order: what comes out has one width
// however it is counted, and is clean.
func TestMixedMarks(t *testing.T) {
	pool := []rune("रमय् ाििीोौंःँ़ऽकಡ్ంతెුකා්නำ้ັນโ้ကက្្ក\u200c\u200d\u200b\u00ad\u0d4e\u0600\ufe0f\u0301\u0323\u034f\u0489\u20dd\u115f\u3164\u0bd7\u0bc6\u0bbe👩\U0001f3fda;")
	dice := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		s := ""
		for range 2 + dice.IntN(7) {
			s += string(pool[dice.IntN(len(pool))])
		}
		c := Clean(s).String()
		checkClean(t, c, false)
		if again := Clean(c).String(); again != c {
			t.Fatalf("%+q is cleaned to %+q, and that to %+q", s, c, again)
		}
	}
}
