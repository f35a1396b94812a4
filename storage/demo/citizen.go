package demo

import (
	"fmt"
	"math"
	"strconv"

	"societop/model"
	"societop/model/text"
)

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
	work            kind
	routine         routine
}

var (
	occupations = []occupation{
		{"office clerk 职员", "Bachelor", 9_500, 22, 58, offices, worker},
		{"engineer 工程师", "Master", 21_000, 24, 58, offices, worker},
		{"teacher 教师", "Bachelor", 11_000, 22, 58, schools, worker},
		{"nurse 护士", "Bachelor", 9_800, 22, 55, offices, worker},
		{"delivery rider 外卖骑手", "High school", 8_200, 20, 45, kitchens, rider},
		{"student 学生", "High school", 1_800, 16, 25, schools, pupil},
		{"retired 退休", "Middle school", 4_300, 58, 83, parks, retired},
		{"unemployed 待业", "High school", 900, 22, 58, offices, searcher},
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
	c.home = somewhere(&d, d.weighted(living...), homes)
	c.office = somewhere(&d, d.weighted(working...), o.work)
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
	return model.Profile{ID: p.id, Name: text.Clean(name), Profile: valueOf(struct {
		Gender     string  `json:"gender"`
		Age        int     `json:"age"`
		Education  string  `json:"education"`
		Occupation string  `json:"occupation"`
		Marriage   string  `json:"marriage_status"`
		Persona    string  `json:"persona"`
		Group      string  `json:"group"`
		Income     float64 `json:"income"`
		Story      string  `json:"background_story"`
	}{
		gender, p.age, p.occupation.education, p.occupation.name, marriage, one(&d, personas), groups[p.group], p.occupation.income,
		fmt.Sprintf("%s Lives in %s and goes to %s.", one(&d, stories), districts[p.home.district()].name, districts[p.office.district()].name),
	})}
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
	l.slot = d.find(m.hour)
	s := &d.slots[l.slot]
	l.doing, l.at, l.from = s.do, s.at, s.at
	if m.hour < s.begins {
		l.doing, l.from = travels, d.slots[l.slot-1].at
		l.part = (m.hour - s.leaves) / (s.begins - s.leaves)
	}
	l.trips = d.trips(m.hour)
	l.feel(&d, m)
	return l
}

// feel sets the numbers of a life.
func (l *life) feel(d *day, m *moment) {
	l.hunger = 1 - math.Exp(-d.fasted(m.hour)/5)
	switch wake := d.slots[1].leaves; {
	case l.doing != sleeps:
		l.energy = 0.97 - 0.72*(m.hour-wake)/(24.5-wake)
	case l.slot == 0:
		l.energy = 0.35 + 0.62*m.hour/wake
	default:
		l.energy = 0.28 + 0.1*(m.hour-d.slots[l.slot].leaves)
	}
	dice := throw(l.seed, purposeMood, uint64(m.at.Day))
	l.mood = 0.4 + 0.25*l.temper + 0.09*math.Sin(2*math.Pi*(m.hour/24+dice.float())) + habits[l.doing].mood
	l.mood += dice.between(-0.08, 0.08) - 0.15*max(l.hunger-0.7, 0)
	l.money = l.savings + m.days*l.occupation.income*0.28/30 - 38*float64(l.trips)
	l.energy, l.mood = min(max(l.energy, 0), 1), min(max(l.mood, 0), 1)
}

// status returns the row that AgentSociety writes.
func (l *life) status(plain bool, m *moment) model.AgentStatus {
	d := throw(l.seed, purposeSlot, uint64(l.at))
	spot := l.from.at().between(l.at.at(), l.part)
	const yard = 0.0006 // nobody stands on top of another
	out := model.AgentStatus{ID: l.id, At: m.at, Lng: spot.lng + d.between(-yard, yard), Lat: spot.lat + d.between(-yard, yard), Parent: l.at.area(), Created: m.created}
	if l.doing == travels {
		out.Parent = road(l.from, l.at)
	}
	d = throw(l.seed, purposeSlot, uint64(m.at.Day), uint64(l.slot))
	if !d.chance(0.02) { // the model answered with nothing
		out.Action = one(&d, habits[l.doing].actions)
	}
	if plain {
		out.Status = text.ValueOf(fmt.Sprintf("%s (hunger %.2f, energy %.2f)", one(&d, feelings[min(int(l.mood*5), 4)]), l.hunger, l.energy))
		return out
	}
	out.Status = l.numbers()
	return out
}

// numbers returns the status as an object.
func (l *life) numbers() text.Value {
	b := make([]byte, 0, 96)
	b = strconv.AppendFloat(append(b, `{"hunger":`...), l.hunger, 'f', 2, 64)
	b = strconv.AppendFloat(append(b, `,"energy":`...), l.energy, 'f', 2, 64)
	b = strconv.AppendFloat(append(b, `,"mood":`...), l.mood, 'f', 2, 64)
	b = strconv.AppendFloat(append(b, `,"money":`...), l.money, 'f', 0, 64)
	return text.ParseValue(string(b) + `,"need":"` + l.need() + `"}`)
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
