package demo

import (
	"fmt"
	"math"
	"time"

	"societop/model"
	"societop/model/text"
)

// people are the agents of a run: citizens with ids from 1 on, then the institutions.
type people struct {
	seed     uint64
	citizens int
	plain    bool // a status is text
	weekday  int  // of day 0, from Monday
	rounds   []round
}

// round is a survey or a message of a workflow: the step whose agents answer it, or the first
// after it.
type round struct {
	step   int64
	survey *questionnaire // nil for a message
	text   string
}

// populate gives the run its agents, if it has any. Of what comes after the last step, only
// the surveys are of use, and only one of each.
func (r *run) populate(d *dice, set *setup, plain bool) {
	if r.agents == 0 {
		return
	}
	r.people = &people{seed: d.next(), citizens: r.agents, plain: plain, weekday: d.n(7)}
	step, between := int64(0), len(set.parts)-1
	for n := range between + min(set.rounds, 2*len(questionnaires)) {
		o := round{text: intervention(n)}
		if isSurvey(n) {
			o = round{survey: questionnaireOf(n)}
		}
		if n <= between {
			step += r.e.Plan.Segments[n].Steps
		}
		o.step = step - int64(b2i(n >= between))
		r.people.rounds = append(r.people.rounds, o)
	}
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
		o := &institutes[min(n, firm)]
		name := o.name
		if n >= firm {
			name = fmt.Sprintf("%s #%d", trades[n%len(trades)], n-firm+1)
		}
		profile := text.ParseValue(fmt.Sprintf(`{"type":%q,"group":"institution"}`, o.class))
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
	m := moment{i: i, at: stepStart(r.e.Plan, i), created: r.at(i)}
	m.tick = int64(m.at.Seconds()) - r.e.Plan.Start
	m.ticks = int64(stepStart(r.e.Plan, i+1).Seconds() - m.at.Seconds())
	if m.ticks <= 0 { // the last one
		m.ticks = r.e.Plan.Segments[len(r.e.Plan.Segments)-1].Ticks
	}
	m.hour = m.at.T / 3600
	m.days = float64(m.at.Day) + m.hour/24
	m.free = r.people.free(m.at.Day)
	return m
}

// institutes are the kinds of institutions, which have no place on the map: the class, the
// name, a level that is about the same each day, and what they do. The last is a firm.
var institutes = [...]struct {
	class, name string
	level       float64
	actions     []text.Text
}{
	{"bank", "中国演示银行 Demo Bank 🏦", 0.03, texts("pay interest 付息", "balance the books 对账", "lend 放贷")},
	{"government", "市政府 Government", 0.11, texts("collect taxes 收税", "govern", "publish a notice 发布公告 📢")},
	{"nbs", "统计局 NBS", 100, texts("collect statistics 统计", "compute the GDP")},
	{"firm", "", 28, texts("produce 生产", "sell 销售", "pay wages 发工资", "hire 招聘")},
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

// institution returns the id of the n-th institution.
func (p *people) institution(n int) int64 { return int64(p.citizens + n + 1) }

// institutions appends the statuses of the institutions.
func (p *people) institutions(all []model.AgentStatus, m *moment) []model.AgentStatus {
	open := m.hour >= 9 && m.hour < 18 && !m.free
	for n := range institutions(p.citizens) {
		o := &institutes[min(n, firm)]
		d := throw(p.seed, uint64(p.institution(n)), uint64(m.tick/7200))
		a := model.AgentStatus{ID: p.institution(n), At: m.at, Lng: math.NaN(), Lat: math.NaN(), Action: closed, Created: m.created}
		if open {
			a.Action = one(&d, o.actions)
		}
		if !p.plain || o.class != "nbs" { // AgentSociety's has nothing to say in such runs
			wave := 1 + 0.02*math.Sin(m.days*1.3+float64(n+p.weekday))
			a.Status = text.ParseValue(fmt.Sprintf(`{"level":%.3f,"balance":%.0f}`, o.level*wave, float64(p.citizens)*(1+m.days)*310*wave))
		}
		all = append(all, a)
	}
	return all
}

// What the dice of an agent are thrown for.
const (
	purposeSelf uint64 = iota
	purposeDay
	purposeSlot
	purposeMood
	purposeThought
	purposeAnswer
)

// occupation is what an agent does for a living, and what belongs to it.
type occupation struct {
	name, education string
	income          float64 // a month
	young, old      int     // years
	routine         routine
}

var (
	occupations = []occupation{
		{"office clerk 职员", "Bachelor", 9_500, 22, 58, worker},
		{"engineer 工程师", "Master", 21_000, 24, 58, worker},
		{"teacher 教师", "Bachelor", 11_000, 22, 58, worker},
		{"nurse 护士", "Bachelor", 9_800, 22, 55, worker},
		{"delivery rider 外卖骑手", "High school", 8_200, 20, 45, rider},
		{"student 学生", "High school", 1_800, 16, 25, pupil},
		{"retired 退休", "Middle school", 4_300, 58, 83, retired},
		{"unemployed 待业", "High school", 900, 22, 58, searcher},
	}
	shares = []int{28, 16, 8, 7, 10, 13, 12, 6} // of the occupations, in a hundred
)

// person is a citizen, as it is at all times.
type person struct {
	id           int64
	seed         uint64
	occupation   *occupation
	age          int
	female       bool
	group        int
	temper       float64 // from 0 (gloomy) to 1
	savings      float64
	home, office place
	shift        float64 // how much later than others it does things, in hours
}

// citizen makes a citizen.
func (p *people) citizen(id int64) (c person) {
	c.id, c.seed = id, uint64(throw(p.seed, uint64(id)))
	d := throw(c.seed, purposeSelf)
	o := &occupations[d.weighted(shares...)]
	c.occupation, c.age = o, o.young+d.n(o.old-o.young)
	c.female, c.temper, c.group = d.chance(0.5), d.float(), d.n(len(groups))
	c.home = somewhere(&d, d.weighted(living...))
	c.office = somewhere(&d, d.weighted(working...))
	c.shift = d.between(-0.5, 0.8)
	c.savings = o.income * d.between(0.3, 9)
	return c
}

// Names as people in Beijing have them; and of some who came from elsewhere.
var (
	surnames = []string{"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "欧阳"}
	women    = []string{"娜", "敏", "静", "丽", "芳", "秀英", "艳", "雪", "婷", "梦瑶", "佳怡", "晓燕", "思雨", "雅琴"}
	men      = []string{"伟", "磊", "强", "军", "洋", "勇", "杰", "涛", "建国", "浩然", "子轩", "志明", "天宇", "国庆"}
	foreign  = []string{"Alice Chen", "Bob O'Neil", "Émile Laurent", "Нина Иванова", "Kenji 佐藤", "Zoë Müller"}

	groups   = []string{"对照组 control", "实验组 A treatment", "实验组 B treatment"}
	personas = []string{"helpful 乐于助人", "curious and talkative 好奇健谈", "careful with money 精打细算", "sceptical 多疑", "cheerful 开朗 😀", "shy 内向", "ambitious 上进"}
	stories  = []string{
		"Came to Beijing after school and stayed.", "在胡同里长大，什么都见过。", "Has two children and little time.", "喜欢周末去爬香山。",
		"Reads the news on the subway and discusses it at lunch.", "想攒钱买房，还差得远。", "Sings in a choir on Sundays 合唱团.",
	}
)

// profile returns what AgentSociety keeps of who a citizen is.
func (p *person) profile() model.Profile {
	d := throw(p.seed, purposeSelf, 1)
	given, gender, marriage := men, "male", "not married"
	if p.female {
		given, gender = women, "female"
	}
	name := one(&d, surnames) + one(&d, given)
	if d.chance(0.06) {
		name = one(&d, foreign)
	}
	if p.age > 24 && d.chance(0.65) {
		marriage = "married"
	}
	story := fmt.Sprintf("%s Lives in %s and goes to %s.", one(&d, stories), districts[p.home.district()].name, districts[p.office.district()].name)
	return model.Profile{ID: p.id, Name: text.Clean(name), Profile: text.ParseValue(fmt.Sprintf(
		`{"gender":%q,"age":%d,"education":%q,"occupation":%q,"marriage_status":%q,"persona":%q,"group":%q,"income":%.0f,"background_story":%q}`,
		gender, p.age, p.occupation.education, p.occupation.name, marriage, one(&d, personas), groups[p.group], p.occupation.income, story))}
}

// life is a citizen at a moment.
type life struct {
	person
	doing activity
	slot  int
	at    place // or where the way leads
	from  place // where the way began; at, for who is not on the way
	part  float64
	trips int

	hunger, energy, mood, money float64
}

// live makes the life of a citizen at a moment.
func (p *people) live(id int64, m *moment) life {
	l := life{person: p.citizen(id)}
	d := l.day(m.at.Day, m.free)
	var fasted float64
	l.slot, l.trips, fasted = d.find(m.hour)
	s := &d.slots[l.slot]
	l.doing, l.at, l.from = s.do, s.at, s.at
	if m.hour < s.begins {
		l.doing, l.from = travels, d.slots[l.slot-1].at
		l.part = (m.hour - s.leaves) / (s.begins - s.leaves)
	}
	wake := d.slots[1].leaves
	switch {
	case l.slot == 0:
		l.energy = 0.35 + 0.62*m.hour/wake
	case l.doing == sleeps:
		l.energy = 0.28 + 0.1*(m.hour-s.leaves)
	default:
		l.energy = 0.97 - 0.72*(m.hour-wake)/(24.5-wake)
	}
	dice := throw(l.seed, purposeMood, uint64(m.at.Day))
	l.hunger = 1 - math.Exp(-fasted/5)
	l.mood = 0.4 + 0.25*l.temper + 0.09*math.Sin(2*math.Pi*(m.hour/24+dice.float())) + habits[l.doing].mood + dice.between(-0.08, 0.08) - 0.15*max(l.hunger-0.7, 0)
	l.money = l.savings + m.days*l.occupation.income*0.28/30 - 38*float64(l.trips)
	l.energy, l.mood = min(max(l.energy, 0), 1), min(max(l.mood, 0), 1)
	return l
}

// status returns the row that AgentSociety writes.
func (l *life) status(plain bool, m *moment) model.AgentStatus {
	d := throw(l.seed, purposeSlot, uint64(l.at))
	spot := l.from.at().between(l.at.at(), l.part)
	const yard = 0.0006 // nobody stands on top of another
	out := model.AgentStatus{ID: l.id, At: m.at, Lng: spot.lng + d.between(-yard, yard), Lat: spot.lat + d.between(-yard, yard), Created: m.created}
	if out.Parent = 500_000_000 + int64(l.at); l.doing == travels {
		out.Parent = 200_000_000 + int64(l.from)*7 + int64(l.at)*13 // a lane
	}
	d = throw(l.seed, purposeSlot, uint64(m.at.Day), uint64(l.slot))
	if !d.chance(0.02) { // the model answered with nothing
		out.Action = one(&d, habits[l.doing].actions)
	}
	if plain {
		out.Status = text.ValueOf(fmt.Sprintf("%s (hunger %.2f, energy %.2f)", one(&d, feelings[min(int(l.mood*5), 4)]), l.hunger, l.energy))
	} else {
		out.Status = text.ParseValue(fmt.Sprintf(`{"hunger":%.2f,"energy":%.2f,"mood":%.2f,"money":%.0f,"need":%q}`, l.hunger, l.energy, l.mood, l.money, l.need()))
	}
	return out
}

// need returns what the citizen misses most.
func (l *life) need() string {
	switch {
	case l.energy < 0.35:
		return "sleep"
	case l.hunger > 0.55:
		return "food"
	case l.mood < 0.42:
		return "social"
	}
	return "none"
}

// feelings are words for moods, from the worst to the best.
var feelings = [...][]string{
	{"心情很差", "Everything is too much today"},
	{"有点烦躁", "A little on edge", "I would rather be elsewhere"},
	{"还行", "Neither good nor bad 一般", "Feels all right"},
	{"心情不错", "Feels fine 心情不错", "In good spirits"},
	{"非常开心 😀", "Could not be better"},
}
