package domain

import "slices"

// ConsentNotice is the text that an owner agrees to.
type ConsentNotice struct {
	Version    string // date of the text, e.g. "2026-11-01"
	Language   Language
	Text       string // all of it, as one text
	Processors []Processor

	// The rest is empty in notices of earlier releases.
	Purposes  []NoticePurpose
	Rights    []NoticeRight
	Retention string
	// Complaint explains how to complain to the Data Protection Board of India.
	Complaint string
	Grievance GrievanceContact // of this installation
}

// ConsentVersion is the version of the notice in force. Nothing personal is taken in without consent
// to it.
const ConsentVersion = "2026-12-01"

// ConsentVersions lists the versions of all notices, newest first.
var ConsentVersions = []string{ConsentVersion, "2026-11-01"}

// CurrentNotice returns the notice in force in the language, in English if there is no translation.
func CurrentNotice(language Language) ConsentNotice {
	if language != Hindi {
		language = English
	}
	n := ConsentNotice{
		Version: ConsentVersion, Language: language, Text: noticeIntro.In(language),
		Retention: noticeRetention.In(language), Complaint: noticeComplaint.In(language),
	}
	for _, p := range Purposes {
		n.Purposes = append(n.Purposes, NoticePurpose{
			Purpose: p, Required: p.Required(), Text: noticePurposes[p].In(language), Processors: processorsOf[p],
		})
		n.Text += "\n\n" + noticePurposes[p].In(language)
	}
	n.Processors = n.processors(Purposes)
	n.Text += "\n\n" + n.Retention
	for _, r := range Rights {
		n.Rights = append(n.Rights, NoticeRight{r, noticeRights[r].In(language)})
		n.Text += "\n\n" + noticeRights[r].In(language)
	}
	n.Text += "\n\n" + n.Complaint
	return n
}

// NoticeOf returns the notice of a version, also one that is no longer in force. An empty version is
// that in force. It returns a KindNotFound "notice_not_found" error if there is no such version.
func NoticeOf(version string, language Language) (ConsentNotice, error) {
	switch version {
	case "", ConsentVersion:
		return CurrentNotice(language), nil
	case "2026-11-01":
		if language != Hindi {
			language = English
		}
		return ConsentNotice{
			Version: version, Language: language, Text: firstNotice.In(language),
			Processors: []Processor{ProcessorSMS, ProcessorImageAnalysis, ProcessorErrorTracking},
		}, nil
	}
	return ConsentNotice{}, NotFound("notice")
}

// processors returns those that the purposes name.
func (n ConsentNotice) processors(purposes []Purpose) []Processor {
	var named []Processor
	for _, p := range n.Purposes {
		if slices.Contains(purposes, p.Purpose) {
			named = append(named, p.Processors...)
		}
	}
	return named
}

// processorsOf names the processors of each purpose.
var processorsOf = map[Purpose][]Processor{
	PurposeValuation:     {ProcessorSMS},
	PurposeImageAnalysis: {ProcessorImageAnalysis},
}

var noticeIntro = Words{
	"PropFlow values your property for the lender that you apply to. For that it needs your phone number, the property's address and " +
		"place, and photos that you take there, with the place and time at which you take them.",
	"PropFlow उस ऋणदाता के लिए आपकी संपत्ति का मूल्यांकन करता है जिसके पास आप आवेदन करते हैं। इसके लिए उसे आपका फ़ोन नंबर, संपत्ति का पता और " +
		"स्थान, तथा वहाँ आपके द्वारा ली गई तस्वीरें चाहिए, उस स्थान और समय के साथ जहाँ और जब आप उन्हें लेते हैं।",
}

var noticePurposes = map[Purpose]Words{
	PurposeValuation: {
		"Valuation (required): your data is used to value the property, is checked against manipulation, and is shared with the lender. " +
			"You are told about your case by SMS and WhatsApp; Twilio sends these messages and gets your phone number for that.",
		"मूल्यांकन (आवश्यक): आपके डेटा का उपयोग संपत्ति के मूल्यांकन के लिए होता है, हेरफेर के लिए उसकी जाँच होती है, और वह ऋणदाता के साथ साझा किया जाता है। " +
			"आपके मामले की सूचना SMS और WhatsApp से दी जाती है; ये संदेश Twilio भेजता है और इसके लिए उसे आपका फ़ोन नंबर मिलता है।",
	},
	PurposeImageAnalysis: {
		"Image analysis (optional): Google Cloud Vision recognises what your photos show. It gets the pictures without place and time. " +
			"Without it a person looks at what they show, and the valuation goes on.",
		"तस्वीरों का विश्लेषण (वैकल्पिक): Google Cloud Vision पहचानता है कि आपकी तस्वीरों में क्या दिखता है। उसे तस्वीरें स्थान और समय के बिना मिलती हैं। " +
			"इसके बिना कोई व्यक्ति तस्वीरें देखता है, और मूल्यांकन चलता रहता है।",
	},
}

var noticeRetention = Words{
	"How long: a case is kept for 7 years after it was valued or rejected, and for 1 year after it was withdrawn. A draft is deleted after 30 days " +
		"without a change. Copies in backups end within 90 days after that.",
	"कितने समय तक: मामला मूल्यांकित या अस्वीकृत होने के 7 वर्ष बाद तक और वापस लिए जाने के 1 वर्ष बाद तक रखा जाता है। ड्राफ़्ट 30 दिन तक कोई बदलाव न होने पर मिटा दिया जाता है। " +
		"बैकअप की प्रतियाँ उसके बाद 90 दिन के भीतर समाप्त हो जाती हैं।",
}

var noticeRights = map[Right]Words{
	RightAccess: {
		"Access: you can see all your data in the app and get a copy of it.",
		"जानकारी: आप ऐप में अपना सारा डेटा देख सकते हैं और उसकी प्रति ले सकते हैं।",
	},
	RightCorrection: {
		"Correction: you can have wrong data corrected or completed.",
		"सुधार: आप ग़लत डेटा ठीक या पूरा करवा सकते हैं।",
	},
	RightErasure: {
		"Erasure: you can have your data erased. What the lender must keep by law is closed to everybody until its time ends.",
		"मिटाना: आप अपना डेटा मिटवा सकते हैं। ऋणदाता को क़ानून के अनुसार जो रखना होता है, वह अपना समय पूरा होने तक सबके लिए बंद रहता है।",
	},
	RightWithdrawal: {
		"Withdrawal: you can withdraw your consent to each purpose in the app at any time, as easily as you gave it. Without image analysis your " +
			"case goes on; without valuation your open cases end.",
		"सहमति वापस लेना: आप हर उद्देश्य की सहमति ऐप में कभी भी उतनी ही आसानी से वापस ले सकते हैं जितनी आसानी से दी थी। तस्वीरों के विश्लेषण के बिना आपका मामला चलता रहता है; " +
			"मूल्यांकन के बिना आपके खुले मामले समाप्त हो जाते हैं।",
	},
	RightGrievance: {
		"Grievance: you can complain about the handling of your data to the grievance officer, in the app or by e-mail.",
		"शिकायत: आप अपने डेटा के उपयोग के बारे में ऐप में या ई-मेल से शिकायत अधिकारी को शिकायत कर सकते हैं।",
	},
	RightNomination: {
		"Nomination: you can name a person who uses these rights if you die or cannot use them yourself.",
		"नामांकन: आप किसी व्यक्ति को नामित कर सकते हैं जो आपकी मृत्यु होने पर या आपके असमर्थ होने पर इन अधिकारों का उपयोग करे।",
	},
}

var noticeComplaint = Words{
	"Complaint: if the grievance officer does not settle your complaint, you can complain to the Data Protection Board of India.",
	"बोर्ड को शिकायत: यदि शिकायत अधिकारी आपकी शिकायत का समाधान नहीं करता, तो आप भारतीय डेटा संरक्षण बोर्ड (Data Protection Board of India) को शिकायत कर सकते हैं।",
}

// firstNotice is the notice of 0.2.0.
var firstNotice = Words{
	"I agree that PropFlow collects my phone number, my property's address and location and the photos that I take, " +
		"and shares them with the lender that I apply to, in order to value my property. PropFlow uses processors for " +
		"sending messages (SMS and WhatsApp), for automatic image analysis and for error tracking. Cases that were valued " +
		"are kept for 7 years. I can ask for access to my data or for its erasure at any time.",
	"मैं सहमत हूँ कि मेरी संपत्ति के मूल्यांकन के लिए PropFlow मेरा फ़ोन नंबर, मेरी संपत्ति का पता और स्थान तथा मेरे " +
		"द्वारा ली गई तस्वीरें एकत्र करे और उन्हें उस ऋणदाता के साथ साझा करे जिसके पास मैं आवेदन करता/करती हूँ। PropFlow संदेश " +
		"भेजने (SMS और WhatsApp), तस्वीरों के स्वचालित विश्लेषण और त्रुटियों की निगरानी के लिए अन्य सेवाओं का उपयोग करता है। " +
		"मूल्यांकित मामले 7 वर्ष तक रखे जाते हैं। मैं किसी भी समय अपने डेटा की जानकारी या उसे मिटाने का अनुरोध कर सकता/सकती हूँ।",
}
