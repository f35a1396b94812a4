package demo

import "societop/model"

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

// eats tells whether it makes one less hungry.
func eats(a activity) bool { return a == breakfasts || a == lunches || a == dines }

// habit is what is told of an activity.
type habit struct {
	actions  []model.Text
	thoughts []string
	mood     float64
}

// texts cleans texts once.
func texts(all ...string) []model.Text {
	out := make([]model.Text, len(all))
	for i, s := range all {
		out[i] = model.Clean(s)
	}
	return out
}

var habits = [...]habit{
	sleeps: {texts("sleep", "sleep 睡觉", "睡觉 💤", "sleep"), nil, 0},
	breakfasts: {texts("eat breakfast", "吃早饭", "have breakfast at home 吃早餐 🥟", "make congee 煮粥"), []string{
		"A bowl of congee, and then off. 喝碗粥就出门。", "又起晚了，早饭只能路上吃。", "I slept well. Let's see what today brings.", "今天要不要骑车去？ 🚲",
	}, 0},
	travels: {texts("commute", "on the way 在路上", "take the subway 坐地铁 🚇", "ride a shared bike 骑车 🚲", "wait for the bus 等公交"), []string{
		"Line 10 is packed again. 十号线又是人挤人。", "If I leave ten minutes earlier tomorrow, I get a seat.", "堵在三环上了…… 🚗", "The traffic light at this crossing takes forever.",
	}, -0.1},
	labours: {texts("work", "go to work 上班", "工作", "write a report 写报告", "meeting 开会", "answer mails", "debug 改 bug 💻"), []string{
		"I have to finish this report before six. 六点前必须交。", "开会开了一上午，什么也没决定。", "My manager seems content with the numbers.", "今天效率不错，继续保持 💪", "Should I ask for a raise? 要不要谈加薪？",
	}, -0.04},
	learns: {texts("study", "attend a lecture 上课", "在图书馆学习 📚", "do homework 写作业"), []string{
		"The exam is in two weeks. 还有两周就考试了。", "这门课终于听懂了。", "I should sit closer to the front.",
	}, -0.02},
	lunches: {texts("eat lunch", "吃午饭", "lunch with colleagues 和同事吃饭", "noodles 吃面 🍜"), []string{
		"Noodles again, but good ones. 🍜", "食堂的菜又涨价了。", "A short walk after this would be nice.",
	}, 0.06},
	dines: {texts("eat dinner", "吃晚饭", "cook at home 做饭", "hotpot with friends 吃火锅 🍲"), []string{
		"We have not eaten together for a week. 一周没一起吃饭了。", "今天的红烧肉真香。", "Prices went up again; eating at home saves something.",
	}, 0.08},
	buys: {texts("go shopping", "买菜 🛒", "buy groceries", "逛商场"), []string{
		"Vegetables are 10 % dearer than last week. 菜价又涨了。", "Do I need this, or do I only want it?", "打折的东西总要多拿两件。",
	}, 0.05},
	strolls: {texts("walk in the park", "散步", "在公园下棋", "feed the cats 喂猫 🐈"), []string{
		"The ginkgos turn yellow. 银杏黄了。", "空气不错，多走一圈。", "Nobody has asked me anything all day, and that is fine.",
	}, 0.12},
	meets: {texts("chat with friends 💬", "meet a friend 见朋友", "聊天", "drink tea 喝茶 🍵"), []string{
		"I had not laughed like that for long. 😀", "他说的那个消息，是真的吗？", "We don't agree about politics, but it was a good evening.",
	}, 0.14},
	exercises: {texts("exercise", "跑步 🏃", "dance in the square 跳广场舞", "play badminton 打羽毛球"), []string{
		"Three more rounds. 再跑三圈。", "My knee is better today.", "跳完舞一身汗，舒服。",
	}, 0.1},
	rests: {texts("watch TV 看电视", "rest at home", "在家休息", "read a book", "刷手机 📱", "Planning"), []string{
		"I should go to bed earlier. 该早点睡了。", "网上都在吵，看得人心烦。", "Call mother before she goes to bed.", "明天要不要带伞？",
	}, 0.04},
	seeks: {texts("look for a job 找工作", "write applications 投简历", "job interview 面试"), []string{
		"Forty applications, two answers. 投了四十份，回了两份。", "The interview went well, I think.", "再找不到工作，房租就成问题了。",
	}, -0.12},
	fetches: {texts("pick up an order 取餐", "取餐 🥡", "wait for an order"), []string{
		"This kitchen is always late. 这家店总是出餐慢。", "还有三单，来得及。",
	}, -0.02},
	delivers: {texts("deliver a meal 送餐 🛵", "送餐", "deliver a meal"), []string{
		"Sixth floor, and no lift. 六楼没电梯。", "Five stars, thank you! 谢谢好评。",
	}, 0.01},
}
