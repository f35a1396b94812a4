package remote

import (
	"strings"
	"testing"
)

// TestPlansAreSharedByConfigsThatDifferByTheirOwnLinesAlone, and by none that may differ in
// what they mean.
func TestPlansAreSharedByConfigsThatDifferByTheirOwnLinesAlone(t *testing.T) {
	p := newPlans()
	config := func(id, name, rest string) string {
		return `agents: {}\nexp:\n  environment: {}\n  id: ` + id + `\n  name: ` + name + `\n  workflow:\n  - days: 1.0\n` + rest
	}
	base := p.hash([]byte(config("1c2a67e2-8cf0", "飓风 Hurricane (1)", `    type: run\n`)))
	for _, alike := range []string{
		config("51b2d179-9a86", "飓风 Hurricane (1)", `    type: run\n`),
		config("1c2a67e2-8cf0", "another_name/v1.5", `    type: run\n`),
	} {
		if p.hash([]byte(alike)) != base {
			t.Errorf("%s has a hash of its own", alike)
		}
	}
	for _, other := range []string{
		config("1c2a67e2-8cf0", "x", `    type: step\n`),
		config("1c2a67e2-8cf0", `'x`, `    type: run\n`),
		config("1c2a67e2-8cf0", `\"x`, `    type: run\n`),
		config("1c2a67e2-8cf0", "|", `    type: run\n`),
		config("1c2a67e2-8cf0", "x # y", `    type: run\n`),
		config("1c2a67e2-8cf0", "x: y", `    type: run\n`),
		config("1c2a67e2-8cf0", "- x", `    type: run\n`),
		config("1c2a67e2-8cf0", "!x", `    type: run\n`),
		config("1c2a67e2-8cf0", "&x", `    type: run\n`),
		config("1c2a67e2-8cf0", "", `    type: run\n`),
		config("", "x", `    type: run\n`),
		config(`x\u0085`, "x", `    type: run\n`),
		strings.Replace(config("1", "2", `    type: run\n`), `\nexp:`, `\nexq:`, 1),
		strings.Replace(config("1", "2", `    type: run\n`), `agents`, `agentz`, 1),
		config("1c2a67e2-8cf0", "x", `    type: run\nllm:\n- model: qwen\n`),
	} {
		if p.hash([]byte(other)) == base {
			t.Errorf("%s has the hash of another", other)
		}
	}
}

func TestPlansAreForgottenAfterTwoListings(t *testing.T) {
	p := newPlans()
	p.now[1] = planned{}
	p.advance()
	p.now[2] = planned{}
	if _, ok := p.get(1); !ok {
		t.Error("forgotten after one listing")
	}
	p.advance()
	p.advance()
	for _, hash := range []uint64{1, 2} {
		if _, ok := p.get(hash); ok {
			t.Errorf("%d is kept", hash)
		}
	}
}
