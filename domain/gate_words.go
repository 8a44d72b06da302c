package domain

import "fmt"

// BlockingCode is the stable code of a reason why a case cannot move forward.
type BlockingCode string

// The codes.
const (
	BlockedAddress      BlockingCode = "address_incomplete"
	BlockedState        BlockingCode = "state_unknown"
	BlockedPincode      BlockingCode = "pincode_unknown"
	BlockedArea         BlockingCode = "area_missing"
	BlockedPin          BlockingCode = "pin_missing"
	BlockedImprecise    BlockingCode = "pin_imprecise"
	BlockedMissing      BlockingCode = "photo_missing"
	BlockedProcessing   BlockingCode = "photo_processing"
	BlockedFailed       BlockingCode = "photo_failed"
	BlockedTooFar       BlockingCode = "photo_too_far"
	BlockedUnresolved   BlockingCode = "photo_unresolved"
	BlockedConsent      BlockingCode = "consent_missing"
	BlockedRationale    BlockingCode = "rationale_too_short"
	BlockedFewer        BlockingCode = "fewer_reason_missing"
	BlockedWithdrawn    BlockingCode = "comparable_withdrawn"
	BlockedImplausible  BlockingCode = "comparable_implausible"
	BlockedOverAdjusted BlockingCode = "comparable_over_adjusted"
)

// blockingWords has the words of each code. A verb %d is filled by blockCount, a %s by
// blockMissing.
var blockingWords = map[BlockingCode]Words{
	BlockedAddress: {
		"Give the address: line, city, state and a 6-digit pincode.",
		"पता पूरा लिखें: पंक्ति, शहर, राज्य और 6 अंकों का पिनकोड।",
	},
	BlockedState: {
		"The state is not one of India's states and union territories. Correct the address.",
		"यह भारत का कोई राज्य या केंद्र शासित प्रदेश नहीं है। पते में राज्य ठीक करें।",
	},
	BlockedPincode: {
		"No such pincode exists. Correct the pincode in the address.",
		"ऐसा कोई पिनकोड नहीं है। पते में पिनकोड ठीक करें।",
	},
	BlockedArea: {"Give the area in square feet.", "क्षेत्रफल वर्ग फुट में लिखें।"},
	BlockedPin: {
		"Set the property's place on the map, standing at the property.",
		"संपत्ति पर खड़े होकर नक्शे पर उसकी जगह दर्ज करें।",
	},
	BlockedImprecise: {
		"The place is not known precisely enough. Allow precise location for this app, stand under the open sky or at a window, wait a moment and set the place again.",
		"जगह पर्याप्त सटीक नहीं है। इस ऐप को सटीक लोकेशन की अनुमति दें, खुले आसमान के नीचे या खिड़की के पास जाएँ, थोड़ा रुकें और जगह फिर से दर्ज करें।",
	},
	BlockedMissing:    {"At least one %s photo that counts is needed.", "कम से कम एक मान्य %s फ़ोटो चाहिए।"},
	BlockedProcessing: {"A photo is still being uploaded or checked. Wait a moment.", "एक फ़ोटो अभी अपलोड हो रही है या जाँची जा रही है। थोड़ा रुकें।"},
	BlockedFailed:     {"A photo failed its checks. Remove it or take it again.", "एक फ़ोटो जाँच में सफल नहीं हुई। उसे हटाएँ या फिर से लें।"},
	BlockedTooFar: {
		"A photo was taken too far from the place on the map. Take it again at the property, or set the place on the map back.",
		"एक फ़ोटो नक्शे पर दर्ज जगह से बहुत दूर ली गई है। संपत्ति पर उसे फिर से लें, या नक्शे पर जगह वापस वहीं करें।",
	},
	BlockedUnresolved: {"A flagged photo must be accepted or refused first.", "चिह्नित फ़ोटो को पहले स्वीकार या अस्वीकार करें।"},
	BlockedConsent:    {"Consent to the current notice is needed.", "मौजूदा सूचना पर सहमति चाहिए।"},
	BlockedRationale: {
		"The rationale must explain the value in at least %d letters.",
		"मूल्य का कारण कम से कम %d अक्षरों में समझाएँ।",
	},
	BlockedFewer: {
		"The valuation rests on fewer than %d different sales of such a property in the area and in recent years. Sales that the valuer entered do not count. Name more comparables, or explain why there are fewer.",
		"मूल्यांकन इलाके में ऐसी संपत्ति की हाल के वर्षों की %d से कम अलग-अलग बिक्रियों पर टिका है। मूल्यांकनकर्ता की अपनी दर्ज की हुई बिक्रियाँ नहीं गिनी जातीं। और तुलनीय बिक्रियाँ दें, या कम होने का कारण लिखें।",
	},
	BlockedWithdrawn:   {"This comparable was withdrawn as wrong.", "यह तुलनीय बिक्री गलत पाकर वापस ले ली गई है।"},
	BlockedImplausible: {"The price per square foot of this comparable is implausible for its surroundings.", "इस तुलनीय बिक्री का प्रति वर्ग फुट दाम आसपास के हिसाब से असंभव है।"},
	BlockedOverAdjusted: {
		"This comparable differs too much from the subject property: more than %d %% gross adjustment.",
		"यह तुलनीय बिक्री इस संपत्ति से बहुत अलग है: कुल समायोजन %d %% से अधिक।",
	},
}

func block(code BlockingCode, field string) Blocking {
	return Blocking{Code: code, Field: field, Words: blockingWords[code]}
}

func blockPhoto(code BlockingCode, photo Photo) Blocking {
	b := block(code, "photos")
	b.Photo = photo.ID
	return b
}

func blockMissing(need PhotoType) Blocking {
	b := block(BlockedMissing, "photos")
	b.Need = need
	b.Words = Words{fmt.Sprintf(b.Words.English, need), fmt.Sprintf(b.Words.Hindi, need.hindi())}
	return b
}

// blockCount names the limit that is broken.
func blockCount(code BlockingCode, field string, limit int) Blocking {
	b := block(code, field)
	b.Words = Words{fmt.Sprintf(b.Words.English, limit), fmt.Sprintf(b.Words.Hindi, limit)}
	return b
}
