package run

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// questionnaire is a file of a questionnaire with all answers. One file is one survey.
type questionnaire struct {
	Name           string       `json:"questionnaire_id"`
	Title          string       `json:"title"`
	Description    string       `json:"description"`
	SimulationTime string       `json:"simulation_time"`
	StepCount      int64        `json:"step_count"`
	Targets        *[]int64     `json:"target_agent_ids"` // nil: all
	Questions      []asking     `json:"questions"`
	Responses      []responding `json:"responses"`
}

// asking is one question.
type asking struct {
	ID      string            `json:"id"`
	Prompt  string            `json:"prompt"`
	Type    string            `json:"response_type"` // text, integer, float, choice or json
	Choices []json.RawMessage `json:"choices"`
}

// responding is what one agent answered.
type responding struct {
	Agent   int64  `json:"agent_id"`
	Name    string `json:"agent_name"`
	Answers []struct {
		Question string          `json:"question_id"`
		Words    json.RawMessage `json:"raw_text"`
		Response json.RawMessage `json:"raw_response"`
		Value    json.RawMessage `json:"parsed_value"`
		Reason   string          `json:"reason"`
		Parsed   bool            `json:"parse_success"`
		Error    string          `json:"parse_error"`
	} `json:"answers"`
}

// parseQuestionnaire reads a file of a questionnaire; nil where it is not whole.
func parseQuestionnaire(content []byte) *questionnaire {
	if !json.Valid(content) { // Python writes NaN
		v := text.ParseValue(string(content))
		if v.Kind() != text.ObjectValue {
			return nil
		}
		content = []byte(v.Raw())
	}
	q := &questionnaire{}
	var other *json.UnmarshalTypeError // a member of another form is left out
	if err := json.Unmarshal(content, q); err != nil && !errors.As(err, &other) {
		return nil
	}
	return q
}

// Surveys is the questionnaires that were asked, in the order of the plan, as version 1 has them. One
// that was asked twice is two.
func (d *Data) Surveys(ctx context.Context) (all []model.Survey, err error) {
	f, err := d.ready(ctx)
	if err != nil {
		return nil, err
	}
	r, err := d.enter(ctx, f)
	if err != nil {
		return nil, err
	}
	defer r.end()
	files, err := r.s.artifacts.list(ctx, d.dir)
	for _, a := range files {
		if q := a.questionnaire; q != nil {
			all = append(all, model.Survey{
				ID: surveyID(f.ID, a.name), Name: text.Clean(cmp.Or(q.Name, a.name)), Data: q.data(), Created: a.modified, Updated: a.modified,
			})
		}
	}
	return all, err
}

// surveyID is the id of a questionnaire that was asked once in a run.
func surveyID(run uuid.UUID, file string) uuid.UUID { return uuid.NewSHA1(run, []byte(file)) }

// data is a questionnaire in the form of version 1.
func (q *questionnaire) data() text.Value {
	type element struct {
		Name      string            `json:"name"`
		Title     string            `json:"title"`
		Type      string            `json:"type"`
		InputType string            `json:"inputType,omitempty"`
		Choices   []json.RawMessage `json:"choices,omitempty"`
	}
	type page struct {
		Name     string    `json:"name"`
		Elements []element `json:"elements"`
	}
	all := page{Name: "page1", Elements: []element{}}
	for _, one := range q.Questions {
		e := element{Name: one.ID, Title: cmp.Or(one.Prompt, one.ID), Type: "comment"}
		switch one.Type {
		case "integer", "float":
			e.Type, e.InputType = "text", "number"
		case "choice":
			e.Type, e.Choices = "radiogroup", one.Choices
		}
		all.Elements = append(all.Elements, e)
	}
	b, _ := json.Marshal(struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		Pages       []page `json:"pages"`
	}{cmp.Or(q.Title, q.Name), q.Description, []page{all}}) // what was read can be written
	return text.ParseValue(string(b))
}

// AnswersUntil is what all agents answered up to a moment, oldest first. An agent that was asked and
// is not among those that responded has an answer with the trouble.
func (d *Data) AnswersUntil(ctx context.Context, until model.SimTime, limit int) ([]model.Answer, error) {
	return d.answers(ctx, until, limit, nil)
}

// Answers is what the agent answered to questionnaires.
func (a *agent) Answers(ctx context.Context) ([]model.Answer, error) {
	return a.data.answers(ctx, model.Latest, 0, &a.id)
}

// answers is the answers of all agents, or of one.
func (d *Data) answers(ctx context.Context, until model.SimTime, limit int, of *int64) ([]model.Answer, error) {
	r, err := d.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer r.end()
	files, err := r.s.artifacts.list(ctx, r.s.dir)
	if err != nil {
		return nil, err
	}
	var all []model.Answer
	for _, a := range files {
		if a.questionnaire == nil {
			continue
		}
		some, err := r.answersOf(a)
		if err != nil {
			return nil, err
		}
		for _, one := range some {
			if (of == nil || *of == one.ID) && one.At.Valid() {
				all = append(all, one)
			}
		}
	}
	return newest(all, until, limit, func(a *model.Answer) model.SimTime { return a.At }), nil
}

// answersOf is the answers in a file, by agent.
func (r *reading) answersOf(a *artifact) (all []model.Answer, err error) {
	q := a.questionnaire
	common := model.Answer{At: r.moment(a), Survey: surveyID(r.facts.ID, a.name), Created: a.modified}
	missing := map[int64]bool{}
	if q.Targets != nil {
		for _, id := range *q.Targets {
			missing[id] = true
		}
	} else {
		everyone, err := r.profiles()
		if err != nil {
			return nil, err
		}
		for i := range everyone {
			missing[everyone[i].ID] = true
		}
	}
	for i := range q.Responses {
		delete(missing, q.Responses[i].Agent)
		all = append(all, q.Responses[i].answer(common))
	}
	for id := range missing {
		one := common
		one.ID, one.Trouble = id, text.Clean("the agent failed to respond")
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b model.Answer) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// reasons is the member of a result that says why, by question.
const reasons = "reasons"

// answer is the response of an agent: an object with a member a question. What could not be parsed is
// there as it was said. The reasons that were given are in one more member.
func (one *responding) answer(common model.Answer) model.Answer {
	var result, why strings.Builder
	var trouble []string
	taken := false
	for _, a := range one.Answers {
		value := string(a.Value)
		if !a.Parsed {
			value = cmp.Or(notNull(a.Words), notNull(a.Response), value)
			part := a.Question + ": " + cmp.Or(a.Error, "could not be understood")
			trouble = append(trouble, strings.ReplaceAll(part, model.TroubleBreak, ", "))
		}
		taken = taken || a.Question == reasons
		member(&result, a.Question, cmp.Or(value, "null"))
		if a.Reason != "" {
			quoted, _ := json.Marshal(a.Reason) // a string always has a form
			member(&why, a.Question, string(quoted))
		}
	}
	if why.Len() > 0 && !taken {
		member(&result, reasons, "{"+why.String()+"}")
	}
	common.ID, common.Result = one.Agent, text.CleanLines("{"+result.String()+"}")
	common.Trouble = text.Clean(strings.Join(trouble, model.TroubleBreak))
	if len(one.Answers) == 0 {
		common.Result, common.Trouble = text.Lines{}, text.Clean("the agent answered no question")
	}
	return common
}

// notNull is JSON that is not null; else empty.
func notNull(raw json.RawMessage) string {
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}
