package demo

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
)

// chapter is what one batch writes of a run's agents. It is made before the batch, because
// the file is locked while a batch is filled.
type chapter struct {
	key      model.Key
	first    bool // the file has none of the run's data yet
	profiles []model.Profile
	log      strings.Builder
	frames   []model.Frame
	prompts  []model.Prompt
	messages []model.Message
	answers  []model.Answer
	metrics  []model.Metric
}

// chapter makes what the file does not have yet of the steps since the start. The first one
// has the profiles, and the log of all steps, because logs only grow.
func (r *run) chapter() *chapter {
	c := &chapter{key: r.e.Key, first: r.sent < 0}
	from := max(r.sent, r.past)
	for i := from; i < r.done; i++ {
		r.tell(c, i)
	}
	if c.first {
		if from = 0; r.done > 0 { // else nobody was made
			c.profiles = r.people.profiles()
		}
	}
	r.journal(&c.log, from)
	return c
}

// tell appends the i-th step, but not its log.
func (r *run) tell(c *chapter, i int64) {
	p, m := r.people, r.moment(i)
	lives := make([]life, p.citizens)
	frame := model.Frame{At: m.at, Agents: make([]model.AgentStatus, 0, p.population())}
	for n := range lives {
		lives[n] = p.live(int64(n)+1, &m)
		frame.Agents = append(frame.Agents, lives[n].status(p.plain, &m))
	}
	frame.Agents = p.institutions(frame.Agents, &m)
	c.frames = append(c.frames, frame)
	c.prompts = append(c.prompts, p.prompt(&m))
	c.messages = p.talk(c.messages, lives, &m)
	r.answer(c, i)
	if (m.tick-1)%metricEvery < m.ticks {
		p.measure(c, lives, &m)
	}
}

// put writes the chapter.
func (c *chapter) put(b *bolt.Batch) error {
	var errs []error
	if c.first {
		errs = append(errs, b.PutProfiles(c.key, c.profiles))
	}
	if c.log.Len() > 0 {
		errs = append(errs, b.AppendLog(c.key, c.log.String()))
	}
	for i := range c.frames {
		errs = append(errs, b.PutFrame(c.key, c.frames[i]), b.PutPrompt(c.key, c.prompts[i]))
	}
	errs = append(errs, b.PutMessages(c.key, c.messages), b.PutAnswers(c.key, c.answers), b.PutMetrics(c.key, c.metrics))
	return errors.Join(errs...)
}

// metricEvery is how often AgentSociety measures, in simulated seconds.
const metricEvery = 3600

// measure appends a point to each metric.
func (p *people) measure(c *chapter, lives []life, m *moment) {
	var trips, km, mood, awake float64
	for i := range lives {
		l := &lives[i]
		mood += l.mood
		awake += float64(b2i(l.doing != sleeps))
		n := float64(l.trips)
		for number := range m.at.Day {
			d := l.day(number, p.free(number))
			n += float64(d.trips(math.Inf(1)))
		}
		trips += n
		km += n * (0.6 + 0.5*l.home.at().distance(l.office.at()))
	}
	n, phase := float64(len(lives)), float64(p.weekday)
	unemployment := 0.052 + 0.004*math.Sin(m.days*2)
	if (p.seed+uint64(m.tick/metricEvery))%11 == 7 {
		unemployment = math.NaN()
	}
	c.point("num_completed_trips", m, trips)
	c.point("total_travel_time (sec)", m, trips*(1_350+40*math.Sin(m.days)))
	c.point("total_travel_distance (m)", m, 1000*km)
	c.point("平均幸福感 mean happiness", m, 1+4*mood/n)
	c.point("gdp", m, n*(11_500+180*m.days+420*math.Sin(m.days/2+phase)))
	c.point("price_index 物价指数", m, 100+0.35*m.days+1.4*math.Sin(m.days*1.3+phase))
	c.point("share awake", m, awake/n)
	c.point("unemployment 失业率", m, unemployment)
	if m.at.Day%2 == 1 || m.hour < 17 || m.hour > 22 { // whoever measures it has a break
		c.point("opinion variance", m, 0.08+0.9*math.Exp(-m.days/2.5)+0.02*math.Sin(9*m.days))
	}
}

// point appends a point to a metric.
func (c *chapter) point(name string, m *moment, value float64) {
	key := text.Clean(name)
	i := slices.IndexFunc(c.metrics, func(o model.Metric) bool { return o.Key == key })
	if i < 0 {
		i = len(c.metrics)
		c.metrics = append(c.metrics, model.Metric{Key: key})
	}
	c.metrics[i].Points = append(c.metrics[i].Points, model.Point{Tick: m.tick, Value: value})
}

var weathers = []string{"sunny ☀️ 晴", "cloudy ⛅ 多云", "overcast 阴", "rainy 🌧 小雨", "windy 大风"}

// prompt returns what all agents are told of the world.
func (p *people) prompt(m *moment) model.Prompt {
	d := throw(p.seed, 0, uint64(m.at.Day), uint64(m.hour/6))
	weather := d.weighted(5, 3, 2, 1, 1)
	year := throw(p.seed, 1)
	degrees := year.between(4, 22) + 6*math.Sin(2*math.Pi*(m.hour/24-0.375)) - float64(weather)
	workday := "True"
	if m.free {
		workday = "False"
	}
	t := int(m.at.T)
	s := fmt.Sprintf("weather: The weather is %s\ntemperature: The temperature is %.0fC\ntime: It is %02d:%02d on day %d\nIs it workday: %s\nother_information: %s\n",
		weathers[weather], degrees, t/3600, t/60%60, m.at.Day, workday, p.alert(m.i))
	return model.Prompt{At: m.at, Text: text.CleanLines(s), Created: m.created}
}
