package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// params lists the parameters of each topic's text: the reference and, if there is one, the time
// to answer by.
var params = map[domain.Topic][]string{
	domain.TopicSubmitted:        {string(testRef)},
	domain.TopicReviewStarted:    {string(testRef)},
	domain.TopicFollowUpAsked:    {string(testRef), "25-11-2026 10:03"},
	domain.TopicFollowUpReminder: {string(testRef), "25-11-2026 10:03"},
	domain.TopicRejected:         {string(testRef)},
	domain.TopicValued:           {string(testRef)},
}

func TestTextsInEveryLanguage(t *testing.T) {
	t.Parallel()
	assert.Len(t, params, len(domain.Topics))
	assert.ElementsMatch(t, constants(t, "Topic", "notification.go"), asStrings(domain.Topics))
	k := inState(t, domain.FollowUpRequired)
	seen := map[string]bool{}
	for _, topic := range domain.Topics {
		for _, language := range domain.Languages {
			to := domain.NewCustomer(owner.ID, phone, t0)
			to.Language = language
			n := domain.Notification{ID: "n-1", Topic: topic, Channel: domain.ChannelWhatsApp, RecipientID: owner.ID}
			m := n.Compose(to, k.Property)
			assert.Equal(t, domain.Recipient{Phone: phone}, m.To)
			assert.Equal(t, domain.ChannelWhatsApp, m.Channel)
			assert.Equal(t, strings.ToLower(string(topic))+"."+string(language), m.Template)
			assert.Equal(t, params[topic], m.Params, topic)
			assert.Equal(t, "n-1", m.Key)
			assert.True(t, strings.HasPrefix(m.Text, "PropFlow: "), m.Text)
			assert.NotContains(t, m.Text, "%")
			for _, p := range m.Params {
				assert.Equal(t, 1, strings.Count(m.Text, p), "%s in %q", p, m.Text)
			}
			assert.Equal(t, language == domain.Hindi, strings.ContainsRune(m.Text, 'क'), m.Text)
			assert.False(t, seen[m.Text], m.Text)
			seen[m.Text] = true
		}
	}
}

func asStrings[T ~string](list []T) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

func TestAnUnknownLanguageIsEnglish(t *testing.T) {
	t.Parallel()
	to := domain.NewCustomer(owner.ID, phone, t0)
	n := domain.Notification{Topic: domain.TopicValued}
	english := n.Compose(to, inState(t, domain.Valued).Property)
	to.Language = "ta"
	assert.Equal(t, english, n.Compose(to, inState(t, domain.Valued).Property))
}

// TestTextsNameTheLastDeadline composes after a second round, and late, once it was answered.
func TestTextsNameTheLastDeadline(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.FollowUpRequired)
	_, _, err := k.answer(domain.FollowUpAnswer{ItemID: "item", Text: "yes"})
	require.NoError(t, err)
	k.later(24*time.Hour).claim(t, valuer).ask(t, question("2"))
	n := domain.Notification{Topic: domain.TopicFollowUpAsked}
	m := n.Compose(domain.NewCustomer(owner.ID, phone, t0), k.Property)
	assert.Equal(t, []string{string(testRef), "26-11-2026 10:03"}, m.Params)
}

func TestSendingAMessage(t *testing.T) {
	t.Parallel()
	n := domain.Notification{ID: "n-1", Status: domain.NotificationPending, Attempts: 2}
	n.MarkSent("SM123", t0)
	assert.Equal(t, domain.Notification{ID: "n-1", Status: domain.NotificationSent, Attempts: 3, ProviderID: "SM123", SentAt: t0}, n)
	n = domain.Notification{ID: "n-1", Status: domain.NotificationPending}
	n.MarkFailed()
	assert.Equal(t, domain.NotificationFailed, n.Status)
	assert.Zero(t, n.SentAt)
	assert.Equal(t, domain.Job{Kind: domain.JobSendNotification, Subject: "n-1", Key: "n-1", RunAt: t0}, n.Job(t0))
}
