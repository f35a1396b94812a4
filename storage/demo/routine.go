package demo

import "societop/model/text"

// activity is what an agent does for a while.
type activity int

const (
	sleeps activity = iota
	breakfasts
	travels
	labours
	learns
	lunches
	dines
	buys
	strolls
	meets
	exercises
	rests
	seeks
	fetches
	delivers
)

// habit is what belongs to an activity: what it is called, what is thought meanwhile, its
// effect on the mood, and whether it is a meal.
type habit struct {
	actions  []text.Text
	thoughts []string
	mood     float64
	meal     bool
}

var habits = [...]habit{
	sleeps:     {texts("sleep", "sleep 睡觉", "睡觉 💤", "sleep"), nil, 0, false},
	breakfasts: {texts("eat breakfast", "吃早饭", "have breakfast at home 吃早餐 🥟", "make congee 煮粥"), []string{"A bowl of congee, and then off. 喝碗粥就出门。", "又起晚了，早饭只能路上吃。", "I slept well. Let's see what today brings.", "今天要不要骑车去？ 🚲"}, 0, true},
	travels:    {texts("commute", "on the way 在路上", "take the subway 坐地铁 🚇", "ride a shared bike 骑车 🚲", "wait for the bus 等公交"), []string{"Line 10 is packed again. 十号线又是人挤人。", "If I leave ten minutes earlier tomorrow, I get a seat.", "堵在三环上了…… 🚗", "The traffic light at this crossing takes forever."}, -0.1, false},
	labours:    {texts("work", "go to work 上班", "工作", "write a report 写报告", "meeting 开会", "answer mails", "debug 改 bug 💻"), []string{"I have to finish this report before six. 六点前必须交。", "开会开了一上午，什么也没决定。", "My manager seems content with the numbers.", "今天效率不错，继续保持 💪", "Should I ask for a raise? 要不要谈加薪？"}, -0.04, false},
	learns:     {texts("study", "attend a lecture 上课", "在图书馆学习 📚", "do homework 写作业"), []string{"The exam is in two weeks. 还有两周就考试了。", "这门课终于听懂了。", "I should sit closer to the front."}, -0.02, false},
	lunches:    {texts("eat lunch", "吃午饭", "lunch with colleagues 和同事吃饭", "noodles 吃面 🍜"), []string{"Noodles again, but good ones. 🍜", "食堂的菜又涨价了。", "A short walk after this would be nice."}, 0.06, true},
	dines:      {texts("eat dinner", "吃晚饭", "cook at home 做饭", "hotpot with friends 吃火锅 🍲"), []string{"We have not eaten together for a week. 一周没一起吃饭了。", "今天的红烧肉真香。", "Prices went up again; eating at home saves something."}, 0.08, true},
	buys:       {texts("go shopping", "买菜 🛒", "buy groceries", "逛商场"), []string{"Vegetables are 10 % dearer than last week. 菜价又涨了。", "Do I need this, or do I only want it?", "打折的东西总要多拿两件。"}, 0.05, false},
	strolls:    {texts("walk in the park", "散步", "在公园下棋", "feed the cats 喂猫 🐈"), []string{"The ginkgos turn yellow. 银杏黄了。", "空气不错，多走一圈。", "Nobody has asked me anything all day, and that is fine."}, 0.12, false},
	meets:      {texts("chat with friends 💬", "meet a friend 见朋友", "聊天", "drink tea 喝茶 🍵"), []string{"I had not laughed like that for long. 😀", "他说的那个消息，是真的吗？", "We don't agree about politics, but it was a good evening."}, 0.14, false},
	exercises:  {texts("exercise", "跑步 🏃", "dance in the square 跳广场舞", "play badminton 打羽毛球"), []string{"Three more rounds. 再跑三圈。", "My knee is better today.", "跳完舞一身汗，舒服。"}, 0.1, false},
	rests:      {texts("watch TV 看电视", "rest at home", "在家休息", "read a book", "刷手机 📱", "Planning"), []string{"I should go to bed earlier. 该早点睡了。", "网上都在吵，看得人心烦。", "Call mother before she goes to bed.", "明天要不要带伞？"}, 0.04, false},
	seeks:      {texts("look for a job 找工作", "write applications 投简历", "job interview 面试"), []string{"Forty applications, two answers. 投了四十份，回了两份。", "The interview went well, I think.", "再找不到工作，房租就成问题了。"}, -0.12, false},
	fetches:    {texts("pick up an order 取餐", "取餐 🥡", "wait for an order"), []string{"This kitchen is always late. 这家店总是出餐慢。", "还有三单，来得及。"}, -0.02, false},
	delivers:   {texts("deliver a meal 送餐 🛵", "送餐", "deliver a meal"), []string{"Sixth floor, and no lift. 六楼没电梯。", "Five stars, thank you! 谢谢好评。"}, 0.01, false},
}

// texts cleans all once.
func texts(all ...string) []text.Text {
	out := make([]text.Text, len(all))
	for i, s := range all {
		out[i] = text.Clean(s)
	}
	return out
}

// venue is where an activity takes place. All but home and office differ from day to day.
type venue int

const (
	home venue = iota
	office
	near // somewhere in the district of home
	away // somewhere in that of the office
)

// routine is what an agent does on a day, and from when, in hours.
type routine []struct {
	from float64
	do   activity
	at   venue
}

// The routines until the afternoon, which belong to an occupation or to a day off; and those
// of evenings, which suit everybody.
var (
	worker   = routine{{0, sleeps, home}, {6.9, breakfasts, home}, {8, labours, office}, {12, lunches, away}, {12.7, labours, office}}
	pupil    = routine{{0, sleeps, home}, {6.8, breakfasts, home}, {7.6, learns, office}, {12, lunches, away}, {12.7, learns, office}, {16.2, exercises, near}}
	retired  = routine{{0, sleeps, home}, {6, breakfasts, home}, {7.5, strolls, near}, {9.5, buys, near}, {11.5, lunches, home}, {12.3, rests, home}, {14.5, meets, near}}
	searcher = routine{{0, sleeps, home}, {7.5, breakfasts, home}, {9, seeks, office}, {11.8, lunches, near}, {12.6, rests, home}, {14.5, exercises, near}, {16, seeks, home}}
	rider    = routine{{0, sleeps, home}, {7.5, breakfasts, home}, {9.5, fetches, near}, {10, delivers, near}, {10.6, fetches, near}, {11, delivers, near}, {11.5, fetches, near}, {12, delivers, near}, {13, lunches, near}, {15.5, fetches, near}, {16, delivers, near}, {16.6, fetches, near}, {17, delivers, near}}
	trip     = routine{{0, sleeps, home}, {8, breakfasts, home}, {9.7, buys, away}, {11.7, lunches, away}, {13.4, strolls, near}, {16, rests, home}}
	leisure  = routine{{0, sleeps, home}, {8.4, breakfasts, home}, {9.8, rests, home}, {11.6, lunches, home}, {12.8, meets, near}, {15, exercises, near}}

	daysOff  = []routine{trip, leisure, retired}
	evenings = []routine{
		{{18, dines, home}, {19.3, rests, home}, {23, sleeps, home}},
		{{17.8, buys, near}, {18.6, dines, home}, {19.8, rests, home}, {22.8, sleeps, home}},
		{{18, dines, near}, {19.4, strolls, near}, {20.5, rests, home}, {23.2, sleeps, home}},
		{{18.3, dines, home}, {19.4, exercises, near}, {20.6, rests, home}, {22.9, sleeps, home}},
		{{18.5, dines, near}, {19.8, meets, near}, {21, rests, home}, {23.2, sleeps, home}},
	}
)

// day is a routine with places and times.
type day struct {
	slots [20]slot
	n     int
}

// slot is one activity of a day: from when on the agent goes there, and when it begins.
type slot struct {
	leaves, begins float64 // hours
	do             activity
	at             place
}

// shortest is how long an activity lasts at least, in hours.
const shortest = 0.15

// day makes a day of a citizen.
func (p *person) day(number int, free bool) (out day) {
	d := throw(p.seed, purposeDay, uint64(number))
	first := p.occupation.routine
	if free {
		first = one(&d, daysOff)
	}
	for _, part := range [...]routine{first, one(&d, evenings)} {
		for _, r := range part {
			s := slot{r.from, r.from, r.do, p.venue(r.at, &d)}
			if out.n > 0 {
				last := &out.slots[out.n-1]
				s.leaves = max(r.from+p.shift+d.between(-0.2, 0.2), last.begins+shortest)
				s.begins = s.leaves + way(last.at, s.at)
			}
			out.slots[out.n] = s
			out.n++
		}
	}
	return out
}

// venue returns the place of a venue.
func (p *person) venue(v venue, d *dice) place {
	switch v {
	case home:
		return p.home
	case office:
		return p.office
	case near:
		return somewhere(d, p.home.district())
	default:
		return somewhere(d, p.office.district())
	}
}

// find returns the number of the slot at an hour, how many trips were made by then, and how
// many hours ago the last meal ended.
func (d *day) find(hour float64) (i, trips int, fasted float64) {
	fasted = 4.5 + hour
	for n, s := range d.slots[:d.n] {
		if s.leaves > hour {
			break
		}
		switch before := d.slots[i]; {
		case s.begins <= hour && habits[s.do].meal:
			fasted = 0
		case habits[before.do].meal:
			fasted = hour - s.leaves
		}
		if s.begins <= hour && s.begins > s.leaves {
			trips++
		}
		i = n
	}
	return i, trips, fasted
}
