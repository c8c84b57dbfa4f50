package hostchecks

func edgeStories() []Story { return nil }
