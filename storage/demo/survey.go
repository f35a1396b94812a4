package demo

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// question is one element of a questionnaire.
type question struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Choices []string `json:"choices,omitempty"`
	RateMin int      `json:"rateMin,omitempty"`
	RateMax int      `json:"rateMax,omitempty"`
	weights []int    // of the choices
	texts   []string // the answers to a question for text
}

// questionnaire is a survey with one page.
type questionnaire struct {
	id          uuid.UUID
	name, title string
	questions   []question
}

// questionnaires are the surveys of the lab, which the workflows take in turn.
var questionnaires = []questionnaire{
	{uuid.MustParse("0c558cff-9cfa-5c8e-8719-4bbd1d46fc96"), "幸福感 well-being", "幸福感调查 Well-being survey", []question{
		{Type: "rating", Name: "happiness", Title: "How happy are you today? 您今天有多开心?", RateMin: 1, RateMax: 5},
		{Type: "radiogroup", Name: "commute", Title: "How do you commute?", Choices: []string{"bus", "subway 地铁", "car", "bike 🚲"}, weights: []int{3, 5, 3, 2}},
		{Type: "checkbox", Name: "needs", Title: "What do you miss? 您缺什么?", Choices: []string{"food", "sleep", "social", "money 钱"}, weights: []int{2, 4, 3, 5}},
		{Type: "boolean", Name: "ubi", Title: "Do you support a basic income (UBI)?"},
		{Type: "text", Name: "why", Title: "Why? 为什么?", texts: reasons},
	}},
	{uuid.MustParse("7d0f3b52-64a1-4c0e-9a55-2f1c8be0d713"), "城市与传言 city and rumours", "城市生活与传言 City life and rumours", []question{
		{Type: "radiogroup", Name: "source", Title: "Where did you hear the news first?", Choices: []string{"friends 朋友", "WeChat 微信", "TV", "not at all"}, weights: []int{3, 5, 2, 1}},
		{Type: "rating", Name: "trust", Title: "How far do you trust it? 可信度", RateMin: 1, RateMax: 5},
		{Type: "checkbox", Name: "reaction", Title: "What will you do?", Choices: []string{"stay at home 待在家里", "buy supplies 囤货", "tell others 转告", "nothing"}, weights: []int{5, 4, 4, 1}},
		{Type: "text", Name: "advice", Title: "What should the city do? 您的建议", texts: advice},
	}},
}

// questionnaireOf returns the questionnaire of a round of a workflow.
func questionnaireOf(round int) *questionnaire { return &questionnaires[round/2%len(questionnaires)] }

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

// answer returns the answer of a citizen: it depends on the mood and the group.
func (q *question) answer(l *life, d *dice) any {
	switch q.Type {
	case "rating":
		return min(max(int(l.mood*4.5+0.5*float64(l.group)+d.between(-0.7, 1)), q.RateMin), q.RateMax)
	case "radiogroup":
		return q.Choices[d.weighted(q.weights...)]
	case "checkbox":
		chosen := []string{}
		for i, c := range q.Choices {
			if d.chance(float64(q.weights[i]) / 10) {
				chosen = append(chosen, c)
			}
		}
		return chosen
	case "boolean":
		return d.chance(0.35 + 0.15*float64(l.group))
	default:
		return one(d, q.texts)
	}
}

// result returns an answer to the questionnaire as the language model wrote it.
func (s *questionnaire) result(l *life, d *dice) string {
	if d.chance(0.05) {
		return one(d, evasions)
	}
	out := make(map[string]any, len(s.questions))
	for i := range s.questions {
		out[s.questions[i].Name] = s.questions[i].answer(l, d)
	}
	b, _ := json.Marshal(out) // it always has one
	return string(b)
}

// lateBy is how many steps later the last answers come.
const lateBy = 2

// answer appends the answers to the surveys of the i-th step, and those to earlier ones that
// came late. A step that is written after a later one has the late answers at once.
func (r *run) answer(c *chapter, i int64) {
	for _, a := range r.people.rounds {
		if a.survey == nil || i != a.step && i != a.step+lateBy {
			continue
		}
		m := r.moment(a.step)
		for id := int64(1); id <= int64(min(r.agents, listed)); id++ {
			d := throw(r.people.seed, purposeAnswer, uint64(id), uint64(a.step), uint64(a.survey.id[0]))
			late, never := d.chance(0.12), d.chance(0.3)
			if i != a.step && (!late || never) {
				continue
			}
			out := model.Answer{ID: id, At: m.at, Survey: a.survey.id, Created: m.created}
			if out.Pending = late && (never || r.done <= a.step+lateBy); !out.Pending {
				l := r.people.live(id, &m)
				out.Result = text.CleanLines(a.survey.result(&l, &d))
			}
			c.answers = append(c.answers, out)
		}
	}
}

// surveys returns the questionnaires as AgentSociety keeps them.
func surveys(start time.Time) []model.Survey {
	out := make([]model.Survey, len(questionnaires))
	for i, q := range questionnaires {
		made := start.AddDate(0, 0, 3*i-70).Truncate(time.Microsecond)
		elements, _ := json.Marshal(q.questions)
		data := fmt.Sprintf(`{"description":"one page","pages":[{"elements":%s,"name":"page1"}],"title":%q}`, elements, q.title)
		out[i] = model.Survey{ID: q.id, Name: text.Clean(q.name), Created: made, Updated: made.Add(time.Hour), Data: text.ParseValue(data)}
	}
	return out
}

// yaml appends the questionnaire as a config has it.
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
		fmt.Fprintf(b, "%sname: %s\n          title: %q\n          type: !!python/object/apply:agentsociety.survey.models.QuestionType\n          - %s\n", first, q.Name, q.Title, q.Type)
	}
	fmt.Fprintf(b, "        name: page1\n      title: %s\n", s.title)
}
