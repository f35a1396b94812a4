package plan

import (
	"slices"
	"strings"

	"societop/model/text"
)

// Model is a language model as a config names it.
type Model struct {
	Name     text.Text // "qwen2.5-14b-instruct"; never empty
	Provider text.Text // "qwen", "vllm"; may be empty
}

// Models is the language models that a config asks for, each once, in the config's order. Only
// NewModels makes one; it is immutable and may be shared. A nil Models is unknown.
type Models struct {
	list []Model
}

// What no config of AgentSociety needs more of. Models beyond it are unknown.
const (
	maxModels    = 64
	maxModelName = 256
)

// NewModels makes one of the models of a config. It returns nil where they are unknown: there is
// none, one has no name, or there are more and longer ones than any config has.
func NewModels(list []Model) *Models {
	m := &Models{}
	for _, l := range list {
		if slices.Contains(m.list, l) {
			continue
		}
		if l.Name.Empty() || len(l.Name.Raw()) > maxModelName || len(l.Provider.Raw()) > maxModelName || len(m.list) == maxModels {
			return nil
		}
		m.list = append(m.list, l)
	}
	if len(m.list) == 0 {
		return nil
	}
	m.list = slices.Clip(m.list)
	return m
}

// All returns the models, for reading only; none where they are unknown.
func (m *Models) All() []Model {
	if m == nil {
		return nil
	}
	return m.list
}

// Equal reports whether two hold the same models in the same order; unknown ones are equal.
func (m *Models) Equal(o *Models) bool {
	return m == o || (m != nil && o != nil && slices.Equal(m.list, o.list))
}

// rawModel is the names of one entry of a config's llm, which may be part of a longer text.
type rawModel struct{ name, provider string }

// models keeps of the entries only the names, and nothing of the config.
func (c *content) models() *Models {
	list := make([]Model, 0, len(c.llm))
	for _, r := range c.llm {
		list = append(list, Model{Name: text.Clean(strings.Clone(r.name)), Provider: text.Clean(strings.Clone(r.provider))})
	}
	return NewModels(list)
}
