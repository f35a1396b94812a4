package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/survey"
	"societop/storage/rundir/rundirtest"
)

func TestAsksAndInterventionsAreTalkWithEveryone(t *testing.T) {
	d, _ := openRun(t, "2.9.2-completed")
	all := must[[]model.Message](t)(d.Agent(model.Everyone).Talk(t.Context()))
	want := []struct{ at, speaker, content string }{
		{"day 0 09:30:00", "user", "Tell everyone that the bakery closes early today: 今日は早く閉まります。"},
		{"day 0 09:30:00", "", "The announcement was delivered. お知らせを届けました。"},
		{"day 0 13:30:00", "user", "What did people talk about most?"},
		{"day 0 13:30:00", "", "People talked mostly about bread and late trains. 面包和晚点的电车是最常见的话题。"},
	}
	if len(all) != len(want) {
		t.Fatalf("%d messages, want %d", len(all), len(want))
	}
	for i, m := range all {
		if w := want[i]; m.ID != model.Everyone || m.Kind != model.UserTalk || m.At.String() != w.at || m.Speaker.Raw() != w.speaker || m.Content.Raw() != w.content || m.Created.IsZero() {
			t.Errorf("message %d: %+v, want %+v", i, m, w)
		}
	}
}

func TestFrontMatter(t *testing.T) {
	for content, want := range map[string]*asked{
		"---\nquestion: What?\n...\n---\n\nBread.\n":                       {"What?", "Bread."},
		"---\r\nquestion: What?\r\n---\r\nBread.":                          {"What?", "Bread."},
		"---\ninstruction: 'a: b'\n---\n\ntwo\n\nlines\n":                  {"a: b", "two\n\nlines"},
		"---\nquestion: |-\n  two\n  lines\n---\n":                         {"two\nlines", ""},
		"---\nquestion: 7\n---\n":                                          {"7", ""},
		"---\nquestion: What?\nerror: the model did not answer\n---\n\n":   {"What?", "the model did not answer"},
		"---\nquestion: \"broken\n---\nBread.":                             {"question: \"broken", "Bread."},
		"---\nquestion: 'a\n\n  ---\n\n  b'\n---\nBread.\n---\nand butter": {"a\n---\nb", "Bread.\n---\nand butter"},
		"":                         nil,
		"---":                      nil,
		"---\nquestion: What?":     nil,
		"---\nquestion: What?\n--": nil,
		"no front matter":          nil,
	} {
		if got := parseAsked(content); (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("%q: %+v, want %+v", content, got, want)
		}
	}
}

func TestQuestionnairesAreSurveys(t *testing.T) {
	d, _ := openRun(t, "2.9.2-completed")
	surveys := must[[]model.Survey](t)(d.Surveys(t.Context()))
	if len(surveys) != 2 || surveys[0].Name.String() != "wellbeing_1" || survey.Title(&surveys[0]).String() != "Wellbeing / 幸福感 / 幸福度" || surveys[0].ID == surveys[1].ID {
		t.Fatalf("surveys: %+v", surveys)
	}
	questions := survey.Questions(&surveys[0])
	var forms []string
	for _, q := range questions {
		forms = append(forms, q.Name.String()+":"+q.Form.String())
	}
	if got := strings.Join(forms, " "); got != "mood:rating place:choice why:text" || len(questions[1].Options) != 4 || questions[2].Title.String() != "为什么？/ なぜ？" {
		t.Errorf("questions: %s", got)
	}
	answers := must[[]model.Answer](t)(d.AnswersUntil(t.Context(), model.Latest, 0))
	if len(answers) != 10 {
		t.Fatalf("%d answers, want 10", len(answers))
	}
	first, second := answers[0], answers[1]
	if first.ID != 1 || first.At.String() != "day 0 09:30:00" || first.Survey != surveys[0].ID || first.Pending || first.Trouble.String() != "mood: no integer found" {
		t.Errorf("the first answer: %+v", first)
	}
	reply := survey.ReplyOf(&first)
	if v, ok := reply.To(&questions[0]); !ok || v.Plain() != "about seven" {
		t.Errorf("what could not be parsed is %q", v.Plain())
	}
	reply = survey.ReplyOf(&second)
	if v, _ := reply.To(&questions[0]); second.ID != 2 || !second.Trouble.Empty() || v.Raw() != "7" {
		t.Errorf("the second answer: %+v", second)
	}
	if v, _ := reply.To(&questions[2]); v.Plain() != "天气转凉，注意保暖。" {
		t.Errorf("in words: %q", v.Plain())
	}
	if own := must[[]model.Answer](t)(d.Agent(2).Answers(t.Context())); len(own) != 2 || own[0] != second {
		t.Errorf("the answers of agent 2: %+v", own)
	}
	if early := must[[]model.Answer](t)(d.AnswersUntil(t.Context(), model.SimTime{T: 9.5 * 3600}, 0)); len(early) != 6 {
		t.Errorf("%d answers until 09:30, want 6", len(early))
	}
	if last := must[[]model.Answer](t)(d.AnswersUntil(t.Context(), model.Latest, 3)); len(last) != 3 || last[2].ID != 4 {
		t.Errorf("the last three: %+v", last)
	}
}

// TestTroubleHasAPartForEachQuestion, whatever the errors say.
func TestTroubleHasAPartForEachQuestion(t *testing.T) {
	q := parseQuestionnaire([]byte(`{"questionnaire_id": "q", "responses": [{"agent_id": 1, "answers": [
		{"question_id": "a", "raw_text": "x", "parse_success": false, "parse_error": "no number; no unit"},
		{"question_id": "b", "raw_text": "y", "parse_success": true}, {"question_id": "c", "raw_text": "z", "parse_success": false}]}]}`))
	got := q.Responses[0].answer(model.Answer{}).Trouble.String()
	if want := "a: no number, no unit; c: could not be understood"; got != want {
		t.Errorf("the trouble is %q, want %q", got, want)
	}
}

func TestAgentsThatFailedToAnswerAreTrouble(t *testing.T) {
	d, dir := openRun(t, "2.9.2-completed")
	file := filepath.Join(dir, "artifacts", "questionnaire_step_5_20260105_133000.json")
	for targets, want := range map[string]string{"[1, 2, 9]": "1 2! 9!", "null": "1 2! 3! 4! 5! 6!", "[]": "1"} {
		write(t, `{"questionnaire_id": "q", "target_agent_ids": `+targets+`, "simulation_time": "2026-01-05T13:30:00", "questions":
			[{"id": "a", "prompt": "A?", "response_type": "json", "choices": []}, {"id": "b", "response_type": "float"}],
			"responses": [{"agent_id": 1, "agent_name": "Ada", "answers": [
				{"question_id": "a", "raw_text": "x", "parsed_value": {"k": [1, NaN]}, "parse_success": true, "parse_error": null},
				{"question_id": "b", "raw_text": null, "raw_response": "nothing at all", "parsed_value": null, "parse_success": false}]}]}`, file)
		var got []string
		for _, a := range must[[]model.Answer](t)(d.AnswersUntil(t.Context(), model.Latest, 0)) {
			if a.At.String() != "day 0 13:30:00" {
				continue
			}
			mark := number(a.ID)
			if a.Trouble.String() == "the agent failed to respond" && a.Result.Empty() {
				mark += "!"
			} else if a.Result.Raw() != `{"a":{"k": [1, null]},"b":"nothing at all"}` || a.Trouble.String() != "b: could not be understood" {
				t.Errorf("%+v", a)
			}
			got = append(got, mark)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("targets %s: %v, want %s", targets, got, want)
		}
	}
}

func TestHalfAnArtifactIsReadWhenItIsWhole(t *testing.T) {
	dir := rundirtest.Run(t, "2.9.2-completed")
	facts := testFacts(t, dir)
	for _, name := range []string{"ask_step_4_20260105_133000.md", "questionnaire_step_5_20260105_133000.json"} {
		file := filepath.Join(dir, "artifacts", name)
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		count := func(d *Data) int {
			return len(must[[]model.Message](t)(d.TalkUntil(t.Context(), model.Latest, 0))) + len(must[[]model.Answer](t)(d.AnswersUntil(t.Context(), model.Latest, 0)))
		}
		want, watching := count(Open(dir, func() Facts { return facts })), Open(dir, func() Facts { return facts })
		for _, size := range []int{0, 2, 20, len(whole) / 2} {
			write(t, string(whole[:min(size, 20)]), file)
			if got := count(watching); got >= want {
				t.Errorf("%s of %d bytes: %d, want less than %d", name, size, got, want)
			}
		}
		write(t, string(whole), file)
		if got := count(watching); got != want {
			t.Errorf("%s: %d when it is whole, want %d", name, got, want)
		}
		write(t, "", file) // once more, by a resumed run
		if got := count(watching); got != want {
			t.Errorf("%s: %d while it is written again, want %d", name, got, want)
		}
		write(t, string(whole), file)
	}
}

func TestArtifactsThatHaveNotChangedAreNotReadAgain(t *testing.T) {
	dir := rundirtest.Run(t, "2.9.2-completed")
	var a artifacts
	before := must[[]*artifact](t)(a.list(t.Context(), dir))
	later := before[0].modified.Add(time.Hour + 7)
	if err := os.Chtimes(filepath.Join(dir, "artifacts", before[0].name), later, later); err != nil {
		t.Fatal(err)
	}
	after := must[[]*artifact](t)(a.list(t.Context(), dir))
	if len(before) != 4 || len(after) != 4 || before[0] == after[0] || before[1] != after[1] || before[3] != after[3] {
		t.Errorf("%v, then %v", before, after)
	}
	if got := after[0].modified; !got.Equal(got.Truncate(time.Microsecond)) {
		t.Errorf("%v can't be stored as it is", got)
	}
	for i, name := range []string{"questionnaire_step_1_", "intervene_step_2_", "ask_step_4_", "questionnaire_step_5_"} {
		if !strings.HasPrefix(before[i].name, name) {
			t.Errorf("artifact %d is %s", i, before[i].name)
		}
	}
}

func TestArtifactsOfARunWithoutAPlanOrADate(t *testing.T) {
	d, dir := bare(t)
	write(t, "---\nquestion: What?\n---\nBread.", dir, "artifacts", "ask_step_4_20260105_133000.md")
	write(t, "---\nquestion: When?\n---\nNow.", dir, "artifacts", "ask_step_5_99999999_999999.md")
	write(t, "no artifact", dir, "artifacts", "notes.md")
	all := must[[]model.Message](t)(d.TalkUntil(t.Context(), model.Latest, 0))
	if len(all) != 4 || all[0].Content.Raw() != "What?" || !all[0].At.Valid() || !all[3].At.Valid() {
		t.Errorf("%+v", all)
	}
}
