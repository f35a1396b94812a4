package demo

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// people are the agents of a run: citizens with ids from 1 on, then the institutions.
type people struct {
	seed     uint64
	citizens int
	plain    bool // a status is text
	weekday  int  // of day 0, from Monday
	plan     *plan.Plan
	asks     []ask
	alerts   []alert
}

// populate gives the run its agents, if it has any.
func (r *run) populate(d *dice, set *setup, plain bool) {
	if r.agents == 0 {
		return
	}
	p := &people{seed: d.next(), citizens: r.agents, plain: plain, weekday: d.n(7), plan: r.e.Plan}
	step := int64(0)
	for round := range set.allRounds() {
		if round < len(p.plan.Segments) {
			step += p.plan.Segments[round].Steps
		}
		last := round >= len(set.parts)-1
		if isSurvey(round) {
			p.ask(ask{step - int64(b2i(last)), questionnaireOf(round)})
		} else if !last {
			p.alerts = append(p.alerts, alert{step, intervention(round)})
		}
	}
	r.people = p
}

// population returns how many agents there are.
func (p *people) population() int { return p.citizens + institutions(p.citizens) }

// free reports whether a day is a day off.
func (p *people) free(day int) bool { return (day+p.weekday)%7 >= 5 }

// profiles returns who there is.
func (p *people) profiles() []model.Profile {
	out := make([]model.Profile, 0, p.population())
	for id := range p.citizens {
		c := p.citizen(int64(id) + 1)
		out = append(out, c.profile())
	}
	for n := range institutions(p.citizens) {
		o, f := officeOf(n)
		name := o.name
		if f > 0 {
			name = fmt.Sprintf("%s #%d", trades[f%len(trades)], f)
		}
		profile := valueOf(map[string]any{"type": o.class, "group": "institution"})
		out = append(out, model.Profile{ID: p.institution(n), Name: text.Clean(name), Profile: profile})
	}
	return out
}

// moment is one step.
type moment struct {
	i       int64
	at      model.SimTime
	tick    int64   // simulated seconds since the start
	ticks   int64   // how long the step is
	hour    float64 // of the day
	days    float64 // since the start of day 0
	free    bool    // it is a day off
	created time.Time
}

// moment returns the i-th step of a run, from 0.
func (r *run) moment(i int64) moment {
	p := r.people
	m := moment{i: i, at: stepStart(p.plan, i), created: r.at(i)}
	m.tick = int64(m.at.Seconds()) - p.plan.Start
	m.ticks = int64(stepStart(p.plan, i+1).Seconds() - m.at.Seconds())
	if m.ticks <= 0 { // the last one
		m.ticks = p.plan.Segments[len(p.plan.Segments)-1].Ticks
	}
	m.hour = m.at.T / 3600
	m.days = float64(m.at.Day) + m.hour/24
	m.free = p.free(m.at.Day)
	return m
}

// institute is a kind of institution. It has no place on the map. Its status has a number
// that stays about the same, and one that grows with time, for a citizen.
type institute struct {
	class, name, status string
	level, sum          float64
	actions             []text.Text
}

// institutes are the institutions; the last is a firm, of which there are several.
var institutes = [...]institute{
	{"bank", "中国演示银行 Demo Bank 🏦", `{"interest_rate":%.4f,"deposits":%.0f}`, 0.03, 41_000, texts("pay interest 付息", "balance the books 对账", "lend 放贷")},
	{"government", "市政府 Government", `{"tax_rate":%.3f,"revenue":%.0f}`, 0.11, 310, texts("collect taxes 收税", "govern", "publish a notice 发布公告 📢")},
	{"nbs", "统计局 NBS", `{"price_index":%.2f,"gdp":%.0f}`, 100, 11_500, texts("collect statistics 统计", "compute the GDP")},
	{"firm", "", `{"price":%.2f,"stock":%.0f}`, 28, 4, texts("produce 生产", "sell 销售", "pay wages 发工资", "hire 招聘")},
}

// firm is the number of the first firm among the institutions.
const firm = len(institutes) - 1

var (
	trades = []string{"面包房 Bakery", "Robotics 机器人", "出租车 Taxi", "Bookshop 书店", "建筑公司 Construction", "Electronics 电子"}
	closed = text.Clean("closed 下班")
)

// firms returns how many firms there are for so many citizens, and institutions how many
// agents are no citizens.
func firms(citizens int) int        { return max(citizens/40, 1) }
func institutions(citizens int) int { return firm + firms(citizens) }

// officeOf returns the n-th institution, and the number of the firm that it is, from 1, or 0.
func officeOf(n int) (o *institute, number int) {
	return &institutes[min(n, firm)], max(n-firm+1, 0)
}

// institution returns the id of the n-th institution.
func (p *people) institution(n int) int64 { return int64(p.citizens + n + 1) }

// institutions appends the statuses of the institutions.
func (p *people) institutions(all []model.AgentStatus, m *moment) []model.AgentStatus {
	open := m.hour >= 9 && m.hour < 18 && !m.free
	for n := range institutions(p.citizens) {
		o, number := officeOf(n)
		d := throw(p.seed, uint64(p.institution(n)), uint64(m.tick/7200))
		a := model.AgentStatus{ID: p.institution(n), At: m.at, Lng: math.NaN(), Lat: math.NaN(), Action: closed, Created: m.created}
		if open {
			a.Action = one(&d, o.actions)
		}
		if !p.plain || o.class != "nbs" { // AgentSociety's has nothing to say in such runs
			wave := 1 + 0.02*math.Sin(m.days*1.3+float64(number+p.weekday))
			a.Status = text.ParseValue(fmt.Sprintf(o.status, o.level*wave, float64(p.citizens)*o.sum*(1+m.days/60)*wave))
		}
		all = append(all, a)
	}
	return all
}

// valueOf returns the JSON of what always has one.
func valueOf(v any) text.Value {
	b, _ := json.Marshal(v)
	return text.ParseValue(string(b))
}
