package domain

import (
	"fmt"
	"strings"
	"time"
)

// Topic is what a message to a person is about.
type Topic string

// The topics. A one-time password is no topic: it is sent directly and never stored.
const (
	TopicSubmitted        Topic = "SUBMITTED"
	TopicReviewStarted    Topic = "REVIEW_STARTED"
	TopicFollowUpAsked    Topic = "FOLLOW_UP_ASKED"
	TopicFollowUpReminder Topic = "FOLLOW_UP_REMINDER"
	TopicRejected         Topic = "REJECTED"
	TopicValued           Topic = "VALUED"
)

// Topics lists every Topic.
var Topics = []Topic{
	TopicSubmitted, TopicReviewStarted, TopicFollowUpAsked, TopicFollowUpReminder, TopicRejected, TopicValued,
}

// Channel is a way to reach a person.
type Channel string

// The channels.
const (
	ChannelSMS      Channel = "SMS"
	ChannelWhatsApp Channel = "WHATSAPP"
	ChannelEmail    Channel = "EMAIL"
	ChannelConsole  Channel = "CONSOLE"
)

// Channels lists every Channel.
var Channels = []Channel{ChannelSMS, ChannelWhatsApp, ChannelEmail, ChannelConsole}

// topicOf lists the actions after which the owner gets a message. Change.Topic adds
// TopicReviewStarted, because only the first claim of a case sends it.
var topicOf = map[Action]Topic{
	ActionSubmitted:        TopicSubmitted,
	ActionFollowUpAsked:    TopicFollowUpAsked,
	ActionFollowUpReminded: TopicFollowUpReminder,
	ActionRejected:         TopicRejected,
	ActionReportStored:     TopicValued,
}

// topicChannels lists the channels on which messages of each topic are sent.
var topicChannels = map[Topic][]Channel{
	TopicSubmitted:        {ChannelSMS, ChannelWhatsApp},
	TopicReviewStarted:    {ChannelWhatsApp},
	TopicFollowUpAsked:    {ChannelSMS, ChannelWhatsApp},
	TopicFollowUpReminder: {ChannelSMS, ChannelWhatsApp},
	TopicRejected:         {ChannelSMS, ChannelWhatsApp},
	TopicValued:           {ChannelSMS, ChannelWhatsApp},
}

// NotificationStatus is how far the sending of a message got.
type NotificationStatus string

// The notification statuses.
const (
	NotificationPending NotificationStatus = "PENDING"
	NotificationSent    NotificationStatus = "SENT"
	NotificationFailed  NotificationStatus = "FAILED"
)

// Delivery is what became of a message after the provider accepted it, as the provider reports.
type Delivery string

// The deliveries.
const (
	DeliveryDelivered   Delivery = "DELIVERED"   // the phone has it
	DeliveryUndelivered Delivery = "UNDELIVERED" // it was refused or lost on the way
)

// Notification is one message to one person on one channel. It has no text: that is composed when
// the message is sent, so that it is kept neither in jobs nor in stores.
type Notification struct {
	ID          NotificationID
	Topic       Topic
	Channel     Channel
	RecipientID UserID
	PropertyID  PropertyID
	Status      NotificationStatus
	Attempts    int
	ProviderID  string // what the provider calls the message, empty until sent
	CreatedAt   time.Time
	SentAt      time.Time // zero until sent
	Delivery    Delivery  // empty until the provider reports it
	DeliveryAt  time.Time // when it was reported, zero until then
	Version     int64
}

// Job returns the job that sends the notification.
func (n Notification) Job(now time.Time) Job {
	return Job{Kind: JobSendNotification, Subject: string(n.ID), Key: string(n.ID), RunAt: now}
}

// MarkSent records that the provider accepted the message.
func (n *Notification) MarkSent(providerID string, now time.Time) {
	n.Status, n.ProviderID, n.SentAt = NotificationSent, providerID, now
	n.Attempts++
}

// RecordDelivery records what the provider reports, and reports whether that changed anything.
// Reports may be repeated and come in any order. The first of each kind counts, and DELIVERED is
// final, because the provider reports it only when the phone has confirmed it.
func (n *Notification) RecordDelivery(reported Delivery, now time.Time) bool {
	if n.Delivery == reported || n.Delivery == DeliveryDelivered {
		return false
	}
	n.Delivery, n.DeliveryAt = reported, now
	return true
}

// MarkFailed records that the message was given up.
func (n *Notification) MarkFailed() { n.Status = NotificationFailed }

// TemplateDigest is the template of the supervisors' daily digest. Messages with it may be
// logged whole, because they have figures and references of cases and nothing personal.
const TemplateDigest = "digest.en"

// Message is a text on its way to a person.
type Message struct {
	To      Recipient
	Channel Channel
	// Template names the pre-approved text for channels that require one, e.g. "valued.hi".
	Template string
	// Params fill the template, in order.
	Params []string
	// Subject is the subject line for channels that have one, such as e-mail.
	Subject string
	Text    string
	// Key is the same for all retries, so that a provider or adapter can recognise a repeat.
	Key string
}

// texts has a format for each topic and language. Its arguments are Params.
var texts = map[Topic]map[Language]string{
	TopicSubmitted: {
		English: "PropFlow: we received your property %s. You will have the result within 5 hours.",
		Hindi:   "PropFlow: आपकी संपत्ति %s हमें मिल गई है। परिणाम 5 घंटे के भीतर मिलेगा।",
	},
	TopicReviewStarted: {
		English: "PropFlow: a valuer has started to review your property %s.",
		Hindi:   "PropFlow: एक मूल्यांकनकर्ता ने आपकी संपत्ति %s की समीक्षा शुरू कर दी है।",
	},
	TopicFollowUpAsked: {
		English: "PropFlow: the valuer needs something more about your property %s. Please answer in the app by %s.",
		Hindi:   "PropFlow: आपकी संपत्ति %s के बारे में मूल्यांकनकर्ता को कुछ और जानकारी चाहिए। कृपया %s तक ऐप में उत्तर दें।",
	},
	TopicFollowUpReminder: {
		English: "PropFlow: your answer about property %s is still missing. Without it the case is closed on %s.",
		Hindi:   "PropFlow: संपत्ति %s के बारे में आपका उत्तर अभी बाकी है। उत्तर न मिलने पर %s को मामला बंद हो जाएगा।",
	},
	TopicRejected: {
		English: "PropFlow: your property %s could not be valued. The app tells you why.",
		Hindi:   "PropFlow: आपकी संपत्ति %s का मूल्यांकन नहीं हो सका। कारण ऐप में देखें।",
	},
	TopicValued: {
		English: "PropFlow: your property %s is valued. The report is ready in the app.",
		Hindi:   "PropFlow: आपकी संपत्ति %s का मूल्यांकन हो गया है। रिपोर्ट ऐप में उपलब्ध है।",
	},
}

// Compose returns the notification as a message to its recipient, in their language, or in
// English if there is no translation.
func (n Notification) Compose(to User, p Property) Message {
	language := to.Language
	format, ok := texts[n.Topic][language]
	if !ok {
		language, format = English, texts[n.Topic][English]
	}
	params := []string{string(p.Reference)}
	if strings.Count(format, "%s") == 2 && len(p.FollowUps) > 0 {
		due := p.FollowUps[len(p.FollowUps)-1].DueAt
		params = append(params, due.In(IST).Format("02-01-2006 15:04"))
	}
	args := make([]any, len(params))
	for i, s := range params {
		args[i] = s
	}
	return Message{
		To: to.Recipient(), Channel: n.Channel, Template: strings.ToLower(string(n.Topic)) + "." + string(language),
		Params: params, Text: fmt.Sprintf(format, args...), Key: string(n.ID),
	}
}
