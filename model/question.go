package model

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// QuestionForm is the form that the answers to a question have.
type QuestionForm int8

// The forms of answers.
const (
	WordsQuestion   QuestionForm = iota // text, and all that has no other form
	ChoiceQuestion                      // one of several choices, of which yes and no are two
	ChoicesQuestion                     // any number of several choices
	RatingQuestion                      // a number
)

// String is "text", "choice", "choices", "rating", or "unknown".
func (f QuestionForm) String() string {
	switch f {
	case WordsQuestion:
		return "text"
	case ChoiceQuestion:
		return "choice"
	case ChoicesQuestion:
		return "choices"
	case RatingQuestion:
		return "rating"
	}
	return "unknown"
}

// Question is one question of a questionnaire.
type Question struct {
	Name     Text // the member of an answer that answers it
	Title    Text // the question in words; the name where it has none
	Form     QuestionForm
	Options  []Option // of a choice, in the order of the questionnaire
	Min, Max float64  // of a rating; NaN where the questionnaire does not tell
}

// Option is something that can be chosen.
type Option struct {
	Label Text
	value string // as an answer has it
}

// The most that is read of a questionnaire.
const (
	maxQuestions = 500
	maxOptions   = 500
	maxNesting   = 8 // panels within panels
)

// Title is what the questionnaire calls itself; its name where it does not.
func (s *Survey) Title() Text {
	if title := s.Data.Localised("title"); !title.Empty() {
		return title
	}
	return s.Name
}

// Questions is what a questionnaire asks, in its order: of every page, and within panels. What
// takes no answer, such as a picture, is left out.
func (s *Survey) Questions() []Question {
	var out []Question
	collect(s.Data, 0, &out)
	return out
}

// collect appends the questions of something that has some: a questionnaire, a page, a panel.
func collect(of Value, depth int, out *[]Question) {
	if depth > maxNesting {
		return
	}
	for _, part := range []string{"pages", "elements", "questions"} {
		list, _ := of.Get(part)
		for _, one := range list.Items() {
			name, _ := one.Member("name")
			switch kind, _ := one.Member("type"); {
			case part == "pages" || kind == "panel":
				collect(one, depth+1, out)
			case name == "" || kind == "html" || kind == "image" || kind == "expression":
			case len(*out) < maxQuestions:
				*out = append(*out, questionOf(name, kind, one))
			}
		}
	}
}

// questionOf reads one question.
func questionOf(name, kind string, v Value) Question {
	q := Question{Name: Clean(name), Title: v.Localised("title"), Min: math.NaN(), Max: math.NaN()}
	if q.Title.Empty() {
		q.Title = q.Name
	}
	switch kind {
	case "radiogroup", "dropdown", "buttongroup":
		q.Form, q.Options = ChoiceQuestion, optionsOf(v)
	case "checkbox", "tagbox":
		q.Form, q.Options = ChoicesQuestion, optionsOf(v)
	case "imagepicker":
		q.Form, q.Options = ChoiceQuestion, optionsOf(v)
		if many, _ := v.Get("multiSelect"); many.Raw() == "true" {
			q.Form = ChoicesQuestion
		}
	case "boolean":
		q.Form, q.Options = ChoiceQuestion, yesNo(v)
	case "rating", "slider":
		q.Form = RatingQuestion
		q.Min, q.Max = v.bound("rateMin", "min_rating", "min"), v.bound("rateMax", "max_rating", "max")
	case "text":
		if of, _ := v.Member("inputType"); of == "number" || of == "range" {
			q.Form = RatingQuestion
		}
	}
	return q
}

// bound is the first of some members that is a number.
func (v Value) bound(keys ...string) float64 {
	for _, key := range keys {
		m, _ := v.Get(key)
		if f, ok := m.Number(); ok {
			return f
		}
	}
	return math.NaN()
}

// optionsOf is the choices of a question: values, or objects with a value and a text.
func optionsOf(v Value) (out []Option) {
	list, _ := v.Get("choices")
	for _, item := range list.Items() {
		value, ok := item.Get("value")
		if !ok {
			value = item
		}
		label := item.Localised("text")
		if label.Empty() {
			label = value.Text()
		}
		if len(out) < maxOptions && value.Kind() != NullValue {
			out = append(out, Option{label, value.plain()})
		}
	}
	return out
}

// yesNo is the choices of a question that is answered by true or false.
func yesNo(v Value) []Option {
	out := []Option{{Clean("yes"), "true"}, {Clean("no"), "false"}}
	for i, key := range []string{"labelTrue", "labelFalse"} {
		if label := v.Localised(key); !label.Empty() {
			out[i].Label = label
		}
	}
	return out
}

// Localised is a member that is a text, or that has a text for each of several languages, of
// which the default is taken.
func (v Value) Localised(key string) Text {
	m, _ := v.Get(key)
	if m.Kind() != ObjectValue {
		return m.Text()
	}
	if words, ok := m.Get("default"); ok {
		return words.Text()
	}
	for _, one := range m.Members() {
		return one.Value.Text()
	}
	return Text{}
}

// plain is a text without its quotes, and anything else as it is.
func (v Value) plain() string {
	if v.Kind() == TextValue {
		return v.words()
	}
	return v.Raw()
}

// option is the place of the option that a value is, or −1. How it is written does not
// matter: agents are free with capitals, and give labels for values.
func (q *Question) option(v Value) int {
	words := strings.TrimSpace(v.plain())
	is := func(o Option) bool { return strings.EqualFold(o.value, words) }
	if i := slices.IndexFunc(q.Options, is); i >= 0 {
		return i
	}
	return slices.IndexFunc(q.Options, func(o Option) bool { return strings.EqualFold(o.Label.Raw(), words) })
}

// Says is an answer to the question in words, with the labels of what was chosen.
func (q *Question) Says(v Value) Text {
	if q.Form != ChoiceQuestion && q.Form != ChoicesQuestion {
		return v.Text()
	}
	if v.Kind() == ListValue {
		var parts []string
		for _, item := range v.Items() {
			parts = append(parts, q.label(item).String())
		}
		return Clean(strings.Join(parts, ", "))
	}
	return q.label(v)
}

// label is the label of an option, or of what is none the value.
func (q *Question) label(v Value) Text {
	if i := q.option(v); i >= 0 {
		return q.Options[i].Label
	}
	return v.Text()
}

// rating is a value as a number; agents write some in quotes.
func rating(v Value) (f float64, ok bool) {
	if v.Kind() == TextValue {
		f, err := strconv.ParseFloat(strings.TrimSpace(v.words()), 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	f, ok = v.Number()
	return f, ok && !math.IsInf(f, 0)
}
