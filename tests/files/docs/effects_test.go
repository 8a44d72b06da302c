package docs_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/files/docs"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// effects returns what an action leaves behind on a submitted case.
func effects(change domain.Change) domain.Effects {
	change.At, change.Valuation, change.Photo = noon, "valuation", "photo"
	change.Actor = domain.Actor{ID: "somebody", Role: domain.RoleValuer}
	return change.Effects(domain.Property{ID: "case", OwnerID: "owner", SubmittedAt: noon}, func() string { return "id" })
}

func hearers(events []domain.Event) (who []string) {
	for _, event := range events {
		if event.OwnerID != "" {
			who = append(who, "owner")
		}
		for _, role := range event.Roles {
			who = append(who, string(role))
		}
	}
	return who
}

// effectsTable has a row for each action, whichever package declares it.
func effectsTable(actions []string) string {
	rows := make([][]string, 0, len(actions))
	for _, action := range actions {
		left := effects(domain.Change{Action: domain.Action(action)})
		var topics, jobs, milestones []string
		for _, n := range left.Notifications {
			topics = append(topics, code(n.Topic))
		}
		for _, job := range left.Jobs {
			if job.Kind != domain.JobSendNotification {
				jobs = append(jobs, code(job.Kind))
			}
		}
		for _, step := range left.Steps {
			milestones = append(milestones, code(step.Kind))
		}
		rows = append(rows, []string{
			code(action), strings.Join(slices.Compact(topics), ", "), strings.Join(hearers(left.Events), ", "),
			strings.Join(jobs, ", "), strings.Join(milestones, ", "),
		})
	}
	return docs.Table([]string{"action", "message to the owner", "live event to", "job", "milestone"}, rows)
}

func code[T ~string](name T) string { return "`" + string(name) + "`" }

func TestTheTableOfEffectsIsWhatTheDomainLeaves(t *testing.T) {
	t.Parallel()
	actions := texts(source(t), "Action")
	require.Contains(t, actions, "report.stored")
	generated(t, "effects", effectsTable(actions))
}

// topicOf returns which action sends a message about a topic.
func topicOf(t *testing.T, actions []string, topic domain.Topic) string {
	t.Helper()
	for _, action := range actions {
		sent := effects(domain.Change{Action: domain.Action(action)}).Notifications
		if len(sent) > 0 && sent[0].Topic == topic {
			return code(action)
		}
	}
	submitted := domain.Property{OwnerID: "owner", State: domain.Submitted, SubmittedAt: noon}
	claimed, err := submitted.ClaimFor(domain.Actor{ID: "valuer", Role: domain.RoleValuer}, noon)
	require.NoError(t, err)
	require.Equal(t, topic, claimed.Topic, "no action sends it")
	return code(claimed.Action) + ", the first"
}

func TestTheTableOfMessagesIsWhatTheDomainSends(t *testing.T) {
	t.Parallel()
	actions := texts(source(t), "Action")
	var rows [][]string
	for _, topic := range domain.Topics {
		var channels []string
		for _, n := range effects(domain.Change{Topic: topic}).Notifications {
			channels = append(channels, string(n.Channel))
		}
		user := domain.User{Language: domain.English}
		message := domain.Notification{Topic: topic}.Compose(user, domain.Property{
			Reference: "PF-20261130-7K3Q9Z", FollowUps: []domain.FollowUp{{DueAt: noon.Add(domain.FollowUpTTL)}},
		})
		rows = append(rows, []string{code(topic), topicOf(t, actions, topic), strings.Join(channels, ", "), message.Text})
	}
	generated(t, "messages", docs.Table([]string{"topic", "after", "channels", "text, in English"}, rows))
}

// TestAnotherEffectChangesTheTable compares tables of fewer actions.
func TestAnotherEffectChangesTheTable(t *testing.T) {
	t.Parallel()
	all := texts(source(t), "Action")
	part, found := docs.Generated(read(t, domainPage), "effects")
	require.True(t, found)
	assert.NotEqual(t, part, effectsTable(all[1:]))
	assert.NotEqual(t, part, effectsTable(append(slices.Clone(all), "property.renamed")))
}

// texts returns the values of the constants of a type of strings, sorted, but for the empty one.
func texts(source docs.Source, kind string) (values []string) {
	for _, c := range source.Constants {
		if c.Type == kind && c.Text() != "" {
			values = append(values, c.Text())
		}
	}
	slices.SortFunc(values, cmp.Compare[string])
	return values
}
