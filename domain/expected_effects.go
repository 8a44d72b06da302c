package domain

// ExpectedEffects returns what must exist if a property has these audit entries, oldest first:
// the messages to its owner and the milestones of analytics. It is the counterpart of
// Change.Effects for checks of stored data; ids, statuses and the users of steps are empty.
func ExpectedEffects(entries []AuditEntry) ([]Notification, []Step) {
	var notifications []Notification
	var steps []Step
	reviewed := false
	for _, e := range entries {
		topic := topicOf[e.Action]
		if e.Action == ActionClaimed && !reviewed {
			topic, reviewed = TopicReviewStarted, true
		}
		for _, channel := range topicChannels[topic] {
			notifications = append(notifications, Notification{Topic: topic, Channel: channel, PropertyID: e.PropertyID, CreatedAt: e.At})
		}
		if kind, ok := stepOf[e.Action]; ok {
			steps = append(steps, Step{Kind: kind, PropertyID: e.PropertyID, At: e.At})
		}
	}
	return notifications, steps
}

// Audited reports whether every step of the kind follows from an audit entry. Steps of other
// kinds, such as StepDetailsComplete, record what no entry does.
func (k StepKind) Audited() bool {
	for _, kind := range stepOf {
		if kind == k {
			return true
		}
	}
	return false
}
