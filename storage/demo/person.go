package demo

import (
	"encoding/json"
	"fmt"

	"societop/model"
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

// work is what an agent lives on.
type work int

const (
	clerks work = iota
	engineers
	teachers
	nurses
	riders
	students
	pensioners
	jobless
)

// occupation is what belongs to a work: what it is called, what it brings in a month, and
// how many in a hundred have it.
var occupations = []struct {
	name, education string
	income          float64
	share           int
}{
	clerks:     {"office clerk 职员", "Bachelor", 9_500, 28},
	engineers:  {"engineer 工程师", "Master", 21_000, 16},
	teachers:   {"teacher 教师", "Bachelor", 11_000, 8},
	nurses:     {"nurse 护士", "Bachelor", 9_800, 7},
	riders:     {"delivery rider 外卖骑手", "High school", 8_200, 10},
	students:   {"student 学生", "High school", 1_800, 13},
	pensioners: {"retired 退休", "Middle school", 4_300, 12},
	jobless:    {"unemployed 待业", "High school", 900, 6},
}

var shares = func() []int {
	out := make([]int, len(occupations))
	for i, o := range occupations {
		out[i] = o.share
	}
	return out
}()

// person is who an agent is, and what does not change of its days.
type person struct {
	id      int64
	seed    uint64 // of all that is up to it
	work    work
	age     int
	female  bool
	group   int
	temper  float64 // from 0 (gloomy) to 1
	savings float64

	home, office, canteen, restaurant, shop, park place

	wakes, begins, ends, sleeps float64 // seconds of the day
}

// meet makes a citizen.
func (p *people) meet(id int64) (c person) {
	c.id, c.seed = id, uint64(throw(p.seed, uint64(id)))
	d := throw(c.seed, purposeSelf)
	c.work = work(d.weighted(shares))
	c.female, c.temper = d.chance(0.5), d.float()
	c.group = d.n(len(groups))
	c.age = c.work.age(&d)
	in := d.weighted(living)
	to := d.weighted(working)
	c.home = somewhere(&d, in, homes)
	c.office = somewhere(&d, to, offices)
	if c.work == students || c.work == teachers {
		c.office = somewhere(&d, to, schools)
	}
	c.canteen, c.restaurant = somewhere(&d, to, kitchens), somewhere(&d, in, kitchens)
	c.shop, c.park = somewhere(&d, in, shops), somewhere(&d, in, parks)
	c.wakes = d.between(6.2, 7.6) * hour
	c.begins = d.between(8.2, 9.8) * hour
	c.ends = c.begins + d.between(8.6, 10)*hour
	c.sleeps = d.between(22, 23.8) * hour
	if c.work == pensioners {
		c.wakes, c.sleeps = c.wakes-hour, c.sleeps-hour
	}
	c.savings = occupations[c.work].income * d.between(0.3, 9)
	return c
}

func (w work) age(d *dice) int {
	switch w {
	case students:
		return 16 + d.n(9)
	case pensioners:
		return 58 + d.n(25)
	default:
		return 22 + d.n(36)
	}
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

func (p *person) name(d *dice) string {
	if d.chance(0.06) {
		return one(d, foreign)
	}
	given := men
	if p.female {
		given = women
	}
	return one(d, surnames) + one(d, given)
}

// profile is what AgentSociety keeps of who an agent is.
func (p *person) profile() model.Profile {
	d := throw(p.seed, purposeSelf, 1)
	o := &occupations[p.work]
	name := p.name(&d)
	return model.Profile{ID: p.id, Name: model.Clean(name), Profile: valueOf(struct {
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
		[]string{"male", "female"}[b2i(p.female)], p.age, o.education, o.name,
		[]string{"not married", "married"}[b2i(p.age > 24 && d.chance(0.65))],
		one(&d, personas), groups[p.group], o.income,
		fmt.Sprintf("%s Lives in %s and goes to %s.", one(&d, stories), districts[p.home.district()].name, districts[p.office.district()].name),
	})}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// valueOf is the JSON of what always has one.
func valueOf(v any) model.Value {
	b, _ := json.Marshal(v)
	return model.ParseValue(string(b))
}
