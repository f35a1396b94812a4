package demo

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
)

// question is one element of a questionnaire.
type question struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Choices []string `json:"choices,omitempty"`
	RateMin int      `json:"rateMin,omitempty"`
	RateMax int      `json:"rateMax,omitempty"`
	answer  func(*respondent) any
}

// questionnaire is a survey with one page.
type questionnaire struct {
	id        uuid.UUID
	name      string
	title     string
	questions []question
}

// respondent is a citizen who answers.
type respondent struct {
	life
	dice dice
}

// The questionnaires of the lab, which the workflows take in turn.
var questionnaires = []questionnaire{
	{uuid.MustParse("0c558cff-9cfa-5c8e-8719-4bbd1d46fc96"), "幸福感 well-being", "幸福感调查 Well-being survey", []question{
		{Type: "rating", Name: "happiness", Title: "How happy are you today? 您今天有多开心?", RateMin: 1, RateMax: 5, answer: func(r *respondent) any {
			return min(max(int(r.mood*5.4+r.dice.between(-0.5, 0.9)), 1), 5)
		}},
		{Type: "radiogroup", Name: "commute", Title: "How do you commute?", Choices: []string{"bus", "subway 地铁", "car", "bike 🚲"}, answer: (*respondent).commute},
		{Type: "checkbox", Name: "needs", Title: "What do you miss? 您缺什么?", Choices: []string{"food", "sleep", "social", "money 钱"}, answer: (*respondent).needs},
		{Type: "boolean", Name: "ubi", Title: "Do you support a basic income (UBI)?", answer: func(r *respondent) any {
			return r.dice.chance(0.3 + 0.15*float64(r.group) + 0.3*float64(b2i(r.work == jobless)))
		}},
		{Type: "text", Name: "why", Title: "Why? 为什么?", answer: func(r *respondent) any { return one(&r.dice, reasons) }},
	}},
	{uuid.MustParse("7d0f3b52-64a1-4c0e-9a55-2f1c8be0d713"), "城市与传言 city and rumours", "城市生活与传言 City life and rumours", []question{
		{Type: "radiogroup", Name: "source", Title: "Where did you hear the news first?", Choices: []string{"friends 朋友", "WeChat 微信", "TV", "not at all"}, answer: func(r *respondent) any {
			return []string{"friends 朋友", "WeChat 微信", "TV", "not at all"}[r.dice.weighted([]int{3, 5, 1 + r.age/30, 1})]
		}},
		{Type: "rating", Name: "trust", Title: "How far do you trust it? 可信度", RateMin: 1, RateMax: 5, answer: func(r *respondent) any {
			return min(max(1+r.group+r.dice.n(3), 1), 5)
		}},
		{Type: "checkbox", Name: "reaction", Title: "What will you do?", Choices: []string{"stay at home 待在家里", "buy supplies 囤货", "tell others 转告", "nothing"}, answer: (*respondent).reaction},
		{Type: "text", Name: "advice", Title: "What should the city do? 您的建议", answer: func(r *respondent) any { return one(&r.dice, advice) }},
	}},
}

func (r *respondent) commute() any {
	w := []int{3, 5, 2, 1}
	if r.home.district() == r.office.district() {
		w = []int{3, 1, 1, 5}
	}
	if r.work == engineers {
		w[2] += 3
	}
	return []string{"bus", "subway 地铁", "car", "bike 🚲"}[r.dice.weighted(w)]
}

func (r *respondent) needs() any {
	needs := []string{}
	for _, n := range []struct {
		name string
		yes  bool
	}{{"food", r.hunger > 0.5}, {"sleep", r.energy < 0.5}, {"social", r.temper < 0.4}, {"money 钱", r.savings < 20_000}} {
		if n.yes != r.dice.chance(0.1) {
			needs = append(needs, n.name)
		}
	}
	return needs
}

func (r *respondent) reaction() any {
	if r.dice.chance(0.3) {
		return []string{"nothing"}
	}
	out := []string{}
	for _, c := range []string{"stay at home 待在家里", "buy supplies 囤货", "tell others 转告"} {
		if r.dice.chance(0.5) {
			out = append(out, c)
		}
	}
	return out
}

var (
	reasons = []string{
		"因为工作压力大。", "Because my family is well.", "天气好，心情就好 ☀️", "I sleep too little and commute too long.", "钱不够花。",
		"Friends, mostly. 主要是朋友。", "没什么特别的原因。", "My neighbour's renovation, since March.", "因为 because of the kids…",
	}
	advice = []string{
		"多开几班地铁。", "Tell people early what is going on.", "控制物价。", "More trees, fewer cars. 🌳", "辟谣要快！", "I don't know.", "应该听听居民的意见。",
	}
	// evasions are answers of models that were asked for JSON and gave something else.
	evasions = []string{
		"I would say that I am quite happy today, perhaps four out of five, because the weather is fine.",
		"作为一名普通市民，我觉得今天还不错，通勤主要靠地铁。",
		"```json\n{\"happiness\": 4, \"commute\": \"bus\"\n```",
		"Sorry, I can't answer that in the requested format.",
	}
)

// ask is a survey of a workflow: the step whose agents answer it, and which.
type ask struct {
	step  int64
	round int
	last  bool // nothing follows: its late answers never come
}

func (a ask) survey() *questionnaire { return &questionnaires[a.round/2%len(questionnaires)] }

// lateBy is after how many steps the last answers come.
const lateBy = 2

// answers are those that are given in a step, and those to earlier surveys that were late.
func (p *people) answers(m *moment, made int64) (all []model.Answer) {
	for _, a := range p.asks {
		if a.step != m.i && (a.last || a.step+lateBy != m.i) {
			continue
		}
		then := *m
		if a.step != m.i {
			then = p.moment(a.step, m.created)
		}
		for id := int64(1); id <= int64(min(p.citizens, listed)); id++ {
			d := throw(p.seed, purposeAnswer, uint64(id), uint64(a.step), uint64(a.round))
			late, never := d.chance(0.12), d.chance(0.3)
			comes := late && !never && !a.last
			out := model.Answer{ID: id, At: then.at, Survey: a.survey().id, Created: m.created}
			switch {
			case a.step != m.i && !comes, a.step == m.i && comes && made > a.step+lateBy:
				continue // it was there at once, or it comes with a step that is made by now
			case a.step == m.i && late:
				out.Pending = true
			default:
				out.Result = model.CleanLines(a.survey().result(&respondent{p.live(id, &then), d}))
			}
			all = append(all, out)
		}
	}
	return all
}

// result is an answer as the language model wrote it.
func (s *questionnaire) result(r *respondent) string {
	if r.dice.chance(0.05) {
		return one(&r.dice, evasions)
	}
	out := make(map[string]any, len(s.questions))
	for _, q := range s.questions {
		out[q.Name] = q.answer(r)
	}
	return valueOf(out).Raw()
}

// surveys are the questionnaires as AgentSociety keeps them.
func surveys(start time.Time) []model.Survey {
	out := make([]model.Survey, len(questionnaires))
	for i, q := range questionnaires {
		made := start.Add(-time.Duration(70-3*i) * 24 * time.Hour).Truncate(time.Microsecond)
		out[i] = model.Survey{ID: q.id, Name: model.Clean(q.name), Created: made, Updated: made.Add(time.Hour), Data: valueOf(map[string]any{
			"title": q.title, "description": "one page", "pages": []any{map[string]any{"name": "page1", "elements": q.questions}},
		})}
	}
	return out
}

// yaml is the questionnaire as a config has it.
func (s *questionnaire) yaml(b *strings.Builder, made time.Time) {
	number := new(big.Int).SetBytes(s.id[:])
	fmt.Fprintf(b, "    survey:\n      created_at: %s\n      description: one page\n", made.Format("2006-01-02 15:04:05.000000"))
	fmt.Fprintf(b, "      id: !!python/object:uuid.UUID\n        int: %s\n        is_safe: 0\n      pages:\n      - elements:\n", number)
	for _, q := range s.questions {
		first := "        - "
		if len(q.Choices) > 0 {
			b.WriteString(first + "choices:\n")
			for _, c := range q.Choices {
				fmt.Fprintf(b, "          - %s\n", c)
			}
			first = "          "
		}
		title, _ := json.Marshal(q.Title) // a string in double quotes is YAML, too
		fmt.Fprintf(b, "%sname: %s\n          title: %s\n          type: !!python/object/apply:agentsociety.survey.models.QuestionType\n          - %s\n", first, q.Name, title, q.Type)
	}
	fmt.Fprintf(b, "        name: page1\n      title: %s\n", s.title)
}
