package survey

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/model/text"
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
	Name     text.Text // the member of an answer that answers it
	Title    text.Text // the question in words; the name where it has none
	Form     QuestionForm
	Options  []Option // of a choice, in the order of the questionnaire
	Min, Max float64  // of a rating; NaN where the questionnaire does not tell
}

// Option is something that can be chosen.
type Option struct {
	Label text.Text
	value string // as an answer has it
}

// The most that is read of a questionnaire.
const (
	maxQuestions = 500
	maxOptions   = 500
	maxNesting   = 8 // panels within panels
)

// Title is what the questionnaire calls itself; its name where it does not.
func Title(s *model.Survey) text.Text {
	if title := s.Data.Localised("title"); !title.Empty() {
		return title
	}
	return s.Name
}

// Questions is what a questionnaire asks, in its order: of every page, and within panels. What
// takes no answer, such as a picture, is left out.
func Questions(s *model.Survey) []Question {
	var out []Question
	collect(s.Data, 0, &out)
	return out
}

// collect appends the questions of something that has some: a questionnaire, a page, a panel.
func collect(of text.Value, depth int, out *[]Question) {
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
func questionOf(name, kind string, v text.Value) Question {
	q := Question{Name: text.Clean(name), Title: v.Localised("title"), Min: math.NaN(), Max: math.NaN()}
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
		q.Min, q.Max = bound(v, "rateMin", "min_rating", "min"), bound(v, "rateMax", "max_rating", "max")
	case "text":
		if of, _ := v.Member("inputType"); of == "number" || of == "range" {
			q.Form = RatingQuestion
		}
	}
	return q
}

// optionsOf is the choices of a question: values, or objects with a value and a text.
func optionsOf(v text.Value) (out []Option) {
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
		if len(out) < maxOptions && value.Kind() != text.NullValue {
			out = append(out, Option{label, value.Plain()})
		}
	}
	return out
}

// yesNo is the choices of a question that is answered by true or false.
func yesNo(v text.Value) []Option {
	out := []Option{{text.Clean("yes"), "true"}, {text.Clean("no"), "false"}}
	for i, key := range []string{"labelTrue", "labelFalse"} {
		if label := v.Localised(key); !label.Empty() {
			out[i].Label = label
		}
	}
	return out
}

// option is the place of the option that a value is, or −1. How it is written does not
// matter: agents are free with capitals, and give labels for values.
func (q *Question) option(v text.Value) int {
	words := strings.TrimSpace(v.Plain())
	is := func(o Option) bool { return strings.EqualFold(o.value, words) }
	if i := slices.IndexFunc(q.Options, is); i >= 0 {
		return i
	}
	return slices.IndexFunc(q.Options, func(o Option) bool { return strings.EqualFold(o.Label.Raw(), words) })
}

// Says is an answer to the question in words, with the labels of what was chosen.
func (q *Question) Says(v text.Value) text.Text {
	if q.Form != ChoiceQuestion && q.Form != ChoicesQuestion {
		return v.Text()
	}
	if v.Kind() == text.ListValue {
		var parts []string
		for _, item := range v.Items() {
			parts = append(parts, q.label(item).String())
		}
		return text.Clean(strings.Join(parts, ", "))
	}
	return q.label(v)
}

// label is the label of an option, or of what is none the value.
func (q *Question) label(v text.Value) text.Text {
	if i := q.option(v); i >= 0 {
		return q.Options[i].Label
	}
	return v.Text()
}

// rating is a value as a number; agents write some in quotes.
func rating(v text.Value) (f float64, ok bool) {
	if v.Kind() == text.TextValue {
		f, err := strconv.ParseFloat(strings.TrimSpace(v.Plain()), 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	f, ok = v.Number()
	return f, ok && !math.IsInf(f, 0)
}

// bound is the first of some members of a value that is a number.
func bound(v text.Value, keys ...string) float64 {
	for _, key := range keys {
		m, _ := v.Get(key)
		if f, ok := m.Number(); ok {
			return f
		}
	}
	return math.NaN()
}
