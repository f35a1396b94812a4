package bolt

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

func TestTheNewestTalkOfAll(t *testing.T) {
	all := some()
	path, k := runLab(t, all)
	o := Open(path, Options{}).RunData(k).(model.AllAgentsReader)
	ctx := context.Background()
	for _, until := range []model.SimTime{model.Latest, all.Frames[0].At, all.Frames[2].At, {Day: 0, T: 3}, {Day: 99}} {
		for _, limit := range []int{0, 1, 3, 9, 10, 11, 1000} {
			var want []model.Message
			for _, m := range all.Messages {
				if until == model.Latest || m.At.Compare(until) <= 0 {
					want = append(want, m)
				}
			}
			want = newest(want, limit)
			talk, err := o.TalkUntil(ctx, until, limit)
			if err != nil || !slices.Equal(talk, want) {
				t.Errorf("until %v at most %d: %d messages (%v), want %d", until, limit, len(talk), err, len(want))
			}
			answers, err := o.AnswersUntil(ctx, until, limit)
			if err != nil || len(answers) != len(want) || (len(want) > 0 && answers[0].Result != want[0].Content) {
				t.Errorf("until %v at most %d: %d answers (%v), want %d", until, limit, len(answers), err, len(want))
			}
		}
	}
}

func TestWordsOfOneMomentAreReplaced(t *testing.T) {
	all := some()
	path, k := runLab(t, all)
	at := all.Frames[1].At
	fresh := []model.Message{{ID: 4, At: at, Content: text.CleanLines("new")}}
	answer := model.Answer{ID: 4, At: at, Survey: uuid.NewMD5(uuid.Nil, []byte{2}), Pending: true, Created: layout.Micro(5)}
	more := model.Answer{ID: 4, At: at, Survey: uuid.Max}
	fillLab(t, path, k, storagetest.RunData{Messages: fresh, Answers: []model.Answer{answer, more}})
	s := Open(path, Options{}).RunData(k)
	talk, err := s.Agent(4).Talk(context.Background())
	if err != nil || len(talk) != 13 || talk[4].Content != fresh[0].Content {
		t.Errorf("%d messages, %+v (%v), want 13, the fifth of them new", len(talk), talk, err)
	}
	answers, err := s.Agent(4).Answers(context.Background())
	if err != nil || len(answers) != 17 || answers[6] != answer || answers[8] != more {
		t.Errorf("%d answers, %+v (%v), want 17, the seventh and the ninth of them new", len(answers), answers, err)
	}
	checkLab(t, path)
}

func TestPointsAreMerged(t *testing.T) {
	metric := func(points ...model.Point) []model.Metric {
		return []model.Metric{{Key: text.Clean(strings.Repeat("long key ", 5000)), Points: points}}
	}
	path, k := runLab(t, storagetest.RunData{Metrics: metric(model.Point{Tick: 5, Value: 1}, model.Point{Tick: math.MaxInt64, Value: 2})})
	fillLab(t, path, k, storagetest.RunData{Metrics: metric(model.Point{Tick: 7, Value: 3}, model.Point{Tick: math.MinInt64, Value: 4}, model.Point{Tick: 5, Value: math.Inf(-1)})})
	got, err := Open(path, Options{}).RunData(k).Metrics(context.Background())
	want := metric(model.Point{Tick: math.MinInt64, Value: 4}, model.Point{Tick: 5, Value: math.Inf(-1)}, model.Point{Tick: 7, Value: 3}, model.Point{Tick: math.MaxInt64, Value: 2})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%.200q (%v)", fmt.Sprint(got), err)
	}
	checkLab(t, path)
}

func TestSurveysComeBackAsTheyWere(t *testing.T) {
	path, _ := runLab(t, storagetest.RunData{})
	want := []model.Survey{
		{ID: uuid.Nil, Created: layout.Micro(1), Updated: layout.Micro(math.MaxInt32)},
		{ID: uuid.Max, Name: text.Clean("\x1b[2J问卷"), Data: text.ParseValue(`{"pages": [` + strings.Repeat(`{"elements": []},`, 500) + `1]}`), Created: time.Time{}, Updated: time.Time{}},
	}
	err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error { return b.PutSurveys(want) })
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Open(path, Options{}).Surveys(context.Background()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v (%v), want %+v", got, err, want)
	}
	checkLab(t, path)
}
