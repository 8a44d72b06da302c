package domain

// ExpectedEffects returns what the audit entries of one property, oldest first, must have left
// behind beside themselves: the messages to its owner and the milestones of analytics. It is
// Change.Effects read backwards; ids, statuses and the users of steps are left empty.
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

// Audited reports whether every step of the kind follows from an audit entry. The others
// record what entries do not.
func (k StepKind) Audited() bool {
	for _, kind := range stepOf {
		if kind == k {
			return true
		}
	}
	return false
}
