package plan

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Read takes the plan and the language models out of an experiment's config, the YAML that
// AgentSociety stores: exp.workflow and exp.environment.start_tick; model and provider of each
// entry of llm, and nothing else of it. It returns nil for what is not there, or can't be known.
// Neither keeps a part of the config in memory. It reads the shape that AgentSociety writes in one
// pass and leaves anything unusual to the YAML library; a config that the library would refuse
// as a whole may still give both.
func Read(config string) (*Plan, *Models) {
	c, ok := scan(config)
	if !ok {
		c = byLibrary(config)
	}
	return c.plan(), c.models()
}

// content is what Read needs of a config.
type content struct {
	start   number
	entries []rawEntry
	known   bool // there is an exp.workflow, and it is a list
	llm     []rawModel
}

// rawEntry holds the scalars of one entry as the config has them; nil scalars are absent.
type rawEntry struct {
	typ                string
	days, steps, ticks number
	sends              bool
}

// number is a scalar that should be one: absent, a number, or something else (bad).
type number struct {
	f       float64
	set     bool
	invalid bool // there, but no number
}

// plan lays the workflow out, with AgentSociety's defaults for what is absent.
func (c *content) plan() *Plan {
	if !c.known || c.start.invalid {
		return nil
	}
	entries := make([]Entry, len(c.entries))
	for i, r := range c.entries {
		e := Entry{Type: r.typ, Days: r.days.or(DefaultDays), Steps: r.steps.or(DefaultSteps), Ticks: r.ticks.or(DefaultTicksPerStep), Sends: r.sends}
		entries[i] = e
	}
	return New(c.start.or(DefaultStartTick), entries)
}

// or is the number, or a default where it is absent. What is no number is NaN, which no
// plan can be made of.
func (n number) or(def float64) float64 {
	switch {
	case n.invalid:
		return math.NaN()
	case !n.set:
		return def
	}
	return n.f
}

// parseNumber reads a plain scalar as the plan's reader understands numbers: decimal,
// with an exponent or not. Nulls count as absent; all else is invalid.
func parseNumber(s string) number {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return number{}
	}
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return number{invalid: true}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) {
		return number{invalid: true}
	}
	return number{f: f, set: true}
}

// byLibrary reads a config of any shape with the YAML library.
func byLibrary(config string) (c content) {
	var doc yaml.Node
	if err := unmarshal(config, &doc); err != nil || len(doc.Content) == 0 {
		return c
	}
	top := doc.Content[0]
	if list := resolve(member(top, "llm")); list != nil && list.Kind == yaml.SequenceNode {
		for _, n := range list.Content {
			c.llm = append(c.llm, rawModel{name: nameOf(member(n, "model")), provider: nameOf(member(n, "provider"))})
		}
	}
	exp := member(top, "exp")
	list := member(exp, "workflow")
	if list == nil || list.Kind != yaml.SequenceNode {
		return c
	}
	c.known, c.start = true, numberOf(member(member(exp, "environment"), "start_tick"))
	for _, n := range list.Content {
		c.entries = append(c.entries, rawEntry{
			typ:   textOf(member(n, "type")),
			days:  numberOf(member(n, "days")),
			steps: numberOf(member(n, "steps")),
			ticks: numberOf(member(n, "ticks_per_step")),
			sends: !isNull(member(n, "send_time")),
		})
	}
	return c
}

// unmarshal is the library's, with its panics on wild input made errors.
func unmarshal(s string, n *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the YAML library panicked")
		}
	}()
	return yaml.Unmarshal([]byte(s), n)
}

// member finds the last value of a key in a mapping, or else the first in what it merges ("<<: *x");
// nil when there is none.
func member(n *yaml.Node, key string) *yaml.Node { return memberOf(n, key, map[*yaml.Node]bool{}) }

// memberOf is member; seen are the mappings that were looked at, which may hold each other.
func memberOf(n *yaml.Node, key string, seen map[*yaml.Node]bool) *yaml.Node {
	n = resolve(n)
	if n == nil || n.Kind != yaml.MappingNode || seen[n] {
		return nil
	}
	seen[n] = true
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		if k := n.Content[i]; k.Kind == yaml.ScalarNode && k.Value == key {
			return resolve(n.Content[i+1])
		}
	}
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		if n.Content[i].Tag != "!!merge" {
			continue
		}
		merged := []*yaml.Node{n.Content[i+1]}
		if list := resolve(merged[0]); list != nil && list.Kind == yaml.SequenceNode {
			merged = list.Content
		}
		for _, m := range merged {
			if found := memberOf(m, key, seen); found != nil {
				return found
			}
		}
	}
	return nil
}

// resolve follows an alias.
func resolve(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool {
	return n == nil || (n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 && !parseNumber(n.Value).set && !parseNumber(n.Value).invalid)
}

func numberOf(n *yaml.Node) number {
	if isNull(n) {
		return number{}
	}
	if n.Kind != yaml.ScalarNode || n.Style&^yaml.TaggedStyle != 0 {
		return number{invalid: true}
	}
	return parseNumber(n.Value)
}

// nameOf is the text of a node that names something; "" where it is null.
func nameOf(n *yaml.Node) string {
	if isNull(n) {
		return ""
	}
	return textOf(n)
}

func textOf(n *yaml.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == yaml.SequenceNode && len(n.Content) == 1: // !!python/object/apply: of an enum
		return textOf(resolve(n.Content[0]))
	case n.Kind == yaml.ScalarNode:
		return n.Value
	}
	return ""
}
