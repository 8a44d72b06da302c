package domain

import (
	"fmt"
	"strings"
	"time"
)

// Notice is what a message about a user's own access reports: something happened to their second
// factor that they may not have done themselves.
type Notice string

// The notices.
const (
	NoticeFactorEnrolled Notice = "FACTOR_ENROLLED" // an authenticator was enrolled, or replaced
	NoticeFactorReset    Notice = "FACTOR_RESET"    // by an ADMIN or an operator
	NoticeFactorReplayed Notice = "FACTOR_REPLAYED" // a used code was offered again
	NoticeRecoveryUsed   Notice = "RECOVERY_USED"   // a recovery code was used
	NoticeRecoveryNew    Notice = "RECOVERY_NEW"    // there are new recovery codes
)

// Notices lists every Notice.
var Notices = []Notice{NoticeFactorEnrolled, NoticeFactorReset, NoticeFactorReplayed, NoticeRecoveryUsed, NoticeRecoveryNew}

// noticeTexts has the text of each notice in each language.
var noticeTexts = map[Notice]map[Language]string{
	NoticeFactorEnrolled: {
		English: "PropFlow: an authenticator app was set up for your account. If it was not you, call your administrator now.",
		Hindi:   "PropFlow: आपके खाते के लिए एक ऑथेंटिकेटर ऐप सेट किया गया है। यदि यह आपने नहीं किया, तो अभी अपने एडमिन को फ़ोन करें।",
	},
	NoticeFactorReset: {
		English: "PropFlow: the second factor of your account was reset. If you did not ask for it, call your administrator now.",
		Hindi:   "PropFlow: आपके खाते का दूसरा सत्यापन रीसेट किया गया है। यदि आपने इसके लिए नहीं कहा, तो अभी अपने एडमिन को फ़ोन करें।",
	},
	NoticeFactorReplayed: {
		English: "PropFlow: an authenticator code of yours was entered a second time and refused. If it was not you, call your administrator now.",
		Hindi:   "PropFlow: आपका एक ऑथेंटिकेटर कोड दूसरी बार डाला गया और अस्वीकार किया गया। यदि यह आपने नहीं किया, तो अभी अपने एडमिन को फ़ोन करें।",
	},
	NoticeRecoveryUsed: {
		English: "PropFlow: a recovery code was used to log in to your account. If it was not you, call your administrator now.",
		Hindi:   "PropFlow: आपके खाते में लॉगिन के लिए एक रिकवरी कोड का उपयोग हुआ। यदि यह आपने नहीं किया, तो अभी अपने एडमिन को फ़ोन करें।",
	},
	NoticeRecoveryNew: {
		English: "PropFlow: new recovery codes were made for your account; the old ones no longer work. If it was not you, call your administrator now.",
		Hindi:   "PropFlow: आपके खाते के लिए नए रिकवरी कोड बनाए गए हैं; पुराने अब काम नहीं करेंगे। यदि यह आपने नहीं किया, तो अभी अपने एडमिन को फ़ोन करें।",
	},
}

// Security returns the code under which the security log has what the notice reports.
func (n Notice) Security() SecurityCode {
	return map[Notice]SecurityCode{
		NoticeFactorEnrolled: SecurityFactorEnrolled, NoticeFactorReset: SecurityFactorReset, NoticeFactorReplayed: SecurityFactorReplayed,
		NoticeRecoveryUsed: SecurityRecoveryCodeUsed, NoticeRecoveryNew: SecurityRecoveryCodesMade,
	}[n]
}

// Job returns the job that sends the notice to a user. It is sent once for an occasion: what
// distinguishes one event of the user from the others of its kind.
func (n Notice) Job(to UserID, occasion string, now time.Time) Job {
	subject := string(n) + "/" + string(to) + "/" + occasion
	return Job{Kind: JobSendNotice, Subject: subject, Key: subject, RunAt: now}
}

// ParseNotice reads the subject of a job that Notice.Job made. Error: KindInvalid.
func ParseNotice(subject string) (n Notice, to UserID, err error) {
	parts := strings.SplitN(subject, "/", 3)
	if len(parts) != 3 || noticeTexts[Notice(parts[0])] == nil || parts[1] == "" {
		return "", "", Violations{{Field: "subject", Rule: "format", Message: "must be notice/user id/occasion"}}.Err()
	}
	return Notice(parts[0]), UserID(parts[1]), nil
}

// Compose returns the notice as an SMS to the user, in their language, or in English if there is no
// translation.
func (n Notice) Compose(to User, key string) Message {
	language := to.Language
	text, ok := noticeTexts[n][language]
	if !ok {
		language, text = English, noticeTexts[n][English]
	}
	return Message{
		To: to.Recipient(), Channel: ChannelSMS, Template: fmt.Sprintf("%s.%s", strings.ToLower(string(n)), language),
		Text: text, Key: key,
	}
}
